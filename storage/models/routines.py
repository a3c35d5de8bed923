"""Routines that people chose, and what they said of their weeks."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class RoutineStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class CheckInAnswer(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    MISSED = "missed"


class Routine(WorkspaceScoped, Base):
    """When X, I do Y: `cue` and `action` are sealed (they may be the person's own words); `days` is ISO weekdays, "135"."""

    __tablename__ = "routines"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id", index=True)
    person_id: Mapped[str] = foreign("people.id", index=True)
    template: Mapped[str | None] = mapped_column(String(64))
    cue: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    days: Mapped[str] = mapped_column(String(7))
    ends_on: Mapped[date | None]
    status: Mapped[RoutineStatus] = mapped_column(choice(RoutineStatus), default=RoutineStatus.ACTIVE)
    created_at: Mapped[datetime]


class CheckIn(WorkspaceScoped, Base):
    """One asked "did it happen?". `slot` is the local date it was planned for; `answer` None until answered."""

    __tablename__ = "check_ins"
    __table_args__ = (UniqueConstraint("routine_id", "slot"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    routine_id: Mapped[str] = foreign("routines.id")
    slot: Mapped[date]
    answer: Mapped[CheckInAnswer | None] = mapped_column(choice(CheckInAnswer))
    answered_at: Mapped[datetime | None]
