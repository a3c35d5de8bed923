"""The playground under the platform contract: on a real SQLite file, which can be made to fail."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from sqlalchemy.exc import OperationalError

from bot.platforms.playground.adapter import PlaygroundPlatform
from bot.platforms.playground.store import DatabaseConversations
from bot.platforms.port import Address
from storage.database import Database
from storage.ids import CountedIds
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.databases import keyring

T = TypeVar("T")
WORKSPACE = "demo"


class LosingDatabase(Database):
    """A database whose connection is lost after a commit, when told so."""

    loses = False

    async def run(self, workspace_id: str, function: Callable[[Work], T]) -> T:
        result = await super().run(workspace_id, function)
        if self.loses:
            self.loses = False
            raise OperationalError("COMMIT", {}, ConnectionError("server closed the connection"))
        return result


@dataclass
class PlaygroundBench:
    database: LosingDatabase
    workspace_id: str
    clock: FixedClock
    platform: PlaygroundPlatform

    def person(self, name: str) -> Address:
        with self.database.transaction(self.workspace_id) as work:
            return Address(WORKSPACE, work.people.ensure(name.lower(), name).external_id)

    def shown(self, to: Address) -> list[str]:
        with self.database.transaction(self.workspace_id) as work:
            person = work.people.by_external(to.user)
            rows = work.playground.after(person.id) if person else []
            return [" ".join(strings(json.loads(work.playground.body(row)), ("text",))) for row in rows]

    def trigger(self) -> str:
        raise NotImplementedError("the playground shows forms in messages")

    def opened(self) -> list[str]:
        raise NotImplementedError("the playground shows forms in messages")

    def expire(self, trigger: str) -> None:
        raise NotImplementedError("the playground shows forms in messages")

    def lose_next_answer(self) -> None:
        self.database.loses = True

    def limit_next_send(self, seconds: int) -> None:
        pytest.skip("playground limits no rate")

    def block_next_send(self) -> None:
        with self.database.transaction(self.workspace_id) as work:
            karim = work.people.by_external("karim")
            assert karim
            work.session.delete(karim)


def strings(value: object, without: tuple[str, ...] = ()) -> Iterator[str]:
    """Every text in JSON, apart from these outermost keys."""
    match value:
        case str():
            yield value
        case dict():
            for key, child in value.items():
                if key not in without:
                    yield from strings(child)
        case list():
            for child in value:
                yield from strings(child)


@asynccontextmanager
async def playground() -> AsyncIterator[PlaygroundBench]:
    clock = FixedClock()
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'entrain.db'}"
        database = LosingDatabase(url, keyring(), clock, CountedIds())
        try:
            database.upgrade()
            with database.system() as system:
                workspace_id = system.workspaces.add("playground", WORKSPACE, "Demo").id
            platform = PlaygroundPlatform(DatabaseConversations(database, WORKSPACE), WORKSPACE)
            yield PlaygroundBench(database, workspace_id, clock, platform)
        finally:
            database.dispose()
