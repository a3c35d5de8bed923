"""Champions, and whom people name."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import delete, select

from storage.models import Champion, ChampionStatus, Membership, Nomination, Person
from storage.repositories.base import Repository

KEPT = timedelta(days=30)
"""How long it is kept who named whom."""


class ChampionRepository(Repository):
    """Those who were asked, and those who help. Only counts of nominations leave here, and one's own unclear ones."""

    def add(self, champion: Champion) -> None:
        self._session.add(champion)
        self._session.flush()

    def find(self, champion_id: str) -> Champion | None:
        return self._session.get(Champion, champion_id)

    def locked(self, champion_id: str) -> Champion | None:
        """As last committed, and kept from other transactions until this one ends."""
        return self._session.scalar(
            select(Champion)
            .where(Champion.id == champion_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def all(self, project_id: str) -> list[Champion]:
        """Everybody who was ever asked, the earliest first."""
        return list(
            self._session.scalars(
                select(Champion)
                .where(Champion.project_id == project_id)
                .order_by(Champion.since, Champion.id)
            )
        )

    def forget(self, project_id: str, person_id: str) -> None:
        """What this person was asked before in the project, and said."""
        self._session.execute(
            delete(Champion).where(Champion.project_id == project_id, Champion.person_id == person_id)
        )

    def of_person(self, person_id: str, status: ChampionStatus) -> list[Champion]:
        """In all projects, the earliest first."""
        return list(
            self._session.scalars(
                select(Champion)
                .where(Champion.person_id == person_id, Champion.status == status)
                .order_by(Champion.since, Champion.id)
            )
        )

    # ---------------------------------------------------------------- who names whom

    def nameable(self, project_id: str, person_id: str) -> list[tuple[str, str, str | None]]:
        """(id, name, e-mail) of everybody in the project whom this person may name: all but themselves."""
        rows = self._session.execute(
            select(Person.id, Person.name, Person.email)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.project_id == project_id, Person.id != person_id)
            .order_by(Person.name, Person.id)
        )
        return [(id_, name, email) for id_, name, email in rows]

    def nominate(self, project_id: str, person_id: str, nominee_id: str) -> None:
        """Once, however often it is said."""
        given = self._session.scalar(
            select(Nomination).where(
                Nomination.project_id == project_id,
                Nomination.person_id == person_id,
                Nomination.nominee_id == nominee_id,
            )
        )
        if given is None:
            self._add(project_id, person_id, nominee_id)
        else:
            given.created_at = self._work.now

    def add_unclear(self, project_id: str, person_id: str) -> Nomination:
        """A name of which it is not clear whom it means; the caller puts it in, sealed for this row."""
        return self._add(project_id, person_id, None)

    def unclear(self, nomination_id: str, person_id: str) -> Nomination | None:
        """A name of this person's that is still unclear."""
        return self._session.scalar(
            select(Nomination).where(
                Nomination.id == nomination_id,
                Nomination.person_id == person_id,
                Nomination.nominee_id.is_(None),
                Nomination.created_at > self._work.now - KEPT,
            )
        )

    def drop_unclear(self, project_id: str, person_id: str) -> None:
        self._session.execute(
            delete(Nomination).where(
                Nomination.project_id == project_id,
                Nomination.person_id == person_id,
                Nomination.nominee_id.is_(None),
            )
        )

    def drop(self, nomination: Nomination) -> None:
        self._session.delete(nomination)
        self._session.flush()

    def nominated_by(self, project_id: str, person_id: str) -> int:
        """How many people this person names now."""
        return sum(namer == person_id for namer, _ in self._young(project_id))

    def named(self, project_id: str) -> tuple[Counter[str], int]:
        """By how many each person is named now, and how many name somebody."""
        young = self._young(project_id)
        return Counter(nominee for _, nominee in young), len({namer for namer, _ in young})

    def _young(self, project_id: str) -> list[tuple[str, str]]:
        rows = self._session.execute(
            select(Nomination.person_id, Nomination.nominee_id).where(
                Nomination.project_id == project_id,
                Nomination.nominee_id.is_not(None),
                Nomination.created_at > self._work.now - KEPT,
            )
        )
        return [(namer, nominee) for namer, nominee in rows if nominee]

    def _add(self, project_id: str, person_id: str, nominee_id: str | None) -> Nomination:
        nomination = Nomination(
            id=self._work.ids.new(),
            workspace_id=self._work.workspace_id,
            project_id=project_id,
            person_id=person_id,
            nominee_id=nominee_id,
            typed="",
            created_at=self._work.now,
        )
        self._session.add(nomination)
        self._session.flush()
        return nomination
