"""What a batch of messages, or of presses, is going to ask for, read for all of them at once.

Then they are rendered, or carried out, one by one. What asks for something else reads it for itself: nothing here decides
what is said or done.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from bot.moment import DIGEST
from bot.platforms.port import ButtonPressed, PersonEvent
from bot.presenters.routine_words import kept_by
from bot.scene import Args, Known
from bot.week import weeks_of
from nudges import service
from nudges.calendar import WorkWeek
from projects.service import definition
from storage.claims import Outgoing
from storage.many import keep
from storage.models import (
    Automaticity,
    Base,
    CheckIn,
    Interview,
    LeverStep,
    Membership,
    Nudge,
    Person,
    Project,
    Routine,
    Share,
    Testimonial,
    Workspace,
)
from storage.work import Work

T = TypeVar("T")

ROWS: Mapping[str, type[Base]] = {
    "check_in": CheckIn,
    "interview": Interview,
    "nudge": Nudge,
    "scale": Automaticity,
    "share": Share,
    "step": LeverStep,
    "routine": Routine,
    "testimonial": Testimonial,
}
"""Whose id an argument of a message is."""

THROUGH = {
    "check_in": ("routine", "routine_id"),
    "scale": ("routine", "routine_id"),
    "share": ("testimonial", "testimonial_id"),
}
"""Which of these rows leads to which, by which of its columns; it stands before it in `ROWS`."""

PRESSED: Mapping[str, str] = {
    "interview": "interview",
    "routine.checkin": "check_in",
    "routine.ease": "check_in",
    "routine.scale": "scale",
    "testimonial.react": "share",
}
"""Whose id the value of a button begins with, by the name of the button or of its feature."""

PROGRESS = "routine.progress"

FITTING = frozenset({"nudge", "share"})
"""Arguments of messages that are rendered only while they fit the person's obstacles."""


def read(
    work: Work, workspace: Workspace, people: Mapping[str, Person], batch: Sequence[Outgoing]
) -> dict[str, Known]:
    """By person of the batch, what is known of them; the rows that its messages name are kept in the session."""
    _keep(work, (each.args for each in batch))
    weeks = weeks_of(work, workspace, {person_id: person.timezone for person_id, person in people.items()})
    places = work.projects.memberships(people)
    keep(work.session, Project, {place.project_id for theirs in places.values() for place in theirs})
    arms = _of_each(_by_project(work, (each for each in batch if each.paced)), work.samples.arms)
    fitting = _by_project(work, (each for each in batch if FITTING & each.args.keys()))
    obstacles = _of_each(fitting, lambda *of: service.findings(work, *of))
    told = _by_project(work, (each for each in batch if "step" in each.args))
    heard = _of_each(
        told, lambda project_id, of: dict.fromkeys(of) | work.interviews.latest_heard(project_id, of)
    )
    leads = {project_id: work.projects.leads(project_id) for project_id in told}
    digests = work.agenda.dues(people, DIGEST)
    progress = _progress(work, batch, weeks, places)
    return {
        person_id: Known(
            week=weeks[person_id],
            arms=arms[person_id],
            places={place.project_id: place for place in places[person_id]},
            obstacles=obstacles[person_id],
            heard=heard[person_id],
            leads=leads,
            dues={DIGEST: digests.get(person_id, ())},
            progress=progress,
        )
        for person_id in people
    }


def _progress(
    work: Work,
    batch: Sequence[Outgoing],
    weeks: Mapping[str, WorkWeek],
    places: Mapping[str, Sequence[Membership]],
) -> dict[str, service.Progress]:
    """By check-in whose answer is answered, where its routine stood."""
    asked: dict[str, dict[str, service.Asked]] = defaultdict(dict)
    for each in batch:
        if each.intent != PROGRESS:
            continue
        if not (found := service.own_check_in(work, each.args["check_in"], each.person_id)):
            continue
        row, routine = found
        file = definition(work.projects.get(routine.project_id))
        persona = next(
            (place.persona for place in places[each.person_id] if place.project_id == routine.project_id),
            None,
        )
        asked[routine.project_id][row.id] = service.Asked(
            routine,
            weeks[each.person_id].timezone,
            row.slot,
            kept_by(file, persona, routine.template),
        )
    told: dict[str, service.Progress] = {}
    for project_id, of in asked.items():
        told |= zip(of, service.progress_of(work, project_id, list(of.values())), strict=True)
    return told


def _by_project(work: Work, batch: Iterable[Outgoing]) -> dict[str, set[str]]:
    people: dict[str, set[str]] = defaultdict(set)
    for each in batch:
        if project_id := _project_of(work, each.args):
            people[project_id].add(each.person_id)
    return people


def _project_of(work: Work, args: Args) -> str | None:
    """The project that a message is told of, or that what it is about is of."""
    if "step" in args:
        step = work.barriers.step(args["step"])
        return step.project_id if step else None
    if "project" in args or "share" not in args:
        return args.get("project")
    share = work.testimonials.find_share(args["share"])
    story = work.testimonials.find(share.testimonial_id) if share else None
    return story.project_id if story else None


def _of_each(
    people: Mapping[str, set[str]], of: Callable[[str, Collection[str]], Mapping[str, T]]
) -> dict[str, dict[str, T]]:
    """By person and project, what is known `of` the people of a project."""
    found: dict[str, dict[str, T]] = defaultdict(dict)
    for project_id, person_ids in people.items():
        for person_id, known in of(project_id, person_ids).items():
            found[person_id][project_id] = known
    return found


def hear(work: Work, events: Iterable[PersonEvent]) -> None:
    """The rows that these presses name are kept in the session."""
    _keep(work, (_named(event) for event in events if isinstance(event, ButtonPressed)))


def _named(pressed: ButtonPressed) -> Args:
    name = PRESSED.get(pressed.action) or PRESSED.get(pressed.action.partition(".")[0])
    row_id = pressed.value.partition("|")[0]
    return {name: row_id} if name and row_id else {}


def _keep(work: Work, named: Iterable[Args]) -> None:
    ids: dict[str, set[str]] = {name: set() for name in ROWS}
    for args in named:
        for name in ROWS.keys() & args.keys():
            ids[name].add(args[name])
    for name, model in ROWS.items():
        rows = keep(work.session, model, ids[name])
        if name in THROUGH:
            further, column = THROUGH[name]
            ids[further] |= {getattr(row, column) for row in rows}
