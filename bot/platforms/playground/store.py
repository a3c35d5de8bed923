"""Where the playground keeps its conversations and its clock, as async calls that hide the database."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.platforms.errors import OutcomeUnknown, PlatformUnavailable
from bot.platforms.playground.render import Body
from storage.database import Database
from storage.errors import DatabaseBusy, StorageUnavailable
from storage.models import Person, PlaygroundMessage
from storage.work import Work

BOT = "entrain"
"""The author of the bot's messages."""

Result = TypeVar("Result")


class UnknownPerson(LookupError):
    """Nobody in the playground has this id."""


@dataclass(frozen=True)
class Kept:
    """A message as it is kept. `author` is `BOT` or the external id of the person whose conversation this is."""

    id: int
    author: str
    at: datetime
    body: Body


class Conversations(Protocol):
    """One workspace's conversations. `person` is always the external id; UnknownPerson where there is none."""

    async def add(self, person: str, author: str, key: str, body: Body) -> Kept:
        """Keep a message; under a `key` that is there already, return what is there and change nothing."""

    async def replace(self, person: str, message: int, body: Body) -> bool:
        """Give a message of this person's conversation another body; False if there is no such message."""

    async def by_key(self, person: str, key: str) -> Kept | None:
        """The message that was kept under `key`."""

    async def get(self, person: str, message: int) -> Kept | None:
        """One message of this person's conversation."""

    async def after(self, person: str, message: int) -> list[Kept]:
        """The conversation's messages with a greater id, in order."""

    async def latest(self) -> dict[str, int]:
        """The id of the bot's last message to each person who has one."""

    async def ahead(self) -> int | None:
        """How many seconds the playground's clock runs ahead; None before it was ever set."""

    async def set_ahead(self, seconds: int) -> None:
        """Remember how many seconds the clock runs ahead."""


class DatabaseConversations:
    """`Conversations` in the database; the workspace `external_id` of the playground must exist when it is used.

    A database that fails is a platform that fails: PlatformUnavailable, or OutcomeUnknown once a write has begun.
    """

    def __init__(self, database: Database, external_id: str) -> None:
        self._database, self._external_id = database, external_id

    async def add(self, person: str, author: str, key: str, body: Body) -> Kept:
        def put(work: Work) -> Kept:
            someone = _person(work, person)
            writer = BOT if author == BOT else someone.id
            row = work.playground.add(someone.id, author=writer, key=key, body=json.dumps(body))
            return _kept(work, row, person)

        return await self._write(put)

    async def replace(self, person: str, message: int, body: Body) -> bool:
        return await self._write(
            lambda work: work.playground.replace(_person(work, person).id, message, json.dumps(body))
        )

    async def by_key(self, person: str, key: str) -> Kept | None:
        def find(work: Work) -> Kept | None:
            row = work.playground.by_key(key)
            return _kept(work, row, person) if row and row.person_id == _person(work, person).id else None

        return await self._read(find)

    async def get(self, person: str, message: int) -> Kept | None:
        def find(work: Work) -> Kept | None:
            row = work.playground.get(_person(work, person).id, message)
            return _kept(work, row, person) if row else None

        return await self._read(find)

    async def after(self, person: str, message: int) -> list[Kept]:
        return await self._read(
            lambda work: [
                _kept(work, row, person) for row in work.playground.after(_person(work, person).id, message)
            ]
        )

    async def latest(self) -> dict[str, int]:
        return await self._read(lambda work: work.playground.latest_by_person(BOT))

    async def ahead(self) -> int | None:
        return await self._read(lambda work: work.playground.ahead_seconds())

    async def set_ahead(self, seconds: int) -> None:
        await self._write(lambda work: work.playground.set_ahead_seconds(seconds))

    async def _workspace(self) -> str:
        try:
            found = await self._database.workspace_id("playground", self._external_id)
        except (SQLAlchemyError, StorageUnavailable) as error:
            raise PlatformUnavailable from error
        if found is None:
            raise UnknownPerson("the playground is empty; load the demo organisation into it first")
        return found

    async def _write(self, job: Callable[[Work], Result]) -> Result:
        workspace = await self._workspace()
        try:
            return await self._database.run(workspace, job)
        except DatabaseBusy as error:
            raise PlatformUnavailable(str(error)) from error
        except (SQLAlchemyError, StorageUnavailable) as error:
            raise OutcomeUnknown from error

    async def _read(self, job: Callable[[Work], Result]) -> Result:
        workspace = await self._workspace()
        try:
            return await self._database.read(workspace, job)
        except (SQLAlchemyError, StorageUnavailable) as error:
            raise PlatformUnavailable from error


def _person(work: Work, external_id: str) -> Person:
    found = work.people.by_external(external_id)
    if found is None:
        raise UnknownPerson(external_id)
    return found


def _kept(work: Work, row: PlaygroundMessage, person: str) -> Kept:
    author = BOT if row.author == BOT else person
    return Kept(row.id, author, row.at, json.loads(work.playground.body(row)))
