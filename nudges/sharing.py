"""Testimonials: submitted with consent, reviewed, withdrawn. Nothing is sent from here."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from nudges import gains
from nudges.hints import tells_effort
from nudges.testimonials import ANSWERABLE, LONGEST, SHORTEST, VALID_DAYS, same_words, signature
from storage.models import (
    Naming,
    OutboxMessage,
    OutboxState,
    Person,
    Share,
    Testimonial,
    TestimonialStatus,
)
from storage.work import Work

LIVE = (TestimonialStatus.SUBMITTED, TestimonialStatus.CHANGE_ASKED, TestimonialStatus.APPROVED)
REPLACEABLE = (TestimonialStatus.SUBMITTED, TestimonialStatus.CHANGE_ASKED)

TEXT, GAIN, REASON = "testimonials.text", "testimonials.gain", "testimonials.reason"
"""What is sealed, each with its column."""


class Problem(StrEnum):
    """Why a testimonial cannot be taken as it is."""

    NOT_A_MEMBER = "not_a_member"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_CONSENT = "no_consent"
    NO_OBSTACLE = "no_obstacle"
    OLD_FORM = "old_form"
    TWICE = "twice"


class Refused(Exception):
    """The testimonial cannot be taken as it is; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"testimonial refused: {problem}")


class Reaction(StrEnum):
    """What a person says of a colleague's story."""

    ME = "me"
    NOT_ME = "not_me"


@dataclass(frozen=True)
class Reviewed:
    """What became of a review; `new` is False where somebody had decided before."""

    testimonial: Testimonial
    new: bool


def expiry(today: date) -> date:
    """The last day of consent that is asked for on `today`."""
    return today + timedelta(days=VALID_DAYS)


def submit_testimonial(
    work: Work,
    *,
    project_id: str,
    author: Person,
    text: str,
    blocker: str,
    naming: Naming,
    consent: bool,
    expires_on: date,
    second_blocker: str = "",
    gain: str = "",
    instead_of: str = "",
) -> Testimonial:
    """Keep exactly these words for review. `expires_on` is the date that the author saw and agreed to.

    `gain` is the author's line on before and after. `instead_of` is the author's earlier text that this one takes the
    place of, unless that has been decided on meanwhile.

    Raises:
        Refused: with the problem.
    """
    words, line = text.strip(), gain.strip()
    place = work.projects.member(project_id, author.id)
    answerable = {label.value for label in ANSWERABLE}
    if place is None:
        raise Refused(Problem.NOT_A_MEMBER)
    if len(words) < SHORTEST:
        raise Refused(Problem.TOO_SHORT)
    if len(words) > LONGEST or len(line) > gains.LONGEST:
        raise Refused(Problem.TOO_LONG)
    if blocker not in answerable:
        raise Refused(Problem.NO_OBSTACLE)
    if not consent:
        raise Refused(Problem.NO_CONSENT)
    if not work.now.date() <= expires_on <= expiry(work.now.date()) + timedelta(days=1):
        raise Refused(Problem.OLD_FORM)
    replaced = work.testimonials.locked(instead_of) if instead_of else None
    if replaced and (replaced.author_id != author.id or replaced.status not in REPLACEABLE):
        replaced = None
    told = [row for row in work.testimonials.of_author(author.id, *TestimonialStatus) if row is not replaced]
    same = [row for row in told if same_words(text_of(work, row), words)]
    if any(row.status in LIVE and row.expires_on >= work.now.date() for row in same):
        raise Refused(Problem.TWICE)
    origin = replaced or (same[0] if same else None)
    counted = gains.parse(line)
    minutes, steps = (counted.minutes, counted.steps) if counted and counted.is_gain else (None, None)
    testimonial_id = work.ids.new()
    testimonial = Testimonial(
        id=testimonial_id,
        workspace_id=work.workspace_id,
        project_id=project_id,
        author_id=author.id,
        text=work.seal(TEXT, words, row=testimonial_id),
        blocker=blocker,
        second_blocker=second_blocker if second_blocker in answerable - {blocker} else None,
        persona=place.persona,
        gain=work.seal(GAIN, line, row=testimonial_id) if line else None,
        before_minutes=minutes.before if minutes else None,
        after_minutes=minutes.after if minutes else None,
        before_steps=steps.before if steps else None,
        after_steps=steps.after if steps else None,
        effort=tells_effort(words),
        naming=naming,
        status=TestimonialStatus.SUBMITTED,
        consented_at=work.now,
        expires_on=expires_on,
        reviewer_id=None,
        reviewed_at=None,
        origin_id=(origin.origin_id or origin.id) if origin else None,
        created_at=work.now,
    )
    work.testimonials.add(testimonial)
    if replaced:
        replaced.status = TestimonialStatus.REPLACED
    return testimonial


