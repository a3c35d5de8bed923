"""`entrain plan` calls each message by its kind, and says what held it back."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.app import router
from bot.forecast import ANSWER, Entry, forecast, kind_of
from bot.handlers import barriers, champions, digest, interview, questions, routines, testimonials
from bot.kinds import KINDS, Held
from storage.database import Database
from storage.models import OutboxMessage, OutboxState, Person, SampleKind
from storage.repositories.agenda import UNFORESEEN
from storage.work import Work
from tests.support.clock import TUESDAY
from tests.support.databases import keyring
from tests.support.tested import UnderTest

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEATURES = (barriers, champions, digest, interview, questions, routines, testimonials)
PLANNED = {kind for feature in FEATURES for kind in (*feature.FEATURE.due, *feature.FEATURE.due_together)}


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", sorted({*KINDS, *PLANNED} - {*UNFORESEEN}))
def test_what_nobody_asked_for_is_never_called_an_answer(kind: str) -> None:
    assert kind_of(kind) != ANSWER


@pytest.mark.parametrize("intent", ["routine.started", "help.unknown_button", "membership.stopped"])
def test_what_somebody_asked_for_is_an_answer_or_of_its_feature(intent: str) -> None:
    assert kind_of(intent) == {"routine.started": "coaching"}.get(intent, ANSWER)


def post(
    work: Work, person: Person, intent: str, args: Mapping[str, str] | None = None, *, days_ago: int = 0
) -> None:
    """Due since an hour, for as long as its kind is of use; or sent `days_ago`."""
    at = TUESDAY - HOUR - days_ago * DAY
    work.session.add(
        OutboxMessage(
            workspace_id=work.workspace_id,
            person_id=person.id,
            intent=intent,
            args=json.dumps(args or {}),
            dedupe=work.ids.new(),
            state=OutboxState.SENT if days_ago else OutboxState.READY,
            sent_at=at if days_ago else None,
            not_before=at,
            not_after=at + KINDS[intent].useful,
            paced=True,
            created_at=at,
        )
    )


async def told(database_url: str, workspace_id: str) -> list[tuple[str, str, Held | None]]:
    entries: list[Entry] = await forecast(database_url, keyring(), router(), workspace_id, TUESDAY, 2)
    return [(entry.name, entry.kind, entry.held) for entry in entries]


async def test_a_third_message_in_a_week_is_told_as_budget(
    database: Database, database_url: str, workspace_id: str
) -> None:
    """Whether it will leave later, or would be too late by then."""
    with database.transaction(workspace_id) as work:
        company = UnderTest(work, 2)
        for person, third in zip(company.people, ("champion.reach", "routine.check_in"), strict=True):
            post(work, person, "routine.nudge", days_ago=2)
            post(work, person, "champion.question", days_ago=1)
            post(work, person, third)
    assert await told(database_url, workspace_id) == [
        ("Person0", "champions", Held.BUDGET),
        ("Person1", "coaching", Held.BUDGET),
    ]


async def test_one_more_within_the_weeks_that_somebody_asked_for_is_told_as_budget(
    database: Database, database_url: str, workspace_id: str
) -> None:
    with database.transaction(workspace_id) as work:
        (person,) = UnderTest(work, 1).people
        person.at_most_weeks = 4
        post(work, person, "routine.nudge", days_ago=20)
        post(work, person, "question.put")
    assert await told(database_url, workspace_id) == [("Person0", "testimonial", Held.BUDGET)]


@pytest.mark.parametrize("intent", UNFORESEEN)
async def test_whom_an_action_an_idea_or_an_obstacle_concerns_cannot_be_read_off(
    database: Database, database_url: str, workspace_id: str, intent: str
) -> None:
    """Of two people with the same week one hears of it now, has heard, or is to be asked."""
    with database.transaction(workspace_id) as work:
        company = UnderTest(work, 2)
        concerned, other = company.people
        for person in (concerned, other):
            post(work, person, "routine.nudge", days_ago=2)
            post(work, person, "champion.reach")
        post(work, concerned, intent)
        post(work, concerned, intent, days_ago=1)
        work.agenda.set(concerned.id, intent, "a", TUESDAY)
        foreseen = work.agenda.foreseen(company.project.id, TUESDAY + DAY)
        assert sorted(who for who, _ in foreseen) == sorted([concerned.id, other.id])
    entries = await told(database_url, workspace_id)
    assert [(kind, held) for name, kind, held in entries if name == concerned.name] == [
        (kind, held) for name, kind, held in entries if name == other.name
    ]
    assert {kind for _, kind, _ in entries} == {"champions"}


async def test_that_a_test_asks_for_silence_is_not_told(
    database: Database, database_url: str, workspace_id: str
) -> None:
    with database.transaction(workspace_id) as work:
        company = UnderTest(work, 10)
        sample = company.draw(SampleKind.HOLDOUT)
        company.start(sample)
        _, others = company.sides(sample)
        post(work, others[0], "champion.question", {"project": company.project.id})
    (entry,) = await told(database_url, workspace_id)
    assert entry == (others[0].name, "champions", Held.NOTHING)


async def test_a_pause_and_hours_are_told_as_such(
    database: Database, database_url: str, workspace_id: str
) -> None:
    with database.transaction(workspace_id) as work:
        paused, away = UnderTest(work, 2).people
        paused.snoozed_until = TUESDAY + 9 * DAY
        work.absences.put(away.id, TUESDAY.date(), TUESDAY.date() + 9 * DAY)
        for person in (paused, away):
            post(work, person, "champion.reach")
    assert await told(database_url, workspace_id) == [
        ("Person0", "champions", Held.PAUSED),
        ("Person1", "champions", Held.HOURS),
    ]
