"""Everything that is held about a person: where, what for, how long, and what becomes of it when they ask to be forgotten.

The one list of it. `my data`, the export, the erasure and the data-protection sheet are made from it, and a test holds it
against the tables.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, Table, inspect, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import (
    Absence,
    Action,
    ActionAnswer,
    ActionEvent,
    AgendaItem,
    Automaticity,
    Barrier,
    Base,
    Champion,
    CheckIn,
    Choice,
    Consent,
    Erasure,
    Finding,
    Grant,
    Idea,
    IdeaComment,
    IdeaPlace,
    IdeaSupport,
    InboxEvent,
    Interview,
    LeverStep,
    ManagerNudge,
    Membership,
    Need,
    Nomination,
    Nudge,
    OutboxMessage,
    Person,
    PlaygroundMessage,
    Posted,
    Purpose,
    ReportLink,
    Result,
    Routine,
    SamplePlace,
    Share,
    StoryQuestion,
    Testimonial,
    UsageDay,
)


class Kept(StrEnum):
    """How long a row stays; `storage.retention` says in days what each means. `PERSON`: as long as its person is known."""

    PERSON = "person"
    ANSWERS = "answers"
    COACHING = "coaching"
    STORIES = "stories"
    USAGE = "usage"
    NOMINATIONS = "nominations"
    MESSAGES = "messages"
    EVENTS = "events"
    FOR_GOOD = "for_good"


class Erased(StrEnum):
    """What an erasure does with a row. `LAST`: it stays until the last message to its person has left.

    The person's own row stays emptied; stories and ideas stay withdrawn, so that one that was just being sent is taken
    back too.
    """

    DELETED = "deleted"
    EMPTIED = "emptied"
    """The row is somebody else's; what points to the person is taken out of it."""
    LAST = "last"
    STAYS = "stays"


@dataclass(frozen=True)
class Kind:
    """One table, seen from one person.

    `path` leads from a row to the person: columns, each of the table that the one before points to. The inbox is by the
    platform's id of a person (`sender`), everything else by ours. `sealed` columns hold encrypted text. What is not
    `told` says something of others too, or is of no use outside; its rows are only counted.
    """

    model: type[Base]
    path: tuple[str, ...]
    purpose: Purpose
    kept: Kept
    erased: Erased = Erased.DELETED
    sealed: tuple[str, ...] = ()
    told: bool = True

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)

    @property
    def name(self) -> str:
        """Unique among the kinds."""
        return f"{self.table}.{self.path[0]}"

    def of(self, person: Person) -> ColumnElement[bool]:
        """Whether a row is this person's."""
        column: InstrumentedAttribute[str] = getattr(self.model, self.path[0])
        if self.path == ("sender",):
            return column == person.external_id
        if len(self.path) == 1:
            return column == person.id
        parent = _pointed_to(self.model, self.path[0])
        owner: InstrumentedAttribute[str] = getattr(parent, self.path[1])
        return column.in_(select(inspect(parent).primary_key[0]).where(owner == person.id))


_BY_INTERVIEW = ("interview_id", "person_id")
_BY_ROUTINE = ("routine_id", "person_id")

