"""One weekly budget over all kinds of unasked message, judged when they are sent."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.kinds import KINDS
from bot.platforms.errors import OutcomeUnknown
from bot.platforms.port import Message, Text
from bot.scene import Args, Feature, Presenter, Scene
from content.markup import literal
from nudges.pace import MOST, WEEK
from nudges.schedule import local_date
from storage.database import Database
from storage.models import AgendaItem, OutboxMessage, OutboxState
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.delivery import Delivery
from tests.support.fleet import FULL

pytestmark = pytest.mark.both_databases

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONE = "Europe/Paris"


def shown(_scene: Scene, args: Args) -> Message:
    return Message((Text(literal(args["text"])),))


def digest(scene: Scene, item: AgendaItem) -> None:
    """As the real one: a page each Monday."""
    scene.post("digest.weekly", {"text": "digest"}, paced=True)
    item.next_due_at = scene.now + WEEK


PRESENTERS: Mapping[str, Presenter] = dict.fromkeys(KINDS, shown)
FEATURE = Feature(name="kinds", due={"digest": digest}, presenters=PRESENTERS)


@pytest.fixture
def delivery(database: Database, workspace_id: str, clock: FixedClock) -> Delivery:
    return Delivery(database, workspace_id, clock, features=(FEATURE,))


async def until(delivery: Delivery, moment: str) -> None:
    await delivery.run(datetime.fromisoformat(moment).replace(tzinfo=UTC) - delivery.clock.now())


def post(delivery: Delivery, user: str, *intents: str) -> None:
    def planned(work: Work) -> None:
        scene = Scene(work, work.workspaces.get(work.workspace_id), work.people.ensure(user, user), "x")
        for intent in intents:
            scene.post(intent, {"text": intent}, key=work.ids.new(), paced=True)

    delivery.change(planned)


def lead(delivery: Delivery, user: str, monday: str) -> None:
    """`user` gets a digest each Monday from then on."""

    def planned(work: Work) -> None:
        person = work.people.ensure(user, user)
        work.agenda.set(person.id, "digest", "m", datetime.fromisoformat(monday).replace(tzinfo=UTC))

    delivery.change(planned)


async def test_all_kinds_share_one_budget_and_what_is_over_it_waits(delivery: Delivery) -> None:
    """Wednesday: three reviews wait; the third has its place a week after the first."""
    await until(delivery, "2026-11-25T10:00")
    post(delivery, "sandra", "testimonial.review", "testimonial.outcome", "testimonial.review")
    await delivery.run()
    assert len(delivery.said_to("sandra")) == 2
    assert delivery.states()[2] == OutboxState.READY, "held, which is no failure"
    await until(delivery, "2026-12-02T08:59")
    assert len(delivery.said_to("sandra")) == 2
    await until(delivery, "2026-12-02T09:00")
    assert len(delivery.said_to("sandra")) == 3


async def test_what_is_over_the_budget_and_then_too_late_is_dropped(delivery: Delivery) -> None:
    await until(delivery, "2026-11-25T10:00")
    post(delivery, "karim", "interview.invite", "interview.reminder", "routine.check_in", "digest.weekly")
    await delivery.run()
    assert delivery.said_to("karim") == ["interview.invite", "interview.reminder"]
    assert delivery.states()[2:] == [OutboxState.CANCELLED, OutboxState.CANCELLED]
    assert {row.error for row in delivery.outgoing()[2:]} == {"too_late"}


async def test_what_matters_more_goes_first_and_then_what_is_older(delivery: Delivery) -> None:
    await until(delivery, "2026-11-25T10:00")
    order = ["interview.invite", "routine.check_in", "digest.weekly", "testimonial.review", "routine.nudge"]
    post(delivery, "first", *reversed(order[:3]))
    post(delivery, "second", *reversed(order[1:4]))
    post(delivery, "third", *reversed(order[2:]))
    for _ in range(5):
        await delivery.run(timedelta(minutes=1))
    for user, expected in (("first", order[:2]), ("second", order[1:3]), ("third", order[2:4])):
        assert sorted(delivery.said_to(user)) == sorted(expected)


async def test_an_answer_counts_in_no_budget(delivery: Delivery) -> None:
    await until(delivery, "2026-11-25T10:00")
    post(delivery, "karim", "interview.invite", "routine.check_in")
    for n in range(5):
        await delivery.writes("karim", f"say {n}")
    await delivery.run()
    assert len(delivery.said_to("karim")) == 7


async def test_a_leads_digest_comes_on_its_day(delivery: Delivery) -> None:
    """Requests to read stories leave its place free, whenever in the week they come."""
    lead(delivery, "sandra", "2026-11-30T09:00")
    for day in range(23, 30):
        post(delivery, "sandra", "testimonial.review")
        await until(delivery, f"2026-11-{day + 1 - (day == 29)}T10:00")
    await until(delivery, "2026-11-30T09:00")
    for _ in range(3):
        await delivery.run(timedelta(minutes=1))
    assert delivery.said_to("sandra")[-1] == "digest"
    for monday in ("2026-12-07", "2026-12-14", "2026-12-21"):
        await until(delivery, f"{monday}T08:59")
        before = len(delivery.said_to("sandra"))
        await until(delivery, f"{monday}T09:00")
        await delivery.run(timedelta(minutes=2))
        assert "digest" in delivery.said_to("sandra")[before:]
    assert delivery.said_to("sandra").count("testimonial.review") >= 3, "stories have their turn as well"


async def test_a_digest_waits_for_an_invitation_only_while_there_is_no_place(delivery: Delivery) -> None:
    lead(delivery, "sandra", "2026-11-30T09:00")
    await until(delivery, "2026-11-26T10:00")
    post(delivery, "sandra", "interview.invite", "interview.reminder")
    await delivery.run()
    await until(delivery, "2026-11-30T09:30")
    assert delivery.said_to("sandra") == ["interview.invite", "interview.reminder"], "truly used up"
    await until(delivery, "2026-12-03T09:00")
    assert delivery.said_to("sandra")[2:] == ["digest"]


async def test_what_may_have_arrived_counts(database: Database, workspace_id: str, clock: FixedClock) -> None:
    delivery = Delivery(database, workspace_id, clock, finds_sent=False, features=(FEATURE,))
    await until(delivery, "2026-11-25T10:00")
    delivery.platform.faults = [OutcomeUnknown()]
    post(delivery, "karim", "routine.nudge")
    await delivery.run()
    await delivery.run(HOUR)
    assert delivery.states() == [OutboxState.FAILED]
    post(delivery, "karim", "interview.invite", "interview.reminder")
    await delivery.run(timedelta(minutes=1))
    assert delivery.said_to("karim") == ["routine.nudge", "interview.invite"]


async def _live(delivery: Delivery, seed: int, weeks: int) -> None:
    """Random kinds at random moments to an employee and a lead, who pause and go on leave as they like."""
    rng, people = Random(seed), ("karim", "sandra")
    lead(delivery, "sandra", "2026-11-30T08:00")
    for user in people:
        delivery.change(lambda work, user=user: setattr(work.people.ensure(user, user), "timezone", ZONE))
    end = delivery.clock.now() + weeks * WEEK
    while delivery.clock.now() < end:
        await delivery.run(timedelta(minutes=rng.choice([7, 60, 180, 600, 1500])))
        post(delivery, rng.choice(people), *rng.choices(sorted(KINDS), k=rng.randint(0, 3)))
        match rng.randint(0, 30):
            case 0:
                until_ = delivery.clock.now() + timedelta(days=rng.randint(1, 10))
                delivery.change(lambda work, at=until_: _pause(work, rng.choice(people), at))
            case 1:
                first = delivery.clock.now().date() + timedelta(days=rng.randint(0, 5))
                last = first + timedelta(days=rng.randint(0, 9))
                delivery.change(lambda work, days=(first, last): _away(work, rng.choice(people), *days))


def _pause(work: Work, user: str, until_: datetime) -> None:
    work.people.ensure(user, user).snoozed_until = until_


def _away(work: Work, user: str, first: date, last: date) -> None:
    work.absences.put(work.people.ensure(user, user).id, first, last)


def _sent(delivery: Delivery, user: str) -> list[OutboxMessage]:
    person = delivery.person(user)
    return [row for row in delivery.outgoing() if row.person_id == person.id and row.sent_at]


@pytest.mark.parametrize(
    ("database_url", "seed"),
    [
        ("sqlite", 1),
        *(pytest.param("sqlite", seed, marks=pytest.mark.slow) for seed in range(2, 6 if FULL else 3)),
        pytest.param("postgres", 1, marks=pytest.mark.postgres),
        *([pytest.param("postgres", 6, marks=[pytest.mark.postgres, pytest.mark.slow])] if FULL else []),
    ],
    indirect=["database_url"],
)
async def test_no_seven_days_hold_more_than_the_budget_whatever_happens(
    delivery: Delivery, seed: int
) -> None:
    await _live(delivery, seed, weeks=3 if seed == 1 else 8)
    for user in ("karim", "sandra"):
        sent = [row.sent_at for row in _sent(delivery, user) if row.sent_at]
        days = [local_date(at, ZONE) for at in sent]
        assert len(days) >= 3
        for first in days:
            assert sum(first <= other < first + WEEK for other in days) <= MOST
        for at in sent:
            local = at.astimezone(ZoneInfo(ZONE))
            assert local.isoweekday() <= 5
            assert time(9) <= local.time() <= time(17, 30)
