"""Choices made by chance, and what was learnt from them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, select, update

from storage.many import among
from storage.models import Choice, Learnt, OutboxMessage, OutboxState, Point
from storage.repositories.base import Repository, by_key, insert_new, insert_plain

PART = 500
"""Rows settled in one statement."""


class Made(NamedTuple):
    """A choice to write down."""

    id: str
    project_id: str
    person_id: str
    nudge_id: str | None
    point: Point
    day: date
    options: str
    chosen: str
    context: str
    belief: int


class Open(NamedTuple):
    """A choice of which it is not known yet what came of it. `left`: what was chosen has reached the person."""

    id: str
    project_id: str
    person_id: str
    point: Point
    day: date
    left: bool


class Settled(NamedTuple):
    """A choice of which it is known what came of it, as `response`, 0-1."""

    person_id: str
    point: Point
    options: str
    chosen: str
    context: str
    response: float


class Held(NamedTuple):
    """A nudge that was held back."""

    project_id: str
    slot: date
    decided_at: datetime


class ChoiceRepository(Repository):
    """The log of choices in this workspace."""

    def add_many(self, made: Sequence[Made]) -> None:
        """Several choices of several people, made now."""
        here = {
            "workspace_id": self._work.workspace_id,
            "decided_at": self._work.now,
            "response": None,
            "settled_on": None,
        }
        insert_plain(self._session, Choice, [{**each._asdict(), **here} for each in made])

    def held(self, person_ids: Collection[str]) -> dict[str, list[Held]]:
        """By person, the nudges that were held back, in all projects, oldest first."""
        rows = self._session.execute(
            select(Choice.person_id, Choice.project_id, Choice.day, Choice.decided_at)
            .where(among(self._session, Choice.person_id, person_ids), Choice.nudge_id.is_(None))
            .order_by(Choice.decided_at, Choice.id)
        )
        return by_key((person_id, Held._make(held)) for person_id, *held in rows)

    def open(self, until: date) -> list[Open]:
        """Choices up to the local date `until` that are not settled, oldest first."""
        sent = and_(
            OutboxMessage.workspace_id == Choice.workspace_id,
            OutboxMessage.dedupe == "nudge:" + Choice.nudge_id,
        )
        rows = self._session.execute(
            select(
                Choice.id,
                Choice.project_id,
                Choice.person_id,
                Choice.point,
                Choice.day,
                Choice.nudge_id,
                OutboxMessage.state,
            )
            .outerjoin(OutboxMessage, sent)
            .where(
                Choice.workspace_id == self._work.workspace_id,
                Choice.settled_on.is_(None),
                Choice.day <= until,
            )
            .order_by(Choice.day, Choice.id)
        )
        return [
            Open(
                row.id,
                row.project_id,
                row.person_id,
                row.point,
                row.day,
                row.nudge_id is None or row.state is OutboxState.SENT,
            )
            for row in rows
        ]

    def settle(self, responses: Mapping[str, float | None], today: date) -> None:
        """What came of these choices, by id; None where nobody will know."""
        by_response: dict[float | None, list[str]] = {}
        for id_, response in responses.items():
            by_response.setdefault(response, []).append(id_)
        for response, ids in by_response.items():
            for start in range(0, len(ids), PART):
                self._session.execute(
                    update(Choice)
                    .where(Choice.id.in_(ids[start : start + PART]))
                    .values(response=response, settled_on=today)
                )

    def settled(self, since: date) -> list[Settled]:
        """Choices from the local date `since` on of which it is known what came of them, oldest first."""
        rows = self._session.execute(
            select(
                Choice.person_id, Choice.point, Choice.options, Choice.chosen, Choice.context, Choice.response
            )
            .where(
                Choice.workspace_id == self._work.workspace_id,
                Choice.day >= since,
                Choice.response.is_not(None),
            )
            .order_by(Choice.day, Choice.id)
        )
        return [Settled._make(row) for row in rows]

    def learnt(self) -> Learnt | None:
        """What has been learnt last."""
        return self._session.get(Learnt, self._work.workspace_id)

    def keep(self, body: str) -> None:
        """Learnt now, instead of what was believed before."""
        row = {
            "workspace_id": self._work.workspace_id,
            "version": 1,
            "learnt_at": self._work.now,
            "body": body,
        }
        if insert_new(self._session, Learnt, [row], key=[Learnt.workspace_id], returning=[Learnt.version]):
            return
        self._session.execute(
            update(Learnt)
            .where(Learnt.workspace_id == self._work.workspace_id)
            .values(version=Learnt.version + 1, learnt_at=self._work.now, body=body)
        )
