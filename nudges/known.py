"""What is known of people in a project when their coaching is due, read for many of them at once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from content.arms import Arms
from content.blockers import Blocker
from nudges import automaticity
from nudges.management import WAITS
from nudges.pace import SLOWEST_DAYS, ignored
from nudges.plan import BARRIERS, LEVERS, Found, Lever, Send
from nudges.practice import WEEK, Answer, Practice, Told, Week, weeks_of
from nudges.schedule import local_date
from nudges.testimonials import Near
from storage.models import CheckIn, CheckInAnswer, Ease, FindingStatus, Routine
from storage.repositories.choices import Held
from storage.repositories.interviews import Latest
from storage.repositories.nudges import Nudged
from storage.repositories.routines import UNANSWERED, Asked, Kept, Scaled
from storage.repositories.testimonials import Shared

COUNTED = timedelta(days=SLOWEST_DAYS + 7)
"""How far back messages are looked at for the weekly budget."""

RECOVERY = "recovery."
"""What the variant of a word of recovery begins with in the log of nudges."""

IN_PEACE = frozenset({"advocate", "none"})
"""Outcomes of an interview after which nothing is in the way: they use it, or the task never arises."""

NEWS = timedelta(weeks=4)
"""How long it is worth saying that something was fixed."""

ANSWERS = {answer: Answer(answer.value) for answer in CheckInAnswer}


@dataclass(frozen=True)
class Known:
    """One person. `routine` is the one under way in the project; `asked` and what follows is of every project, oldest first.

    `left`: an earlier routine was ended, and none is under way. `used` are local dates with use of the project's tool,
    `done` those on which the routine's own event was seen: the same where it has none.
    `latest` is the interview that the findings are from, and `said` the levers for which something was said once.
    `fixed` are obstacles that a lead says are mended for this person. `arms`: what tests in the project ask for. `away` are
    absences as first and last local day.
    """

    project_id: str
    member: bool
    findings: tuple[Found, ...]
    routine: Kept | None
    left: bool
    asked: Sequence[Asked]
    scaled: Sequence[Scaled]
    used: Sequence[date]
    done: Sequence[date]
    nudged: Sequence[Nudged]
    held: Sequence[Held]
    shared: Sequence[Shared]
    sent: Sequence[datetime]
    arms: Arms
    near: Near
    latest: Latest | None = None
    said: frozenset[Lever] = frozenset()
    fixed: frozenset[Blocker] = frozenset()
    away: Sequence[tuple[date, date]] = ()

    @property
    def decided(self) -> list[Nudged | Held]:
        """The nudges that left or were held back; each had its turn."""
        return [*self.nudged, *self.held]

    def lifted(self, timezone: str, now: datetime) -> Blocker | None:
        """What others have mended, as they and the person say, and no nudge has spoken of yet.

        None while anything of the kind is there, after `NEWS`, and for whoever has used the tool since.
        """
        if self.latest is None or any(found.blocker in BARRIERS for found in self.findings):
            return None
        for cause in self.latest.findings:
            mended = cause.resolved_at
            if mended is None or cause.blocker not in self.fixed or now - mended >= NEWS:
                continue
            spoken = any(n.project_id == self.project_id and n.decided_at >= mended for n in self.nudged)
            if not spoken and not any(day >= local_date(mended, timezone) for day in self.used):
                return Blocker(cause.blocker)
        return None

    def practice(self, timezone: str, today: date) -> Practice | None:
        """The routine under way, as it stands on the local date `today`."""
        routine = self.routine
        if routine is None:
            return None
        began = local_date(routine.created_at, timezone)
        asked = [each for each in self.asked if each.routine_id == routine.id]
        answered = [each for each in asked if each.answer]
        scales = [
            (each.slot, automaticity.score(automaticity.read(each.answers)))
            for each in self.scaled
            if each.routine_id == routine.id
        ]
        scores = [score for _, score in scales if score is not None]
        recoveries = [
            each.slot
            for each in self.nudged
            if each.variant.startswith(RECOVERY)
            and each.project_id == self.project_id
            and each.decided_at >= routine.created_at
        ]
        return Practice(
            routine.ends_on,
            weeks(
                routine,
                asked,
                self.done,
                timezone,
                today,
                self.away,
                blocked(self.latest, timezone),
            ),
            silent=bool(asked) and asked[-1].answer is None,
            paused_until=routine.paused_until,
            recovered_on=max(recoveries, default=None),
            score=scores[-1] if scores else None,
            plateau=automaticity.plateau(scores),
            scaled_on=scales[-1][0] if scales else None,
            scale_due=automaticity.due(began, scales, today),
            by_itself=bool(answered) and answered[-1].ease is Ease.BY_ITSELF,
        )

    def past(self, timezone: str) -> tuple[Send, ...]:
        """The kinds of message sent, oldest first: since the routine began, else ever in this project."""
        routine = self.routine
        since = routine.created_at if routine else None
        sent: list[tuple[date, Send]] = [
            (nudge.slot, Send.RECOVERY if _is_recovery(nudge) else Send.NUDGE)
            for nudge in self.decided
            if nudge.project_id == self.project_id and (since is None or nudge.decided_at >= since)
        ]
        sent += [
            (local_date(share.decided_at, timezone), Send.SHARE)
            for share in self.shared
            if share.project_id == self.project_id and (since is None or share.decided_at >= since)
        ]
        if routine:
            sent += [(asked.slot, Send.CHECK_IN) for asked in self.asked if asked.routine_id == routine.id]
            sent += [(scale.slot, Send.SCALE) for scale in self.scaled if scale.routine_id == routine.id]
        return tuple(kind for _, kind in sorted(sent))

    def recent(self, timezone: str, today: date) -> bool | None:
        """Whether the latest week of which anything is known had a use; None where nothing is known."""
        practice = self.practice(timezone, today)
        if practice and practice.known:
            return practice.known[-1].kept
        return any(today - WEEK <= day for day in self.used) if self.used else None

    def ignored(self, timezone: str, today: date) -> int:
        """How many of the latest messages in a row met nothing.

        Of nudges only those of this project count, whose use is known. Not the first of a routine: it says back on its day
        what the person has just chosen. Nor a word of recovery: the silence before it counts already.
        """
        questions: list[tuple[date, bool]] = [(asked.slot, asked.answer is not None) for asked in self.asked]
        questions += [(scale.slot, scale.answers != UNANSWERED) for scale in self.scaled]
        questions += [
            (local_date(share.decided_at, timezone), share.reaction is not None) for share in self.shared
        ]
        nudged = [
            each for each in self.nudged if each.project_id == self.project_id and not _is_recovery(each)
        ]
        began = self.routine.created_at if self.routine else None
        first = next((each for each in nudged if began and each.decided_at >= began), None)
        return ignored(questions, [each.slot for each in nudged if each is not first], self.used, today)


def weeks(
    routine: Kept | Routine,
    asked: Iterable[Asked | CheckIn],
    used: Iterable[date],
    timezone: str,
    today: date,
    away: Iterable[tuple[date, date]] = (),
    barred: Sequence[tuple[date, date]] = (),
) -> tuple[Week, ...]:
    """The weeks of a routine up to the local date `today`, from its questions, oldest first, and the days with use.

    Weeks of a pause, and those wholly in one of the spans `away`, are not counted: nothing was missed in them. Of those
    wholly in one of `barred`, in which others had something to mend, only those that were kept all the same are.
    """
    told = [Told(each.slot, ANSWERS[each.answer] if each.answer else None) for each in asked]
    off = list(away)
    if routine.paused_from and routine.paused_until:
        off.append((routine.paused_from, routine.paused_until - timedelta(days=1)))
    return weeks_of(local_date(routine.created_at, timezone), told, used, today, off, barred)


def _is_recovery(nudge: Nudged | Held) -> bool:
    return isinstance(nudge, Nudged) and nudge.variant.startswith(RECOVERY)


def found_in(latest: Latest | None, now: datetime, chosen: datetime | None = None) -> tuple[Found, ...]:
    """Of what an interview found, the obstacles that are still there, probable or confirmed, in their order.

    Not those that were mended, or that a lever has lifted, nor after `WAITS` those that are the manager's. Whoever uses
    the tool or never meets the task has nothing in the way, unless they have `chosen` a routine since.
    """
    if latest is None or latest.closed_at is None:
        return ()
    if latest.outcome in IN_PEACE and (chosen is None or chosen < latest.closed_at):
        return (Found(Blocker.NONE, confirmed=True),)
    return tuple(
        Found(Blocker(cause.blocker), confirmed=cause.status is FindingStatus.CONFIRMED)
        for cause in latest.findings
        if cause.status in (FindingStatus.PROBABLE, FindingStatus.CONFIRMED)
        and cause.resolved_at is None
        and (cause.blocker != Blocker.MANAGEMENT or now < latest.closed_at + WAITS)
    )


def blocked(latest: Latest | None, timezone: str) -> list[tuple[date, date]]:
    """From when to when something that others had to mend was in the way, as first and last local day."""
    if latest is None or latest.closed_at is None:
        return []
    return [
        (local_date(latest.closed_at, timezone), local_date(cause.resolved_at, timezone))
        for cause in latest.findings
        if cause.blocker in BARRIERS and cause.resolved_at
    ]


def said_for(latest: Latest | None, said: Collection[tuple[str, str]]) -> frozenset[Lever]:
    """The levers for which something was said: a text once and for all, a question once after each interview."""
    asked = {LEVERS[blocker] for blocker in BARRIERS}
    return frozenset(
        Lever(lever)
        for lever, interview_id in said
        if lever not in asked or (latest is not None and latest.interview_id == interview_id)
    )
