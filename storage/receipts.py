"""What platforms gave for messages that arrived, kept for many messages in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, cast, select, update

from storage import many
from storage.models import OutboxMessage, OutboxState, Person
from storage.work import SystemWork


@dataclass(frozen=True)
class Arrived:
    """The platform's ids of a message and of the conversation that it is in."""

    message: str
    conversation: str


def record(work: SystemWork, arrived: Mapping[int, Arrived], held: ColumnElement[bool]) -> set[int]:
    """Those of the messages, by seq, that are `held` are SENT; which ones. Their people's conversations are remembered."""
    rows = work.session.execute(
        select(OutboxMessage.seq, OutboxMessage.person_id, OutboxMessage.updates, Person.conversation)
        .join(Person, Person.id == OutboxMessage.person_id)
        .where(many.among(work.session, OutboxMessage.seq, arrived), held)
        .order_by(OutboxMessage.seq)
        .with_for_update(of=OutboxMessage)
    ).all()
    if rows:
        _mark(work, {row.seq: arrived[row.seq] for row in rows})
    moved = [
        {"id": row.person_id, "conversation": arrived[row.seq].conversation}
        for row in rows
        if row.updates is None and row.conversation != arrived[row.seq].conversation
    ]
    if moved:
        work.session.execute(update(Person), moved)
    return {row.seq for row in rows}


def _mark(work: SystemWork, arrived: Mapping[int, Arrived]) -> None:
    given = [(seq, receipt.message, receipt.conversation) for seq, receipt in arrived.items()]
    value = many.rows(work.session, given).c.value
    work.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.seq == cast(value[0].as_string(), BigInteger))
        .values(
            state=OutboxState.SENT,
            sent_at=work.now,
            error=None,
            lease_owner=None,
            lease_until=None,
            receipt_message=value[1].as_string(),
            receipt_conversation=value[2].as_string(),
        )
        .execution_options(synchronize_session=False)
    )
