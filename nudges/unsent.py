"""What was decided and never left counts for nothing: it was neither ignored nor heard, and lifts no obstacle."""

from collections.abc import Collection

from nudges.sharing import share_key
from storage.work import Work

NUDGE, CHECK_IN, SCALE, SHARE, STEP = "nudge:", "check_in:", "scale:", share_key(""), "step:"


def nudge_key(nudge_id: str) -> str:
    """The key under which the message of a nudge is planned."""
    return f"{NUDGE}{nudge_id}"


def check_in_key(check_in_id: str) -> str:
    """The key under which the question of a check-in is planned."""
    return f"{CHECK_IN}{check_in_id}"


def scale_key(scale_id: str) -> str:
    """The key under which an automaticity scale is planned."""
    return f"{SCALE}{scale_id}"


def step_key(step_id: str) -> str:
    """The key under which what is said once for an obstacle is planned."""
    return f"{STEP}{step_id}"


def forget(work: Work, person_ids: Collection[str]) -> None:
    """Delete the nudges, unanswered questions and scales, stories and words of these people whose messages never left."""
    keys = work.outbox.never_left(person_ids)
    work.nudges.remove(_ids(keys, NUDGE))
    work.routines.remove_unanswered(_ids(keys, CHECK_IN))
    work.routines.remove_unanswered_scales(_ids(keys, SCALE))
    work.testimonials.remove_shares(_ids(keys, SHARE))
    work.barriers.remove_unanswered(_ids(keys, STEP))


def _ids(keys: Collection[str], prefix: str) -> list[str]:
    return [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]
