"""Workspaces, their people, projects and campaigns."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    inspect,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, validates

from content.promises import LEAST_FIGURES, LEAST_WORDS
from storage.errors import PromiseBroken
from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class WorkspaceStatus(StrEnum):
    """`MISCONFIGURED`: the token is good, something else is refused; messages are tried one at a time, planning goes on."""

    ACTIVE = "active"
    UNINSTALLED = "uninstalled"
    REVOKED = "revoked"
    MISCONFIGURED = "misconfigured"


class PersonStatus(StrEnum):
    ACTIVE = "active"
    UNREACHABLE = "unreachable"


class Role(StrEnum):
    EMPLOYEE = "employee"
    CHAMPION = "champion"
    LEAD = "lead"


class CampaignPrivacy(StrEnum):
    """What people are promised. Anonymous: once their interview is over, nothing said is linked to them."""

    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


class Workspace(Base):
    """A Slack team, a Teams tenant or the playground's demo organisation."""

    __tablename__ = "workspaces"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    platform: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(5), default="en")
    address: Mapped[str] = mapped_column(String(5), default="vous")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    status: Mapped[WorkspaceStatus] = mapped_column(choice(WorkspaceStatus), default=WorkspaceStatus.ACTIVE)
    status_since: Mapped[datetime | None]
    """When it was lost; None while it is active, or where that was not kept yet."""
    status_reason: Mapped[str | None] = mapped_column(String(60))
    """The platform's own error code, where one told."""
    second_opinion: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether answers may be sent to the language model of the settings; nobody's are unless the workspace says so."""
    erasure_key: Mapped[str | None] = mapped_column(Text)
    """Sealed: what marks those who asked to be forgotten (`storage.models.Erasure`). Made with the first of them."""
    created_at: Mapped[datetime]


class Person(WorkspaceScoped, Base):
    """Someone who can be written to. `lang` and `timezone` are None where the workspace's hold."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("workspace_id", "external_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    external_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320))
    lang: Mapped[str | None] = mapped_column(String(5))
    timezone: Mapped[str | None] = mapped_column(String(64))
    team: Mapped[str | None] = mapped_column(String(100))
    site: Mapped[str | None] = mapped_column(String(100))
    manager_id: Mapped[str | None] = mapped_column(
        Id,
        ForeignKey("people.id", ondelete="SET NULL", deferrable=True, initially="DEFERRED"),
        index=True,
    )
    status: Mapped[PersonStatus] = mapped_column(choice(PersonStatus), default=PersonStatus.ACTIVE)
    status_since: Mapped[datetime | None]
    """Since when they cannot be reached; None while they can, or where that was not kept yet."""
    status_reason: Mapped[str | None] = mapped_column(String(60))
    """Why, as `bot.platforms.errors.Unreachable` has it."""
    conversation: Mapped[str | None] = mapped_column(Text)
    opted_out_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    at_most_weeks: Mapped[int] = mapped_column(default=1, server_default="1")
    """Their own wish: what is decided for them comes once in so many weeks at most, in all projects together."""
    corrected_at: Mapped[datetime | None]
    """When they last put their name or language right: from then on no list that is imported changes these."""
    export_until: Mapped[datetime | None]
    """Until when the code to read all that is held about them elsewhere is good; None: there is none, or it was used."""
    created_at: Mapped[datetime]


class Absence(WorkspaceScoped, Base):
    """Local days, the first and the last included, on which a person is away and is sent nothing unasked."""

    __tablename__ = "absences"
    __table_args__ = (UniqueConstraint("person_id", "first_day"), Index(None, "last_day"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = foreign("people.id")
    first_day: Mapped[date]
    last_day: Mapped[date]
    created_at: Mapped[datetime]


class Project(WorkspaceScoped, Base):
    """A tool being brought in. `definition` is the project file, validated, as JSON."""

    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    definition: Mapped[str] = mapped_column(Text)
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]


class Membership(WorkspaceScoped, Base):
    """A person's place in a project. A champion is an employee who also shares testimonials.

    `reviews`: a lead has asked this champion to read testimonials before they are shown.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("project_id", "person_id"),
        Index(None, "workspace_id", "person_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    person_id: Mapped[str] = foreign("people.id")
    role: Mapped[Role] = mapped_column(choice(Role))
    persona: Mapped[str | None] = mapped_column(String(64))
    reviews: Mapped[bool] = mapped_column(default=False, server_default=false())
    joined_at: Mapped[datetime]


class Campaign(WorkspaceScoped, Base):
    """One round of interviews. What was promised to people is frozen when it starts.

    `seeks_blockers` says whether its script can confirm a cause: only such rounds count in reports and coaching.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint(f"figure_threshold >= {LEAST_FIGURES}", "figures"),
        CheckConstraint(f"word_threshold >= {LEAST_WORDS}", "words"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id", index=True)
    script: Mapped[str] = mapped_column(String(64))
    figure_threshold: Mapped[int] = mapped_column(default=LEAST_FIGURES)
    word_threshold: Mapped[int] = mapped_column(default=LEAST_WORDS)
    privacy: Mapped[CampaignPrivacy] = mapped_column(
        choice(CampaignPrivacy),
        default=CampaignPrivacy.CONFIDENTIAL,
        server_default=CampaignPrivacy.CONFIDENTIAL.value,
    )
    seeks_blockers: Mapped[bool] = mapped_column(default=True, server_default=true())
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]

    @property
    def anonymous(self) -> bool:
        return self.privacy is CampaignPrivacy.ANONYMOUS

    @validates("script", "privacy", "figure_threshold", "word_threshold")
    def _as_promised(self, name: str, value: object) -> object:
        """Raises PromiseBroken: a round that has started cannot be changed."""
        before = getattr(self, name)
        if before is not None and inspect(self).persistent and before != value:
            raise PromiseBroken(f"{name} was promised to people when this round started; start another one")
        return value
