"""Counting a project and publishing its page."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter

from content.blockers import CAUSES
from content.promises import LEAST_FIGURES, LEAST_WORDS
from content.stages import Stage
from digests import acting, board, deeds
from digests.composing import Round, page
from digests.outlook import DAYS, outlook
from digests.page import Page, Tested, Unknown
from digests.release import UNSERVED, Told, closing
from digests.response import strata
from digests.standing import Standing
from digests.tables import NOBODY, Tables
from storage.anonymous import AnonymousRecord
from storage.models import Campaign, Cohort, Digest, NeedLayer, Project
from storage.repositories.counts import Answers, Groups, Places
from storage.repositories.digests import ANSWERED
from storage.repositories.interviews import SURE
from storage.repositories.interviews import UNSERVED as NOT_SERVED
from storage.work import Work

ANONYMOUS_LASTS = timedelta(weeks=3)
"""After so long an anonymous round is counted, once, where it has no end of its own."""

RECENT = 4
"""Weeks over which a routine is looked at, the last one ending today."""

_UNKNOWN = TypeAdapter(Unknown)


def iso_week(day: date) -> str:
    """The ISO week of a date: "2026-W48"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def publish(
    work: Work, project: Project, today: date, tested: Sequence[Tested] = (), timezone: str = "UTC"
) -> Digest:
    """The project's digest of the ISO week that `today` is in, in the project's zone, which is `timezone`.

    Made on the first call, whoever makes it, and the same for every viewer ever after. `tested` is what tests on a
    sample say, as it stands on a page that is made now.
    """
    week = iso_week(today)
    if published := work.digests.of_week(project.id, week):
        return published
    work.projects.hold(project.id)
    if published := work.digests.of_week(project.id, week):
        return published
    before = latest(work, project)
    places = work.counts.places(project.id)
    now = standing(work, project, today, places)
    made = page(
        _round(work, project, today, places.people),
        now,
        week,
        Page.from_json(before.page) if before else None,
        tested,
    )
    foreseen = work.agenda.foreseen(project.id, work.now + timedelta(days=DAYS))
    shown = acting.with_page(work, project, made, today).model_copy(
        update={"ideas": board.for_page(work, project.id), "ahead": outlook(foreseen, timezone)}
    )
    return work.digests.add(project.id, week, shown.to_json())


def story_of(work: Work, project_id: str, week: str) -> str | None:
    """The id of the testimonial that a published page shows, if there is one."""
    published = work.digests.of_week(project_id, week)
    return Page.from_json(published.page).story if published else None


def ideas_of(work: Work, project_id: str, week: str) -> tuple[str, ...]:
    """The ids of the ideas that a published page shows."""
    published = work.digests.of_week(project_id, week)
    shown = Page.from_json(published.page).ideas if published else None
    return shown.top if shown else ()


def latest(work: Work, project: Project) -> Digest | None:
    """The project's last published digest."""
    return work.digests.latest(project.id)


def standing(work: Work, project: Project, today: date, places: Places | None = None) -> Standing:
    """How things stand on the local date `today`, in people; `places` are the project's, if they are known already."""
    counts = work.counts
    places = places or counts.places(project.id)
    since = work.usage.since(project.id)
    uses = counts.uses(project.id, today, RECENT, RECENT - 1, by_tool=since is not None)
    read, helped = counts.reach(project.id)
    return Standing(
        eligible=places.people.total(),
        stages={
            Stage.AWARE: uses.aware,
            Stage.TRIED: uses.tried,
            Stage.REPEAT: uses.repeat,
            Stage.ROUTINE: uses.routine,
            Stage.ADVOCATE: counts.authors(project.id, today),
        },
        unreachable=places.unreachable,
        running=uses.running,
        ended=uses.ended,
        read=read,
        helped=helped,
        stories=tuple((story.blocker, story.id) for story in counts.stories(project.id, today)),
        measured=since is not None,
    )


# ------------------------------------------------------------------ cohorts


def _round(work: Work, project: Project, today: date, places: Groups) -> Round:
    """The latest round of which something is told; its newcomers are counted first."""
    week = iso_week(today)
    rounds = [campaign for campaign in work.campaigns.all(project.id) if campaign.seeks_blockers]
    told: Sequence[Told] = ()
    for number in range(len(rounds), 0, -1):
        campaign = rounds[number - 1]
        cohorts = _counted(work, project, campaign, week, places)
        if cohorts or number == 1:
            told = _settled(work, project, campaign, cohorts, today)
            earlier = _told(work.digests.cohorts(rounds[number - 2].id)) if number > 1 else ()
            return Round(
                number,
                told,
                earlier,
                cohorts[-1].week if cohorts else "",
                campaign.figure_threshold,
                campaign.word_threshold,
                _UNKNOWN.validate_json(cohorts[-1].unknown) if cohorts else Unknown(),
            )
    return Round(1, told, (), "", LEAST_FIGURES, LEAST_WORDS, Unknown())


