"""How long what kind of data is kept, and what is past its time. `storage.purge` deletes it, in small steps.

Coaching, ideas and barriers stay for as long as their project runs, and the same time more; what has no end in its
project's file, by its own age. A person goes who cannot be reached because they are not there any more, or who never was
in a project and did not say stop: their "stop" would be forgotten with them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import (
    Absence,
    Action,
    Barrier,
    Base,
    Idea,
    Interview,
    LeverStep,
    ManagerNudge,
    Membership,
    Nudge,
    Person,
    PersonStatus,
    Project,
    PurgeRecord,
    Routine,
    RoutineStatus,
    Testimonial,
    TestimonialStatus,
)
from storage.personal import Kept
from storage.repositories.champions import KEPT as NOMINATIONS_KEPT
from storage.repositories.usage import USAGE_KEPT

NOT_THERE = ("deactivated", "not_found")
"""Reasons of a person's status that say that their account is gone."""


@dataclass(frozen=True)
class Periods:
    """Days. `words` are those of an interview, `answers` what it found; `people` are those who are gone.

    `messages` are those that are over, `events` what came in and was handled; `log` is of what was deleted when.
    """

    words: int = 180
    answers: int = 730
    coaching: int = 365
    stories: int = 90
    people: int = 90
    messages: int = 90
    events: int = 30
    log: int = 1095
    audit: int = 1095

    def __post_init__(self) -> None:
        if self.words > self.answers:
            raise ValueError("words cannot be kept for longer than the answers that they are part of")

    def of(self, kept: Kept) -> int | None:
        """Days after which rows of a kind go once they are over; None where nothing but an erasure ends them."""
        known: Mapping[Kept, int] = {
            Kept.ANSWERS: self.answers,
            Kept.COACHING: self.coaching,
            Kept.STORIES: self.stories,
            Kept.USAGE: USAGE_KEPT.days,
            Kept.NOMINATIONS: NOMINATIONS_KEPT.days,
            Kept.MESSAGES: self.messages,
            Kept.EVENTS: self.events,
            Kept.PERSON: self.people,
        }
        return known.get(kept)


@dataclass(frozen=True)
class Rule:
    """Rows of `model` go that are `over` at an instant `days` ago."""

    kind: str
    days: int
    model: type[Base]
    over: Callable[[datetime], ColumnElement[bool]]

    def before(self, now: datetime) -> datetime:
        return now - timedelta(days=self.days)


def rules(periods: Periods) -> tuple[Rule, ...]:
    """What is deleted as it stands; words and people take more than that."""

    def coached(
        model: type[Base], project: InstrumentedAttribute[str], at: InstrumentedAttribute[datetime]
    ) -> Rule:
        return Rule(
            model.__tablename__,
            periods.coaching,
            model,
            lambda before: and_(at < before, project.in_(_over_projects(before))),
        )

    return (
        Rule("interviews", periods.answers, Interview, lambda before: Interview.closed_at < before),
        coached(Nudge, Nudge.project_id, Nudge.decided_at),
        coached(ManagerNudge, ManagerNudge.project_id, ManagerNudge.told_at),
        coached(LeverStep, LeverStep.project_id, LeverStep.decided_at),
        coached(Idea, Idea.project_id, Idea.proposed_at),
        Rule(
            "routines",
            periods.coaching,
            Routine,
            lambda before: and_(
                Routine.status == RoutineStatus.ENDED,
                Routine.created_at < before,
                Routine.project_id.in_(_over_projects(before)),
            ),
        ),
        Rule(
            "actions",
            periods.coaching,
            Action,
            lambda before: and_(Action.moved_at < before, Action.project_id.in_(_over_projects(before))),
        ),
        Rule("barriers", periods.coaching, Barrier, lambda before: Barrier.closed_at < before),
        Rule("absences", periods.coaching, Absence, lambda before: Absence.last_day < before.date()),
        Rule("testimonials", periods.stories, Testimonial, _told),
        Rule("purges", periods.log, PurgeRecord, lambda before: PurgeRecord.purged_at < before),
    )


def worded(before: datetime) -> ColumnElement[bool]:
    """Interviews that were over before then, and whose words are still there."""
    return and_(Interview.closed_at < before, Interview.words_gone_at.is_(None))


def gone(before: datetime) -> ColumnElement[bool]:
    """People who have not been there since then, with no story that is still shown."""
    authors = select(Testimonial.author_id).where(Testimonial.status == TestimonialStatus.APPROVED)
    member = exists().where(Membership.workspace_id == Person.workspace_id, Membership.person_id == Person.id)
    left = and_(
        Person.status == PersonStatus.UNREACHABLE,
        Person.status_reason.in_(NOT_THERE),
        Person.status_since < before,
    )
    stranger = and_(~member, Person.opted_out_at.is_(None), Person.created_at < before)
    return and_(or_(left, stranger), Person.id.not_in(authors))


def _told(before: datetime) -> ColumnElement[bool]:
    over = (TestimonialStatus.DECLINED, TestimonialStatus.REPLACED, TestimonialStatus.WITHDRAWN)
    return or_(
        Testimonial.expires_on < before.date(),
        and_(Testimonial.status.in_(over), Testimonial.created_at < before),
    )


def _over_projects(before: datetime) -> Select[str]:
    return select(Project.id).where(or_(Project.ends_on.is_(None), Project.ends_on < before.date()))
