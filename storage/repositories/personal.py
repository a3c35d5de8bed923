"""One person's data as a whole: what is held, and how all of it goes."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from sqlalchemy import delete, func, inspect, or_, select, update

from storage.models import InboxEvent, InboxState, OutboxMessage, Person, UsageDay
from storage.personal import KINDS, Erased, Kind
from storage.repositories.base import Repository
from storage.repositories.outbox import ON_THE_WAY
from storage.sealed_columns import row_of

CODE_LASTS = timedelta(minutes=15)

Row = Mapping[str, object]


class PersonalRepository(Repository):
    """Goes by the list in `storage.personal` alone."""

    def count(self, person: Person) -> dict[str, int]:
        """By the name of each kind, how many rows are held."""
        return {kind.name: self._count(kind, person) for kind in KINDS}

    def held(self, person: Person) -> Iterator[tuple[Kind, list[Row]]]:
        """What is held and may be told, by kind: the columns of each row, what is sealed opened."""
        for kind in KINDS:
            if kind.told:
                columns = [getattr(kind.model, each.key) for each in inspect(kind.model).column_attrs]
                rows = self._session.execute(select(*columns).where(kind.of(person)))
                yield kind, [self._readable(kind, row) for row in rows.mappings()]

    def erase(self, person: Person) -> None:
        """Delete all but the emptied row of the person, through which the last message to them leaves.

        Whatever the session holds of it is not to be used any more.
        """
        self._session.flush()
        for kind in KINDS:
            if kind.erased is Erased.DELETED:
                self._delete(kind, person)
        self._empty(person)
        person.name = ""
        person.email = person.team = person.site = person.manager_id = person.timezone = None
        person.snoozed_until = person.opted_out_at = person.corrected_at = person.export_until = None
        self._session.flush()

    def forget(self, person: Person) -> None:
        """Delete what is left of an erased person, and everything that came to them since."""
        self.erase(person)
        self._rename_keys(person)
        self._session.execute(
            delete(Person).where(Person.id == person.id).execution_options(synchronize_session=False)
        )
        self._session.expunge(person)
        self._session.erased = True

    def forget_usage(self, person_id: str) -> None:
        """Delete the days on which they used a tool."""
        self._session.execute(delete(UsageDay).where(UsageDay.person_id == person_id))

    def _empty(self, person: Person) -> None:
        """Rows of others no longer point here; what came in cannot be told to be theirs, and comes in only once still."""
        for kind in KINDS:
            if kind.erased is Erased.EMPTIED and kind.model is not InboxEvent:
                self._session.execute(
                    update(kind.model)
                    .where(kind.of(person))
                    .values({kind.path[0]: None})
                    .execution_options(synchronize_session=False)
                )
        mine = InboxEvent.sender == person.external_id
        self._session.execute(
            delete(InboxEvent)
            .where(mine, InboxEvent.state == InboxState.POISON)
            .execution_options(synchronize_session=False)
        )
        handled = list(
            self._session.execute(
                select(InboxEvent.seq, InboxEvent.event_id).where(mine, InboxEvent.state == InboxState.DONE)
            )
        )
        for seq, event_id in handled:
            nobody = self._work.ids.new()
            named = person.external_id in event_id or person.id in event_id
            self._session.execute(
                update(InboxEvent)
                .where(InboxEvent.seq == seq)
                .values(sender=nobody, payload="", event_id=nobody if named else event_id)
                .execution_options(synchronize_session=False)
            )

    def _rename_keys(self, person: Person) -> None:
        """What others were sent because of this person's presses is under keys that name them. Looks at every message."""
        named = re.compile(rf"\b({re.escape(person.external_id)}|{person.id})\b")
        keys = self._session.execute(
            select(OutboxMessage.seq, OutboxMessage.dedupe).where(
                or_(
                    OutboxMessage.dedupe.contains(person.external_id, autoescape=True),
                    OutboxMessage.dedupe.contains(person.id),
                ),
                or_(OutboxMessage.state.not_in(ON_THE_WAY), OutboxMessage.updates.is_not(None)),
            )
        )
        for seq, key in list(keys):
            self._session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.seq == seq)
                .values(dedupe=named.sub(self._work.ids.new(), key))
                .execution_options(synchronize_session=False)
            )

    def _delete(self, kind: Kind, person: Person) -> None:
        self._session.execute(
            delete(kind.model).where(kind.of(person)).execution_options(synchronize_session=False)
        )

    def _count(self, kind: Kind, person: Person) -> int:
        counted = select(func.count()).select_from(kind.model).where(kind.of(person))
        return self._session.scalar(counted) or 0

    def _readable(self, kind: Kind, row: Mapping[Any, Any]) -> Row:
        read: dict[str, object] = {}
        for column, value in row.items():
            if column in kind.sealed:
                sealed = f"{kind.table}.{column}"
                read[column] = self._work.open(sealed, value, row=row[row_of(sealed)]) if value else value
            elif column not in {"workspace_id", "lease_owner", "lease_until"}:
                read[column] = value
        return read

    # ------------------------------------------------------------------ the code for reading it elsewhere

    def issue_code(self, person: Person) -> None:
        """From now on, for `CODE_LASTS`, all that is held may be read elsewhere, once."""
        person.export_until = self._work.now + CODE_LASTS

    def code(self, person: Person) -> str | None:
        """The code that is good now; it is derived when needed and kept nowhere."""
        if person.export_until is None or person.export_until <= self._work.now:
            return None
        return self._code(person.id, person.export_until)

    def redeem(self, given: str) -> Person | None:
        """Whose data this code opens, which it then does no more; None for a wrong, late or used one."""
        waiting = self._session.scalars(
            select(Person).where(Person.export_until > self._work.now).with_for_update()
        )
        for person in waiting:
            good = self.code(person)
            if good and compare_digest(_bare(good), _bare(given)):
                person.export_until = None
                return person
        return None

    def _code(self, person_id: str, until: datetime) -> str:
        purpose = f"{person_id}|{until.isoformat()}"
        return self._work.keyring.code(self._work.workspace_id, "people.export", purpose)


def _bare(code: str) -> bytes:
    return code.upper().replace("-", "").replace(" ", "").encode()
