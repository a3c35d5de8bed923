"""Looking at a project's answers: what several people share that somebody has to mend, write or back. Nothing is sent."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import timedelta

from content.blockers import Blocker
from nudges import barriers, management
from nudges.barriers import Given
from nudges.content import options
from nudges.eligibility import Facts
from nudges.known import IN_PEACE, found_in
from nudges.plan import Lever
from storage.models import Barrier, BarrierStatus, ManagerNudge, Person
from storage.repositories.interviews import Latest
from storage.work import Work

PROJECT, UNMANAGED = "project", "unmanaged"
"""What the groups go by that are no manager's: everybody, and those whose manager is not known."""

SENTENCE = "barriers.sentence"

ANSWERED = IN_PEACE | {"found", "unclear"}
"""Outcomes of an interview that its person has answered to the end."""

PUT_ASIDE = timedelta(weeks=8)
"""How long an item that was put aside stays so, however many share it."""

FEWEST = 5
"""People that anything told of several stands for at least."""


@dataclass(frozen=True)
class Looked:
    """What a look brought: items to mend, texts to write, and managers (or leads) to tell."""

    items: tuple[Barrier, ...] = ()
    texts: tuple[Lever, ...] = ()
    managers: tuple[ManagerNudge, ...] = ()


def threshold(work: Work, project_id: str) -> int:
    """The strictest that any round of the project has promised."""
    return max((FEWEST, *(each.figure_threshold for each in work.campaigns.all(project_id))))


def look(work: Work, project_id: str, material: Set[Lever], leads: Iterable[Person]) -> Looked:
    """Look at the answers of a project's people, as far as enough of them are new, and write down what may be told."""
    work.projects.hold(project_id)
    fewest, given = threshold(work, project_id), _given(work, project_id)
    looked = work.barriers.looked(project_id)
    items, missing = _reopened(work, project_id), list[Lever]()
    if barriers.may_look(given, looked.get(PROJECT), fewest):
        work.barriers.look(project_id, PROJECT)
        named = {Blocker(blocker): ids for blocker, ids in work.barriers.named(project_id).items()}
        shared = barriers.shared(given, fewest, named)
        items += _opened(work, project_id, barriers.to_mend(shared))
        missing = barriers.to_write(shared, material)
    return Looked(tuple(items), tuple(missing), tuple(_managers(work, project_id, given, fewest, leads)))


def _given(work: Work, project_id: str) -> list[Given]:
    """What those who may be counted have answered last. An anonymous answer is nobody's, so it is not among them."""
    eligible_ids = work.digests.eligible(project_id)
    latest = work.interviews.latest_heard(project_id)
    return [
        Given(person_id, heard.closed_at, _confirmed(work, heard))
        for person_id, heard in sorted(latest.items())
        if person_id in eligible_ids and heard.closed_at and (heard.outcome in ANSWERED or heard.findings)
    ]


def _confirmed(work: Work, heard: Latest) -> frozenset[Blocker]:
    return frozenset(found.blocker for found in found_in(heard, work.now) if found.confirmed)


def _opened(work: Work, project_id: str, shared: Iterable[Blocker]) -> list[Barrier]:
    rest = {
        barrier.blocker
        for barrier in work.barriers.of_project(project_id)
        if barrier.named_id is None
        and (barrier.closed_at is None or barrier.closed_at + PUT_ASIDE > work.now)
    }
    return [open_barrier(work, project_id, blocker) for blocker in shared if blocker not in rest]


def open_barrier(
    work: Work,
    project_id: str,
    blocker: Blocker,
    named_id: str | None = None,
    sentence: str | None = None,
) -> Barrier:
    barrier_id = work.ids.new()
    barrier = Barrier(
        id=barrier_id,
        workspace_id=work.workspace_id,
        project_id=project_id,
        blocker=blocker.value,
        named_id=named_id,
        sentence=work.seal(SENTENCE, sentence, row=barrier_id) if sentence else None,
        status=BarrierStatus.OPEN,
        not_yet=False,
        opened_at=work.now,
    )
    work.barriers.add(barrier)
    return barrier


def _reopened(work: Work, project_id: str) -> list[Barrier]:
    """What was fixed and does not work for everybody; told with the next look, since a press has its moment."""
    again = work.barriers.not_working(project_id)
    for barrier in again:
        reopen(work, barrier)
    return again


def reopen(work: Work, barrier: Barrier) -> None:
    barrier.status, barrier.opened_at = BarrierStatus.OPEN, work.now
    barrier.closed_at = barrier.owner = barrier.due_on = None


def _managers(
    work: Work, project_id: str, given: list[Given], fewest: int, leads: Iterable[Person]
) -> list[ManagerNudge]:
    people = work.people.several([each.person_id for each in given])
    groups = management.groups(given, {person_id: person.manager_id for person_id, person in people.items()})
    looked, told = work.barriers.looked(project_id), work.barriers.told(project_id)
    ripe = management.ripe(
        groups, {group: looked[_about(group)] for group in groups if _about(group) in looked}, fewest
    )
    for group in ripe:
        work.barriers.look(project_id, _about(group))
    to_tell = management.to_tell(
        {group: groups[group] for group in ripe},
        {group: told[_about(group)] for group in ripe if _about(group) in told},
        work.now,
        fewest,
    )
    return [
        work.barriers.add_manager_nudge(project_id, person_id, _about(group), _words(work, person_id, group))
        for group in to_tell
        for person_id in ([group] if group else [lead.id for lead in leads])
    ]


def _about(group: management.Group) -> str:
    return group or UNMANAGED


def _words(work: Work, person_id: str, group: management.Group) -> str:
    """The wording that this manager has not read for longest."""
    if group is None:
        return UNMANAGED
    read = work.barriers.words(person_id)
    variants = [option.name for option in options(Blocker.MANAGEMENT, Facts())]
    return min(variants, key=lambda name: (read[name].isoformat() if name in read else "", name))
