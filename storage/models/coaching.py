"""Routines, check-ins, nudges sent, testimonials and to whom they went."""

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


class TestimonialStatus(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Naming(StrEnum):
    """How the author is named."""

    FULL = "full"
    FIRST_NAME_AND_TEAM = "first_name_team"
    ANONYMOUS = "anonymous"


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


class Nudge(WorkspaceScoped, Base):
    """A nudge that was decided: which variant, for which local date, drawn with which probability (0–1]."""

    __tablename__ = "nudges"
    __table_args__ = (UniqueConstraint("workspace_id", "person_id", "variant", "slot"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    person_id: Mapped[str] = foreign("people.id")
    variant: Mapped[str] = mapped_column(String(64))
    slot: Mapped[date]
    propensity: Mapped[float]
    decided_at: Mapped[datetime]


class Testimonial(WorkspaceScoped, Base):
    """A champion's words, shown exactly as consented to. `text` is sealed; `reason` is why it was declined."""

    __tablename__ = "testimonials"
    __test__ = False

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id", index=True)
    author_id: Mapped[str] = foreign("people.id")
    text: Mapped[str] = mapped_column(Text)
    blocker: Mapped[str] = mapped_column(String(20))
    naming: Mapped[Naming] = mapped_column(choice(Naming))
    status: Mapped[TestimonialStatus] = mapped_column(
        choice(TestimonialStatus), default=TestimonialStatus.SUBMITTED
    )
    consented_at: Mapped[datetime]
    expires_on: Mapped[date]
    reviewer_id: Mapped[str | None] = mapped_column(Id)
    reviewed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Share(WorkspaceScoped, Base):
    """A testimonial given to one person, once."""

    __tablename__ = "shares"
    __table_args__ = (UniqueConstraint("testimonial_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    testimonial_id: Mapped[str] = foreign("testimonials.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    reaction: Mapped[str | None] = mapped_column(String(20))
    decided_at: Mapped[datetime]
