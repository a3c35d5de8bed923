"""Where testimonials were shown, and the questions that their readers ask."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class Place(StrEnum):
    """What kind of message shows a testimonial, or what its author answered about it."""

    SHARE = "share"
    REVIEW = "review"
    DIGEST = "digest"
    ANSWER = "answer"


class Posted(WorkspaceScoped, Base):
    """A message that shows a testimonial to a person, so that it can be taken away: planned under `key` in the outbox.

    Such a key stands for itself, so its row is never purged. The place is forgotten once the words are gone from it.
    """

    __tablename__ = "posted"
    __table_args__ = (UniqueConstraint("testimonial_id", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    testimonial_id: Mapped[str] = foreign("testimonials.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    place: Mapped[Place] = mapped_column(choice(Place))
    key: Mapped[str] = mapped_column(String(300))


class QuestionStatus(StrEnum):
    """`CLOSED`: nobody answered in time, or the testimonial is no longer shown."""

    ASKED = "asked"
    ANSWERED = "answered"
    DECLINED = "declined"
    CLOSED = "closed"


class StoryQuestion(WorkspaceScoped, Base):
    """What a reader asks the author, once per testimonial they were given. `text` and `answer` are sealed."""

    __tablename__ = "story_questions"
    __table_args__ = (UniqueConstraint("share_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    share_id: Mapped[str] = foreign("shares.id")
    testimonial_id: Mapped[str] = foreign("testimonials.id", index=True)
    author_id: Mapped[str] = foreign("people.id", index=True)
    """Who wrote the testimonial, and is asked."""
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    status: Mapped[QuestionStatus] = mapped_column(choice(QuestionStatus), default=QuestionStatus.ASKED)
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
