"""What was told or asked once of an obstacle, what somebody has to mend, and when groups were last looked at."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class PassedOn(StrEnum):
    """What a person said when asked whether their obstacle may be passed on with their name."""

    YES = "yes"
    NO = "no"
    MENDED = "mended"


class BarrierStatus(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    FIXED = "fixed"
    DECLINED = "declined"


class LeverStep(WorkspaceScoped, Base):
    """What is said once to one person for an obstacle: a text of the organisation, or a question and its `answer`."""

    __tablename__ = "lever_steps"
    __table_args__ = (UniqueConstraint("interview_id", "lever"), Index(None, "project_id", "decided_at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    interview_id: Mapped[str] = foreign("interviews.id")
    lever: Mapped[str] = mapped_column(String(20))
    answer: Mapped[PassedOn | None] = mapped_column(choice(PassedOn))
    decided_at: Mapped[datetime]


class Barrier(WorkspaceScoped, Base):
    """Something that somebody has to mend. `named_id`: the one person who agreed to be named; else several, unnamed.

    `sentence` is what that person agreed to, word for word, sealed.

    `owner` is who looks after it, as shown, until `due_on`. `not_yet`: one of those concerned has said since that it does
    not work; who, is not kept. `closed_at` is when it was fixed or put aside.
    """

    __tablename__ = "barriers"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id", index=True)
    blocker: Mapped[str] = mapped_column(String(20))
    named_id: Mapped[str | None] = foreign("people.id")
    sentence: Mapped[str | None] = mapped_column(Text)
    status: Mapped[BarrierStatus] = mapped_column(choice(BarrierStatus), default=BarrierStatus.OPEN)
    owner: Mapped[str | None] = mapped_column(String(200))
    due_on: Mapped[date | None]
    not_yet: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Look(WorkspaceScoped, Base):
    """When a group of people was last looked at; `about` is what the group goes by in `nudges.barriers`."""

    __tablename__ = "looks"
    __table_args__ = (UniqueConstraint("project_id", "about"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    about: Mapped[str] = mapped_column(String(40))
    looked_at: Mapped[datetime]


class ManagerNudge(WorkspaceScoped, Base):
    """What somebody was told of a group of people (`about`), and in which words (`variant`, its full name)."""

    __tablename__ = "manager_nudges"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id", index=True)
    person_id: Mapped[str] = foreign("people.id", index=True)
    about: Mapped[str] = mapped_column(String(40))
    variant: Mapped[str] = mapped_column(String(64))
    told_at: Mapped[datetime]
