"""Testimonials, and to whom they went."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class TestimonialStatus(StrEnum):
    """`CHANGE_ASKED`: its reader has asked the author for a change; `REPLACED`: the author has told it again."""

    SUBMITTED = "submitted"
    CHANGE_ASKED = "change_asked"
    APPROVED = "approved"
    DECLINED = "declined"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Naming(StrEnum):
    """How the author is named."""

    FULL = "full"
    FIRST_NAME_AND_TEAM = "first_name_team"
    ANONYMOUS = "anonymous"


class Testimonial(WorkspaceScoped, Base):
    """A champion's words, shown exactly as consented to. What the author and the reader wrote is sealed.

    `gain` is the author's own line; the minutes and steps are what was read from it. `reason` is what the reader says to
    the author. `origin_id` is the first of several that are the same story, told again.
    """

    __tablename__ = "testimonials"
    __test__ = False

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id", index=True)
    author_id: Mapped[str] = foreign("people.id")
    text: Mapped[str] = mapped_column(Text)
    blocker: Mapped[str] = mapped_column(String(20))
    second_blocker: Mapped[str | None] = mapped_column(String(20))
    persona: Mapped[str | None] = mapped_column(String(64))
    gain: Mapped[str | None] = mapped_column(Text)
    before_minutes: Mapped[int | None]
    after_minutes: Mapped[int | None]
    before_steps: Mapped[int | None]
    after_steps: Mapped[int | None]
    effort: Mapped[bool] = mapped_column(default=False, server_default=false())
    naming: Mapped[Naming] = mapped_column(choice(Naming))
    status: Mapped[TestimonialStatus] = mapped_column(
        choice(TestimonialStatus), default=TestimonialStatus.SUBMITTED
    )
    consented_at: Mapped[datetime]
    expires_on: Mapped[date]
    reviewer_id: Mapped[str | None] = mapped_column(Id)
    reviewed_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    origin_id: Mapped[str | None] = mapped_column(Id)
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
