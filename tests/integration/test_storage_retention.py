"""What is past its time goes with the hourly upkeep, what is not stays, and how many rows went is written down."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import ColumnElement, func, literal, select

from bot.handlers import interview as interviews
from storage.aging import LOG, PEOPLE, WORDS, Aging, recorded
from storage.audit import SYSTEM, Verdict
from storage.audit import Action as AuditAction
from storage.database import Database
from storage.models import (
    Absence,
    Base,
    EndedFor,
    Finding,
    Interview,
    Nomination,
    Nudge,
    OutboxMessage,
    OutboxState,
    Person,
    PersonStatus,
    Project,
    PurgeRecord,
    Routine,
    RoutineStatus,
)
from storage.purge import Purge
from storage.repositories.usage import Used
from storage.retention import Periods, gone, rules, worded
from storage.work import Work
from surveys import service as surveys
from surveys.closing import without_words
from tests.support.chat import Chat
from tests.support.clock import FixedClock

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
NEEDLE = "tout le monde voit que j'ai laissé traîner, on se méfie"


def aging(database: Database, periods: Periods | None = None) -> Aging:
    return Aging(database, periods or Periods(), without_words)


async def upkeep(database: Database) -> dict[str, int]:
    """What went, by kind, of what anything went."""
    done = await Purge(database, 30 * DAY, 90 * DAY, (), aging(database)).carry_out()
    return {each.kind: each.rows for each in done.gone if each.rows}


def heard(database: Database, workspace_id: str) -> str:
    """The id of a finished interview with words of the person's own."""
    with database.transaction(workspace_id) as work:
        karim = Chat(work, "fr")
        taken = karim.invite()
        karim.read()
        karim.press("Allons-y")
        karim.press("Papier, Excel")
        karim.say("pas le temps d'ouvrir le truc, ça tombe toujours au pire moment")
        karim.say(f"si je note dans trello {NEEDLE}")
        karim.press(9)
        karim.press("C'est ça")
        for _ in range(2):
            karim.say("passer")
        return taken.id


def count(database: Database, model: type[Base]) -> int:
    with database.system() as work:
        return work.session.scalar(select(func.count()).select_from(model)) or 0


