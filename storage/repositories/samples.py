"""Tests on a sample, and who stands where in them."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from content.arms import Arms
from storage.many import among
from storage.models import Membership, Role, Sample, SampleKind, SamplePlace
from storage.repositories.base import Repository, insert_many


class Drawn(NamedTuple):
    person_id: str
    cluster: int
    treated: bool
    wave: int = 1


class SampleRepository(Repository):
    """A person's place goes to `nudges` and no further: nothing that is shown tells it."""

    def add(self, sample: Sample, places: Iterable[Drawn]) -> None:
        self._session.add(sample)
        self._session.flush()
        rows = [
            {
                "id": self._work.ids.new(),
                "workspace_id": self._work.workspace_id,
                "sample_id": sample.id,
                **place._asdict(),
            }
            for place in places
        ]
        insert_many(self._session, SamplePlace, rows, key=[SamplePlace.sample_id, SamplePlace.person_id])

    def by_key(self, project_id: str, key: str) -> Sample | None:
        return self._session.scalar(select(Sample).where(Sample.project_id == project_id, Sample.key == key))

    def all(self, project_id: str) -> list[Sample]:
        """Oldest first."""
        return list(
            self._session.scalars(
                select(Sample).where(Sample.project_id == project_id).order_by(Sample.drawn_at, Sample.id)
            )
        )

    def running(self, project_id: str, kind: SampleKind) -> Sample | None:
        """The test of this kind that has started and not ended; there is one at most."""
        return self._session.scalar(
            select(Sample)
            .where(Sample.project_id == project_id, Sample.kind == kind, _runs(self._work.now))
            .limit(1)
        )

    def places(self, sample_id: str) -> list[Drawn]:
        """By person."""
        columns = (SamplePlace.person_id, SamplePlace.cluster, SamplePlace.treated, SamplePlace.wave)
        rows = self._session.execute(
            select(*columns).where(SamplePlace.sample_id == sample_id).order_by(SamplePlace.person_id)
        )
        return [Drawn(*row) for row in rows]

    def arms(self, project_id: str, person_ids: Collection[str]) -> dict[str, Arms]:
        """What the running tests ask for each of these people. Who joined after a draw waits for a pilot's end.

        Leads are not drawn, nor is who is not in the project, a manager for instance: no test is about them.
        """
        rows = self._session.execute(
            select(Sample, SamplePlace)
            .outerjoin(
                SamplePlace,
                and_(
                    SamplePlace.sample_id == Sample.id,
                    among(self._session, SamplePlace.person_id, person_ids),
                ),
            )
            .where(Sample.project_id == project_id, _runs(self._work.now))
            .order_by(Sample.id)
        ).all()
        samples, places = dict[str, Sample](), dict[tuple[str, str], SamplePlace]()
        for sample, place in rows:
            samples[sample.id] = sample
            if place is not None:
                places[sample.id, place.person_id] = place
        arms = dict.fromkeys(person_ids, Arms())
        members = self._members(project_id, person_ids) if samples else set()
        for sample in samples.values():
            for person_id in person_ids:
                if person_id not in members and (sample.id, person_id) not in places:
                    continue
                arms[person_id] = self._with(arms[person_id], sample, places.get((sample.id, person_id)))
        return arms

    def _members(self, project_id: str, person_ids: Collection[str]) -> set[str]:
        found = select(Membership.person_id).where(
            Membership.project_id == project_id,
            Membership.role != Role.LEAD,
            among(self._session, Membership.person_id, person_ids),
        )
        return set(self._session.scalars(found))

    def _with(self, arms: Arms, sample: Sample, place: SamplePlace | None) -> Arms:
        if sample.kind is SampleKind.PILOT:
            opens = sample.opens(place.wave) if place and place.treated else sample.ends_at
            turn = opens is not None and opens <= self._work.now
            return arms if turn else replace(arms, wave_open=False, until=_latest(arms.until, opens))
        if place is None:
            return arms
        match sample.kind:
            case SampleKind.HOLDOUT if not place.treated:
                return replace(arms, held_out=True, until=_latest(arms.until, sample.ends_at))
            case SampleKind.VARIANTS:
                pair = (sample.treatment, sample.control)
                own, other = pair if place.treated else pair[::-1]
                return replace(arms, variant=own, other=other)
            case SampleKind.STORIES:
                return replace(arms, stories=place.treated)
        return arms


def _latest(*instants: datetime | None) -> datetime | None:
    return max((instant for instant in instants if instant), default=None)


def _runs(now: datetime) -> ColumnElement[bool]:
    return and_(Sample.started_at <= now, or_(Sample.ends_at.is_(None), Sample.ends_at > now))
