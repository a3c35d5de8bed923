"""What nobody asked for leaves only while the person works, however late the worker gets to it."""

import ast
from datetime import UTC, datetime, timedelta

import pytest

from bot.kinds import KINDS
from bot.platforms.errors import (
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    RateLimited,
)
from bot.week import week_of
from projects.definition import ProjectFile, read
from projects.service import save
from storage.database import Database
from storage.models import OutboxState, Role
from storage.work import Work
from tests.support.chat import FILE
from tests.support.clock import FixedClock
from tests.support.delivery import Delivery
from tests.support.postings import unasked_postings

pytestmark = pytest.mark.both_databases

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def until(delivery: Delivery, moment: str) -> None:
    """A pass at `moment`, in UTC."""
    await delivery.run(datetime.fromisoformat(moment).replace(tzinfo=UTC) - delivery.clock.now())


def live(delivery: Delivery, user: str, zone: str | None, **file: object) -> None:
    """`user` is a member of a project whose file says so."""

    def member(work: Work) -> None:
        person = work.people.ensure(user, user)
        person.timezone = zone
        project = save(work, ProjectFile.model_validate(read(FILE).model_dump() | file))
        work.projects.join(project.id, person.id, Role.EMPLOYEE, None)

    delivery.change(member)


async def test_a_process_that_was_down_overnight_does_not_write_at_night(
    delivery: Delivery, database: Database, workspace_id: str, clock: FixedClock
) -> None:
    """Tuesday 17:00: one message is planned, and the process dies before it leaves. It is back at half past two."""
    delivery.platforms.clear()
    await until(delivery, "2026-11-24T17:00")
    await delivery.writes("karim", "unasked 1")
    await delivery.writes("karim", "soon 2")
    await delivery.run()
    back = Delivery(database, workspace_id, clock)
    clock.advance(timedelta(hours=9, minutes=30))
    await back.jobs.start()
    try:
        await back.jobs.run_due()
        assert back.platform.sent == []
        await delivery.writes("karim", "say 3")
        await back.jobs.run_due()
        assert back.said_to("karim") == ["3"], "an answer is not held up"
        assert await back.jobs.next_due(clock.now()) == datetime(2026, 11, 25, 9, tzinfo=UTC)
        clock.advance(6.5 * HOUR)
        await back.jobs.run_due()
    finally:
        await back.jobs.stop(1.0)
    assert back.said_to("karim") == ["3", "1"]
    assert back.states() == [OutboxState.SENT, OutboxState.CANCELLED, OutboxState.SENT], "too late by then"


@pytest.mark.parametrize(
    "faults",
    [
        [RateLimited(30_000)],
        [PlatformUnavailable()] * 2,
        [Misconfigured()] * 2,
        [OutcomeUnknown()] * 2,
    ],
    ids=lambda faults: type(faults[0]).__name__,
)
async def test_what_was_refused_in_the_evening_is_not_tried_at_night(
    delivery: Delivery, faults: list[PlatformError | None]
) -> None:
    delivery.platform.arrives = False
    delivery.platform.faults = faults[:]
    await until(delivery, "2026-11-24T17:29")
    await delivery.writes("karim", "unasked 1")
    await delivery.run()
    await until(delivery, "2026-11-24T17:31")
    for _ in range(15):
        await delivery.run(HOUR)
        assert delivery.said_to("karim") == []
    await until(delivery, "2026-11-25T09:00")
    await delivery.run(timedelta(minutes=5))
    await delivery.run(timedelta(minutes=16))
    assert delivery.said_to("karim") == ["1"]


async def test_a_weekend_and_a_public_holiday_are_waited_out(delivery: Delivery) -> None:
    """Christmas 2026 is a Friday."""
    live(delivery, "karim", "Europe/Paris")
    await until(delivery, "2026-12-24T17:00")
    await delivery.writes("karim", "unasked 1")
    await delivery.run()
    for _ in range(86):
        await delivery.run(HOUR)
        assert delivery.said_to("karim") == []
    await until(delivery, "2026-12-28T08:00")
    assert delivery.said_to("karim") == ["1"]


