"""What every message about a routine says of it: its cue and action, its days, its dates."""

from datetime import date, time
from zlib import crc32

from babel.dates import format_time, get_day_names
from babel.lists import format_list

from bot.platforms.port import Button
from bot.scene import Scene
from content.blockers import Blocker
from content.catalog import Lang
from content.days import in_words
from content.markup import RichText, placeholders, rich
from nudges import service
from nudges.content import templates, texts
from nudges.schedule import local_date
from nudges.template import Template
from nudges.testimonials import first_name
from projects.definition import ProjectFile
from projects.service import definition, persona_of
from storage.models import Routine, RoutineStatus


def own(scene: Scene, routine_id: str) -> Routine | None:
    return service.own_routine(scene.work, routine_id, scene.person.id)


def running(scene: Scene, routine_id: str) -> Routine | None:
    """A routine of this person that is under way and not paused."""
    routine = own(scene, routine_id)
    if routine is None or routine.status is RoutineStatus.ENDED or is_paused(scene, routine):
        return None
    return routine


def is_paused(scene: Scene, routine: Routine) -> bool:
    return routine.paused_until is not None and routine.paused_until > today(scene)


def today(scene: Scene) -> date:
    return local_date(scene.now, scene.timezone)


def about(scene: Scene, key: str, routine: Routine, **values: str) -> RichText:
    """A text of the routines with the routine in it; of several wordings one that stays with this routine."""
    wordings = texts("routines").lines(key, scene.voice)
    wording = wordings[crc32(routine.id.encode()) % len(wordings)]
    return filled(scene, wording, routine, **values)


def filled(scene: Scene, wording: str, routine: Routine, **values: str) -> RichText:
    file = definition(scene.work.projects.get(routine.project_id))
    known = {"name": first_name(scene.person.name), **plan(scene, routine, file), **values}
    return rich(wording, {name: known[name] for name in placeholders(wording)})


def plan(scene: Scene, routine: Routine, file: ProjectFile) -> dict[str, str]:
    """Cue and action: a template's words in the person's language, else their own, which begin like any sentence."""
    if routine.template and (worded := template_words(scene, routine.project_id, routine.template, file)):
        return dict(zip(("cue", "action"), worded, strict=True))
    cue, action = service.words_of(scene.work, routine)
    return {"cue": cue[:1].upper() + cue[1:], "action": action}


def template_words(scene: Scene, project_id: str, name: str, file: ProjectFile) -> tuple[str, str] | None:
    """The cue and the action of a template of the project, or of one by obstacle ("time.two_minutes")."""
    voice = scene.voice
    if by_obstacle := _by_obstacle(name):
        return by_obstacle.cue.template(voice), by_obstacle.action.template(voice).replace(
            "{tool}", file.tool
        )
    membership = scene.member(project_id)
    for offer in persona_of(file, membership).routines if membership else ():
        if offer.key == name:
            return offer.cue.text(voice), offer.action.text(voice)
    return None


def kept_by(file: ProjectFile, persona: str | None, template: str | None) -> str | None:
    """The event of the tool that shows that a routine of this template was done; None: any use does."""
    if template is None:
        return None
    if by_obstacle := _by_obstacle(template):
        event = by_obstacle.event
    else:
        offered = file.personas.get(persona or "") or next(iter(file.personas.values()))
        event = next((offer.event for offer in offered.routines if offer.key == template), None)
    return event if event and file.counts(event) else None


def shown_by(scene: Scene, routine: Routine) -> str | None:
    """`kept_by` for a routine of this person."""
    membership = scene.member(routine.project_id)
    file = definition(scene.work.projects.get(routine.project_id))
    return kept_by(file, membership.persona if membership else None, routine.template)


def _by_obstacle(name: str) -> Template | None:
    """The template of an obstacle ("time.two_minutes"); None for those of the project, or if it has left the files."""
    blocker, _, key = name.partition(".")
    return templates().get(Blocker(blocker), {}).get(key) if blocker in set(Blocker) else None


def days(scene: Scene, digits: str) -> str:
    """ISO weekdays in words: "working days", "Monday and Friday"."""
    if texts("routines").has(f"days.{digits}"):
        return texts("routines").text(f"days.{digits}", scene.voice)
    names = get_day_names("wide", locale=scene.voice.locale)
    every = "le {}" if scene.voice.lang is Lang.FRENCH else "{}"
    return format_list([every.format(names[int(digit) - 1]) for digit in digits], locale=scene.voice.locale)


def day(scene: Scene, on: date | None) -> str:
    return in_words(on, scene.voice) if on else ""


def clock(scene: Scene, at: str) -> str:
    return format_time(time.fromisoformat(at), format="short", locale=scene.voice.locale)


def button(scene: Scene, action: str, value: str, key: str) -> Button:
    return Button(action, value, texts("routines").text(key, scene.voice))
