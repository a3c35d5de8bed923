"""What is known of people in a project when their coaching is due, read for many of them at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from content.blockers import Blocker
from nudges.pace import SLOWEST_DAYS
from nudges.plan import Answer, Found, Practice, Send
from nudges.schedule import local_date
from storage.models import CheckInAnswer, FindingStatus, RoutineStatus
from storage.repositories.choices import Held
from storage.repositories.nudges import Nudged
from storage.repositories.routines import Asked, Kept
from storage.repositories.testimonials import Shared
from storage.work import Work

COUNTED = timedelta(days=SLOWEST_DAYS + 7)
"""How far back messages are looked at for the weekly budget."""

ANSWERS = {answer: Answer(answer.value) for answer in CheckInAnswer}


@dataclass(frozen=True)
class Known:
    """One person. `routine` is the one under way in the project; `asked` and what follows is of every project, oldest first.

    `left`: an earlier routine was ended, and none is under way.
    """

    project_id: str
    member: bool
    findings: tuple[Found, ...]
    routine: Kept | None
    left: bool
    asked: Sequence[Asked]
    nudged: Sequence[Nudged]
    held: Sequence[Held]
    shared: Sequence[Shared]
    sent: Sequence[datetime]
    persona: str | None = None

    @property
    def decided(self) -> list[Nudged | Held]:
        """The nudges that left or were held back; each had its turn."""
        return [*self.nudged, *self.held]

    def practice(self) -> Practice | None:
        routine = self.routine
        if routine is None:
            return None
        answers = (asked.answer for asked in self.asked if asked.routine_id == routine.id)
        return Practice(routine.ends_on, tuple(ANSWERS[answer] if answer else None for answer in answers))

    def past(self, timezone: str) -> tuple[Send, ...]:
        """The kinds of message sent, oldest first: since the routine began, else ever in this project."""
        routine = self.routine
        since = routine.created_at if routine else None
        sent: list[tuple[date, Send]] = [
            (nudge.slot, Send.NUDGE)
            for nudge in self.decided
            if nudge.project_id == self.project_id and (since is None or nudge.decided_at >= since)
        ]
        sent += [
            (local_date(share.decided_at, timezone), Send.SHARE)
            for share in self.shared
            if share.project_id == self.project_id and (since is None or share.decided_at >= since)
        ]
        if routine:
            sent += [(asked.slot, Send.CHECK_IN) for asked in self.asked if asked.routine_id == routine.id]
        return tuple(kind for _, kind in sorted(sent))

    def ignored(self, timezone: str) -> int:
        """How many of the latest questions in a row got no answer."""
        questions: list[tuple[date, bool]] = [(asked.slot, asked.answer is not None) for asked in self.asked]
        questions += [
            (local_date(share.decided_at, timezone), share.reaction is not None) for share in self.shared
        ]
        newest_first = (answered for _, answered in sorted(questions, reverse=True))
        return sum(1 for _ in takewhile(lambda answered: not answered, newest_first))


def recall(work: Work, project_id: str, person_ids: Sequence[str]) -> Iterator[Known]:
    """What is known of each of these people, in their order."""
    places = work.projects.places(person_ids)
    findings = work.interviews.latest_findings_of(project_id, person_ids)
    routines = work.routines.of_people(project_id, person_ids)
    asked = work.routines.asked(person_ids)
    nudged, held = work.nudges.of_people(person_ids), work.choices.held(person_ids)
    personas = work.projects.personas(project_id, person_ids)
    shared = work.testimonials.shared_with(person_ids)
    sent = work.outbox.paced_at(person_ids, work.now - COUNTED)
    for person_id in person_ids:
        kept = routines[person_id]
        running = next((routine for routine in kept if routine.status is not RoutineStatus.ENDED), None)
        yield Known(
            project_id=project_id,
            member=project_id in places[person_id],
            findings=found_in(findings[person_id]),
            routine=running,
            left=bool(kept) and running is None,
            asked=asked[person_id],
            nudged=nudged[person_id],
            held=held[person_id],
            shared=shared[person_id],
            sent=sent[person_id],
            persona=personas.get(person_id),
        )


def found_in(findings: Iterable[tuple[str, FindingStatus]]) -> tuple[Found, ...]:
    """Of what an interview found, the obstacles that are probable or confirmed, in their order."""
    return tuple(
        Found(Blocker(blocker), confirmed=status is not FindingStatus.PROBABLE)
        for blocker, status in findings
        if status is not FindingStatus.STATED
    )
