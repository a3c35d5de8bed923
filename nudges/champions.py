"""Champions: asked in person first, then proposed to the leads by their own yes, then welcomed. Nobody is drafted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from nudges import cards, nominees
from nudges.nominees import Member, Resolved
from nudges.schedule import local_date
from storage.models import Champion, ChampionStatus, Nomination, Person, Project, Role
from storage.work import Work

REST = timedelta(days=182)
"""For how long a no holds, and silence, and a lead's "not this time"."""

ANSWER_DAYS = timedelta(days=21)
"""How long a question to somebody keeps their team's place for them."""

SEARCH = "champion.search"
"""Kind of a lead's agenda item: a search; its ref is the project's id, its rule the first day."""

STANDING = frozenset({ChampionStatus.WILLING, ChampionStatus.BEGUN})
TYPED = "nominations.typed"


@dataclass(frozen=True)
class Search:
    """The latest search of a project: its first day, and whether it still goes on."""

    started_on: date
    running: bool

    @property
    def again_on(self) -> date:
        """From when on there may be another."""
        return self.started_on + REST


@dataclass(frozen=True)
class Decided:
    """What became of a proposal; `new` is False where somebody had decided before."""

    champion: Champion
    new: bool


def is_over(project: Project, today: date) -> bool:
    """Whether the project has ended, so that nobody is looked for, and nobody helps, any more."""
    return project.ends_on is not None and project.ends_on < today


def may_be_asked(work: Work, champion: Champion | None) -> bool:
    """Whether this person may be asked (again)."""
    return champion is None or (champion.status not in STANDING and champion.since <= work.now - REST)


def holds_place(work: Work, champion: Champion) -> bool:
    """Whether this person counts in their team: as a champion, or as one who may still say yes."""
    asked = champion.status is ChampionStatus.ASKED and champion.since > work.now - ANSWER_DAYS
    return asked or champion.status in STANDING


def ask(work: Work, project_id: str, person_id: str, signs: Iterable[str]) -> Champion:
    """Note that this person is asked, for these reasons; whether they may be asked is `may_be_asked`."""
    work.champions.forget(project_id, person_id)
    return _new(work, project_id, person_id, ChampionStatus.ASKED, " ".join(signs))


def begin_by_file(work: Work, person_id: str) -> list[Champion]:
    """Begin with somebody whom the people file calls a champion, in each project where they have never been asked."""
    return [
        _new(work, project.id, person_id, ChampionStatus.BEGUN, "")
        for membership, project in work.projects.of_person(person_id)
        if membership.role is Role.CHAMPION
        and all(row.person_id != person_id for row in work.champions.all(project.id))
    ]


def answer(
    work: Work, champion_id: str, person_id: str, *, yes: bool, reasons: bool = True
) -> Champion | None:
    """The person's own word; the first holds. A no takes the reasons away, and so does a yes without `reasons`.

    None if it is not theirs to say.
    """
    champion = work.champions.locked(champion_id)
    if champion is None or champion.person_id != person_id:
        return None
    if champion.status is ChampionStatus.ASKED:
        _move(work, champion, ChampionStatus.WILLING if yes else ChampionStatus.DECLINED)
        champion.signs = champion.signs if yes and reasons else ""
    return champion


def decide(work: Work, champion_id: str, lead: Person, *, welcome: bool) -> Decided | None:
    """A lead's word on somebody who said yes; the first holds. Whoever has said stop since takes their yes along.

    None if it is not for this person to decide.
    """
    champion = work.champions.locked(champion_id)
    place = work.projects.member(champion.project_id, lead.id) if champion else None
    if champion is None or place is None or place.role is not Role.LEAD:
        return None
    if champion.status is not ChampionStatus.WILLING:
        return Decided(champion, new=False)
    status = ChampionStatus.BEGUN if welcome else ChampionStatus.PASSED
    if work.people.get(champion.person_id).opted_out_at:
        status = ChampionStatus.ENDED
    _move(work, champion, status)
    champion.signs = champion.signs if status is ChampionStatus.BEGUN else ""
    return Decided(champion, new=True)


def stop(work: Work, champion_id: str, person_id: str) -> Champion | None:
    """The person takes their yes back, or stops; None if it is not theirs, or they are no champion."""
    champion = work.champions.locked(champion_id)
    if champion is None or champion.person_id != person_id or champion.status not in STANDING:
        return None
    _move(work, champion, ChampionStatus.ENDED)
    champion.signs = ""
    return champion


