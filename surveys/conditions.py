"""The conditions that a script may name, each a question put to the interview so far."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from content.blockers import Blocker
from surveys import belief, findings
from surveys.branching import comparison
from surveys.figures import Model
from surveys.reading import Reading
from surveys.routine import split_routine
from surveys.script import Ask, Part, Role, Script, Step
from surveys.state import Answer, State
from surveys.words import count

NEITHER = "neither"
"""The answer to a confirming question that refuses every cause it offers."""

LEAST_TO_COMPARE = 2
"""The least 0–10 answer of which "why not two less?" can be asked."""


@dataclass(frozen=True)
class View:
    """An interview so far, as the conditions see it."""

    script: Script
    model: Model
    state: State

    @cached_property
    def last(self) -> Answer:
        return self.state.answers[-1]

    @cached_property
    def asked(self) -> int:
        """Counted questions so far."""
        return sum(self.step_of(answer).counts for answer in self.state.answers)

    def step_of(self, answer: Answer) -> Step:
        return self.script.step(answer.prompt.step)

    @cached_property
    def way(self) -> str:
        """Of which kind the answer to the fact was: tool, other, none; a skipped one counts as other."""
        return self.state.ways[self.way_key] if self.way_key else "other"

    @cached_property
    def way_key(self) -> str | None:
        ways = (answer for answer in self.state.answers if self.step_of(answer).ask is Ask.WAYS)
        return next((answer.value for answer in ways), None)

    @cached_property
    def advocates(self) -> bool:
        """Whether this person uses the tool, and the script has questions for those who do."""
        return self.way == "tool" and any(step.part is Part.ADVOCATE for step in self.script.steps)

    @cached_property
    def told(self) -> Reading | None:
        """The reading of the latest open answer about causes."""
        readings = [answer.reading for answer in self.state.answers if answer.reading]
        return readings[-1] if readings else None

    @cached_property
    def nothing_blocks(self) -> bool:
        """The last open answer about causes says clearly that nothing does: used already, or the task never came up."""
        reading = self.last.reading if self.step_of(self.last).part is Part.PROBE else None
        return reading is not None and reading.probabilities[Blocker.NONE] >= self.model.thresholds.accept

    def is_short(self, answer: Answer) -> bool:
        return (
            self.step_of(answer).ask is Ask.OPEN
            and answer.text is not None
            and count(answer.text) <= self.script.short_words
        )

    @cached_property
    def tired(self) -> bool:
        """Enough skips and very short answers: one confirming question, then the end."""
        weary = [
            answer
            for answer in self.state.answers
            if self.step_of(answer).part in {Part.START, Part.EVERYONE, Part.PROBE, Part.ADVOCATE}
            and (answer.skipped or self.is_short(answer))
        ]
        return len(weary) >= self.script.tired_after

    @cached_property
    def joint(self) -> belief.Joint:
        return belief.weigh(self.model, self.state.answers)[0]

    @cached_property
    def main(self) -> Blocker:
        return belief.ranked(self.state.belief)[0]

    @cached_property
    def settled(self) -> bool:
        """Belief high enough from two kinds of proof; never so for an excuse without its counterfactual answer.

        Nor for a cause whose solution would not bring the person to use the tool: something else is missing then.
        """
        limits = self.model.thresholds
        if self.state.belief[self.main] < limits.settled:
            return False
        solved = findings.counterfactual(self.model, self.state.answers, self.main)
        if solved is None and self.main in self.model.never_final:
            return False
        if solved is not None and solved < limits.solves:
            return False
        return len(belief.kinds_for(self.model, self.state.trail, self.main)) >= 2

    @cached_property
    def stated(self) -> Blocker | None:
        return findings.stated(self.model, self.state.answers)

    @cached_property
    def score(self) -> int | None:
        answer = self.state.answer(Role.COUNTERFACTUAL)
        return int(answer.value) if answer and answer.value else None

    @cached_property
    def supposed_solved(self) -> Blocker | None:
        """The cause that the counterfactual question took away."""
        answer = self.state.answer(Role.COUNTERFACTUAL)
        return answer.prompt.cause if answer else None

    @cached_property
    def has_proof(self) -> bool:
        """Something said has spoken for some cause."""
        return bool(belief.kinds_for(self.model, self.state.trail, self.main))

    def holds(self, condition: str) -> bool:
        compared = comparison(condition)
        if compared is None:
            return _CONDITIONS[condition](self)
        answer = self.state.answer_to(compared.step)
        return compared.holds(answer.value if answer else None)


def _two_readings(view: View) -> bool:
    """The latest answer reads neither clearly nor not at all, and not clearly as two causes at once."""
    if view.told is None:
        return False
    limits = view.model.thresholds
    p, q = (view.told.probabilities[cause] for cause in view.told.causes[:2])
    return limits.offer <= p < limits.accept and p + q < limits.accept


def _excuse_prone(view: View) -> bool:
    if view.last.reading is None:
        return False
    label, p = view.last.reading.top
    return label in view.model.excuse_prone and p >= view.model.thresholds.offer


def _unread(view: View) -> bool:
    return view.last.reading is not None and view.last.reading.top[1] < view.model.thresholds.offer


def _nothing_read(view: View) -> bool:
    """Nothing was told in own words, or twice and more, and nothing of it could be read."""
    readings = [answer.reading for answer in view.state.answers if answer.reading]
    return len(readings) != 1 and all(reading.top[1] < view.model.thresholds.offer for reading in readings)


def _refused(view: View) -> bool:
    """Every cause offered was refused, by somebody who is not tired of being asked."""
    return _value_of(view, Role.CONFIRM) == NEITHER and not view.tired


def _can_practise(view: View) -> bool:
    gave_up = view.tired and view.last.skipped
    barred = view.main in view.script.no_routine_for
    return not gave_up and not (barred and view.state.belief[view.main] >= view.model.thresholds.probable)


def _own_cue(view: View) -> bool:
    answer = view.last if view.last.prompt.role in {Role.ROUTINE, Role.ROUTINE_CUE} else None
    return bool(answer and answer.text and split_routine(answer.text) is None)


def _value_of(view: View, role: Role) -> str | None:
    answer = view.state.answer(role)
    return answer.value if answer else None


_CONDITIONS: dict[str, Callable[[View], bool]] = {
    "excuse_prone": _excuse_prone,
    "short": lambda view: view.is_short(view.last),
    "unread": _unread,
    "two_readings": _two_readings,
    "nothing_read": _nothing_read,
    "low_score": lambda view: view.score is not None and view.score < view.model.thresholds.solves,
    "refused": _refused,
    "scored": lambda view: view.score is not None and view.score >= LEAST_TO_COMPARE,
    "can_practise": _can_practise,
    "own_routine": lambda view: _value_of(view, Role.ROUTINE) == "own",
    "own_cue": _own_cue,
}
