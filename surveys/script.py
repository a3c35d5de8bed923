"""The script of an interview: which questions, in which order, under which conditions. Data, read strictly."""

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from content.blockers import Blocker
from content.loader import Source, load, validate

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Ask(StrEnum):
    """The form of a question. `PICK` and `CONFIRM` offer causes, `WAYS` and `ROUTINE` come from the persona."""

    CONSENT = "consent"
    WAYS = "ways"
    OPEN = "open"
    OPTIONS = "options"
    PICK = "pick"
    SCALE = "scale"
    CONFIRM = "confirm"
    ROUTINE = "routine"


class Part(StrEnum):
    """`ADVOCATE` is for those who use the tool; the stop rules end `PROBE`, and being tired `CLOSE`'s questions too."""

    START = "start"
    ADVOCATE = "advocate"
    PROBE = "probe"
    CONFIRM = "confirm"
    CLOSE = "close"


Condition = Literal[
    "excuse_prone",
    "short",
    "unread",
    "two_readings",
    "nothing_read",
    "low_score",
    "not_settled",
    "differs",
    "chose_own",
    "scored",
    "can_practise",
    "own_routine",
    "own_cue",
]


class Step(BaseModel):
    """One question. `leaves` is how many counted questions must still fit after it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    ask: Ask
    part: Part
    counts: bool = True
    leaves: int = Field(default=0, ge=0)
    when: tuple[Condition, ...] = ()
    options: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _options_where_they_belong(self) -> Self:
        if (self.ask is Ask.OPTIONS) != bool(self.options):
            raise ValueError("'options' are given for questions asked as 'options', and only for these")
        if len(self.options) > 4:
            raise ValueError("give at most four options; more do not fit as buttons")
        return self


class Script(BaseModel):
    """A whole interview; see `scripts/adoption.yaml` for what each figure means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    questions: int = Field(ge=1, le=10)
    short_words: int = Field(ge=0)
    tired_after: int = Field(ge=1)
    patience_hours: int = Field(ge=1)
    pause_days: int = Field(ge=1)
    rest_weeks: int = Field(ge=0)
    no_routine_for: frozenset[Blocker] = frozenset()
    steps: tuple[Step, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _begins_with_consent(self) -> Self:
        if self.steps[0].ask is not Ask.CONSENT:
            raise ValueError("the first step must ask for consent")
        keys = [step.key for step in self.steps]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"the step {sorted(twice)[0]!r} stands twice; give each its own key")
        return self

    def step(self, key: str) -> Step:
        """Raises KeyError for a step that is not in the script."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)


def read(source: Source) -> Script:
    """The script at `source`.

    Raises:
        ContentError: it is missing or broken; the message says where and what to do.
    """
    return validate(load(source), Script)


@cache
def shipped(key: str) -> Script:
    """A script of this package, by its key. Raises `content.loader.ContentError`."""
    return read(files("surveys") / "scripts" / f"{key}.yaml")