def rest_of_week(work: Work, champion_id: str, person_id: str, timezone: str) -> Champion | None:
    """They have given their hours: nothing more is asked of them until Monday. None if they are no champion."""
    champion = work.champions.locked(champion_id)
    if champion is None or champion.person_id != person_id or champion.status is not ChampionStatus.BEGUN:
        return None
    champion.full_on = local_date(work.now, timezone)
    return champion


def is_full(champion: Champion, today: date) -> bool:
    """Whether they have given their hours in the week of `today`."""
    return champion.full_on is not None and champion.full_on.isocalendar()[:2] == today.isocalendar()[:2]


def next_card(champion: Champion) -> int | None:
    """The number of the card that comes next, from 1; None when they have had them all, or are no champion."""
    left = champion.status is ChampionStatus.BEGUN and champion.cards < len(cards.CARDS)
    return champion.cards + 1 if left else None


def everybody(work: Work, project_id: str) -> list[Person]:
    """The champions of a project, by name: welcomed after their yes, or called so in the people file, until they stop."""
    status = {row.person_id: row.status for row in work.champions.all(project_id)}
    return [
        person
        for membership, person in work.projects.members(project_id)
        if person.opted_out_at is None
        and (
            status.get(person.id) is ChampionStatus.BEGUN
            or (membership.role is Role.CHAMPION and status.get(person.id) is not ChampionStatus.ENDED)
        )
    ]


def partners(work: Work, champion: Champion) -> list[Person]:
    """The other champions of their team."""
    team = work.people.get(champion.person_id).team
    return [
        person
        for person in everybody(work, champion.project_id)
        if team and person.team == team and person.id != champion.person_id
    ]


def search_of(work: Work, project_id: str) -> Search | None:
    """The latest search that one of the project's leads has begun."""
    items = [work.agenda.get(lead.id, SEARCH, project_id) for lead in work.projects.leads(project_id)]
    begun = [
        Search(date.fromisoformat(item.rule), item.next_due_at is not None)
        for item in items
        if item and item.rule
    ]
    return max(begun, key=lambda search: search.started_on, default=None)


# ------------------------------------------------------------------ who asks whom


def nominate(work: Work, project_id: str, person: Person, text: str) -> list[Nomination]:
    """Count the people named in `text`; returned is what is not clear, for the person to say whom they mean."""
    work.champions.drop_unclear(project_id, person.id)
    unclear, there = [], _nameable(work, project_id, person.id)
    room = nominees.MOST - work.champions.nominated_by(project_id, person.id)
    for typed in nominees.names_in(text)[: max(room, 0)]:
        meant = nominees.resolve(typed, there).one
        if meant:
            work.champions.nominate(project_id, person.id, meant)
        else:
            nomination = work.champions.add_unclear(project_id, person.id)
            nomination.typed = work.seal(TYPED, typed, row=nomination.id)
            unclear.append(nomination)
    return unclear


def resolve(work: Work, project_id: str, person_id: str, typed: str) -> Resolved:
    """Whom this person means by a name: never themselves."""
    return nominees.resolve(typed, _nameable(work, project_id, person_id))


def typed_in(work: Work, nomination: Nomination) -> str:
    """The name as it was written."""
    return work.open(TYPED, nomination.typed, row=nomination.id)


def clear_up(work: Work, nomination_id: str, person_id: str, nominee_id: str) -> bool:
    """Whom an unclear name means, chosen by who wrote it ("": none of those shown); False if it is not theirs."""
    nomination = work.champions.unclear(nomination_id, person_id)
    if nomination is None:
        return False
    shown = resolve(work, nomination.project_id, person_id, typed_in(work, nomination)).people
    if nominee_id in shown:
        work.champions.nominate(nomination.project_id, person_id, nominee_id)
    work.champions.drop(nomination)
    return True


def _new(work: Work, project_id: str, person_id: str, status: ChampionStatus, signs: str) -> Champion:
    champion = Champion(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        project_id=project_id,
        person_id=person_id,
        status=status,
        signs=signs,
        cards=0,
        full_on=None,
        since=work.now,
    )
    work.champions.add(champion)
    return champion


def _nameable(work: Work, project_id: str, person_id: str) -> list[Member]:
    return [Member(*each) for each in work.champions.nameable(project_id, person_id)]


def _move(work: Work, champion: Champion, status: ChampionStatus) -> None:
    champion.status, champion.since = status, work.now
