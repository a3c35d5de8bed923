"""The facts about a person as rows of (what, value): no row for what there is none of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.presenters.my_data_words import purpose_name, refused_by, texts
from bot.presenters.routine_words import plan
from bot.scene import Scene
from content.days import in_words
from content.texts import texts as names
from projects.service import definition
from storage.models import Interview, Membership, Project, RoutineStatus
from storage.personal import Kept, Kind
from storage.repositories.personal import Row

Fact = tuple[str, str]
"""A key under `held` in the texts of `my data`, and the value beside it."""

COUNTED = {
    "coaching": ("nudges.person_id", "lever_steps.person_id", "manager_nudges.person_id"),
    "stories": ("testimonials.author_id",),
    "shares": ("shares.person_id",),
    "ideas": ("ideas.author_id",),
    "supports": ("idea_supports.person_id",),
    "comments": ("idea_comments.person_id",),
    "named": ("nominations.person_id",),
    "samples": ("sample_places.person_id",),
    "absences": ("absences.person_id",),
    "actions": ("actions.owner_id",),
    "became": ("action_answers.person_id",),
    "barriers": ("barriers.named_id",),
    "messages": ("outbox.person_id",),
}
"""What is told by its number alone; the export has the rows."""

KEPT = {
    Kept.ANSWERS: "answers",
    Kept.COACHING: "coaching",
    Kept.STORIES: "stories",
    Kept.USAGE: "usage",
    Kept.NOMINATIONS: "nominations",
    Kept.MESSAGES: "messages",
    Kept.EVENTS: "events",
    Kept.PERSON: "person",
}
"""Keys under `kept` in the texts of `my data`; an interview's words have one of their own."""


Held = Mapping[Kind, list[Row]]


def facts(scene: Scene, everything: Held) -> Iterator[Fact]:
    """What is held about the scene's person, what identifies them first."""
    held = {kind.name: rows for kind, rows in everything.items()}
    yield from _who(scene)
    yield from _projects(scene, scene.work.projects.of_person(scene.person.id))
    yield from _interviews(scene, held)
    yield from _routines(scene)
    answers = [row for row in held["check_ins.routine_id"] if row["answer"]]
    scales = [row for row in held["automaticity.routine_id"] if set(str(row["answers"])) - {"-"}]
    yield from _number("answers", len(answers) + len(scales))
    yield from _latest(
        scene, "usage", {row["day"]: row for row in held["usage_days.person_id"]}.values(), "day"
    )
    for row in held["champions.person_id"]:
        yield "champion", _value(scene, "champion_value", date=_date(scene, row["since"]))
    for key, kinds in COUNTED.items():
        yield from _number(key, sum(len(held[kind]) for kind in kinds))
    if refused := refused_by(scene):
        yield "refused", ", ".join(purpose_name(scene, purpose) for purpose in refused)


def kept(scene: Scene, everything: Held) -> Iterator[Fact]:
    """For how many days what of this is kept."""
    there = {kind.kept for kind, rows in everything.items() if rows} | {Kept.EVENTS, Kept.PERSON}
    interviews = (row for kind, rows in everything.items() if kind.model is Interview for row in rows)
    if any(row["words_gone_at"] is None for row in interviews):
        yield "words", _kept_for(scene, "words", scene.periods.words)
    for how, key in KEPT.items():
        if how in there and (days := scene.periods.of(how)):
            yield key, _kept_for(scene, key, days)


def _kept_for(scene: Scene, key: str, days: int) -> str:
    stopped = "_stopped" if key == "person" and scene.person.opted_out_at else ""
    return texts().text(f"kept.{key}{stopped}_value", scene.voice, days=str(days))


def _who(scene: Scene) -> Iterator[Fact]:
    person = scene.person
    manager = scene.work.people.get(person.manager_id).name if person.manager_id else None
    known = {
        "name": person.name,
        "lang": texts().text(f"correct.{'french' if scene.voice.lang == 'fr' else 'english'}", scene.voice),
        "email": person.email,
        "team": person.team,
        "site": person.site,
        "timezone": person.timezone,
        "manager": manager,
    }
    yield from ((key, value) for key, value in known.items() if value)


def _projects(scene: Scene, places: Sequence[tuple[Membership, Project]]) -> Iterator[Fact]:
    for place, project in places:
        name = definition(project).name
        yield "project", _value(scene, "project_value", name=name, date=_date(scene, place.joined_at))


def _interviews(scene: Scene, held: Mapping[str, list[Row]]) -> Iterator[Fact]:
    yield from _latest(scene, "interviews", held["interviews.person_id"], "invited_at")
    found = dict.fromkeys(str(row["blocker"]) for row in held["findings.interview_id"])
    if found:
        yield "found", ", ".join(names().text(f"blocker.{blocker}", scene.voice) for blocker in found)


def _routines(scene: Scene) -> Iterator[Fact]:
    for routine in scene.work.routines.under_way(scene.person.id):
        if routine.status is RoutineStatus.ACTIVE:
            words = plan(scene, routine, definition(scene.work.projects.get(routine.project_id)))
            since = _date(scene, routine.created_at)
            yield (
                "routine",
                _value(scene, "routine_value", cue=words["cue"], action=words["action"], date=since),
            )


def _latest(scene: Scene, key: str, rows: Iterable[Row], column: str) -> Iterator[Fact]:
    days = [row[column] for row in rows]
    if days:
        latest = max(_local(scene, day) for day in days)
        yield key, _value(scene, f"{key}_value", count=str(len(days)), date=_date(scene, latest))


def _number(key: str, count: int) -> Iterator[Fact]:
    if count:
        yield key, str(count)


def _value(scene: Scene, key: str, **values: str) -> str:
    return texts().text(f"held.{key}", scene.voice, **values)


def _date(scene: Scene, at: object) -> str:
    return in_words(_local(scene, at), scene.voice)


def _local(scene: Scene, at: object) -> date:
    if isinstance(at, datetime):
        return at.astimezone(ZoneInfo(scene.timezone)).date()
    assert isinstance(at, date)
    return at
