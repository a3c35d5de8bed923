"""What leads do about what a page says: proposed with it, taken, done, and what became of it. Nothing is sent from here.

Whom an action concerns leaves this module only as people to write to, never to be shown or counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from content.actions import Answer, State
from content.blockers import CAUSES, Blocker, Family
from content.promises import LEAST_FIGURES
from digests.actions import (
    SETTLES,
    Move,
    Past,
    Verdict,
    after,
    lapsed,
    propose,
    tellable,
    verdict,
)
from digests.content import proposals
from digests.page import Last, Page
from storage.models import Action, Idea, IdeaStatus, Person, Project, Purpose
from storage.work import Work

TEXT, SAID = "actions.text", "actions.said"

UNDER_WAY = (State.TAKEN, State.DONE, State.RESOLVED, State.STILL)

IDEA = "idea"
"""The subject of what a lead does about an idea of the board, whose id is its proposal; it stands on no page."""

_MOVE = {Verdict.RESOLVED: Move.RESOLVE, Verdict.STILL: Move.PERSIST}


@dataclass(frozen=True)
class Concern:
    """Why somebody is told: an obstacle that they raised by name (`blocker`), or part in an anonymous round (None)."""

    blocker: Blocker | None


def blockers(subject: str) -> frozenset[Blocker]:
    """The obstacles that an action for `subject` is about: none for a headline."""
    if subject in set(Family):
        return frozenset(cause for cause in CAUSES if cause.family == subject)
    return frozenset(cause for cause in CAUSES if cause.value == subject)


# ------------------------------------------------------------------ with a page


def with_page(work: Work, project: Project, made: Page, today: date) -> Page:
    """The page with what it proposes and what became of the last action. Called once a week, while nobody else publishes."""
    over = project.ends_on is not None and today > project.ends_on
    for action in work.actions.of_project(project.id):
        if (
            action.state is State.PROPOSED
            or lapsed(action.state, action.due_on, today)
            or (over and action.state is State.TAKEN)
        ):
            _move(work, action, Move.EXPIRE)
        elif action.state is State.DONE and not action.settled_at and _is_time(work, action):
            _settle(work, action)
    chosen = None if over else _propose(work, project.id, made)
    return made.model_copy(
        update={
            "proposal": f"{chosen.subject}.{chosen.proposal}" if chosen else "",
            "last": _last(work, project.id),
        }
    )


def _propose(work: Work, project_id: str, made: Page) -> Action | None:
    past = [
        Past(one.subject, one.proposal, one.state, one.moved_at, one.settled_at is not None)
        for one in work.actions.of_project(project_id)
    ]
    subjects = [cause.name for cause in made.causes] or [made.action]
    chosen = propose(subjects, proposals(), past, work.now)
    if chosen is None:
        return None
    action = work.actions.add(project_id, made.week, *chosen)
    work.actions.note(action, Move.PROPOSE)
    return action


def _is_time(work: Work, action: Action) -> bool:
    return action.done_at is not None and work.now >= action.done_at + SETTLES


def _settle(work: Work, action: Action) -> None:
    """Count what was answered, once; nothing else of it is kept, and what comes later is not counted."""
    work.actions.locked(action.id)
    tally = work.actions.tally(action.id)
    counts = (tally[Answer.GONE], tally[Answer.LESS], tally[Answer.STILL])
    k = threshold(work, action.project_id)
    if move := _MOVE.get(verdict(*counts, k)):
        _move(work, action, move)
    if tellable(*counts, k):
        action.gone, action.less, action.still = counts
    action.settled_at = work.now
    work.actions.forget_answers(action.id)


def threshold(work: Work, project_id: str) -> int:
    """The highest that people were promised in any round of the project."""
    return max([LEAST_FIGURES, *(one.figure_threshold for one in work.campaigns.all(project_id))])


def _last(work: Work, project_id: str) -> Last | None:
    """What moved last of what somebody took, as it stands now."""
    taken = [
        one for one in work.actions.of_project(project_id) if one.state in UNDER_WAY and one.subject != IDEA
    ]
    if not taken:
        return None
    action = max(taken, key=lambda one: one.settled_at or one.moved_at)
    return Last(
        action=action.id,
        state=action.state,
        asked=bool(blockers(action.subject)),
        settled=action.settled_at is not None,
        counts=_counts(action),
    )


def _counts(action: Action) -> tuple[int, int, int] | None:
    if action.gone is None or action.less is None or action.still is None:
        return None
    return action.gone, action.less, action.still


# ------------------------------------------------------------------ what leads and owners do


def take(work: Work, action: Action, lead: Person, due_on: date) -> bool:
    """The lead looks after it until `due_on`; False if it is not to be had any more."""
    if not _move(work, action, Move.TAKE, lead.id):
        return False
    action.owner_id, action.due_on = lead.id, due_on
    return True


def look_after(work: Work, idea: Idea, lead: Person, due_on: date) -> Action | None:
    """The lead looks after what is planned of an idea. None where somebody does already, or it is planned no longer."""
    if not _planned(work, idea.id) or of_idea(work, idea):
        return None
    action = work.actions.add(idea.project_id, "", IDEA, idea.id)
    work.actions.note(action, Move.PROPOSE)
    take(work, action, lead, due_on)
    return action


def of_idea(work: Work, idea: Idea) -> Action | None:
    """What is under way about it."""
    return next((one for one in all_of_idea(work, idea) if one.state is State.TAKEN), None)


def all_of_idea(work: Work, idea: Idea) -> list[Action]:
    """Whatever was ever looked after about it, what moved last first."""
    about = (IDEA, idea.id)
    return [one for one in work.actions.of_project(idea.project_id) if (one.subject, one.proposal) == about]


def end_of_idea(work: Work, idea: Idea) -> None:
    """Nothing is planned of it any more. Called with the idea locked; who ended it is not noted: it may be its author."""
    running = of_idea(work, idea)
    if running and (action := work.actions.locked(running.id)):
        _move(work, action, Move.EXPIRE)


def _planned(work: Work, idea_id: str) -> bool:
    """Whether it is now; the idea is locked."""
    idea = work.ideas.locked(idea_id)
    return idea is not None and idea.status is IdeaStatus.PLANNED


def locked(work: Work, action_id: str) -> Action | None:
    """As last committed; an idea's is locked after the idea, in the order of whoever answers the idea."""
    action = work.actions.find(action_id)
    if action and action.subject == IDEA:
        work.ideas.locked(action.proposal)
    return work.actions.locked(action_id)


