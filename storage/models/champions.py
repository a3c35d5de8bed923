"""Champions, who help colleagues with a tool, and whom people name as those they ask."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class ChampionStatus(StrEnum):
    """Asked by us, then a yes or no of their own, then a lead's word. Leads see nobody before the yes."""

    ASKED = "asked"
    DECLINED = "declined"
    WILLING = "willing"
    PASSED = "passed"
    BEGUN = "begun"
    ENDED = "ended"


class Champion(WorkspaceScoped, Base):
    """Somebody's way to being a champion of a project, and since when (`since`) they are where they are on it.

    `signs` are the reasons why they were asked, apart from each other by spaces, as far as they may be shown: emptied
    by a no. `cards` counts the cards of the kit they were sent; on `full_on`, a local date, they had given what they give
    in a week.
    """

    __tablename__ = "champions"
    __table_args__ = (UniqueConstraint("project_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    status: Mapped[ChampionStatus] = mapped_column(choice(ChampionStatus), default=ChampionStatus.ASKED)
    signs: Mapped[str] = mapped_column(String(60), default="")
    cards: Mapped[int] = mapped_column(default=0)
    full_on: Mapped[date | None]
    since: Mapped[datetime]


class Nomination(WorkspaceScoped, Base):
    """That a person asks another for help with tools. Never shown; counted while it is young, then deleted.

    `typed` is the name as it was written, sealed, while it is not clear whom it means; emptied once it is.
    """

    __tablename__ = "nominations"
    __table_args__ = (UniqueConstraint("project_id", "person_id", "nominee_id"), Index(None, "created_at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    nominee_id: Mapped[str | None] = foreign("people.id", index=True)
    typed: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
