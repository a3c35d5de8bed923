"""The script of an interview: which questions, in which order, under which conditions, in which words.

Data, read strictly. A step may have any key: what it does for the interview is its form (`ask`) and its `role`. The
words stand in the script itself under `texts`, per language and step; what a role needs beside them (the options of a
confirming question, the ends of a scale) has words of the product, which a script may replace.
"""

import re
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    field_validator,
    model_validator,
)

from content.blockers import Blocker
from content.catalog import Catalog, Lang
from content.keys import Key
from content.loader import ContentError, Document, Source, load, validate
from surveys.branching import known_condition

When = Annotated[str, BeforeValidator(known_condition)]


def _measure(written: str) -> str:
    if not re.fullmatch(r"[a-z_]{1,30}\.[a-z_]{1,30}", written):
        raise ValueError(f"{written!r} is not a measure; name its instrument and item, as in 'pulse.ease'")
    return written


Measure = Annotated[str, AfterValidator(_measure)]


class Ask(StrEnum):
    """The form of a question. `PICK` and `CONFIRM` offer causes, `WAYS` and `ROUTINE` come from the persona.

    `SCALE` is the counterfactual 0–10 about a cause, `RATE` a scale of the script's own.
    """

    CONSENT = "consent"
    WAYS = "ways"
    OPEN = "open"
    OPTIONS = "options"
    RATE = "rate"
    PICK = "pick"
    SCALE = "scale"
    CONFIRM = "confirm"
    ROUTINE = "routine"


class Role(StrEnum):
    """What an answer is for. Those up to `OWN` are evidence about causes; the others are results of their own."""

    INCIDENT = "incident"
    REFLECTION = "reflection"
    CLARIFY = "clarify"
    PROJECTIVE = "projective"
    COUNTERFACTUAL = "counterfactual"
    MISSING = "missing"
    CONFIRM = "confirm"
    OWN = "own"
    USAGE = "usage"
    NEED_STATED = "need_stated"
    NEED_REAL = "need_real"
    NEED_SERVED = "need_served"
    TELL = "tell"
    ROUTINE = "routine"
    ROUTINE_CUE = "routine_cue"
    ROUTINE_ACTION = "routine_action"


ROLE_OF_FORM = {
    Ask.WAYS: Role.USAGE,
    Ask.PICK: Role.CLARIFY,
    Ask.SCALE: Role.COUNTERFACTUAL,
    Ask.CONFIRM: Role.CONFIRM,
    Ask.ROUTINE: Role.ROUTINE,
}
"""The forms that can have one role only, so that a script need not say it."""

_UNCOUNTED = frozenset({Role.OWN, Role.ROUTINE, Role.ROUTINE_CUE, Role.ROUTINE_ACTION})

_FORMS_OF_ROLE = {
    **{role: {form} for form, role in ROLE_OF_FORM.items()},
    Role.USAGE: {Ask.WAYS, Ask.OPTIONS},
    Role.NEED_STATED: {Ask.OPTIONS},
    Role.NEED_REAL: {Ask.OPTIONS},
    Role.NEED_SERVED: {Ask.RATE},
    Role.TELL: {Ask.OPTIONS},
}

USES = ("tool", "partly", "other", "none")
"""What a usage question with options of its own may offer: the tool, both, another way, or it never came up."""


class Part(StrEnum):
    """Who is asked, and what ends it.

    `START` and `EVERYONE` are asked of all, `ADVOCATE` of those who use the tool, the others of those who do not. The
    stop rules end `PROBE`, where the question with the best expected gain goes first; being tired ends all but `START`
    and `CONFIRM`.
    """

    START = "start"
    EVERYONE = "everyone"
    ADVOCATE = "advocate"
    PROBE = "probe"
    CONFIRM = "confirm"
    CLOSE = "close"


