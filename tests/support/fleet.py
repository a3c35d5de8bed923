"""Workers as real processes, forked from one that has everything imported already, so that a start costs little."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from types import TracebackType
from typing import Self

from tests.support.worker import Orders, work

FULL = os.environ.get("ENTRAIN_TEST_FAULTS") == "1"
"""Whether faults are met as often as docs/faults.md counts them (`make faults`)."""

GIVE_UP = 300.0
"""Seconds. A condition that has not come true by then never will."""

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "tests.support.worker",
        "bot.demo",
        "bot.server",
        "alembic.command",
        "psycopg",
        "pydantic.v1",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite.pysqlite",
    ]
)


def until(condition: Callable[[], bool], what: Callable[[], str]) -> None:
    """Wait for the condition; raises with `what` is the case where it does not come true."""
    deadline = time.monotonic() + GIVE_UP
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"gave up: {what()}")
        time.sleep(0.01)


@dataclass
class Fleet:
    """The workers of one database; all are killed when the block ends."""

    orders: Orders
    kills: int = 0
    workers: list[ForkServerProcess] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.kill()
            worker.join()
        if error is not None and self.orders.log.exists():
            error.add_note(self.orders.log.read_text("utf-8", "replace")[-4000:])

    def start(self, **changed: object) -> ForkServerProcess:
        """Another worker, with these orders changed."""
        worker = CONTEXT.Process(target=work, args=(replace(self.orders, **changed),))  # type: ignore[arg-type]
        worker.start()
        self.workers.append(worker)
        return worker

    def kill(self, worker: ForkServerProcess) -> None:
        """As `kill -9` does."""
        worker.kill()
        worker.join()
        assert worker.exitcode == -signal.SIGKILL, f"it had ended by itself: {worker.exitcode}"
        self.workers.remove(worker)
        self.kills += 1

    def none_has_died(self) -> bool:
        """Whether every worker runs that nobody ended. Raises AssertionError if not."""
        died = [worker.exitcode for worker in self.workers if worker.exitcode is not None]
        assert not died, f"workers ended by themselves: {died}"
        return True

    def pause(self, worker: ForkServerProcess) -> None:
        os.kill(_pid(worker), signal.SIGSTOP)

    def resume(self, worker: ForkServerProcess) -> None:
        os.kill(_pid(worker), signal.SIGCONT)

    def terminate(self, worker: ForkServerProcess) -> tuple[int | None, float]:
        """Tell it to stop: the exit code, and how many seconds that took."""
        began = time.monotonic()
        worker.terminate()
        worker.join(GIVE_UP)
        self.workers.remove(worker)
        return worker.exitcode, time.monotonic() - began


def _pid(worker: ForkServerProcess) -> int:
    assert worker.pid
    return worker.pid
