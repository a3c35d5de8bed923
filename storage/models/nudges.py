"""Nudges that were decided."""

from datetime import date, datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, foreign


class Nudge(WorkspaceScoped, Base):
    """A nudge that was decided: which variant, for which local date, drawn with which probability (0–1]."""

    __tablename__ = "nudges"
    __table_args__ = (
        UniqueConstraint("workspace_id", "person_id", "variant", "slot"),
        Index(None, "project_id", "decided_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    person_id: Mapped[str] = foreign("people.id")
    variant: Mapped[str] = mapped_column(String(64))
    slot: Mapped[date]
    propensity: Mapped[float]
    decided_at: Mapped[datetime]
