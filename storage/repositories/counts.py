"""What a digest is counted from. The database counts; nobody's row leaves it."""

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple, TypeVarTuple

from sqlalchemy import ColumnElement, Select, case, func, select

from storage.models import (
    Campaign,
    Interview,
    Membership,
    Person,
    PersonStatus,
    Share,
    Testimonial,
    TestimonialStatus,
)
from storage.repositories.base import Repository
from storage.repositories.deeds import Days, deeds
from storage.repositories.digests import MEMBERS, uncounted
from storage.repositories.uses import used

Ts = TypeVarTuple("Ts")

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


class Uses(NamedTuple):
    """How many members have heard of the tool, used it, used it in two ISO weeks, and in enough of the last weeks.

    `running`: a routine of theirs is under way; `ended`: none is, and one has run its course.
    """

    aware: int
    tried: int
    repeat: int
    routine: int
    running: int
    ended: int


class Story(NamedTuple):
    id: str
    blocker: str


class CountRepository(Repository):
    """Counts go to `digests.service` and no further."""

    def answers(self, campaign_id: str, cohort: int | None = None) -> list[Answers]:
        """What those of one cohort answered; without one: those who have answered and are in none."""
        kinds = Interview.stated, Interview.confirmed, Membership.persona, Person.team, Interview.unserved
        which = Interview.cohort == cohort if cohort is not None else uncounted()
        rows = self._session.execute(
            self._members_of(select(*kinds, func.count()), campaign_id).where(which).group_by(*kinds)
        )
        return [Answers(*row) for row in rows]

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

    def counted(self, campaign_id: str, up_to: int) -> Groups:
        """The employees and champions who are in a cohort, up to the one of this number, by persona and team."""
        where = Membership.persona, Person.team
        rows = self._session.execute(
            self._members_of(select(*where, func.count()), campaign_id)
            .where(Interview.cohort <= up_to)
            .group_by(*where)
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

    def uses(self, project_id: str, today: date, weeks: int, enough: int, *, by_tool: bool) -> Uses:
        """What the tool, check-ins and interviews tell of the members' use up to the local date `today`.

        In a routine is who used it in `enough` of the last `weeks`, of seven days each. Unless `by_tool`, the tool has told
        of no use.
        """
        use = used(project_id, today, weeks, by_tool=by_tool)
        told = self._among(use.c.person_id, project_id, Interview.outcome == "advocate")
        opened = self._among(
            use.c.person_id, project_id, Interview.started_at.is_not(None) | (Interview.outcome == "declined")
        )
        author = use.c.person_id.in_(self._authors(project_id, self._work.now.date()))
        tried = case((use.c.first.is_not(None), 1), (told | author, 1), else_=0)
        counted = self._session.execute(
            select(
                func.sum(case((use.c.first.is_not(None), 1), (told | author | opened, 1), else_=0)),
                func.sum(tried),
                func.sum(case((_iso_week(use.c.first) != _iso_week(use.c.last), 1), else_=0)),
                func.sum(case((use.c.recent >= enough, 1), else_=0)),
                func.sum(case((use.c.running == 1, 1), else_=0)),
                func.sum(case((use.c.running == 0, 1), else_=0)),
            ).select_from(use)
        ).one()
        return Uses(*(people or 0 for people in counted))

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

    def _members_of(self, columns: Select[*Ts], campaign_id: str) -> Select[*Ts]:
        """Of the interviews that employees and champions took part in, in one round."""
        return (
            columns.select_from(Interview)
            .join(Campaign, Campaign.id == Interview.campaign_id)
            .join(
                Membership,
                (Membership.project_id == Campaign.project_id)
                & (Membership.person_id == Interview.person_id),
            )
            .join(Person, Person.id == Interview.person_id)
            .where(Interview.campaign_id == campaign_id, Membership.role.in_(MEMBERS))
        )

    def _members(self, project_id: str) -> Select[str]:
        return select(Membership.person_id).where(
            Membership.project_id == project_id, Membership.role.in_(MEMBERS)
        )

    def _among(
        self, person_id: ColumnElement[str], project_id: str, how: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        """Whether somebody was interviewed so in a round that seeks blockers."""
        return person_id.in_(
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


def _iso_week(number: ColumnElement[int]) -> ColumnElement[int]:
    """Of the number of a day."""
    return (number - 1) // 7
