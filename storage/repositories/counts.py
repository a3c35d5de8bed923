"""What a digest is counted from. The database counts; nobody's row leaves it."""

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select

from storage.models import (
    Campaign,
    Finding,
    FindingStatus,
    Interview,
    Membership,
    Need,
    NeedLayer,
    Person,
    PersonStatus,
    Share,
    Testimonial,
    TestimonialStatus,
)
from storage.repositories.base import Repository
from storage.repositories.deeds import Days, deeds
from storage.repositories.digests import MEMBERS, answered
from storage.repositories.uses import Weeks, used

SURE = (FindingStatus.CONFIRMED, FindingStatus.VALIDATED)
UNSERVED = 2
"""A need that is met so well today, of 1 to 5, or less, is not served."""


Groups = Counter[tuple[str | None, str | None]]
"""People by persona and team."""


class Places(NamedTuple):
    """The employees and champions of a project, whether or not they take part; how many cannot be written to."""

    people: Groups
    unreachable: int


class Answers(NamedTuple):
    """So many `people` answered alike; None where there is nothing. `unserved`: a real need that the tool does not serve."""

    stated: str | None
    confirmed: str | None
    persona: str | None
    team: str | None
    unserved: bool
    people: int


class Use(NamedTuple):
    """So many `people` used the tool from one local date to another, and in `recent` of the last weeks; None: never.

    `span`: weeks that their last check-in tells of. `tried`: they have used it, as far as they or the tool say. `opened`:
    they have answered an invitation in any way. `running`: a routine is under way, or one has run its course; None: neither.
    """

    first: date | None
    last: date | None
    span: int
    recent: int
    tried: bool
    opened: bool
    running: bool | None
    people: int


class Story(NamedTuple):
    id: str
    blocker: str


class CountRepository(Repository):
    """Counts go to `digests.service` and no further."""

    def answers(self, campaign_id: str, cohort: int | None = None) -> list[Answers]:
        """What those of one cohort answered; without one: what everybody who has answered did."""
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

    def since(self, campaign_id: str, cohort: int) -> datetime | None:
        """When the first interview of a cohort ended, of those that are still here."""
        return self._session.scalar(
            select(func.min(Interview.closed_at)).where(
                Interview.campaign_id == campaign_id, Interview.cohort == cohort
            )
        )

    def deeds(
        self, campaign_id: str, cohort: int, ended: tuple[datetime, datetime], days: Days, *, by_tool: bool
    ) -> tuple[int, int, int]:
        """How many of a cohort meant to use the tool and did not, did without meaning to, did as they had said."""
        said, did, kept = self._session.execute(deeds(campaign_id, cohort, ended, days, by_tool)).one()
        return said, did, kept

    def responses(self, campaign_id: str) -> Groups:
        """The employees and champions who have answered in a round, by persona and team."""
        rows = self._session.execute(
            select(Membership.persona, Person.team, func.count())
            .select_from(Interview)
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .join(
                Membership,
                (Membership.project_id == Campaign.project_id)
                & (Membership.person_id == Interview.person_id),
            )
            .join(Person, Person.id == Interview.person_id)
            .where(Interview.campaign_id == campaign_id, answered(), Membership.role.in_(MEMBERS))
            .group_by(Membership.persona, Person.team)
        )
        return Counter({(persona, team): people for persona, team, people in rows})

    def places(self, project_id: str) -> Places:
        lost = case((Person.status == PersonStatus.UNREACHABLE, 1), else_=0)
        rows = self._session.execute(
            select(Membership.persona, Person.team, func.count(), func.sum(lost))
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.project_id == project_id, Membership.role.in_(MEMBERS))
            .group_by(Membership.persona, Person.team)
        ).all()
        places = Counter({(persona, team): people for persona, team, people, _ in rows})
        return Places(places, sum(lost for *_, lost in rows))

    def uses(self, project_id: str, weeks: Weeks) -> list[Use]:
        """Members by what the tool, check-ins and interviews tell of their use."""
        by_person = used(project_id, weeks)
        said = self._interviewed(project_id, Interview.outcome == "advocate")
        opened = self._interviewed(
            project_id, Interview.started_at.is_not(None) | (Interview.outcome == "declined")
        )
        author = Membership.person_id.in_(self._authors(project_id, self._work.now.date()))
        seen = (
            by_person.c.first.label("first"),
            by_person.c.last.label("last"),
            by_person.c.span.label("span"),
            by_person.c.recent.label("recent"),
            case((by_person.c.first.is_not(None) | said | author, 1), else_=0).label("tried"),
            case((opened, 1), else_=0).label("opened"),
            by_person.c.running.label("running"),
        )
        everyone = (
            select(*seen)
            .select_from(Membership)
            .join(by_person, by_person.c.person_id == Membership.person_id)
            .where(Membership.project_id == project_id, Membership.role.in_(MEMBERS))
            .subquery()
        )
        rows = self._session.execute(select(*everyone.c, func.count().label("people")).group_by(*everyone.c))
        return [
            Use(
                row.first,
                row.last,
                row.span or 0,
                row.recent,
                bool(row.tried),
                bool(row.opened),
                None if row.running is None else bool(row.running),
                row.people,
            )
            for row in rows
        ]

    def authors(self, project_id: str, today: date) -> int:
        """How many have a testimonial out."""
        return self._members_among(project_id, self._authors(project_id, today))

    def reach(self, project_id: str) -> tuple[int, int]:
        """How many were given a story, and to how many it said "that's me"."""
        given = (
            select(Share.person_id)
            .join(Testimonial, Testimonial.id == Share.testimonial_id)
            .where(Testimonial.project_id == project_id)
        )
        return self._members_among(project_id, given), self._members_among(
            project_id, given.where(Share.reaction == "me")
        )

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

    def _interviewed(self, project_id: str, how: ColumnElement[bool]) -> ColumnElement[bool]:
        """Whether a member was interviewed so in a round that seeks blockers."""
        return Membership.person_id.in_(
            select(Interview.person_id)
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .where(Campaign.project_id == project_id, Campaign.seeks_blockers, how)
        )

    def _authors(self, project_id: str, today: date) -> Select[str]:
        return select(Testimonial.author_id).where(*_out(project_id, today))

    def _members_among(self, project_id: str, people: Select[str]) -> int:
        return self._count(self._members(project_id).where(Membership.person_id.in_(people)))

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
