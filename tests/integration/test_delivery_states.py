"""What cannot be reached is a state that says since when and why, stops only what it must, and ends by itself."""

from datetime import timedelta

import pytest

from bot.handlers import interview
from bot.platforms.errors import Misconfigured, PlatformUnavailable, RecipientUnreachable, Unreachable
from bot.platforms.port import MemberJoined, MemberLeft, WorkspaceLost
from bot.scene import Scene
from projects.service import load_project
from storage.database import Database
from storage.models import InterviewStatus, OutboxState, PersonStatus, Role, Workspace, WorkspaceStatus
from storage.work import Work
from surveys import service as surveys
from tests.support.chat import FILE
from tests.support.clock import FixedClock
from tests.support.delivery import WORKSPACE, Delivery

pytestmark = pytest.mark.both_databases

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
REVOKED = Misconfigured("no", code="token_revoked", revoked=True)
NO_SCOPE = Misconfigured("no", code="missing_scope")


@pytest.fixture
def delivery(database: Database, workspace_id: str, clock: FixedClock) -> Delivery:
    return Delivery(database, workspace_id, clock, features=(interview.FEATURE,))


def place(delivery: Delivery) -> Workspace:
    with delivery.database.system() as system:
        found = system.workspaces.by_external("playground", WORKSPACE)
        assert found
        return found


async def test_a_revoked_token_that_a_send_finds_is_a_state_of_that_workspace_alone(
    delivery: Delivery,
) -> None:
    delivery.elsewhere()
    delivery.platform.faulty, delivery.platform.faults = "karim", [REVOKED]
    delivery.platform.refuses = REVOKED
    began = delivery.clock.now()
    await delivery.writes("karim", "say 1")
    await delivery.run()
    await delivery.writes("sandra", "say 2", workspace="elsewhere")
    await delivery.run(MINUTE)
    assert delivery.said_to("sandra") == ["2"]
    state = place(delivery)
    assert (state.status, state.status_reason) == (WorkspaceStatus.REVOKED, "token_revoked")
    for _ in range(8):
        await delivery.run(10 * MINUTE)
    assert place(delivery).status_since == began, "since when does not move"
    assert delivery.said_to("karim") == []
    assert delivery.platform.checks == 4, "asked every quarter of an hour, looked at every ten minutes"
    delivery.platform.refuses = None
    await delivery.run(20 * MINUTE)
    state = place(delivery)
    assert (state.status, state.status_since, state.status_reason) == (WorkspaceStatus.ACTIVE, None, None)
    assert delivery.said_to("karim") == ["1"]


async def test_nothing_is_planned_for_a_workspace_whose_token_is_revoked(delivery: Delivery) -> None:
    await delivery.writes("karim", "plan 0")
    await delivery.writes("karim", "say 1")
    delivery.platform.faults, delivery.platform.refuses = [REVOKED], REVOKED
    await delivery.run()
    await delivery.run(2 * HOUR)
    assert len(delivery.outgoing()) == 1
    delivery.platform.refuses = None
    await delivery.run(HOUR)
    assert delivery.said_to("karim") == ["1", "tick 0"]


async def test_a_missing_permission_is_tried_with_one_message_at_a_time(delivery: Delivery) -> None:
    """The token is good, so only a message can find out whether it is mended."""
    users = [f"user{n}" for n in range(5)]
    for user in users:
        await delivery.writes(user, "say 1")
    delivery.platform.faults = [NO_SCOPE] * 8
    await delivery.run()
    state = place(delivery)
    assert (state.status, state.status_reason) == (WorkspaceStatus.MISCONFIGURED, "missing_scope")
    left = len(delivery.platform.faults)
    await delivery.run(15 * MINUTE)
    assert len(delivery.platform.faults) == left - 1
    delivery.platform.faults = []
    await delivery.run(15 * MINUTE)
    assert place(delivery).status is WorkspaceStatus.ACTIVE
    assert all(delivery.said_to(user) == ["1"] for user in users)


async def test_one_message_that_is_always_refused_does_not_keep_the_others(delivery: Delivery) -> None:
    """Where a platform refuses one person in words that we take for the whole workspace."""
    delivery.platform.faulty, delivery.platform.faults = "karim", [NO_SCOPE] * 100
    await delivery.writes("karim", "say 1")
    await delivery.run()
    for user in ("emma", "aude", "sandra"):
        await delivery.writes(user, "say 2")
    for _ in range(3):
        await delivery.run(15 * MINUTE)
    assert [delivery.said_to(user) for user in ("emma", "aude", "sandra")] == [["2"]] * 3
    delivery.platform.faults = []
    await delivery.run(30 * MINUTE)
    assert delivery.said_to("karim") == ["1"]


async def test_what_is_heard_from_a_lost_workspace_has_its_platform_asked_at_once(delivery: Delivery) -> None:
    delivery.platform.faults, delivery.platform.refuses = [REVOKED], REVOKED
    await delivery.writes("karim", "say 1")
    await delivery.run()
    await delivery.writes("karim", "say 2")
    await delivery.run(MINUTE)
    assert (delivery.platform.checks, place(delivery).status) == (1, WorkspaceStatus.REVOKED)
    delivery.platform.refuses = None
    await delivery.writes("karim", "say 3")
    await delivery.run(MINUTE)
    assert delivery.said_to("karim") == ["1", "2", "3"]


