"""Who did what, and who was given which role: rows that are added and never changed. Triggers of the database hold that."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.audit import BEGINNING, ActorKind
from storage.models.base import Base, Id, Sequence, WorkspaceScoped, choice, foreign
from storage.roles import GrantedRole


class AuditEntry(WorkspaceScoped, Base):
    """One link of a workspace's chain, as `storage.audit.Entry`; `detail` is JSON. It goes with its workspace alone."""

    __tablename__ = "audit_entries"

    workspace_id: Mapped[str] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_kind: Mapped[ActorKind] = mapped_column(choice(ActorKind))
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(WorkspaceScoped, Base):
    """Where a workspace's chain ends, and the last entry that was cut off at its beginning (number 0: none was).

    `sealed` says the same under a key that is not in the database.
    """

    __tablename__ = "audit_heads"

    workspace_id: Mapped[str] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Sequence)
    digest: Mapped[str] = mapped_column(String(64))
    cut_seq: Mapped[int] = mapped_column(Sequence, default=0, server_default="0")
    cut_digest: Mapped[str] = mapped_column(String(64), default=BEGINNING, server_default=BEGINNING)
    sealed: Mapped[str] = mapped_column(Text)


class Grant(WorkspaceScoped, Base):
    """A role was given to somebody, or taken from them; the latest of a person, project and role is what holds.

    `project_id` is None where a role is of the whole workspace. A grant goes with its person or project, no other way.
    """

    __tablename__ = "grants"
    __table_args__ = (Index(None, "workspace_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = foreign("people.id")
    project_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[GrantedRole] = mapped_column(choice(GrantedRole))
    given: Mapped[bool]
    by_kind: Mapped[ActorKind] = mapped_column(choice(ActorKind))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
