"""What a digest is counted from. The database counts; nobody's row leaves it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, String, case, cast, exists, func, select, union

from storage.models import (
    Campaign,
    CheckIn,
    CheckInAnswer,
    Finding,
    FindingStatus,
    Interview,
    Membership,
    Need,
    NeedLayer,
    Person,
    PersonStatus,
    Routine,
    RoutineStatus,
    Share,
    Testimonial,
    TestimonialStatus,
)
from storage.repositories.base import Repository
from storage.repositories.digests import MEMBERS, answered

SURE = (FindingStatus.CONFIRMED, FindingStatus.VALIDATED)
DID = (CheckInAnswer.DONE, CheckInAnswer.PARTLY)
UNSERVED = 2
"""A need that is met so well today, of 1 to 5, or less, is not served."""


class Answers(NamedTuple):
    """So many `people` answered alike; None where there is nothing. `unserved`: a real need that the tool does not serve."""

    stated: str | None
    confirmed: str | None
    persona: str | None
    team: str | None
    unserved: bool
    people: int


class Use(NamedTuple):
    """So many `people` used the tool from one local date to another, and in `recent` of the last four weeks."""

    first: date
    last: date
    recent: int
    people: int


class Story(NamedTuple):
    id: str
    blocker: str


class CountRepository(Repository):
    """Counts go to `digests.service` and no further."""

    def answers(self, campaign_id: str, cohort: int | None) -> list[Answers]:
        """What those of one cohort answered; None: everybody who answered."""
        key = cast(Finding.rank, String) + ":" + Finding.blocker
        found = (
            select(
                Finding.interview_id,
                func.min(case((Finding.stated, key))).label("stated"),
                func.min(case((Finding.status.in_(SURE), key))).label("confirmed"),
            )
            .join(Interview, Interview.id == Finding.interview_id)
            .where(Interview.campaign_id == campaign_id)
            .group_by(Finding.interview_id)
            .subquery()
        )
        unserved = case((Need.served <= UNSERVED, 1), else_=0)
        grouped = select(
            found.c.stated, found.c.confirmed, Membership.persona, Person.team, unserved, func.count()
        ).select_from(Interview)
        rows = self._session.execute(
            grouped.join(Campaign, Campaign.id == Interview.campaign_id)
            .join(
                Membership,
                (Membership.project_id == Campaign.project_id)
                & (Membership.person_id == Interview.person_id),
            )
            .join(Person, Person.id == Interview.person_id)
            .outerjoin(found, found.c.interview_id == Interview.id)
            .outerjoin(Need, (Need.interview_id == Interview.id) & (Need.layer == NeedLayer.REAL))
            .where(
                Interview.campaign_id == campaign_id,
                Interview.cohort == cohort if cohort is not None else answered(),
                Membership.role.in_(MEMBERS),
            )
            .group_by(found.c.stated, found.c.confirmed, Membership.persona, Person.team, unserved)
        )
        return [
            Answers(_blocker(stated), _blocker(confirmed), persona, team, bool(unserved), people)
            for stated, confirmed, persona, team, unserved, people in rows
        ]

    def places(self, project_id: str) -> Counter[tuple[str | None, str | None]]:
        """The employees and champions, whether or not they take part, by persona and team."""
        rows = self._session.execute(
            select(Membership.persona, Person.team, func.count())
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.project_id == project_id, Membership.role.in_(MEMBERS))
            .group_by(Membership.persona, Person.team)
        )
        return Counter({(persona, team): people for persona, team, people in rows})

    def unreachable(self, project_id: str) -> int:
        """How many of them cannot be written to."""
        return self._count(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.project_id == project_id,
                Membership.role.in_(MEMBERS),
                Person.status == PersonStatus.UNREACHABLE,
            )
        )

    def uses(self, project_id: str, weeks: Sequence[tuple[date, date]]) -> list[Use]:
        """Members by when their check-ins say that it happened, fully or partly; `weeks` are (first, last) local dates."""
        in_week = [
            func.max(case((CheckIn.slot.between(first, last), 1), else_=0)).label(f"week{number}")
            for number, (first, last) in enumerate(weeks)
        ]
        kept = (
            select(
                CheckIn.routine_id,
                func.min(CheckIn.slot).label("first"),
                func.max(CheckIn.slot).label("last"),
                *in_week,
            )
            .where(CheckIn.answer.in_(DID))
            .group_by(CheckIn.routine_id)
            .subquery()
        )
        by_person = (
            select(
                Routine.person_id,
                func.min(kept.c.first).label("first"),
                func.max(kept.c.last).label("last"),
                *(func.max(kept.c[flag.name]).label(flag.name) for flag in in_week),
            )
            .join(kept, kept.c.routine_id == Routine.id)
            .where(Routine.project_id == project_id, Routine.person_id.in_(self._members(project_id)))
            .group_by(Routine.person_id)
            .subquery()
        )
        recent = sum((by_person.c[flag.name] for flag in in_week), start=cast(0, Integer))
        rows = self._session.execute(
            select(by_person.c.first, by_person.c.last, recent, func.count()).group_by(
                by_person.c.first, by_person.c.last, recent
            )
        )
        return [Use(*row) for row in rows]

    def aware(self, project_id: str) -> int:
        """How many have answered an invitation in any way, or used the tool as far as they say."""
        opened = self._rounds(project_id).where(
            Interview.started_at.is_not(None) | (Interview.outcome == "declined")
        )
        return self._any_of(project_id, opened, *self._tried(project_id))

    def tried(self, project_id: str) -> int:
        """How many use the tool, or have, as far as they say."""
        return self._any_of(project_id, *self._tried(project_id))

    def authors(self, project_id: str, today: date) -> int:
        """How many have a testimonial out."""
        return self._any_of(project_id, self._authors(project_id, today))

    def routines(self, project_id: str) -> tuple[int, int]:
        """How many have a routine under way, and how many had one and have none now."""
        running = select(Routine.person_id).where(
            Routine.project_id == project_id, Routine.status != RoutineStatus.ENDED
        )
        ever = select(Routine.person_id).where(Routine.project_id == project_id)
        under_way = self._any_of(project_id, running)
        return under_way, self._any_of(project_id, ever) - under_way

    def reach(self, project_id: str) -> tuple[int, int]:
        """How many were given a story, and to how many it said "that's me"."""
        given = (
            select(Share.person_id)
            .join(Testimonial, Testimonial.id == Share.testimonial_id)
            .where(Testimonial.project_id == project_id)
        )
        return self._any_of(project_id, given), self._any_of(project_id, given.where(Share.reaction == "me"))

    def stories(self, project_id: str, today: date) -> list[Story]:
        """What is approved and still consented to, the newest first."""
        rows = self._session.execute(
            select(Testimonial.id, Testimonial.blocker)
            .where(*_out(project_id, today))
            .order_by(Testimonial.created_at.desc(), Testimonial.id.desc())
        )
        return [Story(*row) for row in rows]

    def _members(self, project_id: str) -> Select[str]:
        return select(Membership.person_id).where(
            Membership.project_id == project_id, Membership.role.in_(MEMBERS)
        )

    def _rounds(self, project_id: str) -> Select[str]:
        return (
            select(Interview.person_id)
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .where(Campaign.project_id == project_id, Campaign.seeks_blockers)
        )

    def _tried(self, project_id: str) -> tuple[Select[str], ...]:
        today = self._work.now.date()
        done = exists().where(CheckIn.routine_id == Routine.id, CheckIn.answer.in_(DID))
        did = select(Routine.person_id).where(Routine.project_id == project_id, done)
        return (
            self._rounds(project_id).where(Interview.outcome == "advocate"),
            did,
            self._authors(project_id, today),
        )

    def _authors(self, project_id: str, today: date) -> Select[str]:
        return select(Testimonial.author_id).where(*_out(project_id, today))

    def _any_of(self, project_id: str, *people: Select[str]) -> int:
        """How many members are in one of these."""
        everyone = union(*people).subquery() if len(people) > 1 else people[0].subquery()
        return self._count(self._members(project_id).where(Membership.person_id.in_(select(everyone.c[0]))))

    def _count(self, people: Select[str]) -> int:
        return self._session.scalar(select(func.count()).select_from(people.subquery())) or 0


def _out(project_id: str, today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Testimonial.project_id == project_id,
        Testimonial.status == TestimonialStatus.APPROVED,
        Testimonial.expires_on >= today,
    )


def _blocker(key: str | None) -> str | None:
    """Of "1:trust", what comes after the rank."""
    return key.partition(":")[2] if key else None
