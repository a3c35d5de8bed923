"""From what an interview found to what comes next: the lever of the earliest barrier, and whose turn it is. Pure."""

from collections.abc import Set

from content.blockers import Blocker
from nudges.plan import BARRIERS, LEVERS, Found, Lever, Step, StepKind, obstacle


def step(findings: tuple[Found, ...], done: Set[Lever], material: Set[Lever]) -> Step | None:
    """What comes next for somebody with these obstacles, the main one first; None where nothing is known of them.

    `done` are the levers of which this person was told, or asked. `material` are those of which the organisation has
    written something to tell.
    """
    if any(found.blocker is Blocker.NONE for found in findings[:1]):
        return Step(None, StepKind.PEACE)
    if barrier := _barrier(findings, done):
        return barrier
    if Found(Blocker.MANAGEMENT, confirmed=True) in findings:
        return Step(Lever.MANAGER, StepKind.MANAGER)
    main = obstacle(findings)
    if main is None:
        return None
    for blocker in (main, Blocker.TRUST):
        lever = LEVERS[blocker]
        heeded = blocker is main or Found(blocker, confirmed=True) in findings
        if heeded and lever in material and lever not in done:
            return Step(lever, StepKind.TELL, once=True)
    return Step(LEVERS[main], StepKind.NUDGE)


def _barrier(findings: tuple[Found, ...], done: Set[Lever]) -> Step | None:
    there = [blocker for blocker in BARRIERS if any(found.blocker is blocker for found in findings)]
    for blocker in there:
        if LEVERS[blocker] not in done:
            return Step(LEVERS[blocker], StepKind.BARRIER, once=True)
    return Step(LEVERS[there[0]], StepKind.BARRIER) if there else None
