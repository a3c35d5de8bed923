"""Clocks that are set back or forward, and clocks that change for the summer: nothing twice, nothing stuck."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.handlers import digest, membership, routines, testimonials
from bot.platforms.errors import OutcomeUnknown, RateLimited
from bot.platforms.port import Address, Message, Receipt
from bot.scene import Scene
from nudges import service
from projects.definition import ProjectFile, read
from projects.service import save
from storage.database import Database
from storage.models import InboxState, OutboxState, Role
from storage.work import Work
from tests.support.chat import FILE
from tests.support.clock import FixedClock
from tests.support.delivery import Delivery
from tests.support.memory_platform import MemoryPlatform

SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
JUMPS = [-2 * HOUR, -3 * DAY, 2 * HOUR, 3 * DAY]
NAMES = ["2 h back", "3 days back", "2 h on", "3 days on"]
FEATURES = (membership.FEATURE, routines.FEATURE, testimonials.FEATURE, digest.FEATURE)


@dataclass
class Life:
    """Karim with a weekly routine and Sandrine with her Monday page, walked from due moment to due moment."""

    delivery: Delivery
    zone: str
    at: time
    days: str

    def begin(self, **file: object) -> None:
        def begun(work: Work) -> None:
            work.workspaces.get(work.workspace_id).timezone = self.zone
            project = save(work, ProjectFile.model_validate(read(FILE).model_dump() | file))
            work.campaigns.add(project.id, "adoption")
            karim, sandrine = work.people.ensure("karim", "Karim"), work.people.ensure("sandrine", "Sandrine")
            work.projects.join(project.id, karim.id, Role.EMPLOYEE, "planner")
            membership = work.projects.join(project.id, sandrine.id, Role.LEAD, None)
            workspace = work.workspaces.get(work.workspace_id)
            scene = Scene(work, workspace, karim, "test")
            digest.schedule_digest(Scene(work, workspace, sandrine, "test"), membership)
            service.start_routine(
                work,
                project_id=project.id,
                person=karim,
                template="standup",
                cue="x",
                action="y",
                days=self.days,
                at=self.at,
                ends_on=work.now.date() + timedelta(days=300),
                week=scene.week,
            )

        self.delivery.change(begun)

    async def walk(
        self, until: datetime, after: Callable[[], None], slowly: Callable[[datetime], bool] = lambda _: False
    ) -> None:
        """To `until`, by way of everything due, and where `slowly` by ten minutes; `after` is called after each stop."""
        clock = self.delivery.clock
        while clock.now() < until:
            await self.delivery.run()
            after()
            due = await self.delivery.jobs.next_due(clock.now()) or until
            if slowly(clock.now()):
                due = min(due, clock.now() + 10 * MINUTE)
            clock.advance(min(due, until) - clock.now())

    def sent(self) -> dict[str, int]:
        return Counter(sent.user for sent in self.delivery.platform.sent)

    def twice(self) -> list[str]:
        counted = Counter(sent.key for sent in self.delivery.platform.sent)
        return [key for key, times in counted.items() if times > 1]


@pytest.fixture
def life(database: Database, workspace_id: str, clock: FixedClock) -> Life:
    return Life(
        Delivery(database, workspace_id, clock, features=FEATURES), "Europe/Paris", time(9, 15), "12345"
    )


@pytest.mark.both_databases
@pytest.mark.parametrize("jump", JUMPS, ids=NAMES)
async def test_weeks_of_coaching_and_pages_go_on_through_a_jump(life: Life, jump: timedelta) -> None:
    life.begin()
    start = life.delivery.clock.now()
    jumped = False

    def set_the_clock() -> None:
        nonlocal jumped
        if life.sent() == {"karim": 1, "sandrine": 1} and not jumped:
            jumped = True
            life.delivery.clock.advance(jump)

    await life.walk(start + 28 * DAY, set_the_clock)
    assert jumped
    assert life.twice() == []
    assert life.sent() == {"karim": 4, "sandrine": 4}, "one a week each, as if nothing had happened"


@pytest.mark.parametrize("jump", JUMPS, ids=NAMES)
@pytest.mark.parametrize("arrives", [True, False])
async def test_a_jump_while_a_message_is_under_way(
    delivery: Delivery, jump: timedelta, arrives: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = MemoryPlatform.send

    async def jumps(self: MemoryPlatform, to: Address, message: Message, key: str) -> Receipt:
        monkeypatch.undo()
        delivery.clock.advance(jump)
        return await send(self, to, message, key)

    monkeypatch.setattr(MemoryPlatform, "send", jumps)
    delivery.platform.arrives, delivery.platform.faults = arrives, [OutcomeUnknown()]
    await delivery.writes("karim", "say 1")
    for _ in range(5):
        await delivery.run(MINUTE)
    assert delivery.said_to("karim") == ["1"]
    assert delivery.states() == [OutboxState.SENT]


@pytest.mark.parametrize("jump", JUMPS, ids=NAMES)
async def test_an_answer_that_was_put_off_leaves_when_it_would_have(
    delivery: Delivery, jump: timedelta
) -> None:
    delivery.platform.faults = [RateLimited(30)]
    await delivery.writes("karim", "say 1")
    await delivery.run()
    delivery.clock.advance(jump)
    await delivery.run()
    await delivery.run(MINUTE)
    assert delivery.said_to("karim") == ["1"]


@pytest.mark.parametrize("jump", JUMPS[:2], ids=NAMES[:2])
async def test_what_is_planned_is_not_put_off_by_a_clock_that_is_set_right(
    delivery: Delivery, jump: timedelta
) -> None:
    await delivery.writes("karim", "later 1")
    await delivery.run()
    delivery.clock.advance(jump)
    await delivery.run()
    await delivery.run(2 * HOUR - SECOND)
    assert delivery.said_to("karim") == []
    await delivery.run(SECOND)
    assert delivery.said_to("karim") == ["1"]


@pytest.mark.parametrize("jump", JUMPS[:2], ids=NAMES[:2])
async def test_a_process_that_starts_after_the_clock_was_set_back_takes_up_what_is_there(
    delivery: Delivery, database: Database, workspace_id: str, clock: FixedClock, jump: timedelta
) -> None:
    delivery.platforms.clear()
    await delivery.writes("karim", "say 1")
    await delivery.run()
    clock.advance(jump)
    following = Delivery(database, workspace_id, clock)
    await following.jobs.start()
    try:
        await following.run(MINUTE)
    finally:
        await following.jobs.stop(1.0)
    assert following.said_to("karim") == ["1"]


@pytest.mark.parametrize("jump", JUMPS, ids=NAMES)
async def test_an_event_that_is_tried_again_is_not_stuck(delivery: Delivery, jump: timedelta) -> None:
    delivery.memory.broken = {"say 1"}
    await delivery.writes("karim", "say 1")
    await delivery.run()
    delivery.memory.broken = set()
    delivery.clock.advance(jump)
    await delivery.run(MINUTE)
    assert delivery.said_to("karim") == ["1"]
    assert [row.state for row in delivery.incoming()] == [InboxState.DONE]


@pytest.mark.parametrize(
    ("zone", "change", "asked", "at"),
    [
        ("Europe/Paris", date(2028, 3, 26), time(2, 30), time(3, 30)),
        ("Europe/Paris", date(2028, 10, 29), time(2, 30), time(2, 30)),
        ("America/New_York", date(2028, 3, 12), time(2, 30), time(3, 30)),
        ("America/New_York", date(2028, 11, 5), time(1, 30), time(1, 30)),
        ("Australia/Lord_Howe", date(2028, 10, 1), time(2, 15), time(2, 45)),
        ("Australia/Lord_Howe", date(2028, 4, 2), time(1, 45), time(1, 45)),
    ],
)
async def test_through_a_clock_change_there_is_one_message_a_week_at_its_local_time(
    database: Database, workspace_id: str, clock: FixedClock, zone: str, change: date, asked: time, at: time
) -> None:
    """A night shift, written to in the hour of the change: in spring there is no such time, in autumn there are two."""
    here = ZoneInfo(zone)
    begins = datetime.combine(change - timedelta(days=13), time(12), here).astimezone(UTC)
    clock.advance(begins - clock.now())
    life = Life(Delivery(database, workspace_id, clock, features=FEATURES), zone, asked, "7")
    life.begin(days="1234567", hours="00:00-23:30")
    when: dict[str, datetime] = {}

    def note() -> None:
        for sent in life.delivery.platform.sent:
            if sent.user == "karim":
                when.setdefault(sent.key, clock.now())

    await life.walk(begins + 24 * DAY, note, slowly=lambda now: now.astimezone(here).hour < 5)
    assert life.twice() == []
    local = sorted(moment.astimezone(here) for moment in when.values())
    sundays = [change - timedelta(days=7), change, change + timedelta(days=7)]
    times = [asked, at, asked]
    assert [(moment.date(), moment.time()) for moment in local] == list(zip(sundays, times, strict=True))
    assert local[1].fold == 0, "of two such times it is the first"
