"""The playground, put together: its platform, its API, its demo organisation, its clock."""

import asyncio
from collections.abc import Sequence

from bot import demo as demonstration
from bot.jobs import Jobs
from bot.platforms.playground.adapter import NAME, PlaygroundPlatform
from bot.platforms.playground.api import routes
from bot.platforms.playground.clock import PlaygroundClock
from bot.platforms.playground.store import DatabaseConversations
from bot.platforms.playground.wire import PlaygroundPerson
from bot.platforms.port import Inbound
from storage.database import Database
from storage.ids import Ids
from storage.work import Work

WORKSPACE = "demo"


class Playground:
    """One local organisation to try everything with."""

    def __init__(
        self,
        database: Database,
        inbound: Inbound,
        jobs: Jobs,
        clock: PlaygroundClock,
        ids: Ids,
        hosts: Sequence[str],
    ) -> None:
        self._database, self._jobs, self._clock = database, jobs, clock
        self._conversations = DatabaseConversations(database, WORKSPACE)
        self.platform = PlaygroundPlatform(
            self._conversations, WORKSPACE, first_version=int(clock.now().timestamp() * 1000)
        )
        self.api = routes(
            self.platform, inbound, self._people, clock, self._settle, schedule=jobs, ids=ids, hosts=hosts
        )

    async def start(self, *, demo: bool) -> None:
        """Take up the clock; with `demo`, make sure that the demo organisation is there."""
        known = await self._database.workspace_id(NAME, WORKSPACE)
        if known is None and not demo:
            return
        if known is None:
            await asyncio.to_thread(demonstration.found, self._database)
        await self._clock.start(self._conversations, at_work=True)
        if demo:
            await asyncio.to_thread(demonstration.load, self._database)

    async def _people(self) -> list[PlaygroundPerson]:
        workspace_id = await self._database.workspace_id(NAME, WORKSPACE)
        return await self._database.read(workspace_id, everyone) if workspace_id else []

    async def _settle(self, _person: str) -> None:
        await self._jobs.run_due()


def everyone(work: Work) -> list[PlaygroundPerson]:
    """The people one can be, in the order in which the demo organisation names them."""
    workspace = work.workspaces.get(work.workspace_id)
    return [
        PlaygroundPerson(
            id=person.external_id,
            name=person.name,
            role=membership.role.value,
            lang=person.lang or workspace.lang,
            timezone=person.timezone or workspace.timezone,
        )
        for person, membership in demonstration.playable(work)
    ]
