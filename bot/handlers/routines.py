"""Coaching: what is due for a person in a project, and what they answer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial
from random import Random

from bot.handlers.usage import zones_of
from bot.kinds import Held
from bot.platforms.port import ButtonPressed
from bot.presenters import routines as presenters
from bot.presenters.levers import material
from bot.presenters.routine_words import kept_by
from bot.scene import Feature, Scene
from bot.week import weeks_of
from nudges import coaching, levers, service
from nudges.coaching import Coached, Coaching
from nudges.pace import SLOWEST
from nudges.plan import Decision, Send, Why
from nudges.rule import Rule
from projects.service import definition
from storage.agenda import DueItem, Handled, Planned
from storage.models import CheckInAnswer, Ease, Person
from storage.repositories.outbox import Posting
from storage.work import Work
from surveys import service as surveys
from surveys.findings import LEVER_WORKS

INTENTS = {
    Send.NUDGE: "routine.nudge",
    Send.CHECK_IN: "routine.check_in",
    Send.SCALE: "routine.scale",
    Send.SHARE: "testimonial.share",
    Send.RECOVERY: "routine.comeback",
    Send.GRADUATION: "routine.graduation",
    Send.CLOSE: "routine.close",
    Send.TELL: "lever.tell",
}

HELD = {
    Why.OPTED_OUT: Held.STOPPED,
    Why.SNOOZED: Held.PAUSED,
    Why.BUDGET: Held.BUDGET,
    Why.NOT_NOW: Held.HOURS,
}
"""Every other reason is told as there being nothing to send: it would say what the person's obstacle is, or how they do."""


def schedule_coaching(scene: Scene, project_id: str, person: Person | None = None) -> None:
    """See to it that somebody's coaching in the project is looked at from tomorrow on: the scene's person if None."""
    whom = person or scene.person
    service.plan_coaching(scene.work, whom.id, project_id, scene.week_of(whom))


def due(work: Work, items: Sequence[DueItem]) -> Handled:
    """The moments of these people's rules have come: for each one message or none, and the next moment."""
    people = work.people.some([item.person_id for item in items])
    workspace = work.workspaces.get(work.workspace_id)
    weeks = weeks_of(work, workspace, {person.id: person.timezone for person in people.values()})
    by_project: dict[str, list[tuple[DueItem, Coached]]] = defaultdict(list)
    for item in items:
        person = people[item.person_id]
        coached = Coached(
            person_id=person.id,
            rule=Rule.parse(item.rule),
            week=weeks[person.id],
            lang=person.lang or workspace.lang,
            opted_out=person.opted_out,
            snoozed_until=person.snoozed_until,
            weeks=person.at_most_weeks,
        )
        by_project[item.ref].append((item, coached))
    handled, postings = {}, []
    for project_id, those_due in by_project.items():
        everyone = [coached for _, coached in those_due]
        told, chance = material(work, project_id), partial(_chance, work, project_id)
        shown = partial(kept_by, definition(work.projects.get(project_id)))
        decided = coaching.coach(work, project_id, everyone, chance, told, shown)
        for (item, coached), coaching_ in zip(those_due, decided, strict=True):
            handled[item.id] = Planned(coaching_.decision.again, _held(coaching_.decision))
            if intent := INTENTS.get(coaching_.decision.send):
                postings.append(_posting(work, project_id, coached, coaching_, intent))
    work.outbox.put_many(postings)
    return handled


def _chance(work: Work, project_id: str, person_id: str) -> Random:
    """The same for the same person at the same moment, alone or among others."""
    return Random(f"{project_id}|{person_id}|{work.now.isoformat()}")  # noqa: S311


def _held(decision: Decision) -> Held | None:
    return HELD.get(decision.why, Held.NOTHING) if decision.send is Send.NOTHING else None


def _posting(work: Work, project_id: str, coached: Coached, decided: Coaching, intent: str) -> Posting:
    at = decided.at or work.now
    return Posting(
        person_id=coached.person_id,
        intent=intent,
        args={**decided.args, "project": project_id},
        dedupe=decided.key,
        not_before=at,
        not_after=coached.week.closing(at),
        paced=True,
        replaces=f"coaching:{project_id}",
    )


