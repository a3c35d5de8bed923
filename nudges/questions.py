"""A reader asks the author of a story one thing; the author may answer once, or not. Nothing is sent from here."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from nudges import sharing
from nudges.schedule import local_date
from storage.models import Person, PersonStatus, QuestionStatus, Share, StoryQuestion, Testimonial
from storage.work import Work

TEXT, ANSWER = "story_questions.text", "story_questions.answer"

LONGEST, LONGEST_ANSWER = 300, 600
"""Characters."""

PER_WEEK = 2
"""Questions that one author gets in seven days."""

WEEK = timedelta(days=7)
WAITS = timedelta(days=14)
"""How long a question waits for an answer."""


class Unasked(StrEnum):
    """Why a question cannot be put."""

    GONE = "gone"
    TWICE = "twice"
    EMPTY = "empty"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Full:
    """The author has as many questions as a week holds; from this day on there is room again."""

    day: date


def why_not(work: Work, share_id: str, person_id: str, today: date) -> Unasked | Full | None:
    """What keeps this person from asking about a story they were given. `today` and `Full.day` are their local dates."""
    found = _story(work, share_id, person_id, today)
    if found is None:
        return Unasked.GONE
    if work.stories.question_of(share_id):
        return Unasked.TWICE
    return _full(work, found[1], today)


def ask(
    work: Work, share_id: str, person: Person, text: str, timezone: str
) -> StoryQuestion | Unasked | Full:
    """Keep a question for the author of the story."""
    today = local_date(work.now, timezone)
    found = _story(work, share_id, person.id, today)
    words = text.strip()
    if not words:
        return Unasked.EMPTY
    if len(words) > LONGEST:
        return Unasked.TOO_LONG
    if found is None:
        return Unasked.GONE
    work.testimonials.locked(found[1].id)
    if hindrance := why_not(work, share_id, person.id, today):
        return hindrance
    question_id = work.ids.new()
    question = StoryQuestion(
        id=question_id,
        workspace_id=work.workspace_id,
        share_id=share_id,
        testimonial_id=found[1].id,
        author_id=found[1].author_id,
        text=work.seal(TEXT, words, row=question_id),
        answer=None,
        status=QuestionStatus.ASKED,
        asked_at=work.now,
        closed_at=None,
    )
    work.stories.add_question(question)
    return question


def answer(work: Work, question_id: str, author_id: str, text: str) -> StoryQuestion | Unasked:
    """Keep the author's one answer."""
    words = text.strip()
    if not words:
        return Unasked.EMPTY
    if len(words) > LONGEST_ANSWER:
        return Unasked.TOO_LONG
    question = _open(work, question_id, author_id)
    if question is None:
        return Unasked.GONE
    question.answer = work.seal(ANSWER, words, row=question.id)
    _end(work, question, QuestionStatus.ANSWERED)
    return question


def decline(work: Work, question_id: str, author_id: str) -> StoryQuestion | None:
    """The author would rather not; None if it was not theirs, or is over."""
    question = _open(work, question_id, author_id)
    if question:
        _end(work, question, QuestionStatus.DECLINED)
    return question


def lapse(work: Work, question_id: str) -> StoryQuestion | None:
    """Nobody has answered in time; None if it was over before."""
    question = work.stories.locked_question(question_id)
    if question is None or question.status is not QuestionStatus.ASKED:
        return None
    _end(work, question, QuestionStatus.CLOSED)
    return question


def close(work: Work, testimonial_id: str) -> list[StoryQuestion]:
    """The testimonial is no longer shown: nobody waits for an answer any more. Which questions that ends."""
    waiting = work.stories.open_questions(testimonial_id)
    for question in waiting:
        _end(work, question, QuestionStatus.CLOSED)
    return waiting


def asker_of(work: Work, question: StoryQuestion) -> str:
    """The id of whoever asked."""
    return _share(work, question.share_id).person_id


def project_of(work: Work, question: StoryQuestion) -> str:
    """The id of the project whose story it is about."""
    row = work.testimonials.find(question.testimonial_id)
    if row is None:
        raise LookupError("a question is about a story that was told")
    return row.project_id


def text_of(work: Work, question: StoryQuestion) -> str:
    """The reader's exact words."""
    return work.open(TEXT, question.text, row=question.id)


def answer_of(work: Work, question: StoryQuestion) -> str:
    """The author's exact answer; empty if there is none."""
    return work.open(ANSWER, question.answer, row=question.id) if question.answer else ""


def _story(work: Work, share_id: str, person_id: str, today: date) -> tuple[Share, Testimonial] | None:
    """A story that this person was given, while it may be shown and its author is there to be asked."""
    share = work.testimonials.find_share(share_id)
    row = work.testimonials.find(share.testimonial_id) if share and share.person_id == person_id else None
    if share is None or row is None or not sharing.may_be_shown(row, today):
        return None
    author = work.people.get(row.author_id)
    return (share, row) if author.opted_out_at is None and author.status is PersonStatus.ACTIVE else None


def _full(work: Work, row: Testimonial, today: date) -> Full | None:
    asked = work.stories.asked_since(row.author_id, work.now - WEEK)
    if len(asked) < PER_WEEK:
        return None
    return Full(today + (asked[-PER_WEEK] + WEEK - work.now) + timedelta(days=1))


def _open(work: Work, question_id: str, author_id: str) -> StoryQuestion | None:
    question = work.stories.locked_question(question_id)
    mine = question is not None and question.author_id == author_id
    return question if mine and question and question.status is QuestionStatus.ASKED else None


def _end(work: Work, question: StoryQuestion, status: QuestionStatus) -> None:
    question.status, question.closed_at = status, work.now


def _share(work: Work, share_id: str) -> Share:
    share = work.testimonials.find_share(share_id)
    if share is None:
        raise LookupError("a question belongs to a story that was given to somebody")
    return share
