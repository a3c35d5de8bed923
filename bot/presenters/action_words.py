"""An action in one reader's language: what it says, whose it is, what became of it."""

from datetime import date

from babel.numbers import format_decimal

from content.actions import State
from content.catalog import Voice
from content.days import in_words
from content.markup import RichText
from digests.acting import IDEA, blockers, said_of, text_of
from digests.content import actions, follow_up
from digests.page import Last
from storage.models import Action, IdeaStatus
from storage.work import Work


def what(work: Work, action: Action, voice: Voice, tool: str) -> str:
    """What is to be done: a lead's words, or what was proposed, in the reader's language."""
    if action.subject == IDEA:
        return text_of(work, action) or follow_up().text("of_idea", voice)
    key = f"{action.subject}.{action.proposal}.text"
    return text_of(work, action) or (actions().text(key, voice, tool=tool) if actions().has(key) else "")


def how(subject: str, proposal: str, voice: Voice, tool: str) -> RichText | None:
    """The first step of a proposal, and who usually can; None where it is gone from the list."""
    key = f"{subject}.{proposal}"
    if not actions().has(f"{key}.first"):
        return None
    first, who = (actions().text(f"{key}.{part}", voice, tool=tool) for part in ("first", "who"))
    return follow_up().rich("how", voice, first=first, who=who)


def name_of(work: Work, person_id: str | None, voice: Voice) -> str:
    """Somebody's name, for as long as they are known."""
    name = work.people.get(person_id).name if person_id else ""
    return name or follow_up().text("somebody", voice)


def day(due_on: date | None, voice: Voice) -> str:
    return in_words(due_on, voice) if due_on else ""


def stands(work: Work, action: Action, voice: Voice, tool: str) -> RichText | None:
    """Whose a proposal may be and how to begin, or where the action stands by now; None where there is nothing to say."""
    if action.state is State.PROPOSED:
        return how(action.subject, action.proposal, voice, tool)
    key = action.state.value
    if action.subject == IDEA:
        key = _of_idea(work, action)
    elif action.state is State.DONE and not blockers(action.subject):
        key = "done_nobody"
    return follow_up().rich(
        f"state.{key}",
        voice,
        owner=name_of(work, action.owner_id, voice),
        who=name_of(work, work.actions.mover(action.id), voice),
        date=day(action.due_on, voice),
    )


def _of_idea(work: Work, action: Action) -> str:
    """Done, whoever cares hears of it for as long as that is the answer; without its plan, there is nothing left to do."""
    idea = work.ideas.find(action.proposal)
    status = idea.status if idea else None
    if action.state is State.DONE:
        return "done_idea" if status is IdeaStatus.DONE else "done_nobody"
    gone = action.state is State.EXPIRED and status is not IdeaStatus.PLANNED
    return "expired_idea" if gone else action.state.value


def last(work: Work, told: Last, voice: Voice, tool: str) -> RichText | None:
    """What became of the last action, as the page tells it; None where its words are kept no longer."""
    action = work.actions.find(told.action)
    if action is None:
        return None
    line = follow_up().rich(
        f"last.{_key(told)}",
        voice,
        action=what(work, action, voice, tool),
        said=said_of(work, action),
        owner=name_of(work, action.owner_id, voice),
        date=day(action.due_on, voice),
    )
    if told.counts is None:
        return line
    gone, less, still = (_people(count, voice) for count in told.counts)
    return (*line, *follow_up().rich("counted", voice, gone=gone, less=less, still=still))


def _people(count: int, voice: Voice) -> str:
    return format_decimal(count, locale=voice.locale) if count else follow_up().text("nobody", voice)


def _key(told: Last) -> str:
    if told.state is not State.DONE:
        return told.state.value
    if not told.asked:
        return "done_nobody"
    return "too_few" if told.settled else "done"