def review_testimonial(
    work: Work, testimonial_id: str, reviewer: Person, status: TestimonialStatus, reason: str = ""
) -> Reviewed | None:
    """Approve, ask for a change, or decline, with what the reader says to the author; the first decision holds.

    None if it is gone, or not for this person to decide: nobody decides on their own words.
    """
    testimonial = work.testimonials.locked(testimonial_id)
    if testimonial is None or not may_review(work, testimonial, reviewer):
        return None
    if testimonial.status is not TestimonialStatus.SUBMITTED:
        return Reviewed(testimonial, new=False)
    said = reason.strip()
    testimonial.status = status
    testimonial.reason = work.seal(REASON, said, row=testimonial_id) if said else None
    testimonial.reviewer_id, testimonial.reviewed_at = reviewer.id, work.now
    return Reviewed(testimonial, new=True)


def may_review(work: Work, testimonial: Testimonial, reader: Person) -> bool:
    """Whether this person reads it before it is shown: a lead, or a champion whom a lead has asked; never its author."""
    readers = work.projects.reviewers(testimonial.project_id)
    return reader.id != testimonial.author_id and any(person.id == reader.id for person in readers)


def readers_of(work: Work, testimonial: Testimonial) -> list[Person]:
    """Who is asked to read it, by name: those who may decide and want to be written to."""
    readers = work.projects.reviewers(testimonial.project_id)
    return [person for person in readers if person.id != testimonial.author_id and not person.opted_out_at]


def withdraw_testimonial(work: Work, testimonial_id: str, author_id: str) -> Testimonial | None:
    """Take a testimonial back; None if it is not this author's, or was not live any more."""
    testimonial = work.testimonials.locked(testimonial_id)
    if testimonial is None or testimonial.author_id != author_id or testimonial.status not in LIVE:
        return None
    testimonial.status = TestimonialStatus.WITHDRAWN
    return testimonial


def live_of(work: Work, author_id: str) -> list[Testimonial]:
    """What this author may take back, the newest first."""
    return work.testimonials.of_author(author_id, *LIVE)


def people_to_reach(work: Work, testimonial: Testimonial) -> list[Person]:
    """Members whom this story may help: an obstacle it answers is confirmed for them, and they are not its author."""
    blockers = [blocker for blocker in (testimonial.blocker, testimonial.second_blocker) if blocker]
    ids = {
        id_
        for blocker in blockers
        for id_ in work.interviews.people_with_confirmed(testimonial.project_id, blocker)
    }
    members = work.projects.members(testimonial.project_id)
    return [person for _, person in members if person.id in ids and person.id != testimonial.author_id]


def react(work: Work, share_id: str, person_id: str, reaction: Reaction) -> Share | None:
    """Keep the first reaction to a story; None if it was not given to this person."""
    share = work.testimonials.find_share(share_id)
    if share is None or share.person_id != person_id:
        return None
    share.reaction = share.reaction or reaction.value
    return share


def shares_in(work: Work, project_id: str, person_id: str) -> list[Share]:
    """What this person was given of this project's testimonials, oldest first."""
    return [
        share
        for share in work.testimonials.shares_with(person_id)
        if (row := work.testimonials.find(share.testimonial_id)) and row.project_id == project_id
    ]


def text_of(work: Work, testimonial: Testimonial) -> str:
    """The author's exact words."""
    return work.open(TEXT, testimonial.text, row=testimonial.id)


def gain_of(work: Work, testimonial: Testimonial) -> str:
    """The author's exact line on before and after; empty if there is none."""
    return work.open(GAIN, testimonial.gain, row=testimonial.id) if testimonial.gain else ""


def reason_of(work: Work, testimonial: Testimonial) -> str:
    """What its reader says to the author, exactly; empty if nothing."""
    return work.open(REASON, testimonial.reason, row=testimonial.id) if testimonial.reason else ""


def signed(work: Work, testimonial: Testimonial, nobody: str) -> str:
    """How the author is named, as they chose; `nobody` stands for a name that is not told."""
    if testimonial.naming is Naming.ANONYMOUS:
        return nobody
    author = work.people.get(testimonial.author_id)
    return signature(author.name, author.team, full=testimonial.naming is Naming.FULL)


def may_be_shown(testimonial: Testimonial, today: date) -> bool:
    """Approved, not taken back, and still within what was consented to."""
    return testimonial.status is TestimonialStatus.APPROVED and testimonial.expires_on >= today


def share_key(share_id: str) -> str:
    """The key under which the message that gives a testimonial to someone is planned."""
    return f"share:{share_id}"


def review_key(testimonial_id: str, reader_id: str) -> str:
    """The key under which a reader's message for review is planned."""
    return f"review:{testimonial_id}:{reader_id}"


def under_way(message: OutboxMessage) -> bool:
    """Whether a message is being sent at this moment, so that nobody knows yet where it can be replaced."""
    return message.receipt_message is None and message.state in (OutboxState.SENDING, OutboxState.UNCERTAIN)
