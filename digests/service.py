"""Counting a project and publishing its page."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from content.blockers import Blocker
from content.stages import Stage
from digests.page import Page, page, renews
from digests.snapshot import Snapshot
from digests.suppression import THRESHOLD
from storage.anonymous import FindingRecord
from storage.models import Digest, Finding, FindingStatus, InterviewStatus, Project, RoutineStatus
from storage.repositories.digests import Use
from storage.work import Work

ANSWERED = frozenset({"found", "unclear", "advocate", "none"})
"""Outcomes of an interview that its person has answered to the end."""

RECENT = timedelta(weeks=4)


def iso_week(day: date) -> str:
    """The ISO week of a date: "2026-W48"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def publish(work: Work, project: Project, week: str) -> Digest:
    """The project's digest of ISO `week`: made on the first call, the same for every viewer ever after."""
    published = work.digests.of_week(project.id, week)
    if published:
        return published
    return work.digests.add(
        project.id, week, page(snapshot(work, project), week, _before(work, project)).to_json()
    )


def current(work: Work, project: Project, week: str) -> Digest:
    """The digest as it may be shown now, between two Mondays.

    The week's page is shown again unless at least as many people as the threshold have answered since: two pages
    that lie closer together would tell, by subtraction, what the few in between have said.
    """
    published = publish(work, project, week)
    counted = snapshot(work, project)
    before = Page.from_json(published.page)
    if renews(before, counted, week):
        work.digests.replace(published, page(counted, week, before).to_json())
    return published


def story_of(work: Work, project_id: str, week: str) -> str | None:
    """The id of the testimonial that a published page shows, if there is one."""
    published = work.digests.of_week(project_id, week)
    return Page.from_json(published.page).story if published else None


def latest(work: Work, project: Project) -> Digest | None:
    """The project's last published digest."""
    return work.digests.latest(project.id)


def snapshot(work: Work, project: Project) -> Snapshot:
    """The project's counts at this moment. Each person counts by their latest interview.

    Where the latest round is anonymous, only that round counts: nobody can tell which earlier answers it replaces.
    """
    eligible = work.digests.eligible(project.id)
    interviews = {
        row.person_id: row for row in work.digests.interviews(project.id) if row.person_id in eligible
    }
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in work.digests.findings(project.id):
        found[finding.interview_id].append(finding)
    answered = [
        row.id
        for row in interviews.values()
        if row.outcome in ANSWERED or (row.status is InterviewStatus.CLOSED and row.id in found)
    ]
    pairs = [(_stated(found[interview]), _confirmed(found[interview])) for interview in answered]
    if (nameless := _nameless(work, project)) is not None:
        pairs = nameless
    compared = [(stated, confirmed) for stated, confirmed in pairs if stated and confirmed]
    today = work.now.astimezone(ZoneInfo(work.workspaces.get(work.workspace_id).timezone)).date()
    stories = work.digests.stories(project.id, today)
    aware = {row.person_id for row in interviews.values() if row.started_at or row.outcome == "declined"}
    tried = {row.person_id for row in interviews.values() if row.outcome == "advocate"}
    authors = {row.author_id for row in stories} & eligible
    uses = [use for use in work.digests.uses(project.id) if use.person_id in eligible]
    return Snapshot(
        eligible=len(eligible),
        invited=len(interviews),
        answered=len(pairs),
        funnel=_funnel(uses, today, aware, tried | authors, authors),
        confirmed=_count([confirmed for _, confirmed in pairs]),
        stated=_count([stated for stated, _ in pairs]),
        compared=len(compared),
        shifted=sum(stated is not confirmed for stated, confirmed in compared),
        unreachable=work.digests.unreachable(project.id),
        stories=tuple((story.blocker, story.id) for story in stories),
        helped=len(work.digests.helped(project.id) & eligible),
        threshold=max(
            (campaign.figure_threshold for campaign in work.campaigns.all(project.id)), default=THRESHOLD
        ),
    )


def _nameless(work: Work, project: Project) -> list[tuple[Blocker | None, Blocker | None]] | None:
    """Stated and confirmed cause of each answer of the latest round, if that is anonymous; else None."""
    rounds = [campaign for campaign in work.campaigns.all(project.id) if campaign.seeks_blockers]
    if not rounds or not rounds[-1].anonymous:
        return None
    told = work.interviews.anonymous(rounds[-1].id)
    return [
        (_stated(record.findings), _confirmed(record.findings))
        for record in told
        if record.outcome in ANSWERED or record.findings
    ]


def _before(work: Work, project: Project) -> Page | None:
    published = latest(work, project)
    return Page.from_json(published.page) if published else None


def _stated(findings: Iterable[Finding | FindingRecord]) -> Blocker | None:
    return next((Blocker(finding.blocker) for finding in findings if finding.stated), None)


def _confirmed(findings: Iterable[Finding | FindingRecord]) -> Blocker | None:
    sure = (FindingStatus.CONFIRMED, FindingStatus.VALIDATED)
    return next((Blocker(finding.blocker) for finding in findings if finding.status in sure), None)


def _count(causes: list[Blocker | None]) -> dict[Blocker, int]:
    return {cause: causes.count(cause) for cause in Blocker if cause in causes}


def _funnel(
    uses: Iterable[Use], today: date, aware: set[str], tried: set[str], authors: set[str]
) -> dict[Stage, int]:
    weeks: dict[str, set[str]] = defaultdict(set)
    recent: dict[str, set[int]] = defaultdict(set)
    for use in uses:
        weeks[use.person_id].add(iso_week(use.slot))
        if use.routine is RoutineStatus.ACTIVE and timedelta(0) <= today - use.slot < RECENT:
            recent[use.person_id].add((today - use.slot).days // 7)
    tried = tried | set(weeks)
    return {
        Stage.AWARE: len(aware | tried),
        Stage.TRIED: len(tried),
        Stage.REPEAT: sum(len(seen) >= 2 for seen in weeks.values()),
        Stage.ROUTINE: sum(len(seen) >= 3 for seen in recent.values()),
        Stage.ADVOCATE: len(authors),
    }
