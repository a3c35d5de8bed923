"""Two people at the same moment, each in a transaction of their own, on PostgreSQL."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Thread

from sqlalchemy import func, select

from bot.app import router
from bot.platforms.port import ButtonPressed
from storage.database import Database
from storage.models import OutboxMessage
from storage.work import Work
from tests.support.clock import FixedClock

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def press(work: Work, user: str, action: str, value: str) -> None:
    pressed = ButtonPressed(
        event_id=f"{user}-{action}",
        workspace="demo",
        user=user,
        at=work.now,
        action=action,
        value=value,
        message="m0",
        conversation="c",
    )
    router().handle(work, pressed)


def together(
    database: Database, workspace_id: str, clock: FixedClock, *moves: Callable[[Work], None]
) -> None:
    """The second begins before the first is committed, a second later by the clock, and is let go by its end."""
    first, second = moves

    def later() -> None:
        with database.transaction(workspace_id) as work:
            second(work)

    with database.transaction(workspace_id) as work:
        first(work)
        work.session.flush()
        clock.advance(timedelta(seconds=1))
        other = Thread(target=later)
        other.start()
        until = time.monotonic() + 20
        while not work.session.connection().exec_driver_sql(WAITING).scalar():
            assert time.monotonic() < until, "the second did not wait for the first"
            time.sleep(0.01)
    other.join(20)


def posted(database: Database, workspace_id: str, intent: str) -> int:
    with database.transaction(workspace_id) as work:
        count = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.intent == intent)
        return work.session.scalar(count) or 0