def _told(cohorts: Sequence[Cohort]) -> list[Told]:
    return [Told.from_json(cohort.told) for cohort in cohorts]


def _settled(
    work: Work, project: Project, campaign: Campaign, cohorts: Sequence[Cohort], today: date
) -> Sequence[Told]:
    """Of an anonymous round nobody knows who did what."""
    if campaign.anonymous:
        return _told(cohorts)
    return [deeds.settle(work, project.id, cohort, today, campaign.figure_threshold) for cohort in cohorts]


def _counted(work: Work, project: Project, campaign: Campaign, week: str, places: Groups) -> Sequence[Cohort]:
    """The cohorts of a round, with one more if something may be told of those who have answered since.

    They are marked before they are read: elsewhere others may answer in between.
    """
    cohorts = work.digests.cohorts(campaign.id)
    k = campaign.figure_threshold
    told = _told(cohorts)
    number = len(cohorts) + 1
    answers: list[Answers] = []
    if campaign.anonymous:
        if cohorts or work.now < _end(campaign):
            return cohorts
        pending = _nameless(work.interviews.anonymous(campaign.id))
        if places.total() - pending.size < k:
            return cohorts
    else:
        room = places.total() - k - sum(one.size for one in told)
        people = work.digests.mark(campaign.id, project.id, number, room) if room >= k else 0
        if not people:
            return cohorts
        answers = work.counts.answers(campaign.id, number)
        pending = _tables(answers)
        if people > room:
            answers += work.counts.answers(campaign.id)
    personas, teams = _by_group(places)
    one_more = closing(pending, told, k, personas, teams)
    if one_more is None:
        work.digests.unmark(campaign.id, number)
        return cohorts
    unknown = (
        Unknown() if campaign.anonymous else _unknown(work, campaign, cohorts, answers, places, one_more)
    )
    closed = work.digests.close(
        campaign.id, number, week, one_more.to_json(), _UNKNOWN.dump_json(unknown).decode()
    )
    return [*cohorts, closed]


def _end(campaign: Campaign) -> datetime:
    return campaign.ends_at or campaign.started_at + ANONYMOUS_LASTS


def _by_group(places: Groups) -> tuple[Counter[str], Counter[str]]:
    personas, teams = Counter[str](), Counter[str]()
    for (persona, team), people in places.items():
        personas[persona or NOBODY] += people
        teams[team or NOBODY] += people
    return personas, teams


def _unknown(
    work: Work,
    campaign: Campaign,
    cohorts: Sequence[Cohort],
    answers: Sequence[Answers],
    places: Groups,
    told: Told,
) -> Unknown:
    """How many answer, by what this cohort is told of by: a persona and a team that differ by one would tell of that one.

    They are in `cohorts`, or among these `answers`.
    """
    k = campaign.figure_threshold
    answered = work.counts.counted(campaign.id, len(cohorts)) if cohorts else Groups()
    for row in answers:
        answered[row.persona, row.team] += row.people
    by_persona, by_team = _by_group(answered)
    personas, teams = _by_group(places)
    if told.personas.rows:
        return Unknown(personas=strata(by_persona, personas, answered.total(), k))
    return Unknown(teams=strata(by_team, teams, answered.total(), k))


def _tables(rows: Sequence[Answers]) -> Tables:
    causes, personas, teams = (
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
    )
    needs = Counter[str]()
    for row in rows:
        confirmed = _cause(row.confirmed)
        causes[_cause(row.stated), confirmed] += row.people
        personas[row.persona or NOBODY, confirmed] += row.people
        teams[row.team or NOBODY, confirmed] += row.people
        needs[UNSERVED] += row.people if row.unserved else 0
    return Tables(sum(row.people for row in rows), causes, personas, teams, needs)


def _nameless(records: Sequence[AnonymousRecord]) -> Tables:
    """What an anonymous round found. Nobody knows whose it is, so there are no groups."""
    causes, needs = Counter[tuple[str, str]](), Counter[str]()
    counted = [record for record in records if record.outcome in ANSWERED or record.findings]
    for record in counted:
        stated = next((found.blocker for found in record.findings if found.stated), None)
        confirmed = next((found.blocker for found in record.findings if found.status in SURE), None)
        causes[_cause(stated), _cause(confirmed)] += 1
        needs[UNSERVED] += any(
            need.layer == NeedLayer.REAL and need.served is not None and need.served <= NOT_SERVED
            for need in record.needs
        )
    return Tables(len(counted), causes, needs=needs)


def _cause(blocker: str | None) -> str:
    return blocker if blocker in set(CAUSES) and blocker else NOBODY
