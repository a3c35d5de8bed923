"""Looking for champions: first everybody is asked whom they turn to, then those people whether they would like to help."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.kinds import KINDS
from bot.platforms.port import ButtonPressed
from bot.presenters import champion_leads
from bot.scene import Scene
from content.blockers import Blocker
from nudges import champions, seeding
from nudges.champions import SEARCH, is_over
from nudges.known import found_in
from nudges.schedule import local_date
from nudges.seeding import Candidate
from projects.adopters import Sign, in_order, may_be_asked, signs
from storage.models import AgendaItem, Membership, Person, PersonStatus, Project, Role
from storage.repositories.outbox import Posting
from surveys.advocates import Advocates, advocates

OFFER = "champion.offer"
"""Kind of the agenda item of somebody who would gladly tell others; its ref is the project's id."""

OFFER_AFTER = timedelta(days=7)

NAMES_FOR = timedelta(days=14)
"""From the question whom people turn to until those people are asked."""

LOOK_AGAIN = timedelta(days=7)
LOOKS_FOR = timedelta(days=28)
"""A no makes room for somebody else a week later, as long as it is kept who is named."""

CLOSED = frozenset({Blocker.ACCESS, Blocker.FIT})
"""Where one of these is in the way, nobody is asked to help with the tool."""


@dataclass(frozen=True)
class Found:
    """Who may be asked, and why."""

    candidates: tuple[Candidate, ...]
    signs: Mapping[str, frozenset[Sign]]


def start(scene: Scene, pressed: ButtonPressed) -> None:
    """`project_id`: a lead asks for a search; one in half a year is enough."""
    work, project_id = scene.work, pressed.value
    place = work.projects.member(project_id, scene.person.id)
    if place is None or place.role is not Role.LEAD:
        scene.post("help.unknown_button")
        return
    work.projects.hold(project_id)
    project, today = work.projects.get(project_id), local_date(scene.now, scene.timezone)
    before = champions.search_of(work, project_id)
    if is_over(project, today) or (before and today < before.again_on):
        scene.replace(pressed, "champion.page", {"project": project_id})
        return
    first_look = scene.week.first_open_on(today + NAMES_FOR)
    work.agenda.set(scene.person.id, SEARCH, project_id, first_look, today.isoformat())
    _ask_whom_they_turn_to(scene, project, today)
    scene.replace(
        pressed,
        "champion.started",
        {"project": project_id, "from": local_date(first_look, scene.timezone).isoformat()},
    )


def search(scene: Scene, item: AgendaItem) -> None:
    """Time to ask the people themselves; a week later those whom a no has made room for."""
    today, begun = local_date(scene.now, scene.timezone), date.fromisoformat(item.rule)
    project = scene.work.projects.get(item.ref)
    scene.work.projects.hold(project.id)
    if not scene.work.projects.leads(project.id) or is_over(project, today):
        scene.work.agenda.set(scene.person.id, SEARCH, item.ref, None, item.rule)
        return
    _ask(scene, project, _who(scene, project))
    again = today + LOOK_AGAIN
    due = scene.week.first_open_on(again) if again <= begun + LOOKS_FOR else None
    scene.work.agenda.set(scene.person.id, SEARCH, item.ref, due, item.rule)


def plan_offer(scene: Scene, project_id: str) -> None:
    """The scene's person said they would gladly tell others how they do it: in a week they are asked whether they
    would like to help."""
    day = local_date(scene.now, scene.timezone) + OFFER_AFTER
    scene.work.agenda.set(scene.person.id, OFFER, project_id, scene.week.first_open_on(day))


def offer(scene: Scene, item: AgendaItem) -> None:
    """Ask this person, if there is still room for them in their team."""
    scene.work.agenda.set(scene.person.id, OFFER, item.ref, None)
    project = scene.work.projects.get(item.ref)
    scene.work.projects.hold(project.id)
    if not is_over(project, local_date(scene.now, scene.timezone)):
        found = _who(scene, project)
        only = tuple(each for each in found.candidates if each.person_id == scene.person.id)
        _ask(scene, project, Found(only, found.signs))


def _ask_whom_they_turn_to(scene: Scene, project: Project, today: date) -> None:
    until = scene.now + KINDS["champion.question"].useful
    scene.work.outbox.put_many(
        [
            Posting(
                person_id=person.id,
                intent="champion.question",
                args={"project": project.id},
                dedupe=f"question:{project.id}:{person.id}:{today}",
                not_before=scene.now,
                not_after=until,
                paced=True,
            )
            for _, person in _reachable(scene, project)
        ]
    )


