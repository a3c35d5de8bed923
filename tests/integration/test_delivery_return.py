"""Who comes back comes back, and what arrives late undoes nothing newer."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.administration import WorkspaceChoices, load_project
from bot.platforms.port import Accepted, MemberJoined, MemberLeft, TextReceived, WorkspaceLost
from bot.settings import Settings
from storage.models import PersonStatus, WorkspaceStatus
from tests.support.chat import FILE
from tests.support.delivery import PLATFORM, WORKSPACE, Delivery

pytestmark = pytest.mark.both_databases

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def status(delivery: Delivery) -> WorkspaceStatus:
    with delivery.database.system() as system:
        (workspace,) = system.workspaces.all()
        return workspace.status


async def test_a_workspace_that_is_heard_from_again_is_written_to_again(delivery: Delivery) -> None:
    await delivery.writes("karim", "later 1")
    await delivery.accept(WorkspaceLost(**delivery.event("", status="uninstalled")))
    await delivery.run()
    assert status(delivery) is WorkspaceStatus.UNINSTALLED
    delivery.clock.advance(MINUTE)
    await delivery.writes("emma", "say 2")
    await delivery.run()
    assert status(delivery) is WorkspaceStatus.ACTIVE
    await delivery.run(timedelta(hours=2))
    assert (delivery.said_to("emma"), delivery.said_to("karim")) == (["2"], ["1"])


async def test_what_was_said_before_a_workspace_was_lost_does_not_bring_it_back(delivery: Delivery) -> None:
    before = TextReceived(**delivery.event("emma", text="say 1"))
    delivery.clock.advance(MINUTE)
    await delivery.accept(WorkspaceLost(**delivery.event("", status="revoked")))
    await delivery.run()
    await delivery.accept(before)
    await delivery.run()
    assert status(delivery) is WorkspaceStatus.REVOKED


async def test_a_loss_that_is_told_late_does_not_undo_a_return(delivery: Delivery) -> None:
    lost = WorkspaceLost(**delivery.event("", status="uninstalled"))
    delivery.clock.advance(MINUTE)
    await delivery.writes("emma", "say 1")
    await delivery.run()
    await delivery.accept(lost)
    await delivery.run()
    assert status(delivery) is WorkspaceStatus.ACTIVE


def test_loading_a_project_brings_a_lost_workspace_back(tmp_path: Path) -> None:
    from bot.administration import open_database

    settings = Settings(data_dir=tmp_path)
    choices = WorkspaceChoices()
    load_project(settings, FILE, platform=PLATFORM, workspace=WORKSPACE, choices=choices)
    with open_database(settings) as database, database.system() as system:
        system.workspaces.all()[0].status = WorkspaceStatus.UNINSTALLED
    load_project(settings, FILE, platform=PLATFORM, workspace=WORKSPACE, choices=choices)
    with open_database(settings) as database, database.system() as system:
        assert system.workspaces.all()[0].status is WorkspaceStatus.ACTIVE


async def test_what_somebody_said_before_they_left_does_not_bring_them_back(delivery: Delivery) -> None:
    before = TextReceived(**delivery.event("karim", text="say 1"))
    delivery.clock.advance(MINUTE)
    left = MemberLeft(**delivery.event("karim"))
    delivery.clock.advance(MINUTE)
    await delivery.accept(left)
    await delivery.accept(before)
    await delivery.run()
    assert delivery.person("karim").status is PersonStatus.UNREACHABLE
    await delivery.accept(before.model_copy(update={"event_id": "x", "at": left.at + SECOND}))
    await delivery.run()
    assert delivery.person("karim").status is PersonStatus.ACTIVE, "told late, but it happened after"


async def test_a_departure_that_is_told_late_does_not_undo_a_return(delivery: Delivery) -> None:
    left = MemberLeft(**delivery.event("karim"))
    delivery.clock.advance(MINUTE)
    await delivery.writes("karim", "later 1")
    await delivery.run()
    await delivery.accept(left)
    await delivery.run()
    assert delivery.person("karim").status is PersonStatus.ACTIVE
    await delivery.run(DAY)
    assert delivery.said_to("karim") == ["1"]


async def test_an_update_of_the_app_is_no_departure(delivery: Delivery) -> None:
    """Teams removes and adds the app within the same second, and may tell it in any order."""
    for order in ((0, 1), (1, 0)):
        left = MemberLeft(**delivery.event("karim"))
        delivery.clock.advance(SECOND / 10)
        joined = MemberJoined(**delivery.event("karim"))
        delivery.clock.advance(SECOND)
        for which in order:
            await delivery.accept((left, joined)[which])
            await delivery.run()
        assert delivery.person("karim").status is PersonStatus.ACTIVE


async def test_that_somebody_is_active_is_news_only_of_who_was_not(delivery: Delivery) -> None:
    def told(user: str) -> MemberJoined:
        return MemberJoined(**delivery.event(user, conversation=None))

    await delivery.writes("karim", "say 1")
    await delivery.run()
    assert await delivery.accept(told("karim")) is Accepted.NO_NEWS
    assert await delivery.accept(told("stranger")) is Accepted.NO_NEWS
    await delivery.accept(MemberLeft(**delivery.event("karim")))
    await delivery.run(MINUTE)
    assert await delivery.accept(told("karim")) is Accepted.STORED
    await delivery.run()
    assert delivery.person("karim").status is PersonStatus.ACTIVE
    assert len(delivery.incoming()) == 3