class Range(BaseModel):
    """The ends of a `RATE` question, whole numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: int = Field(ge=0, le=1)
    high: int = Field(ge=3, le=10)


class Step(BaseModel):
    """One question. `leaves` is how many counted questions must still fit after it.

    `measure` names what a `RATE` question measures, `umux_lite.ease`; without it, the script and the step do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    ask: Ask
    part: Part = Part.EVERYONE
    role: Role | None = None
    counts: bool = True
    leaves: int = Field(default=0, ge=0)
    when: tuple[When, ...] = ()
    options: tuple[Key, ...] = ()
    range: Range | None = None
    measure: Measure | None = None

    @model_validator(mode="before")
    @classmethod
    def _role_of_the_form(cls, data: Any) -> Any:
        if isinstance(data, dict) and "role" not in data and data.get("ask") in ROLE_OF_FORM:
            return {**data, "role": ROLE_OF_FORM[data["ask"]]}
        return data

    @model_validator(mode="after")
    def _fits_its_form(self) -> Self:
        if (self.ask is Ask.OPTIONS) != bool(self.options):
            raise ValueError("'options' are given for questions asked as 'options', and only for these")
        if len(self.options) > 4:
            raise ValueError("give at most four options; more do not fit as buttons")
        if (self.ask is Ask.RATE) != bool(self.range):
            raise ValueError("'range' is given for questions asked as 'rate', and only for these")
        if not self.counts and self.ask is not Ask.CONSENT and self.role not in _UNCOUNTED:
            raise ValueError(
                "'counts: false' is for the consent, own words after a no, and the routine; count the rest"
            )
        if self.measure and self.ask is not Ask.RATE:
            raise ValueError("only a question asked as 'rate' has a 'measure'")
        return self

    @model_validator(mode="after")
    def _fits_its_role(self) -> Self:
        if self.role is None:
            return self
        forms = _FORMS_OF_ROLE.get(self.role, {Ask.OPEN})
        if self.ask not in forms:
            allowed = " or ".join(sorted(form.value for form in forms))
            raise ValueError(f"the role {self.role.value!r} is for a question asked as {allowed}")
        if self.role is Role.USAGE and not set(self.options) <= set(USES):
            raise ValueError(f"a question about usage may offer {', '.join(USES)}")
        return self


class Script(BaseModel):
    """A whole interview; see `scripts/adoption.yaml` for what each figure means. `minutes` is told with the consent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    audience: Literal["employees", "leads"] = "employees"
    questions: int = Field(ge=1, le=10)
    minutes: int = Field(default=3, ge=1, le=5)
    short_words: int = Field(default=2, ge=0)
    tired_after: int = Field(default=2, ge=1)
    patience_hours: int = Field(default=24, ge=1)
    pause_days: int = Field(default=7, ge=1)
    rest_weeks: int = Field(default=6, ge=0)
    no_routine_for: frozenset[Blocker] = frozenset()
    steps: tuple[Step, ...] = Field(min_length=2)
    texts: InstanceOf[Catalog]

    @field_validator("steps")
    @classmethod
    def _consent_then_each_once(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if steps[0].ask is not Ask.CONSENT:
            raise ValueError("the first step must ask for consent")
        keys = Counter(step.key for step in steps)
        if twice := [key for key, times in keys.items() if times > 1]:
            raise ValueError(f"the step {twice[0]!r} stands twice; give each its own key")
        roles = Counter(step.role for step in steps if step.role)
        if twice := [role.value for role, times in roles.items() if times > 1]:
            raise ValueError(f"two steps have the role {twice[0]!r}; only one can have it")
        return steps

    @property
    def seeks_blockers(self) -> bool:
        """Whether it can confirm a cause: then it stands for the person's obstacle, in reports and coaching."""
        return any(step.role is Role.CONFIRM for step in self.steps)

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
    document = load(source)
    return validate(with_texts(document), Script)


def with_texts(document: Document) -> Document:
    """The document with its texts read, as `Script` wants them.

    Raises:
        ContentError: a text is no text.
    """
    if not isinstance(document.data, dict):
        raise ContentError(document.source, None, "must hold a script: key, questions, steps, texts")
    texts = document.data.get("texts") or {}
    if not isinstance(texts, dict) or set(texts) - set(Lang):
        line = document.line(("texts",))
        raise ContentError(document.source, line, "'texts' must hold 'en' and 'fr', and nothing else")
    catalog = Catalog(document.source, {lang: _part(document, lang) for lang in Lang})
    for lang in Lang:
        catalog.keys(lang)
    return Document({**document.data, "texts": catalog}, document.lines, document.source)


def _part(document: Document, lang: Lang) -> Document:
    """The texts of one language, with the lines that they have in the whole file."""
    place = ("texts", lang.value)
    lines = {location[2:]: line for location, line in document.lines.items() if location[:2] == place}
    return Document((document.data.get("texts") or {}).get(lang.value) or {}, lines, document.source)


def scripts_in(folder: Path) -> list[Path]:
    """The script files of a content folder, by name."""
    return sorted((folder / "scripts").glob("*.yaml"))
