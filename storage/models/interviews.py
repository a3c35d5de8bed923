"""Interviews and what they found."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class InterviewStatus(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
    DECLINED = "declined"
    STOPPED = "stopped"


class FindingStatus(StrEnum):
    """How sure a blocker is, by the rules of the method. `VALIDATED` needs usage data."""

    STATED = "stated"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"
    VALIDATED = "validated"


class Interview(WorkspaceScoped, Base):
    """One person's interview in one campaign. `state` is the engine's state as JSON, sealed: it holds their words."""

    __tablename__ = "interviews"
    __table_args__ = (UniqueConstraint("campaign_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[str] = foreign("campaigns.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    status: Mapped[InterviewStatus] = mapped_column(choice(InterviewStatus), default=InterviewStatus.INVITED)
    state: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(20))
    intention: Mapped[int | None]
    """The counterfactual answer, 0–10, for the say–do gap."""
    invited_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Finding(WorkspaceScoped, Base):
    """A blocker found in a closed interview. `belief` is 0–1; `rank` 1 is the main one; `stated` is the first answer's."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("interview_id", "blocker"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    interview_id: Mapped[str] = foreign("interviews.id")
    blocker: Mapped[str] = mapped_column(String(20))
    status: Mapped[FindingStatus] = mapped_column(choice(FindingStatus))
    stated: Mapped[bool]
    belief: Mapped[float]
    rank: Mapped[int]
