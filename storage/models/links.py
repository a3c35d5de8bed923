"""Links to a digest's page: what decides whether one opens anything."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, foreign


class ReportLink(WorkspaceScoped, Base):
    """One lead's way to the page of one project. `week` is ISO, "2026-W48"; None is the latest page there is.

    Whether it was opened is in the audit log and nowhere else.
    """

    __tablename__ = "report_links"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    week: Mapped[str | None] = mapped_column(String(8))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
