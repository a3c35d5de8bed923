"""Which question comes next, and how it is put together.

Steps come in the script's order, each at most once, the first one whose conditions hold and that leaves room for what
is still wanted. Only among probes that stand together, once the first of them was answered, the one with the best
expected gain in belief goes first; equal gains keep the script's order.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import takewhile

from surveys import belief
from surveys.conditions import NEITHER, View
from surveys.gain import expected_gain
from surveys.routine import NOT_NOW
from surveys.script import Ask, Part, Role, Step
from surveys.state import Prompt, State

YES = "yes"
OWN = "own"
OTHER = "other"

MOST_CAUSES = 3
"""How many causes are offered at once, beside the way out."""


def next_prompt(view: View) -> Prompt | None:
    """The next question; None when there is none left."""
    last = view.step_of(view.last)
    if last.part is Part.PROBE and (best := _best_probe(view, _together(view.script.steps, last))):
        return best
    return next(
        (prompt_for(view, step) for step in _after(view.script.steps, last) if _is_wanted(view, step)), None
    )


def _best_probe(view: View, probes: Sequence[Step]) -> Prompt | None:
    asked = {answer.prompt.step for answer in view.state.answers}
    prompts = [prompt_for(view, step) for step in probes if step.key not in asked and _is_wanted(view, step)]
    if len(prompts) <= 1:
        return next(iter(prompts), None)
    gains = [expected_gain(view.model, view.joint, prompt) for prompt in prompts]
    return prompts[max(range(len(prompts)), key=lambda index: (round(gains[index], 9), -index))]


def _together(steps: Sequence[Step], probe: Step) -> tuple[Step, ...]:
    """The probes that stand beside `probe` without another part between them."""
    at = steps.index(probe)
    before = tuple(takewhile(lambda step: step.part is Part.PROBE, reversed(steps[:at])))[::-1]
    return (*before, *takewhile(lambda step: step.part is Part.PROBE, steps[at:]))


def _after(steps: Sequence[Step], last: Step) -> Iterator[Step]:
    """The steps after `last`; after a probe, those after all the probes beside it."""
    follow = _together(steps, last)[-1] if last.part is Part.PROBE else last
    return iter(steps[steps.index(follow) + 1 :])


def _is_wanted(view: View, step: Step) -> bool:
    everyone = step.part in {Part.START, Part.EVERYONE}
    if not everyone and view.advocates is not (step.part is Part.ADVOCATE):
        return False
    if step.counts and view.asked + 1 + step.leaves > view.script.questions:
        return False
    if step.part in {Part.EVERYONE, Part.PROBE, Part.ADVOCATE} and view.tired:
        return False
    if step.part is Part.PROBE and view.settled:
        return False
    if step.part is Part.CLOSE and step.counts and view.tired:
        return False
    return not step.when or any(view.holds(condition) for condition in step.when)


def prompt_for(view: View, step: Step) -> Prompt:
    """The question of `step` at this point of the interview."""
    state, stated = view.state, view.stated
    prompt = Prompt(number=state.number + 1, step=step.key, role=step.role)
    match step.ask:
        case Ask.CONSENT:
            return prompt.model_copy(update={"options": (YES,)})
        case Ask.WAYS:
            return prompt.model_copy(update={"options": tuple(state.ways)})
        case Ask.OPTIONS:
            return prompt.model_copy(update={"options": step.options})
        case Ask.RATE:
            assert step.range is not None
            numbers = range(step.range.low, step.range.high + 1)
            return prompt.model_copy(update={"options": tuple(map(str, numbers))})
        case Ask.PICK:
            causes = tuple(cause.value for cause in view.told.causes[:MOST_CAUSES]) if view.told else ()
            return prompt.model_copy(update={"options": (*_shuffled(causes, state, step), OTHER)})
        case Ask.SCALE:
            cause = view.main if view.has_proof else None
            return prompt.model_copy(update={"options": tuple(map(str, range(11))), "cause": cause})
        case Ask.CONFIRM:
            main, second, third = belief.ranked(state.belief)[:MOST_CAUSES]
            offered = {"main": main, "second": second}
            if state.belief[third] >= view.model.thresholds.third:
                offered["third"] = third
            options = (*_shuffled(tuple(offered), state, step), NEITHER)
            asked = {"options": options, "cause": main, "second": second, "third": offered.get("third")}
            return prompt.model_copy(update={**asked, "stated": stated})
        case Ask.ROUTINE:
            return prompt.model_copy(update={"options": (*state.routines[:2], OWN, NOT_NOW)})
        case Ask.OPEN:
            quote = next((a.quote for a in reversed(state.answers) if a.quote), None)
            if step.role is Role.MISSING and view.supposed_solved is not stated:
                quote = None
            told = {"quote": quote, "score": view.score, "stated": stated, "way": view.way_key}
            return prompt.model_copy(update=told)


def _shuffled(options: tuple[str, ...], state: State, step: Step) -> tuple[str, ...]:
    """The options in an order that the seed alone decides."""
    return tuple(
        sorted(options, key=lambda option: sha256(f"{state.seed}|{step.key}|{option}".encode()).digest())
    )
