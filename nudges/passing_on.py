"""What one person says of what is in their way: pass it on, leave it, it is mended. Nothing is sent from here.

Whom it concerns leaves this module only as people to write to, never to be shown.
"""

from content.blockers import Blocker
from nudges.mending import SENTENCE, open_barrier, reopen
from nudges.plan import BARRIERS, LEVERS, Lever
from storage.models import Barrier, BarrierStatus, Finding, FindingStatus, LeverStep, PassedOn
from storage.repositories.interviews import Latest
from storage.work import Work

BLOCKERS = {LEVERS[blocker]: blocker for blocker in LEVERS}

THERE = (FindingStatus.PROBABLE, FindingStatus.CONFIRMED)


def own_step(work: Work, step_id: str, person_id: str) -> LeverStep | None:
    """What was said to this person; None if it is not theirs."""
    row = work.barriers.step(step_id)
    return row if row and row.person_id == person_id else None


def about(row: LeverStep) -> Blocker:
    """The obstacle that a step is for."""
    return BLOCKERS[Lever(row.lever)]


def is_question(row: LeverStep) -> bool:
    return about(row) in BARRIERS


def there(work: Work, project_id: str, person_id: str, blocker: Blocker) -> Finding | None:
    """What says that this obstacle is in the person's way, if it still is."""
    return next(
        (
            finding
            for finding in work.interviews.latest_findings(project_id, person_id)
            if finding.blocker == blocker and finding.status in THERE and finding.resolved_at is None
        ),
        None,
    )


def still(heard: Latest | None, blocker: Blocker) -> bool:
    """`there`, from what a person's latest interview found."""
    return heard is not None and any(
        cause.blocker == blocker and cause.status in THERE and cause.resolved_at is None
        for cause in heard.findings
    )


def answer(work: Work, row: LeverStep, said: PassedOn, sentence: str) -> Barrier | None:
    """Keep the first answer to a question; the item that it opened, if it did. `sentence` is what a yes agrees to.

    With a yes the person is named only where not enough others have said the same: else it was passed on already.
    """
    if row.answer is not None or not is_question(row):
        return None
    row.answer, blocker = said, about(row)
    if said is PassedOn.MENDED:
        mended(work, row.project_id, row.person_id, blocker)
    passed_on = blocker in work.barriers.shared(row.project_id)
    if said is not PassedOn.YES or passed_on or not there(work, row.project_id, row.person_id, blocker):
        return None
    return open_barrier(work, row.project_id, blocker, named_id=row.person_id, sentence=sentence)


def sentence_of(work: Work, barrier: Barrier) -> str:
    """What the person who is named agreed to, word for word."""
    return work.open(SENTENCE, barrier.sentence, row=barrier.id) if barrier.sentence else ""


def mended(work: Work, project_id: str, person_id: str, blocker: Blocker) -> None:
    """It is no longer in this person's way, as they say themselves."""
    if finding := there(work, project_id, person_id, blocker):
        finding.resolved_at = work.now


def fix(work: Work, barrier: Barrier) -> None:
    """Somebody says that it is fixed; whether it works, those concerned are asked."""
    barrier.status, barrier.closed_at, barrier.not_yet = BarrierStatus.FIXED, work.now, False


def concerned(work: Work, barrier: Barrier) -> list[str]:
    """Ids of the people in whose way it is."""
    if barrier.named_id:
        return [barrier.named_id] if concerns(work, barrier, barrier.named_id) else []
    eligible = work.digests.eligible(barrier.project_id)
    return [
        person_id
        for person_id, heard in sorted(work.interviews.latest_heard(barrier.project_id).items())
        if person_id in eligible
        and any(
            cause.blocker == barrier.blocker and cause.status in THERE and cause.resolved_at is None
            for cause in heard.findings
        )
    ]


def concerns(work: Work, barrier: Barrier, person_id: str) -> bool:
    """Whether it is in this person's way, and not somebody else's alone."""
    if barrier.named_id not in (None, person_id):
        return False
    return there(work, barrier.project_id, person_id, Blocker(barrier.blocker)) is not None


def not_yet(work: Work, barrier: Barrier) -> bool:
    """It does not work for one of those concerned; whether the item is open again at once.

    Where the person agreed to be named it is; else with the next look at the project, so that nobody can tell by the
    moment whose press it was.
    """
    if barrier.status is not BarrierStatus.FIXED:
        return False
    if barrier.named_id:
        reopen(work, barrier)
        return True
    barrier.not_yet = True
    return False
