"""Routines that people chose, what they said of their weeks, and how automatic they found them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class RoutineStatus(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"


class EndedFor(StrEnum):
    """Why a routine ended."""

    GRADUATED = "graduated"
    RAN_OUT = "ran_out"
    LET_GO = "let_go"
    CHANGED = "changed"
    NO_NEED = "no_need"
    LEFT = "left"
    """The person is no longer in the project."""


class CheckInAnswer(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    MISSED = "missed"


class Ease(StrEnum):
    """How a week that was kept felt."""

    BY_ITSELF = "by_itself"
    ON_PURPOSE = "on_purpose"
    HEAVY = "heavy"


class Routine(WorkspaceScoped, Base):
    """When X, I do Y: `cue` and `action` are sealed (they may be the person's own words).

    `days` is ISO weekdays, "135", `at` the local time of its reminder, "09:15". A pause lasts from `paused_from` until the
    day before `paused_until`; the latest one is kept. `ended_for` is None where it is not known.

    `kept_first`, `kept_last` and `kept_days` are the days that answers to its check-ins tell of, as `storage.days.Days`
    holds them: a digest would have to look up every check-in of everybody otherwise.
    """

    __tablename__ = "routines"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id", index=True)
    person_id: Mapped[str] = foreign("people.id", index=True)
    template: Mapped[str | None] = mapped_column(String(64))
    cue: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    days: Mapped[str] = mapped_column(String(7))
    at: Mapped[str] = mapped_column(String(5), default="09:15")
    ends_on: Mapped[date | None]
    paused_from: Mapped[date | None]
    paused_until: Mapped[date | None]
    status: Mapped[RoutineStatus] = mapped_column(choice(RoutineStatus), default=RoutineStatus.ACTIVE)
    ended_for: Mapped[EndedFor | None] = mapped_column(choice(EndedFor))
    kept_first: Mapped[int | None]
    kept_last: Mapped[int | None]
    kept_days: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created_at: Mapped[datetime]


class CheckIn(WorkspaceScoped, Base):
    """One asked "did it happen?". `slot` is the local date it was planned for; `answer` None until answered.

    It is about `weeks` weeks, the one of its slot and those before it. `ease` is None unless the person said how it felt.
    """

    __tablename__ = "check_ins"
    __table_args__ = (UniqueConstraint("routine_id", "slot"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    routine_id: Mapped[str] = foreign("routines.id")
    slot: Mapped[date]
    weeks: Mapped[int] = mapped_column(default=1)
    answer: Mapped[CheckInAnswer | None] = mapped_column(choice(CheckInAnswer))
    answered_at: Mapped[datetime | None]
    ease: Mapped[Ease | None] = mapped_column(choice(Ease))


class Automaticity(WorkspaceScoped, Base):
    """The four items of the automaticity scale, asked on the local date `slot`.

    `answers` holds one sign an item, in their order: a digit from 1 to 7, or "-" where it is not answered.
    """

    __tablename__ = "automaticity"
    __table_args__ = (UniqueConstraint("routine_id", "slot"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    routine_id: Mapped[str] = foreign("routines.id")
    slot: Mapped[date]
    answers: Mapped[str] = mapped_column(String(4))
