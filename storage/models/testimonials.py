"""Testimonials, and to whom they went."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


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
