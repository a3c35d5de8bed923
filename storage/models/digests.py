"""Published digests."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, foreign


class Digest(WorkspaceScoped, Base):
    """One week's page, the same for every lead. `week` is ISO, "2026-W48"; `page` is JSON and already suppressed."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("project_id", "week"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    week: Mapped[str] = mapped_column(String(8))
    page: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
