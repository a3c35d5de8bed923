"""What becomes of an action, which one is proposed next, and when an obstacle counts as resolved. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from content.actions import State
from digests.interval import wilson

AGAIN = timedelta(weeks=8)
"""For how long what was declined is not proposed again, nor anything for what was resolved."""

ASKED_AFTER = timedelta(weeks=3)
"""After the message that told somebody of it has left, they are asked what became of it."""

SETTLES = timedelta(weeks=5)
"""After so long what was answered is counted, once: weeks that could be compared would tell who answered in between."""

LAPSES = timedelta(weeks=8)
"""After its date, an action that nobody says is done is given up."""


class Move(StrEnum):
    """What happens to an action."""

    PROPOSE = "propose"
    TAKE = "take"
    CHANGE = "change"
    DECLINE = "decline"
    FINISH = "finish"
    RESOLVE = "resolve"
    PERSIST = "persist"
    EXPIRE = "expire"


_MOVES: Mapping[tuple[State, Move], State] = {
    (State.PROPOSED, Move.TAKE): State.TAKEN,
    (State.PROPOSED, Move.DECLINE): State.DECLINED,
    (State.PROPOSED, Move.EXPIRE): State.EXPIRED,
    (State.TAKEN, Move.CHANGE): State.TAKEN,
    (State.TAKEN, Move.DECLINE): State.DECLINED,
    (State.TAKEN, Move.FINISH): State.DONE,
    (State.TAKEN, Move.EXPIRE): State.EXPIRED,
    (State.DONE, Move.RESOLVE): State.RESOLVED,
    (State.DONE, Move.PERSIST): State.STILL,
}


def after(state: State, move: Move) -> State | None:
    """The state that a move leads to; None where it is not possible any more."""
    return _MOVES.get((state, move))


# ------------------------------------------------------------------ what is proposed


@dataclass(frozen=True)
class Past:
    """An action of before: `proposal` is unique among those for its `subject`, `since` when it came to its state.

    `settled`: what those concerned say has been counted, or there is nobody to ask.
    """

    subject: str
    proposal: str
    state: State
    since: datetime
    settled: bool = False

    @property
    def running(self) -> bool:
        return self.state is State.TAKEN or (self.state is State.DONE and not self.settled)


def propose(
    subjects: Sequence[str], library: Mapping[str, Sequence[str]], past: Iterable[Past], now: datetime
) -> tuple[str, str] | None:
    """The first of the `subjects` about which something can be done, and what; None: nothing new for now.

    Left out is what runs already, what was done, what was resolved or declined lately.
    """
    earlier = list(past)
    left_alone = {one.subject for one in earlier if one.running or (_lately(one, now) and _resolved(one))}
    used = {
        (one.subject, one.proposal)
        for one in earlier
        if one.state in {State.DONE, State.RESOLVED, State.STILL}
        or (one.state is State.DECLINED and _lately(one, now))
    }
    return next(
        (
            (subject, proposal)
            for subject in subjects
            if subject not in left_alone
            for proposal in library.get(subject, ())
            if (subject, proposal) not in used
        ),
        None,
    )


def _resolved(one: Past) -> bool:
    return one.state is State.RESOLVED


def _lately(one: Past, now: datetime) -> bool:
    return now - one.since < AGAIN


def lapsed(state: State, due_on: date | None, today: date) -> bool:
    """Whether nothing is to be expected of an action any more."""
    return state is State.TAKEN and due_on is not None and today > due_on + LAPSES


# ------------------------------------------------------------------ what those concerned say


class Verdict(StrEnum):
    RESOLVED = "resolved"
    STILL = "still"
    TOO_FEW = "too_few"


def verdict(gone: int, less: int, still: int, k: int) -> Verdict:
    """What so many answers say, from `k` on.

    Resolved: the lower bound of Wilson's 95% interval for "gone or less" is above one half.
    """
    answered = gone + less + still
    if answered < k:
        return Verdict.TOO_FEW
    low, _ = wilson(gone + less, answered)
    return Verdict.RESOLVED if low > 0.5 else Verdict.STILL


def tellable(gone: int, less: int, still: int, k: int) -> bool:
    """Whether these counts may be shown: each of nobody or at least `k`, at least `k` beside it, and not all of one mind."""
    counts = (gone, less, still)
    return all(count == 0 or (count >= k and sum(counts) - count >= k) for count in counts) and any(counts)
