"""Small writes that come at the same time, in one commit: what waits for the disk waits together."""

import asyncio
import math
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.exc import DataError, IntegrityError

from storage.database import Database
from storage.work import SystemWork

Item = TypeVar("Item")
Result = TypeVar("Result")

GROUP = 200
"""Items per commit: with 10,000 concurrent answers, groups of 200 gave p99 128 ms against 2.1 s one by one."""

RUSH = 50
"""So many items in one group are a rush; it ends once there has been no such group for `LULL` seconds."""
LULL = 0.1
LONGEST_RUSH = 2.0
"""Seconds that other work stands back for, then it goes on."""


class GroupCommit(Generic[Item, Result]):
    """`write` carries out a group of items in one transaction and says what became of each. Lives in one event loop."""

    def __init__(self, database: Database, write: Callable[[SystemWork, list[Item]], list[Result]]) -> None:
        self._database, self._write = database, write
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._rush_ends = -math.inf

    async def put(self, item: Item) -> Result:
        """Return once the item is committed. Raises what the commit raised."""
        written: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._run(), name="group-commit")
        return await written

    async def calm(self) -> None:
        """Return when there is no rush, or after `LONGEST_RUSH`: for work that those who wait here go before."""
        loop = asyncio.get_running_loop()
        longest = loop.time() + LONGEST_RUSH
        while loop.time() < min(self._rush_ends, longest):  # noqa: ASYNC110 - it ends by time alone
            await asyncio.sleep(LULL / 4)

    async def close(self) -> None:
        """Wait for what is being written."""
        if self._writing:
            await self._writing

    async def _run(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                if len(group) >= RUSH:
                    self._rush_ends = math.inf
                await self._commit(group)
                if len(group) >= RUSH:
                    self._rush_ends = asyncio.get_running_loop().time() + LULL
        finally:
            self._writing = None

    async def _commit(self, group: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._database.run_system(
                lambda work: self._write(work, [item for item, _ in group])
            )
        except Exception as error:  # noqa: BLE001 - every caller must hear of it
            if isinstance(error, DataError | IntegrityError) and len(group) > 1:
                for alone in group:
                    await self._commit([alone])
                return
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_, future), result in zip(group, results, strict=True):
                if not future.done():
                    future.set_result(result)
