"""Which upkeep has been done when, so that of many processes one does it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Upkeep(Base):
    """One row per task, and one per transaction that mixed nameless rows which stand (`storage.mixing`).

    It belongs to no workspace: upkeep is done for all of them.
    """

    __tablename__ = "upkeep"

    task: Mapped[str] = mapped_column(String(20), primary_key=True)
    begun_at: Mapped[datetime]
