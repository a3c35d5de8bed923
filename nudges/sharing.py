"""Testimonials: submitted with consent, reviewed, matched, withdrawn. Nothing is sent from here."""

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from content.blockers import Blocker
from nudges.testimonials import ANSWERABLE, LONGEST, SHORTEST, VALID_DAYS, Story, matching, signature
from storage.models import (
    Naming,
    OutboxMessage,
    OutboxState,
    Person,
    Role,
    Share,
    Testimonial,
    TestimonialStatus,
)
from storage.work import Work

LIVE = (TestimonialStatus.SUBMITTED, TestimonialStatus.APPROVED)


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
) -> Testimonial:
    """Keep exactly this text for review. `expires_on` is the date that the author saw and agreed to.

    Raises:
        Refused: with the problem.
    """
    words = text.strip()
    if work.projects.member(project_id, author.id) is None:
        raise Refused(Problem.NOT_A_MEMBER)
    if len(words) < SHORTEST:
        raise Refused(Problem.TOO_SHORT)
    if len(words) > LONGEST:
        raise Refused(Problem.TOO_LONG)
    if blocker not in {label.value for label in ANSWERABLE}:
        raise Refused(Problem.NO_OBSTACLE)
    if not consent:
        raise Refused(Problem.NO_CONSENT)
    if not work.now.date() <= expires_on <= expiry(work.now.date()) + timedelta(days=1):
        raise Refused(Problem.OLD_FORM)
    if any(text_of(work, earlier) == words for earlier in live_of(work, author.id)):
        raise Refused(Problem.TWICE)
    testimonial = Testimonial(
        id=work.ids.new(),
        workspace_id=work.workspace_id,
        project_id=project_id,
        author_id=author.id,
        text=work.seal("testimonials.text", words),
        blocker=blocker,
        naming=naming,
        status=TestimonialStatus.SUBMITTED,
        consented_at=work.now,
        expires_on=expires_on,
        reviewer_id=None,
        reviewed_at=None,
        created_at=work.now,
    )
    work.testimonials.add(testimonial)
    return testimonial


def review_testimonial(
    work: Work, testimonial_id: str, reviewer: Person, *, approve: bool
) -> Reviewed | None:
    """Approve or decline; the first decision holds. None if it is gone, or not for this person to decide."""
    testimonial = work.testimonials.locked(testimonial_id)
    if testimonial is None:
        return None
    place = work.projects.member(testimonial.project_id, reviewer.id)
    if place is None or place.role is not Role.LEAD:
        return None
    if testimonial.status is not TestimonialStatus.SUBMITTED:
        return Reviewed(testimonial, new=False)
    testimonial.status = TestimonialStatus.APPROVED if approve else TestimonialStatus.DECLINED
    testimonial.reviewer_id, testimonial.reviewed_at = reviewer.id, work.now
    return Reviewed(testimonial, new=True)


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


class Shelf:
    """The approved testimonials of a project, while several people are looked after one after the other."""

    def __init__(self, work: Work, project_id: str) -> None:
        self._work, self._project_id = work, project_id

    @cached_property
    def _stories(self) -> dict[Blocker, dict[str, Story]]:
        """By obstacle and id, in the order they were told."""
        usual = self._work.workspaces.get(self._work.workspace_id).lang
        approved = self._work.testimonials.approved(self._project_id)
        times = self._work.testimonials.times_shared(self._project_id) if approved else {}
        stories: dict[Blocker, dict[str, Story]] = defaultdict(dict)
        for row in approved:
            stories[Blocker(row.blocker)][row.id] = Story(
                id=row.id,
                author_id=row.author_id,
                blocker=Blocker(row.blocker),
                expires_on=row.expires_on,
                told_on=row.created_at.date(),
                lang=row.lang or usual,
                times_shared=times.get(row.id, 0),
            )
        return stories

    def match(
        self, person_id: str, obstacles: Sequence[Blocker], *, heard: Set[str], lang: str, today: date
    ) -> Story | None:
        """The testimonial to give this person next, if one fits."""
        fitting = [story for blocker in set(obstacles) for story in self._stories[blocker].values()]
        return matching(
            fitting, person_id=person_id, obstacles=obstacles, heard=heard, lang=lang, today=today
        )

    def given(self, story: Story) -> None:
        """It was given once more."""
        self._stories[story.blocker][story.id] = replace(story, times_shared=story.times_shared + 1)


def people_to_reach(work: Work, testimonial: Testimonial) -> list[Person]:
    """Members whom this story may help: its obstacle is confirmed for them, and they are not its author."""
    ids = work.interviews.people_with_confirmed(testimonial.project_id, testimonial.blocker)
    members = {person.id: person for _, person in work.projects.members(testimonial.project_id)}
    return [members[id_] for id_ in ids if id_ in members and id_ != testimonial.author_id]


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
    return work.open("testimonials.text", testimonial.text)


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


def review_key(testimonial_id: str, lead_id: str) -> str:
    """The key under which a lead's message for review is planned."""
    return f"review:{testimonial_id}:{lead_id}"


def under_way(message: OutboxMessage) -> bool:
    """Whether a message is being sent at this moment, so that nobody knows yet where it can be replaced."""
    return message.receipt_message is None and message.state in (OutboxState.SENDING, OutboxState.UNCERTAIN)
