"""Tests on a sample: what is compared, and each person's place in it."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, mapped_column, validates

from storage.errors import PromiseBroken
from storage.models.base import Base, Id, WorkspaceScoped, choice, foreign


class SampleKind(StrEnum):
    """What the treated get and the others do not. Pilot: anything unasked, in waves; the others wait for its end.

    Holdout: the others get nothing unasked. Variants: one of two nudges or routines each. Stories: testimonials.
    """

    PILOT = "pilot"
    HOLDOUT = "holdout"
    VARIANTS = "variants"
    STORIES = "stories"


class Sample(WorkspaceScoped, Base):
    """One test. How it was drawn stays as it is, and so do its `rules` (JSON) once they are written: before the start.

    `share` of the units (`unit`: person or team) is treated, 0–1, a pilot's in `waves` that open `wave_weeks` apart.
    `treatment` and `control` name the variants. `look` is the latest verdict, already suppressed, as JSON.
    """

    __tablename__ = "samples"
    __table_args__ = (UniqueConstraint("project_id", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = foreign("projects.id")
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[SampleKind] = mapped_column(choice(SampleKind))
    unit: Mapped[str] = mapped_column(String(10))
    strata: Mapped[str] = mapped_column(String(40))
    seed: Mapped[str] = mapped_column(String(64))
    share: Mapped[float]
    waves: Mapped[int] = mapped_column(default=1)
    wave_weeks: Mapped[int] = mapped_column(default=0)
    treatment: Mapped[str | None] = mapped_column(String(64))
    control: Mapped[str | None] = mapped_column(String(64))
    rules: Mapped[str | None] = mapped_column(Text)
    look: Mapped[str | None] = mapped_column(Text)
    drawn_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]

    def opens(self, wave: int) -> datetime | None:
        """When a wave's turn comes; None while the test has not started."""
        return self.started_at and self.started_at + timedelta(weeks=(wave - 1) * self.wave_weeks)

    @validates("kind", "unit", "strata", "seed", "share", "waves", "wave_weeks", "treatment", "control")
    def _as_drawn(self, name: str, value: object) -> object:
        """Raises PromiseBroken."""
        if inspect(self).persistent and getattr(self, name) != value:
            raise PromiseBroken(f"{name} was fixed when this test was drawn; draw another one")
        return value

    @validates("rules", "started_at")
    def _as_started(self, name: str, value: object) -> object:
        """Raises PromiseBroken."""
        before = getattr(self, name)
        if before is not None and before != value:
            raise PromiseBroken(f"{name} was written down before this test began; it stays as it is")
        return value


class SamplePlace(WorkspaceScoped, Base):
    """Where one person was drawn, for good. `cluster` numbers the units of the draw; teams may change since."""

    __tablename__ = "sample_places"
    __table_args__ = (UniqueConstraint("sample_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    sample_id: Mapped[str] = foreign("samples.id")
    person_id: Mapped[str] = foreign("people.id", index=True)
    cluster: Mapped[int]
    treated: Mapped[bool]
    wave: Mapped[int]

    @validates("cluster", "treated", "wave")
    def _as_drawn(self, name: str, value: object) -> object:
        """Raises PromiseBroken."""
        if inspect(self).persistent and getattr(self, name) != value:
            raise PromiseBroken(f"{name} of a person was drawn for good")
        return value
