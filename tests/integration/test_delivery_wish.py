"""Whoever wishes to be written to less often is, whatever kind of message it is, up to the moment at which it leaves."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from bot.kinds import KINDS, Rank, keeps_to_wish, rank_of
from bot.platforms.port import Message, Text
from bot.scene import Args, Feature, Scene
from content.markup import literal
from nudges.pace import WEEK
from nudges.service import write_less
from storage.database import Database
from storage.models import OutboxState
from storage.repositories.outbox import OutboxRepository, PacedWeek
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.delivery import Delivery

DAY = timedelta(days=1)
LONG = timedelta(weeks=30)


def shown(_scene: Scene, args: Args) -> Message:
    return Message((Text(literal(args["text"])),))


FEATURE = Feature(name="kinds", presenters=dict.fromkeys(KINDS, shown))


@pytest.fixture
def delivery(database: Database, workspace_id: str, clock: FixedClock) -> Delivery:
    return Delivery(database, workspace_id, clock, features=(FEATURE,))


async def until(delivery: Delivery, moment: str) -> None:
    await delivery.run(datetime.fromisoformat(moment).replace(tzinfo=UTC) - delivery.clock.now())


def wishes(delivery: Delivery, user: str, weeks: int) -> None:
    delivery.change(lambda work: write_less(work.people.ensure(user, user), weeks))


def post(delivery: Delivery, user: str, *intents: str) -> None:
    def planned(work: Work) -> None:
        scene = Scene(work, work.workspaces.get(work.workspace_id), work.people.ensure(user, user), "x")
        for intent in intents:
            ends = scene.now + LONG
            scene.post(intent, {"text": intent}, key=work.ids.new(), paced=True, not_after=ends)

    delivery.change(planned)


@pytest.mark.both_databases
@pytest.mark.parametrize("intent", sorted(intent for intent in KINDS if keeps_to_wish(intent)))
async def test_one_message_in_so_many_weeks_is_one_of_any_kind(delivery: Delivery, intent: str) -> None:
    wishes(delivery, "karim", 8)
    await until(delivery, "2026-11-25T10:00")
    post(delivery, "karim", "champion.reach")
    await delivery.run()
    post(delivery, "karim", intent)
    for _ in range(8):
        await delivery.run(DAY)
    assert delivery.said_to("karim") == ["champion.reach"]
    assert delivery.states()[1] == OutboxState.READY, "held, not lost"
    await until(delivery, "2027-01-20T08:59")
    assert len(delivery.said_to("karim")) == 1
    await until(delivery, "2027-01-20T09:00")
    assert delivery.said_to("karim") == ["champion.reach", intent], "eight weeks later to the day"


async def test_of_what_waits_together_one_leaves(delivery: Delivery) -> None:
    wishes(delivery, "karim", 2)
    await until(delivery, "2026-11-25T10:00")
    post(delivery, "karim", "champion.invite", "question.put", "champion.question", "champion.reach")
    for week in range(1, 5):
        for _ in range(14):
            await delivery.run(DAY)
        assert len(delivery.said_to("karim")) == week


async def test_a_wish_said_after_it_was_planned_counts(delivery: Delivery) -> None:
    await until(delivery, "2026-11-25T10:00")
    post(delivery, "karim", "champion.reach")
    await delivery.run()
    await until(delivery, "2026-11-26T20:00")
    post(delivery, "karim", "champion.question")
    wishes(delivery, "karim", 2)
    await until(delivery, "2026-11-27T10:00")
    assert delivery.said_to("karim") == ["champion.reach"]


async def test_an_interview_and_what_became_of_what_they_began_do_not_wait(delivery: Delivery) -> None:
    wishes(delivery, "karim", 8)
    await until(delivery, "2026-11-25T10:00")
    own = sorted(kind for kind in KINDS if not keeps_to_wish(kind))
    assert own == [
        "champion.outcome",
        "idea.answered",
        "idea.hidden",
        "interview.invite",
        "interview.reminder",
        "lever.news",
        "testimonial.outcome",
    ]
    post(delivery, "karim", "routine.nudge")
    await delivery.run()
    for number, intent in enumerate(own, 2):
        post(delivery, "karim", intent)
        for _ in range(7):
            await delivery.run(DAY)
        assert len(delivery.said_to("karim")) == number
    post(delivery, "karim", *own)
    await delivery.run()
    assert len(delivery.said_to("karim")) == len(own) + 2, "the week's budget holds for them too"


async def test_what_did_not_wait_takes_the_place_all_the_same(delivery: Delivery) -> None:
    wishes(delivery, "karim", 4)
    await until(delivery, "2026-11-25T10:00")
    post(delivery, "karim", "interview.invite")
    await delivery.run()
    post(delivery, "karim", "routine.nudge")
    await until(delivery, "2026-12-22T10:00")
    assert delivery.said_to("karim") == ["interview.invite"]
    await until(delivery, "2026-12-23T10:00")
    assert delivery.said_to("karim") == ["interview.invite", "routine.nudge"]


async def test_nobody_elses_budget_follows_from_it(delivery: Delivery) -> None:
    wishes(delivery, "karim", 8)
    for user in ("karim", "emma"):
        post(delivery, user, "routine.nudge")
    await until(delivery, "2026-11-25T10:00")
    for user in ("karim", "emma"):
        post(delivery, user, "routine.check_in")
    await delivery.run(DAY)
    post(delivery, "emma", "routine.comeback")
    await delivery.run(7 * DAY)
    assert delivery.said_to("emma") == ["routine.nudge", "routine.check_in", "routine.comeback"]
    assert delivery.said_to("karim") == ["routine.nudge"]


async def test_a_batch_is_looked_at_in_one_read_as_far_back_as_somebody_in_it_wishes(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[timedelta] = []
    paced_weeks = OutboxRepository.paced_weeks

    def noted(outbox: OutboxRepository, people: Collection[str], since: datetime) -> dict[str, PacedWeek]:
        reads.append(delivery.clock.now() - since)
        return paced_weeks(outbox, people, since)

    monkeypatch.setattr(OutboxRepository, "paced_weeks", noted)
    await until(delivery, "2026-11-25T10:00")
    for number in range(20):
        post(delivery, f"u{number}", "routine.nudge")
    await delivery.run()
    assert reads == [WEEK + 2 * DAY]
    wishes(delivery, "u3", 8)
    for number in range(20):
        post(delivery, f"u{number}", "testimonial.review")
    await delivery.run()
    assert reads[1:] == [8 * WEEK + 2 * DAY]
    assert [len(delivery.said_to(f"u{number}")) for number in range(5)] == [2, 2, 2, 1, 2]


def test_an_invitation_keeps_to_no_wish_and_an_unknown_kind_does() -> None:
    assert not any(keeps_to_wish(kind) for kind in KINDS if rank_of(kind) is Rank.INVITATION)
    assert keeps_to_wish("whatever.comes_later")
