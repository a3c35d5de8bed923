"""The ways of asking that are compared. Each sees a respondent's answers and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol

from content.blockers import CAUSES, Blocker
from surveys import engine
from surveys.belief import ranked
from surveys.figures import Model
from surveys.findings import Sureness
from surveys.reading import Reading
from surveys.script import Ask, Script
from surveys.simulation.people import Reply
from surveys.state import Answered, Ending, Invited, Prompt, TimePassed
from surveys.subject import WayKind

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
WAYS: dict[str, WayKind] = {"mail": "other", "board": "tool"}

LEAST = 1.5 / len(Blocker)
"""The least probability at which a reading names a cause: half as much again as chance."""


class Answers(Protocol):
    """Whoever answers."""

    def answer(self, probe: str, ask: Ask, prompt: Prompt) -> Reply: ...


@dataclass(frozen=True)
class Outcome:
    """What a way of asking made of one person.

    `causes` are its best two guesses, likeliest first, however sure; `reported` is the cause it would report and
    `confirmed` those it calls confirmed. `questions` are the counted ones; `left` is for good, before the end.
    """

    causes: tuple[Blocker, ...] = ()
    confirmed: tuple[Blocker, ...] = ()
    reported: Blocker | None = None
    questions: int = 0
    began: bool = True
    left: bool = False


Policy = Callable[[Answers, Random], Outcome]

GONE = Outcome(began=False, left=True)


def poll(respondent: Answers, random: Random) -> Outcome:
    """One question: what keeps you, from the whole list, in a random order."""
    options = tuple(cause.value for cause in random.sample(CAUSES, len(CAUSES)))
    reply = respondent.answer("poll", Ask.PICK, Prompt(number=1, step="poll", options=options))
    if reply is None:
        return GONE
    picked = reply.value if isinstance(reply, Answered) else None
    causes = (Blocker(picked),) if picked in set(CAUSES) else ()
    return Outcome(causes, reported=next(iter(causes), None), questions=1)


def open_question(respondent: Answers, _random: Random) -> Outcome:
    """One question in own words, read by the same reader."""
    reply = respondent.answer("first", Ask.OPEN, Prompt(number=1, step="first"))
    if reply is None:
        return GONE
    causes = _named(reply.reading) if isinstance(reply, Answered) and reply.reading else ()
    return Outcome(causes[:2], reported=next(iter(causes), None), questions=1)


class Questionnaire:
    """The interview's six questions in a fixed order, whatever is answered; the cause confirmed at the end, or the
    deepest one named."""

    def __init__(self, solves: int) -> None:
        self._solves = solves

    def __call__(self, respondent: Answers, random: Random) -> Outcome:
        asked = 0
        named: list[Blocker] = []

        def ask(probe: str, form: Ask, **about: object) -> Reply:
            nonlocal asked
            asked += 1
            return respondent.answer(probe, form, Prompt(number=asked, step=probe, **about))

        def gone() -> Outcome:
            causes = _latest(named)
            return Outcome(causes, reported=next(iter(causes), None), questions=asked, left=True)

        if ask("fact", Ask.WAYS, options=tuple(WAYS)) is None:
            return GONE
        for probe in ("incident", "reflection"):
            if (reply := ask(probe, Ask.OPEN)) is None:
                return gone()
            named += _told(reply)
        solved = named[-1] if named else None
        if (
            reply := ask("counterfactual", Ask.SCALE, cause=solved, options=tuple(map(str, range(11))))
        ) is None:
            return gone()
        score = int(reply.value) if isinstance(reply, Answered) and reply.value else 0
        if (reply := ask("missing", Ask.OPEN, score=score)) is None:
            return gone()
        named += _told(reply)
        causes = _latest(named)
        if not causes:
            return Outcome(questions=asked)
        main, second = causes[0], causes[1] if len(causes) > 1 else None
        offered = tuple(
            random.sample(("main", "second", "neither") if second else ("main", "neither"), 2 + bool(second))
        )
        reply = ask("confirm", Ask.CONFIRM, cause=main, second=second, options=offered)
        if reply is None:
            return gone()
        agreed = reply.value if isinstance(reply, Answered) else None
        if agreed == "second" and second:
            causes = (second, main)
        supported = agreed == "main" and (main is not solved or score >= self._solves)
        return Outcome(causes, (main,) if supported else (), causes[0], asked)


@dataclass(frozen=True)
class Interview:
    """The interview as it runs in chat: the engine, with a script and figures."""

    script: Script
    model: Model

    def __call__(self, respondent: Answers, random: Random) -> Outcome:
        script, model = self.script, self.model
        now = NOW
        state = engine.begin(script, seed=random.getrandbits(32), ways=WAYS, routines=(), now=now)
        state, _ = engine.advance(script, state, Invited(), now, model)
        questions, left = 0, False
        while state.prompt:
            step = script.step(state.prompt.step)
            probe = step.role.value if step.role else step.key
            questions += step.counts
            reply = respondent.answer(probe, step.ask, state.prompt)
            if reply is None:
                left = True
                for _ in range(2):
                    now += timedelta(days=script.pause_days)
                    state, _effects = engine.advance(script, state, TimePassed(), now, model)
            else:
                state, _effects = engine.advance(script, state, reply, now, model)
        if not state.answers:
            return GONE
        found = engine.found(state, model)
        return Outcome(
            causes=tuple(ranked(state.belief)[:2]) if state.trail else (),
            confirmed=tuple(item.blocker for item in found if item.sureness is Sureness.CONFIRMED),
            reported=found[0].blocker if found else None,
            questions=questions,
            left=left and state.ending is Ending.SILENT,
        )


def _told(reply: Reply) -> list[Blocker]:
    return list(_named(reply.reading)[:1]) if isinstance(reply, Answered) and reply.reading else []


def _named(reading: Reading) -> tuple[Blocker, ...]:
    """The causes read, likeliest first; none if the reading is no better than chance."""
    return tuple(label for label, p in reading.ranked if label in CAUSES and p > LEAST)


def _latest(named: list[Blocker]) -> tuple[Blocker, ...]:
    """The causes named, the last first."""
    return tuple(dict.fromkeys(reversed(named)))[:2]