async def test_words_go_first_and_what_was_found_later(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    taken = heard(database, workspace_id)
    clock.advance(179 * DAY)
    assert WORDS not in await upkeep(database)
    clock.advance(2 * DAY)
    assert (await upkeep(database))[WORDS] == 1
    with database.transaction(workspace_id) as work:
        interview = work.interviews.find(taken)
        assert interview
        assert NEEDLE not in work.open("interviews.state", interview.state, row=interview.id)
        assert surveys.state_of(work, interview).answers == ()
        assert work.interviews.findings(taken), "what was found stays"
        assert surveys.cases(work) == []
        assert interview.closed_at
    assert WORDS not in await upkeep(database), "once"
    clock.advance(550 * DAY)
    assert (await upkeep(database))["interviews"] == 1
    assert (count(database, Interview), count(database, Finding)) == (0, 0)


async def test_after_the_words_are_gone_the_person_reads_so_and_may_be_invited(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    heard(database, workspace_id)
    clock.advance(200 * DAY)
    await upkeep(database)
    with database.transaction(workspace_id) as work:
        karim = Chat(work, "fr")
        assert "Rien à expliquer" in karim.say("pourquoi")[-1].plain
        again = work.campaigns.add(karim.campaign.project_id, "adoption")
        assert interviews.invite(karim.scene("again"), again)


def coached(work: Work, *, ends_in: int | None) -> None:
    """A nudge, a routine under way and one that ended, in a project with or without an end."""
    karim = Chat(work, "fr")
    project = work.projects.get(karim.campaign.project_id)
    project.ends_on = work.now.date() + ends_in * DAY if ends_in else None
    common = {"workspace_id": work.workspace_id, "project_id": project.id, "person_id": karim.person.id}
    work.session.add(
        Nudge(id="n", variant="v", slot=work.now.date(), propensity=1.0, decided_at=work.now, **common)
    )
    for name, status in (("one", RoutineStatus.ACTIVE), ("two", RoutineStatus.ENDED)):
        work.session.add(
            Routine(
                id=name,
                cue="",
                action="",
                days="1",
                status=status,
                ended_for=EndedFor.LET_GO if status is RoutineStatus.ENDED else None,
                created_at=work.now,
                **common,
            )
        )
    work.absences.put(karim.person.id, work.now.date(), work.now.date() + DAY)


@pytest.mark.parametrize(("ends_in", "gone_after"), [(None, 366), (400, 766)])
async def test_coaching_stays_for_as_long_as_its_project_and_a_year(
    database: Database, workspace_id: str, clock: FixedClock, ends_in: int | None, gone_after: int
) -> None:
    with database.transaction(workspace_id) as work:
        coached(work, ends_in=ends_in)
    clock.advance((gone_after - 2) * DAY)
    assert not {"nudges", "routines"} & (await upkeep(database)).keys()
    clock.advance(3 * DAY)
    went = await upkeep(database)
    assert (went["nudges"], went["routines"]) == (1, 1)
    assert (count(database, Nudge), count(database, Routine)) == (0, 1), "one is under way"
    assert count(database, Absence) == 0


async def test_people_who_are_not_there_any_more_go_and_who_said_stop_stays(
    database: Database, workspace_id: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.aging.PEOPLE_AT_ONCE", 1)
    with database.transaction(workspace_id) as work:
        member = Chat(work, "fr").person
        left = work.people.ensure("left", "Left")
        work.projects.join(work.projects.all()[0].id, left.id, member_role(work, member), None)
        left.status, left.status_reason = PersonStatus.UNREACHABLE, "deactivated"
        left.status_since = work.now
        blocked = work.people.ensure("blocked", "Blocked")
        work.projects.join(work.projects.all()[0].id, blocked.id, member_role(work, member), None)
        blocked.status, blocked.status_reason = PersonStatus.UNREACHABLE, "blocked"
        blocked.status_since = work.now
        work.people.ensure("stranger", "Stranger")
        work.people.ensure("stopped", "Stopped").opted_out_at = work.now
    clock.advance(89 * DAY)
    assert PEOPLE not in await upkeep(database)
    clock.advance(2 * DAY)
    assert (await upkeep(database))[PEOPLE] == 2
    with database.system() as system:
        known = set(system.session.scalars(select(Person.external_id)))
    assert known == {"karim", "blocked", "stopped"}


def member_role(work: Work, person: Person):  # type: ignore[no-untyped-def]
    return work.projects.of_person(person.id)[0][0].role


async def test_what_would_go_is_told_and_stays(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    heard(database, workspace_id)
    clock.advance(200 * DAY)
    told = {each.kind: each.rows for each in await aging(database).would_go() if each.rows}
    assert told == {WORDS: 1}
    assert await aging(database).would_go() == await aging(database).would_go()
    assert (await upkeep(database))[WORDS] == 1


async def test_the_dry_run_counts_what_the_hourly_upkeep_deletes(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    """Messages, days of use and names among it, so that nobody is surprised by what a purge takes."""
    heard(database, workspace_id)
    with database.transaction(workspace_id) as work:
        (karim,) = work.session.scalars(select(Person))
        (project,) = work.session.scalars(select(Project))
        work.usage.add([Used(karim.id, project.id, work.now.date(), "opened")])
        named = {"id": "n", "workspace_id": workspace_id, "project_id": project.id, "person_id": karim.id}
        work.session.add(Nomination(**named, created_at=work.now))
        for message in work.session.scalars(select(OutboxMessage)):
            message.state, message.dedupe = OutboxState.SENT, f"{message.dedupe}#1"
    clock.advance(500 * DAY)
    purge = Purge(database, 30 * DAY, 90 * DAY, (), aging(database))
    told = {each.kind: each.rows for each in await purge.would_go() if each.rows}
    assert {"outbox", "usage_days", "nominations", WORDS} <= told.keys()
    assert told == await upkeep(database)
    assert [each for each in await purge.would_go() if each.rows] == []


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (worded(NOW), "ix_interviews_worded"),
        (gone(NOW), "ix_memberships_workspace_id_person_id"),
        *(
            (rule.over(NOW), index)
            for index in (
                "ix_interviews_closed_at",
                "ix_nudges_project_id_decided_at",
                "ix_lever_steps_project_id_decided_at",
                "ix_absences_last_day",
            )
            for rule in rules(Periods())
            if index.startswith(f"ix_{rule.kind}_")
        ),
    ],
)
def test_what_is_past_its_time_in_large_tables_is_found_by_an_index(
    database: Database, condition: ColumnElement[bool], index: str
) -> None:
    """Looked for every hour, in tables that grow with the people and the weeks."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL goes by what it has counted, and here it has counted nothing")
    with database.engine.connect() as connection:
        sql = select(literal(1)).where(condition).compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
    assert any(index in line[3] for line in plan), plan


async def test_the_log_says_what_went_and_nothing_of_what_it_held_and_ends_itself(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    heard(database, workspace_id)
    clock.advance(200 * DAY)
    await upkeep(database)
    with database.system() as system:
        lines = recorded(system, 50)
        (words,) = [line for line in lines if line.kind == WORDS]
        assert (words.rows, words.purged_at) == (1, clock.now())
        assert words.before == clock.now() - 180 * DAY
        assert not any("karim" in repr(vars(line)).lower() for line in lines)
    clock.advance(1096 * DAY)
    assert (await upkeep(database))["purges"] == len(lines)
    assert count(database, PurgeRecord) >= 1, "what went now"


async def test_the_audit_log_of_each_workspace_is_cut_once_a_day(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    with database.system() as system:
        other = system.workspaces.add("slack", "T9", "Other").id
    for each in (workspace_id, other):
        with database.transaction(each) as work:
            work.audit.record(AuditAction.REPORT_ASKED, SYSTEM)
    clock.advance(1096 * DAY)
    with database.transaction(other) as work:
        work.audit.record(AuditAction.REPORT_ASKED, SYSTEM)
    assert {each.kind: each.rows for each in await aging(database).would_go()}[LOG] == 2
    assert [(await upkeep(database)).get(LOG) for _ in range(2)] == [2, None]
    for each, left in ((workspace_id, 1), (other, 2)):
        with database.transaction(each) as work:
            assert work.audit.verify() == Verdict(left)


async def test_more_than_a_batch_goes(
    database: Database, workspace_id: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.aging.BATCH", 2)
    with database.transaction(workspace_id) as work:
        karim = Chat(work, "fr").person
        for days in range(5):
            on = work.now.date() + 3 * days * DAY
            work.absences.put(karim.id, on, on)
    clock.advance(500 * DAY)
    assert (await upkeep(database))["absences"] == 5


def test_words_cannot_outlive_their_answers() -> None:
    with pytest.raises(ValueError, match="words"):
        Periods(words=800, answers=730)
