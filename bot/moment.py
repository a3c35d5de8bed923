"""Whether a message may leave now, asked when it is sent: what a person says of being written to holds to the last."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.kinds import Rank, keeps_to_wish, rank_of
from bot.scene import Scene
from content.arms import Arms
from nudges.pace import EVERYBODYS, MOST, WEEK, first_place, room
from nudges.schedule import beginning, local_date
from storage.claims import Outgoing
from storage.models import PersonStatus
from storage.repositories.outbox import TOO_LATE, UNREACHABLE, PacedWeek

ANY_ZONE = timedelta(days=2)
"""What makes days of UTC hold as many local dates, in whatever zone."""

LOOK_AGAIN = timedelta(weeks=1)
"""At what a test holds back: it may be ended before its time."""

OTHERS_FIRST = timedelta(minutes=1)
"""How long a message steps back for others; then it sees what place they have left."""

DIGEST = "digest"
"""Kind of the agenda item of a lead's weekly page."""


@dataclass(frozen=True)
class Hold:
    """A message that may not leave now: not before `until`, or never if None. `reason` is a word for logs and upkeep.

    `behind` is what held it for so long that it would be too late.
    """

    reason: str
    until: datetime | None = None
    behind: str | None = None


def look_back(weeks: int) -> timedelta:
    """How far back whoever wishes one message in `weeks` weeks at most is looked at."""
    return room(weeks).span + ANY_ZONE


def hold(scene: Scene, outgoing: Outgoing, paced: PacedWeek) -> Hold | None:
    """What keeps this message of the scene's person back; None: it may leave. `paced` is what they got in `look_back`.

    Nothing is sent to whom it cannot reach. After "stop" only what the person asks for from then on is said. What
    nobody asked for leaves only while the person works, and neither during a pause nor while they are away; what would
    be too late by then is dropped, and what the week has no place for waits. What replaces a message writes to nobody.
    """
    person = scene.person
    if outgoing.updates is not None:
        return None
    if person.opted_out_at and (outgoing.paced or outgoing.created_at < person.opted_out_at):
        return Hold("opted_out")
    if person.status is PersonStatus.UNREACHABLE:
        return Hold(UNREACHABLE)
    if not outgoing.paced:
        return None
    return (
        _in_a_test(scene, outgoing) or _outside_hours(scene, outgoing) or _over_budget(scene, outgoing, paced)
    )


def _in_a_test(scene: Scene, outgoing: Outgoing) -> Hold | None:
    """What says of which project it is (`project`) waits for as long as a test asks for silence there."""
    project_id = outgoing.args.get("project")
    if project_id is None or not (arms := scene.arms(project_id)).silent:
        return None
    return _until(turn(scene, arms), outgoing, "not_yet")


def turn(scene: Scene, arms: Arms) -> datetime:
    """When to look again at what a test holds back: when it may leave, for all that is known, or in `LOOK_AGAIN`."""
    latest = scene.now + LOOK_AGAIN
    return scene.week.first_open(min(arms.until or latest, latest))


def _outside_hours(scene: Scene, outgoing: Outgoing) -> Hold | None:
    now, week = scene.now, scene.week
    awake = max(now, scene.person.snoozed_until or now)
    if awake == now and week.is_open(now):
        return None
    fitting = week.first_open(awake)
    if fitting <= now:
        return None
    if awake > now:
        return _until(fitting, outgoing, "snoozed")
    return _until(fitting, outgoing, "away" if week.is_away(now) else "not_working")


def _over_budget(scene: Scene, outgoing: Outgoing, paced: PacedWeek) -> Hold | None:
    """The week's budget over all kinds; where less is left than waits, the higher rank goes first, then the older.

    Whoever wishes to be written to less often has one place in so many weeks, for all that keeps to that wish
    (`bot.kinds.keeps_to_wish`); whatever they got takes it.
    """
    if not paced.sent and not any(seq != outgoing.seq for seq, _ in paced.waiting):
        return None
    week, rank = scene.week, rank_of(outgoing.intent)
    today = local_date(scene.now, week.timezone)
    within = room(scene.person.at_most_weeks) if keeps_to_wish(outgoing.intent) else EVERYBODYS
    since = beginning(today - within.span, week.timezone)
    sent = [local_date(at, week.timezone) for seq, at in paced.sent if at >= since and seq != outgoing.seq]
    kept = _kept_for_digests(scene, today) if sent and rank > Rank.DIGEST and within.most > 1 else []
    free = first_place(today, sent, kept, within)
    if free > today:
        return _until(week.first_open_on(free), outgoing, "budget")
    first = [seq for seq, intent in paced.waiting if (rank_of(intent), seq) < (rank, outgoing.seq)]
    if first and first_place(today, [*sent, *(today for _ in first)], kept, within) > today:
        return Hold("others_first", scene.now + OTHERS_FIRST)
    return None


def _kept_for_digests(scene: Scene, today: date) -> list[date]:
    """A lead's digest comes on its day: what ranks below it leaves its place free, and at least one to others."""
    dates = [local_date(at, scene.timezone) for at in scene.dues(DIGEST)]
    return sorted(day for day in dates if today <= day < today + WEEK)[: MOST - 1]


def _until(moment: datetime, outgoing: Outgoing, reason: str) -> Hold:
    too_late = outgoing.not_after is not None and outgoing.not_after < moment
    return Hold(TOO_LATE, behind=reason) if too_late else Hold(reason, moment)