KINDS: tuple[Kind, ...] = (
    Kind(Membership, ("person_id",), Purpose.CONTACT, Kept.PERSON),
    Kind(Absence, ("person_id",), Purpose.CONTACT, Kept.COACHING),
    Kind(Consent, ("person_id",), Purpose.CONTACT, Kept.PERSON),
    Kind(ReportLink, ("person_id",), Purpose.CONTACT, Kept.PERSON),
    Kind(Grant, ("person_id",), Purpose.CONTACT, Kept.PERSON, Erased.LAST),
    Kind(Finding, _BY_INTERVIEW, Purpose.INTERVIEW, Kept.ANSWERS),
    Kind(Need, _BY_INTERVIEW, Purpose.INTERVIEW, Kept.ANSWERS),
    Kind(Result, _BY_INTERVIEW, Purpose.INTERVIEW, Kept.ANSWERS),
    Kind(LeverStep, ("person_id",), Purpose.COACHING, Kept.COACHING),
    Kind(ActionAnswer, ("person_id",), Purpose.INTERVIEW, Kept.COACHING),
    Kind(ActionEvent, ("person_id",), Purpose.HELP, Kept.COACHING, Erased.EMPTIED),
    Kind(Action, ("owner_id",), Purpose.HELP, Kept.COACHING, Erased.EMPTIED, ("text", "said")),
    Kind(Interview, ("person_id",), Purpose.INTERVIEW, Kept.ANSWERS, sealed=("state",)),
    Kind(Barrier, ("named_id",), Purpose.INTERVIEW, Kept.COACHING, sealed=("sentence",)),
    Kind(CheckIn, _BY_ROUTINE, Purpose.COACHING, Kept.COACHING),
    Kind(Automaticity, _BY_ROUTINE, Purpose.COACHING, Kept.COACHING),
    Kind(Routine, ("person_id",), Purpose.COACHING, Kept.COACHING, sealed=("cue", "action")),
    Kind(Choice, ("person_id",), Purpose.COACHING, Kept.COACHING),
    Kind(Nudge, ("person_id",), Purpose.COACHING, Kept.COACHING),
    Kind(ManagerNudge, ("person_id",), Purpose.COACHING, Kept.COACHING),
    Kind(StoryQuestion, ("share_id", "person_id"), Purpose.STORIES, Kept.STORIES, sealed=("text", "answer")),
    Kind(StoryQuestion, ("author_id",), Purpose.STORIES, Kept.STORIES, sealed=("text", "answer")),
    Kind(Share, ("testimonial_id", "author_id"), Purpose.STORIES, Kept.STORIES, told=False),
    Kind(Share, ("person_id",), Purpose.STORIES, Kept.STORIES),
    Kind(Posted, ("person_id",), Purpose.STORIES, Kept.STORIES, told=False),
    Kind(Posted, ("testimonial_id", "author_id"), Purpose.STORIES, Kept.STORIES, Erased.LAST, told=False),
    Kind(Testimonial, ("author_id",), Purpose.STORIES, Kept.STORIES, Erased.LAST, ("text", "gain", "reason")),
    Kind(Testimonial, ("reviewer_id",), Purpose.STORIES, Kept.STORIES, Erased.EMPTIED, told=False),
    Kind(IdeaComment, ("person_id",), Purpose.IDEAS, Kept.COACHING, sealed=("text",)),
    Kind(IdeaComment, ("idea_id", "author_id"), Purpose.IDEAS, Kept.COACHING, told=False),
    Kind(IdeaSupport, ("person_id",), Purpose.IDEAS, Kept.COACHING),
    Kind(IdeaSupport, ("idea_id", "author_id"), Purpose.IDEAS, Kept.COACHING, told=False),
    Kind(IdeaPlace, ("person_id",), Purpose.IDEAS, Kept.COACHING, told=False),
    Kind(IdeaPlace, ("idea_id", "author_id"), Purpose.IDEAS, Kept.COACHING, Erased.LAST, told=False),
    Kind(Idea, ("author_id",), Purpose.IDEAS, Kept.COACHING, Erased.LAST, ("text", "reason")),
    Kind(UsageDay, ("person_id",), Purpose.USAGE, Kept.USAGE),
    Kind(Champion, ("person_id",), Purpose.HELP, Kept.PERSON),
    Kind(Nomination, ("person_id",), Purpose.HELP, Kept.NOMINATIONS, sealed=("typed",)),
    Kind(Nomination, ("nominee_id",), Purpose.HELP, Kept.NOMINATIONS, told=False),
    Kind(SamplePlace, ("person_id",), Purpose.COMPARISON, Kept.PERSON),
    Kind(AgendaItem, ("person_id",), Purpose.CONTACT, Kept.PERSON, told=False),
    Kind(OutboxMessage, ("person_id",), Purpose.CONTACT, Kept.MESSAGES),
    Kind(InboxEvent, ("sender",), Purpose.CONTACT, Kept.EVENTS, Erased.EMPTIED, told=False),
    Kind(PlaygroundMessage, ("person_id",), Purpose.CONTACT, Kept.PERSON, Erased.LAST, ("body",)),
    Kind(Person, ("manager_id",), Purpose.CONTACT, Kept.PERSON, Erased.EMPTIED, told=False),
    Kind(Person, ("id",), Purpose.CONTACT, Kept.PERSON, Erased.LAST),
)
"""Rows before those that they hang on."""

ERASURES = Kind(Erasure, ("mark",), Purpose.CONTACT, Kept.FOR_GOOD, Erased.STAYS, told=False)
"""What is left of somebody who asked to be forgotten. It names nobody; without it the next list would bring them back."""


@cache
def _pointed_to(model: type[Base], column: str) -> type[Base]:
    (key,) = inspect(model).columns[column].foreign_keys
    return next(
        mapper.class_
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table) and mapper.local_table is key.column.table
    )
