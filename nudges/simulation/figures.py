"""The figures of `people.yaml`, and the same with what is wrong about them."""

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from content.blockers import Blocker
from content.loader import load, validate


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Organisation(Part):
    people: int
    team: int
    listened_to: int
    outside: int
    renown: float
    named: int
    seen: float


class Interviewed(Part):
    right: float
    confirmed: float
    confirmed_right: float
    nothing: float


class Use(Part):
    base: float
    spread: float
    obstacle: float
    obstacle_spread: float
    blocked: float
    mended: float
    plan: float
    tailored: float
    tailored_share: float
    story: float
    monitoring: float
    habit: float


class Habit(Part):
    days: float
    range: tuple[float, float]
    forgotten: float


class Reminder(Part):
    lift: float
    half_life: float
    variants: float
    tones: float
    worn: float
    fading: float
    fading_half_life: float
    unfit: float


class Annoyance(Part):
    half_life: float
    unfit: float
    spread: float
    leaving: float
    slope: float


class Peers(Part):
    active: int
    first: float
    second: float
    third: float


class Seeds(Part):
    pairs: int
    use: float
    habit: float
    story: float


class Figures(Part):
    """What the simulated people are like; the sources are beside the figures."""

    organisation: Organisation
    causes: dict[Blocker, float]
    interview: Interviewed
    routine: float
    days_of_task: float
    use: Use
    habit: Habit
    reminder: Reminder
    annoyance: Annoyance
    answers: float
    answers_lost: float
    honest: float
    peers: Peers
    seeds: Seeds


@cache
def figures() -> Figures:
    """The shipped assumptions. Raises `content.loader.ContentError` if the file is broken."""
    return validate(load(files("nudges") / "simulation" / "people.yaml"), Figures)