def _reachable(scene: Scene, project: Project) -> list[tuple[Membership, Person]]:
    """Who may be written to unasked: nobody who leads, said stop, or is in the part of a test that gets nothing."""
    members = [
        (membership, person)
        for membership, person in scene.work.projects.members(project.id)
        if membership.role is not Role.LEAD and _can_be_written_to(person)
    ]
    arms = scene.work.samples.arms(project.id, [person.id for _, person in members])
    return [
        (membership, person)
        for membership, person in members
        if arms[person.id].wave_open and not arms[person.id].held_out
    ]


def _can_be_written_to(person: Person) -> bool:
    return person.opted_out_at is None and person.status is PersonStatus.ACTIVE


def _who(scene: Scene, project: Project) -> Found:
    work = scene.work
    asked = {champion.person_id: champion for champion in work.champions.all(project.id)}
    champions_now = {person.id for person in champions.everybody(work, project.id)}
    told = advocates(work, project.id)
    there = [
        (membership, person)
        for membership, person in _reachable(scene, project)
        if person.id not in told.in_peace
        and person.id not in champions_now
        and champions.may_be_asked(work, asked.get(person.id))
    ]
    found = _signs(scene, project, [person.id for _, person in there], told)
    closed = _closed(scene, project, [person.id for _, person in there])
    return Found(
        tuple(
            Candidate(
                person_id=person.id,
                team=_team(membership, person),
                named=Sign.NAMED in found[person.id],
                signs=len(found[person.id]),
                blocked=person.id in closed,
            )
            for membership, person in there
            if may_be_asked(found[person.id])
        ),
        found,
    )


def _signs(
    scene: Scene, project: Project, person_ids: list[str], told: Advocates
) -> dict[str, frozenset[Sign]]:
    """Early is told from the first day on which anybody is known to have used the tool."""
    named, answered = scene.work.champions.named(project.id)
    begun, today = scene.work.usage.since(project.id), local_date(scene.now, scene.timezone)
    days = scene.work.usage.days(project.id, person_ids, begun or today)
    kinds = scene.work.usage.events(project.id, person_ids)
    return {
        person_id: signs(
            days.get(person_id, ()),
            frozenset(kinds.get(person_id, ())),
            begun or today,
            today=today,
            gladly=person_id in told.gladly,
            named_by=named[person_id],
            answered=answered,
        )
        for person_id in person_ids
    }


def _closed(scene: Scene, project: Project, person_ids: list[str]) -> set[str]:
    """For whom the tool does not open, or does not fit their work."""
    return {
        person_id
        for person_id, heard in scene.work.interviews.latest_heard(project.id, person_ids).items()
        if any(found.blocker in CLOSED for found in found_in(heard, scene.now))
    }


def _ask(scene: Scene, project: Project, found: Found) -> None:
    """Ask as many as each team has room for, reasons and all."""
    work = scene.work
    members = work.projects.members(project.id)
    teams = {person.id: _team(membership, person) for membership, person in members}
    here = {person.id for _, person in members if _can_be_written_to(person)}
    holding = {row.person_id for row in work.champions.all(project.id) if champions.holds_place(work, row)}
    holding |= {person.id for person in champions.everybody(work, project.id)}
    people = Counter(teams[person.id] for membership, person in members if membership.role is not Role.LEAD)
    closed = Counter(teams[person_id] for person_id in _closed(scene, project, list(teams)))
    pairs = seeding.pairs(
        found.candidates,
        standing=Counter(teams[person_id] for person_id in holding & here),
        waiting={team for team in people if seeding.waits(closed[team], people[team])},
    )
    for person_id in (person_id for pair in pairs for person_id in pair.people):
        champion = champions.ask(work, project.id, person_id, in_order(found.signs[person_id]))
        scene.post(
            "champion.invite",
            {"champion": champion.id, "project": project.id},
            to=work.people.get(person_id),
            key=f"champion.invite:{champion.id}",
            paced=True,
        )


def _team(membership: Membership, person: Person) -> str:
    """The team; whoever has none is counted with those who do the same work."""
    return person.team or f"persona:{membership.persona or ''}"


BUTTONS = {champion_leads.START: start}
DUE = {SEARCH: search, OFFER: offer}
