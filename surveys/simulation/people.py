"""Simulated employees. What is hidden stays in `Respondent`: a way of asking sees only the answers to its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import sqrt
from random import Random
from statistics import NormalDist
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from content.blockers import Blocker
from content.catalog import Lang
from content.loader import load, validate
from surveys.choosing import OTHER
from surveys.conditions import NEITHER
from surveys.routine import NOT_NOW
from surveys.script import Ask
from surveys.simulation.statements import Bank
from surveys.state import Answered, Prompt, Skipped

Reply = Answered | Skipped | None
"""None: the person has left."""

_NORMAL = NormalDist()


class Population(BaseModel):
    """The figures of `people.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    causes: dict[Blocker, float]
    two_causes: float
    excuses: dict[Blocker, float]
    stickiness: float
    honesty: dict[str, float]
    shy: frozenset[Blocker]
    shyness: float
    steadiness: float = Field(ge=0, lt=1)
    second_first: float
    about_others: float
    scores: dict[str, float]
    spread: float
    yes_saying: float
    agreeing: dict[Literal["any", "own_excuse"], float]
    explains: float
    leaving: dict[str, float]
    skipping: dict[Literal["button", "open"], float]
    mumbling: float
    mumbles: dict[Lang, tuple[str, ...]]

    def draw(self, random: Random, shares: Mapping[Blocker, float], without: Blocker | None) -> Blocker:
        """One of `shares` but not `without`."""
        left = [label for label in shares if label is not without]
        return random.choices(left, [shares[label] for label in left])[0]


@cache
def population() -> Population:
    """The shipped assumptions. Raises `content.loader.ContentError` if the file is broken."""
    return validate(load(files("surveys") / "simulation" / "people.yaml"), Population)


@dataclass(frozen=True)
class Person:
    """What no question shows. `openness` and `pleasing` are standard normal; `seed` names every draw of the person."""

    seed: str
    main: Blocker
    second: Blocker | None
    excuse: Blocker
    openness: float
    pleasing: float
    voice: str

    @property
    def causes(self) -> frozenset[Blocker]:
        return frozenset({self.main} | ({self.second} if self.second else set()))


def person(figures: Population, voices: tuple[str, ...], seed: str) -> Person:
    random = _random(seed)
    main = figures.draw(random, figures.causes, None)
    second = figures.draw(random, figures.causes, main)
    two = random.random() < figures.two_causes
    return Person(
        seed=seed,
        main=main,
        second=second if two else None,
        excuse=figures.draw(random, figures.excuses, main),
        openness=random.gauss(),
        pleasing=random.gauss(),
        voice=random.choice(voices),
    )


class Respondent:
    """A person who answers. The same question under the same name gets the same answer, whoever asks it."""

    def __init__(self, who: Person, figures: Population, bank: Bank) -> None:
        self.__who, self.__figures, self.__bank = who, figures, bank
        self.__asked = 0
        self.__solved: Blocker | None = None
        self.__used: set[str] = set()

    def answer(self, probe: str, ask: Ask, prompt: Prompt) -> Reply:
        """The reply to `prompt`, put as `ask`. `probe` says what kind of question it is; see `honesty` in people.yaml."""
        random = _random(f"{self.__who.seed}|{probe}")
        form: Literal["button", "open"] = "open" if ask is Ask.OPEN else "button"
        first, self.__asked = self.__asked == 0, self.__asked + 1
        leaving = self.__figures.leaving[("first_open" if form == "open" else "first") if first else form]
        skipping = 1 - self.__figures.explains if probe == "own" else self.__figures.skipping[form]
        leaves, skips = random.random() < leaving, random.random() < skipping
        if leaves:
            return None
        if skips and ask is not Ask.CONSENT:
            return Skipped(prompt=prompt.number)
        match ask:
            case Ask.OPEN:
                return self.__tell(random, probe, prompt)
            case Ask.SCALE:
                return _press(prompt, str(self.__score(random, prompt.cause)))
            case Ask.CONFIRM:
                return _press(prompt, self.__confirm(random, prompt))
            case Ask.PICK:
                return _press(prompt, self.__pick(random, probe, prompt))
            case Ask.ROUTINE:
                return _press(prompt, NOT_NOW)
            case _:
                return _press(prompt, prompt.options[0])

    def __is_open(self, random: Random, probe: str) -> bool:
        who, figures = self.__who, self.__figures
        chance = figures.honesty[probe] * (figures.shyness if who.main in figures.shy else 1)
        steady = figures.steadiness
        return sqrt(steady) * who.openness + sqrt(1 - steady) * random.gauss() < _NORMAL.inv_cdf(chance)

    def __told(self, random: Random, probe: str) -> Blocker:
        who, figures = self.__who, self.__figures
        if self.__is_open(random, probe):
            if probe == "missing" and self.__solved is who.main:
                return who.second or who.main
            return who.second if who.second and random.random() < figures.second_first else who.main
        elsewhere = figures.about_others if probe == "projective" else 1 - figures.stickiness
        return figures.draw(random, figures.excuses, who.main) if random.random() < elsewhere else who.excuse

    def __tell(self, random: Random, probe: str, prompt: Prompt) -> Answered:
        who, bank = self.__who, self.__bank
        if probe not in self.__figures.honesty or random.random() < self.__figures.mumbling:
            said = random.choice(bank.mumbled[who.voice])
        else:
            told = self.__told(random, probe)
            said = bank.say(who.voice, told, who.causes | {who.excuse}, self.__used, random)
        return Answered(prompt=prompt.number, text=said.statement.text, reading=said.reading)

    def __score(self, random: Random, cause: Blocker | None) -> int:
        who, figures = self.__who, self.__figures
        self.__solved = cause
        kind = {who.excuse: "excuse", who.second: "second", who.main: "main_of_two" if who.second else "main"}
        mean = figures.scores[kind.get(cause, "other") if cause else "excuse"]
        score = random.gauss(mean + figures.yes_saying * who.pleasing, figures.spread)
        return min(10, max(0, round(score)))

    def __confirm(self, random: Random, prompt: Prompt) -> str:
        """A real cause is recognised as far as the person is open; otherwise they agree, or refuse."""
        who, figures = self.__who, self.__figures
        offered = {prompt.third: "third", prompt.second: "second", prompt.cause: "main"}
        places = {cause: place for cause, place in offered.items() if cause}
        own = who.main if who.main in places else who.second
        if own in places and self.__is_open(random, "confirm"):
            return places[own]
        agrees = figures.agreeing["own_excuse" if prompt.cause is who.excuse else "any"]
        pleased = _NORMAL.inv_cdf(agrees)
        if sqrt(0.5) * who.pleasing + sqrt(0.5) * random.gauss() < pleased:
            return "main"
        beside = places.get(who.excuse) if prompt.cause is not who.excuse else None
        if beside and random.random() < figures.agreeing["own_excuse"]:
            return beside
        return NEITHER

    def __pick(self, random: Random, probe: str, prompt: Prompt) -> str:
        """What they would tell, if it is listed; if not, "something else" or, to please, the first one."""
        who = self.__who
        told = self.__told(random, probe)
        for cause in (told, who.main if self.__is_open(random, "confirm") else who.excuse):
            if cause.value in prompt.options:
                return cause.value
        return prompt.options[0] if random.random() < self.__figures.agreeing["any"] else OTHER


def _press(prompt: Prompt, value: str) -> Answered:
    return Answered(prompt=prompt.number, value=value)


def _random(seed: str) -> Random:
    return Random(seed)  # noqa: S311