@pytest.mark.parametrize(
    ("timezone", "file", "earlier", "moment"),
    [
        (None, {}, "2026-11-25T08:59", "2026-11-25T09:00"),
        ("Asia/Tokyo", {}, "2026-11-24T23:59", "2026-11-25T00:00"),
        (None, {"timezone": "America/New_York"}, "2026-11-25T13:59", "2026-11-25T14:00"),
        ("Asia/Tokyo", {"timezone": "America/New_York"}, "2026-11-24T23:59", "2026-11-25T00:00"),
        (None, {"hours": "07:30-11:00"}, "2026-11-25T07:29", "2026-11-25T07:30"),
        (None, {"days": "67"}, "2026-11-28T08:59", "2026-11-28T09:00"),
        ("Nowhere/Else", {"timezone": "Asia/Tokyo"}, "2026-11-24T23:59", "2026-11-25T00:00"),
    ],
)
async def test_the_moment_is_the_persons_own_then_the_projects_then_the_workspaces(
    delivery: Delivery, timezone: str | None, file: dict[str, object], earlier: str, moment: str
) -> None:
    live(delivery, "karim", timezone, **file)
    await until(delivery, "2026-11-24T23:00")
    await delivery.writes("karim", "unasked 1")
    await delivery.run()
    await until(delivery, earlier)
    assert delivery.said_to("karim") == []
    await until(delivery, moment)
    assert delivery.said_to("karim") == ["1"]


@pytest.mark.parametrize(
    ("person", "file", "workspace", "expected"),
    [
        ("Asia/Tokyo", "America/New_York", "Europe/Paris", "Asia/Tokyo"),
        (None, "America/New_York", "Europe/Paris", "America/New_York"),
        ("Nowhere/Else", "America/New_York", "Europe/Paris", "America/New_York"),
        (None, None, "Europe/Paris", "Europe/Paris"),
        (None, None, "Nowhere/Else", "UTC"),
        ("Nowhere/Else", None, "Nowhere/Else", "UTC"),
    ],
)
async def test_a_zone_is_looked_for_with_the_person_the_project_and_the_workspace_then_it_is_utc(
    delivery: Delivery, person: str | None, file: str | None, workspace: str, expected: str
) -> None:
    live(delivery, "karim", person, timezone=file)
    with delivery.database.transaction(delivery.workspace_id) as work:
        place = work.workspaces.get(work.workspace_id)
        place.timezone = workspace
        assert week_of(work, place, work.people.ensure("karim", "karim")).timezone == expected


@pytest.mark.parametrize(
    ("timezone", "file", "waits"),
    [
        (None, {"timezone": "Europe/Paris", "country": "FR"}, True),
        ("Europe/Amsterdam", {"timezone": "Europe/Paris", "country": "FR"}, True),
        ("Europe/London", {"timezone": "Europe/Paris", "country": "FR"}, False),
        ("Europe/Paris", {}, True),
        (None, {}, False),
    ],
)
async def test_the_14th_of_july_is_kept_by_whoever_lives_by_the_projects_clock(
    delivery: Delivery, timezone: str | None, file: dict[str, object], waits: bool
) -> None:
    """Slack names Amsterdam for much of the continent: the right time, and not always the right country."""
    live(delivery, "karim", timezone, **file)
    await until(delivery, "2027-07-14T10:00")
    await delivery.writes("karim", "unasked 1")
    await delivery.run()
    assert delivery.said_to("karim") == ([] if waits else ["1"])


async def test_a_pause_ends_at_the_first_moment_that_fits(delivery: Delivery) -> None:
    await until(delivery, "2026-11-24T17:00")

    def snooze(work: Work) -> None:
        work.people.ensure("karim", "Karim").snoozed_until = datetime(2026, 11, 28, 17, tzinfo=UTC)

    delivery.change(snooze)
    await delivery.writes("karim", "unasked 1")
    await delivery.run()
    await until(delivery, "2026-11-30T08:59")
    assert delivery.said_to("karim") == []
    await until(delivery, "2026-11-30T09:00")
    assert delivery.said_to("karim") == ["1"]


def test_every_kind_that_is_posted_unasked_has_a_time_after_which_it_is_not_sent() -> None:
    posted: set[str] = set()
    for _, call in unasked_postings():
        if "not_after" not in {keyword.arg for keyword in call.keywords}:
            posted |= {arg.value for arg in call.args if isinstance(arg, ast.Constant)}
    assert {"interview.invite", "testimonial.review", "testimonial.outcome"} <= posted <= set(KINDS)