def change(
    work: Work, action: Action, lead: Person, *, text: str | None, owner_id: str | None, due_on: date | None
) -> bool:
    """What it says, who looks after it and until when; what is None stays."""
    if not _move(work, action, Move.CHANGE, lead.id):
        return False
    action.text = work.seal(TEXT, text, row=action.id) if text else action.text
    action.owner_id, action.due_on = owner_id or action.owner_id, due_on or action.due_on
    return True


def decline(work: Work, action: Action, person: Person) -> bool:
    return _move(work, action, Move.DECLINE, person.id)


def another(work: Work, action: Action, lead: Person) -> bool:
    """Something else instead, if there is anything."""
    if not decline(work, action, lead):
        return False
    digest = work.digests.of_week(action.project_id, action.week)
    if digest:
        _propose(work, action.project_id, Page.from_json(digest.page))
    return True


def finish(work: Work, action: Action, person: Person, said: str) -> Sequence[str]:
    """It is done; `said` is what those concerned are told. Their ids, none where it could not be done any more.

    Of an idea that is planned no longer, it ends undone.
    """
    if action.subject == IDEA and not _planned(work, action.proposal):
        _move(work, action, Move.EXPIRE)
        return ()
    if not _move(work, action, Move.FINISH, person.id):
        return ()
    action.said, action.done_at = work.seal(SAID, said, row=action.id), work.now
    if not blockers(action.subject):
        action.settled_at = work.now
    return _concerned(work, action)


def _move(work: Work, action: Action, move: Move, person_id: str | None = None) -> bool:
    to = after(action.state, move)
    if to is None:
        return False
    action.state, action.moved_at = to, work.now
    work.actions.note(action, move, person_id)
    return True


def text_of(work: Work, action: Action) -> str | None:
    """What a lead made of it, if one did."""
    return work.open(TEXT, action.text, row=action.id) if action.text else None


def said_of(work: Work, action: Action) -> str:
    """What those concerned are told was done."""
    return work.open(SAID, action.said, row=action.id) if action.said else ""


# ------------------------------------------------------------------ those concerned


def _concerned(work: Work, action: Action) -> list[str]:
    """Whoever stated or confirmed the obstacle, and everybody of an anonymous round, of whom nobody knows what they said."""
    about = blockers(action.subject)
    if not about:
        return []
    people = work.actions.raised(action.project_id, about).keys() | work.actions.nameless(action.project_id)
    return sorted(people - work.consents.withdrawn(people)[Purpose.INTERVIEW])


def concern(work: Work, action: Action, person: Person) -> Concern | None:
    """Why it concerns this person; None if it does not, or they refuse that what they said in interviews is used."""
    about = blockers(action.subject)
    if not about or not work.consents.allows(person.id, Purpose.INTERVIEW):
        return None
    if blocker := work.actions.raised(action.project_id, about, person.id).get(person.id):
        return Concern(Blocker(blocker))
    return Concern(None) if work.actions.nameless(action.project_id, person.id) else None


def answer(work: Work, action: Action, person: Person, said: Answer) -> Concern | None:
    """Keep the first answer of somebody concerned, while it can still be counted; None if it does not concern them.

    Of somebody known by an anonymous round alone, it is kept apart from them.
    """
    concerned = concern(work, action, person)
    if concerned is None or action.done_at is None:
        return None
    if action.settled_at is None and not work.actions.has_answered(action.id, person.id):
        keep = work.actions.answer if concerned.blocker else work.actions.answer_nameless
        keep(action.id, person.id, said)
    return concerned
