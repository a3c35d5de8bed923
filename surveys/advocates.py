"""Who said in an interview that they use the tool, and whether they would tell others how."""

from dataclasses import dataclass

from storage.work import Work
from surveys.script import Role
from surveys.service import state_of
from surveys.state import Ending, State

GLADLY = "yes_gladly"


@dataclass(frozen=True)
class Advocates:
    """Ids of people by their latest interview of a project. `in_peace` were told that they would be left in peace."""

    gladly: frozenset[str]
    in_peace: frozenset[str]


def advocates(work: Work, project_id: str) -> Advocates:
    """Nobody of an anonymous round is among them: nothing of it is linked to a person."""
    gladly: set[str] = set()
    in_peace: set[str] = set()
    for interview in work.interviews.latest_of(project_id):
        if interview.outcome == Ending.NONE:
            in_peace.add(interview.person_id)
        elif interview.outcome == Ending.ADVOCATE:
            told = gladly if would_tell(state_of(work, interview)) else in_peace
            told.add(interview.person_id)
    return Advocates(frozenset(gladly), frozenset(in_peace))


def would_tell(state: State) -> bool:
    """Whether this person would gladly tell others how they do it."""
    answer = state.answer(Role.TELL)
    return answer is not None and answer.value == GLADLY
