"""Published digests, and the people whom their figures are of."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, foreign


class Digest(WorkspaceScoped, Base):
    """One week's page, the same for every lead, never changed. `week` is ISO, "2026-W48"; `page` is JSON, suppressed."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("project_id", "week"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    week: Mapped[str] = mapped_column(String(8))
    page: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]


class Cohort(WorkspaceScoped, Base):
    """People of one round who were counted together, once and for good. `number` counts from 1.

    `told` is JSON of what is told of them, and all that is kept: not who they are, nor what was too small. `unknown` is JSON
    of how much of each group had answered by then.
    """

    __tablename__ = "cohorts"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[str] = foreign("campaigns.id")
    number: Mapped[int]
    week: Mapped[str] = mapped_column(String(8))
    told: Mapped[str] = mapped_column(Text)
    unknown: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime]