def check_ins(presses: Sequence[tuple[Scene, ButtonPressed]]) -> None:
    """`check_in_id|done`: the first answer is kept, and the question makes way for what it means."""
    used: dict[str, list[tuple[Scene, date]]] = defaultdict(list)
    for scene, pressed in presses:
        check_in_id, _, value = pressed.value.partition("|")
        found = service.own_check_in(scene.work, check_in_id, scene.person.id)
        if found is None or value not in set(CheckInAnswer):
            scene.post("help.unknown_button")
            continue
        row, routine = found
        service.answer_check_in(scene.work, row, CheckInAnswer(value))
        missed = row.answer is CheckInAnswer.MISSED
        if not missed:
            used[routine.project_id].append((scene, row.slot))
        scene.replace(
            pressed, "routine.recovery" if missed else "routine.progress", {"check_in": check_in_id}
        )
    for project_id, scenes in used.items():
        _validate(project_id, scenes)


def _validate(project_id: str, used: Sequence[tuple[Scene, date]]) -> None:
    """The tool was used on these dates: a confirmed obstacle whose lever came just before is borne out by that."""
    work = used[0][0].work
    unproven = surveys.unproven(work, project_id, [scene.person.id for scene, _ in used])
    if not unproven:
        return
    zones = zones_of(work, unproven)
    since = min(day for _, day in used) - LEVER_WORKS
    pulled = levers.levers_pulled(work, project_id, zones, zones.__getitem__, since)
    days = levers.uses(work, project_id, zones, since - LEVER_WORKS)
    slots = {scene.person.id: day for scene, day in used}
    for person_id, findings in unproven.items():
        own = slots[person_id] - LEVER_WORKS
        levers_of = {
            blocker: [day for day in got if day >= own] for blocker, got in pulled[person_id].items()
        }
        surveys.validate(findings, levers_of, days[person_id])


def ease(scene: Scene, pressed: ButtonPressed) -> None:
    """`check_in_id|by_itself`: the second tap of a check-in; the first one is kept."""
    check_in_id, _, value = pressed.value.partition("|")
    found = service.own_check_in(scene.work, check_in_id, scene.person.id)
    if found is None or value not in set(Ease):
        scene.post("help.unknown_button")
        return
    service.felt(found[0], Ease(value))
    if found[0].ease:
        scene.replace(pressed, "routine.progress", {"check_in": check_in_id})


def scale(scene: Scene, pressed: ButtonPressed) -> None:
    """`scale_id|item|value`: the first answer to each item is kept, and the next item takes its place."""
    scale_id, _, answer = pressed.value.partition("|")
    item, _, value = answer.partition("|")
    found = service.own_scale(scene.work, scale_id, scene.person.id)
    if found is None or not (item.isdecimal() and value.isdecimal()):
        scene.post("help.unknown_button")
        return
    try:
        service.answer_scale(found[0], int(item), int(value))
    except ValueError:
        scene.post("help.unknown_button")
        return
    scene.replace(pressed, "routine.scale", {"scale": scale_id})


def less(scene: Scene, pressed: ButtonPressed) -> None:
    """`weeks`: at most one message in that many weeks from now on; a second press changes nothing."""
    if not pressed.value.isdecimal() or not 1 <= int(pressed.value) <= SLOWEST:
        scene.post("help.unknown_button")
        return
    service.write_less(scene.person, int(pressed.value))
    scene.post("nudge.slower", {"weeks": pressed.value}, key=f"slower:{scene.person.id}:{pressed.message}")


FEATURE = Feature(
    name="routines",
    buttons={
        presenters.EASE: ease,
        presenters.SCALE: scale,
        "nudge.less": less,
    },
    buttons_together={"routine.checkin": check_ins},
    due_together={service.COACHING: due},
    presenters=presenters.PRESENTERS,
)
