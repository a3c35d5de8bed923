"""Interviews and what they found."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint, false, text
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
    """One person's interview in one campaign. `state` is the engine's state as JSON, sealed: it holds their words.

    `stated`, `confirmed` and `unserved` are what a digest counts of its findings and needs: the first and the main cause,
    and whether a real need is not served. They are written with those.

    Of an anonymous one that is over only the participation is left: `state` is emptied, `outcome`, `intention`, `usage` and
    the causes are None, and what was found is in `AnonymousResult`.
    """

    __tablename__ = "interviews"
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        Index(None, "closed_at"),
        Index(
            "ix_interviews_worded",
            "closed_at",
            sqlite_where=text("words_gone_at IS NULL"),
            postgresql_where=text("words_gone_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[str] = foreign("campaigns.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    status: Mapped[InterviewStatus] = mapped_column(choice(InterviewStatus), default=InterviewStatus.INVITED)
    state: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(20))
    intention: Mapped[int | None]
    """The counterfactual answer, 0–10, for the say–do gap."""
    usage: Mapped[str | None] = mapped_column(String(20))
    """How the person does the task, as they say: tool, partly, other or none."""
    stated: Mapped[str | None] = mapped_column(String(20))
    confirmed: Mapped[str | None] = mapped_column(String(20))
    unserved: Mapped[bool] = mapped_column(default=False, server_default=false())
    cohort: Mapped[int | None]
    """The number of the cohort in which a digest has counted it; None: it has not been counted."""
    code_until: Mapped[datetime | None]
    """Until when the code to read the explanation elsewhere is good; None: there is none, or it was used."""
    invited_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    words_gone_at: Mapped[datetime | None]
    """When what was said in it had been kept for long enough; what was found is kept for longer."""


class Finding(WorkspaceScoped, Base):
    """A blocker found in a closed interview. `belief` is 0–1; `rank` 1 is the main one; `stated` is the first answer's.

    `resolved_at` is when the person said that it is no longer in the way.
    """

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("interview_id", "blocker"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    interview_id: Mapped[str] = foreign("interviews.id")
    blocker: Mapped[str] = mapped_column(String(20))
    status: Mapped[FindingStatus] = mapped_column(choice(FindingStatus))
    stated: Mapped[bool]
    belief: Mapped[float]
    rank: Mapped[int]
    resolved_at: Mapped[datetime | None]


class NeedLayer(StrEnum):
    """A need as asked for first, and the one that lies behind it; usage is a third layer, in the interview."""

    STATED = "stated"
    REAL = "real"


class Need(WorkspaceScoped, Base):
    """A need told in a closed interview. `served` is how well it is met today, 1–5; None if not asked."""

    __tablename__ = "needs"
    __table_args__ = (UniqueConstraint("interview_id", "layer"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    interview_id: Mapped[str] = foreign("interviews.id")
    layer: Mapped[NeedLayer] = mapped_column(choice(NeedLayer))
    need: Mapped[str] = mapped_column(String(40))
    served: Mapped[int | None]


class Result(WorkspaceScoped, Base):
    """What was rated (`value`) or chosen (`choice`) in a closed interview; `item` is like "umux_lite.score"."""

    __tablename__ = "results"
    __table_args__ = (UniqueConstraint("interview_id", "item"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    interview_id: Mapped[str] = foreign("interviews.id")
    item: Mapped[str] = mapped_column(String(81))
    value: Mapped[float | None]
    choice: Mapped[str | None] = mapped_column(String(40))


class AnonymousResult(WorkspaceScoped, Base):
    """What somebody's anonymous interview found; whose, nothing says.

    The id is drawn at random and there is no instant. On SQLite rows lie by their id, not in the order of writing.
    `found` is JSON: outcome, intention, usage, findings, needs and results, without a word of free text.
    """

    __tablename__ = "anonymous_results"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[str] = foreign("campaigns.id", index=True)
    found: Mapped[str] = mapped_column(Text)