async def test_an_uninstalled_workspace_stays_so_while_its_platform_refuses_or_is_down(
    delivery: Delivery,
) -> None:
    await delivery.accept(WorkspaceLost(**delivery.event("", status="uninstalled")))
    await delivery.run()
    for trouble in (REVOKED, PlatformUnavailable()):
        delivery.platform.refuses = trouble
        await delivery.run(15 * MINUTE)
        assert place(delivery).status is WorkspaceStatus.UNINSTALLED
    delivery.platform.refuses = None
    await delivery.run(15 * MINUTE)
    assert place(delivery).status is WorkspaceStatus.ACTIVE, (
        "it was installed again, which Slack does not tell"
    )


async def test_why_somebody_cannot_be_reached_is_kept_until_they_are_back(delivery: Delivery) -> None:
    delivery.platform.faults = [RecipientUnreachable("no", Unreachable.BLOCKED)]
    await delivery.writes("karim", "say 1")
    await delivery.run()
    began = delivery.clock.now()
    await delivery.accept(MemberLeft(**delivery.event("emma"), reason=Unreachable.DEACTIVATED))
    await delivery.run(MINUTE)
    for user, reason, since in (("karim", "blocked", began), ("emma", "deactivated", began)):
        person = delivery.person(user)
        assert (person.status, person.status_reason) == (PersonStatus.UNREACHABLE, reason)
        assert person.status_since == since
        await delivery.accept(MemberJoined(**delivery.event(user)))
        await delivery.run(SECOND)
        person = delivery.person(user)
        assert (person.status, person.status_since, person.status_reason) == (PersonStatus.ACTIVE, None, None)


async def test_nothing_unasked_is_sent_to_somebody_who_cannot_be_reached(delivery: Delivery) -> None:
    await delivery.writes("karim", "say 0")
    await delivery.run()
    delivery.clock.advance(SECOND)
    await delivery.accept(MemberLeft(**delivery.event("karim"), reason=Unreachable.NOT_INSTALLED))
    await delivery.run(SECOND)

    def plan(work: Work) -> None:
        person = work.people.by_external("karim")
        assert person
        Scene(work, work.workspaces.get(work.workspace_id), person, "x").post(
            "echo", {"text": "1"}, paced=True
        )

    delivery.change(plan)
    await delivery.run(HOUR)
    assert delivery.said_to("karim") == ["0"]
    assert delivery.outgoing()[-1].error == "unreachable"


# ------------------------------------------------------------------ invitations


def invite(delivery: Delivery) -> None:
    def planned(work: Work) -> None:
        project = load_project(work, FILE)
        person = work.people.ensure("karim", "Karim")
        work.projects.join(project.id, person.id, Role.EMPLOYEE, "planner")
        campaign = surveys.start_campaign(work, project.id, "adoption")
        scene = Scene(work, work.workspaces.get(work.workspace_id), person, "invitation")
        assert interview.invite(scene, campaign)

    delivery.change(planned)


@pytest.mark.parametrize("found_by", ["send", "event"])
async def test_who_comes_back_is_invited_after_all(delivery: Delivery, found_by: str) -> None:
    """The invitation comes, and no reminder of it; the reminder has the time that it always has."""
    invite(delivery)
    if found_by == "send":
        delivery.platform.faults = [RecipientUnreachable("no", Unreachable.NOT_INSTALLED)]
    else:
        await delivery.accept(MemberLeft(**delivery.event("karim")))
    await delivery.run()
    await delivery.run(62 * DAY)
    assert delivery.said_to("karim") == []
    await delivery.accept(MemberJoined(**delivery.event("karim")))
    await delivery.run(HOUR)
    await delivery.run(22 * HOUR)
    first = [row for row in delivery.outgoing() if row.intent.startswith("interview.")]
    assert [(row.intent, row.state) for row in first] == [("interview.invite", OutboxState.SENT)]
    assert len(delivery.said_to("karim")) == 1
    await delivery.run(4 * DAY)
    assert [row.intent for row in delivery.outgoing()][1:] == ["interview.reminder"]


async def test_who_was_invited_before_they_left_is_not_invited_twice(delivery: Delivery) -> None:
    invite(delivery)
    await delivery.run()
    assert len(delivery.said_to("karim")) == 1
    delivery.clock.advance(SECOND)
    await delivery.accept(MemberLeft(**delivery.event("karim")))
    await delivery.run(HOUR)
    await delivery.accept(MemberJoined(**delivery.event("karim")))
    await delivery.run(HOUR)
    assert len(delivery.said_to("karim")) == 1


async def test_an_interview_that_ended_meanwhile_is_not_invited_to(delivery: Delivery) -> None:
    invite(delivery)
    await delivery.accept(MemberLeft(**delivery.event("karim")))
    await delivery.run()

    def ended(work: Work) -> None:
        person = work.people.by_external("karim")
        assert person
        for open_ in work.interviews.open_of(person.id):
            open_.status = InterviewStatus.STOPPED

    delivery.change(ended)
    await delivery.accept(MemberJoined(**delivery.event("karim")))
    await delivery.run(HOUR)
    await delivery.run(30 * DAY)
    assert delivery.said_to("karim") == []
