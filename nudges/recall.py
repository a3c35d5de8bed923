"""Reading what is known of many people at once, when their coaching is due."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from content.blockers import Blocker
from nudges.known import COUNTED, Known, found_in, said_for
from nudges.practice import REMEMBERED, WEEK
from nudges.testimonials import Near
from storage.models import RoutineStatus
from storage.repositories.routines import Kept
from storage.work import Work

KeptBy = Callable[[str | None, str | None], str | None]
"""From somebody's persona and their routine's template to the event that shows that it was done; None: any use does."""


def any_use(_persona: str | None, _template: str | None) -> None:
    """For projects that do not tell events of their routines apart."""


def recall(
    work: Work, project_id: str, person_ids: Sequence[str], kept_by: KeptBy = any_use
) -> Iterator[Known]:
    """What is known of each of these people, in their order."""
    places = work.projects.places(person_ids)
    latest = work.interviews.latest_heard(project_id, person_ids)
    said = work.barriers.said(project_id, person_ids)
    fixed = work.barriers.fixed(project_id)
    routines = work.routines.of_people(project_id, person_ids)
    asked = work.routines.asked(person_ids)
    scaled = work.routines.scaled(person_ids)
    used = work.usage.days(project_id, person_ids, work.now.date() - REMEMBERED * WEEK)
    nudged, held = work.nudges.of_people(person_ids), work.choices.held(person_ids)
    shared = work.testimonials.shared_with(person_ids)
    near = {
        person_id: Near(*where) for person_id, where in work.projects.standing(project_id, person_ids).items()
    }
    done = _done(work, project_id, routines, near, kept_by)
    sent = work.outbox.paced_at(person_ids, work.now - COUNTED)
    arms = work.samples.arms(project_id, person_ids)
    away = work.absences.of_people(person_ids, work.now.date() - REMEMBERED * WEEK)
    for person_id in person_ids:
        kept = routines[person_id]
        running = _running(kept)
        heard = latest.get(person_id)
        yield Known(
            project_id=project_id,
            member=project_id in places[person_id],
            findings=found_in(heard, work.now, running.created_at if running else None),
            routine=running,
            left=bool(kept) and running is None,
            asked=asked[person_id],
            scaled=scaled[person_id],
            used=used.get(person_id, ()),
            done=done.get(person_id, used.get(person_id, ())),
            nudged=nudged[person_id],
            held=held[person_id],
            shared=shared[person_id],
            sent=sent[person_id],
            latest=heard,
            said=said_for(heard, said[person_id]),
            fixed=frozenset(Blocker(blocker) for blocker, named in fixed if named in (None, person_id)),
            arms=arms[person_id],
            near=near.get(person_id, Near()),
            away=away.get(person_id, ()),
        )


def _running(kept: Sequence[Kept]) -> Kept | None:
    return next((routine for routine in kept if routine.status is not RoutineStatus.ENDED), None)


def _done(
    work: Work,
    project_id: str,
    routines: Mapping[str, Sequence[Kept]],
    near: Mapping[str, Near],
    kept_by: KeptBy,
) -> dict[str, Sequence[date]]:
    """By person, the days on which their routine's own event was seen; only of those whose routine has one."""
    people: dict[str, list[str]] = defaultdict(list)
    for person_id, kept in routines.items():
        running = _running(kept)
        if running and (event := kept_by(near.get(person_id, Near()).persona, running.template)):
            people[event].append(person_id)
    done: dict[str, Sequence[date]] = {}
    for event, ids in people.items():
        days = work.usage.days(project_id, ids, work.now.date() - REMEMBERED * WEEK, event)
        done |= {person_id: days.get(person_id, ()) for person_id in ids}
    return done
