"""Tests on a sample, and who stands where in them."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from content.arms import Arms
from storage.models import Sample, SampleKind, SamplePlace
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
        """What the running tests ask for each of these people. Who joined after a draw waits for a pilot's end."""
        rows = self._session.execute(
            select(Sample, SamplePlace)
            .outerjoin(
                SamplePlace,
                and_(SamplePlace.sample_id == Sample.id, SamplePlace.person_id.in_(person_ids)),
            )
            .where(Sample.project_id == project_id, _runs(self._work.now))
            .order_by(Sample.id)
        )
        found = [(sample, place) for sample, place in rows]
        piloted = any(sample.kind is SampleKind.PILOT for sample, _ in found)
        arms = {person_id: Arms(wave_open=not piloted) for person_id in person_ids}
        for sample, place in found:
            if place is not None:
                arms[place.person_id] = self._with(arms[place.person_id], sample, place)
        return arms

    def _with(self, arms: Arms, sample: Sample, place: SamplePlace) -> Arms:
        match sample.kind:
            case SampleKind.PILOT:
                opens = sample.opens(place.wave)
                return replace(
                    arms, wave_open=place.treated and opens is not None and opens <= self._work.now
                )
            case SampleKind.HOLDOUT:
                return replace(arms, held_out=not place.treated)
            case SampleKind.VARIANTS:
                return replace(arms, variant=sample.treatment if place.treated else sample.control)
            case SampleKind.STORIES:
                return replace(arms, stories=place.treated)


def _runs(now: datetime) -> ColumnElement[bool]:
    return and_(Sample.started_at <= now, or_(Sample.ends_at.is_(None), Sample.ends_at > now))
