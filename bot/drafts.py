"""Messages as they are at this moment: many rendered in one read, none long before it is sent."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import ahead
from bot.intake import address_of
from bot.moment import Hold, hold, look_back
from bot.platforms.port import Address, Message
from bot.router import Router
from bot.scene import Scene
from storage.clock import Elapsed
from storage.database import Database
from storage.outbox import Outgoing
from storage.repositories.outbox import PacedWeek
from storage.work import Work

FRESH_SECONDS = 0.5
"""How long after it was rendered a message may leave; what waits longer is rendered again."""


AHEAD = 200
"""Messages for which what they ask for is read together; fewer may be rendered while they are fresh."""


@dataclass(frozen=True)
class Draft:
    """What goes to `address` as of the elapsed time `at`, or what holds it; None if it makes no sense any more."""

    message: Message | Hold | None
    address: Address
    at: float


class Drafts:
    """What a courier is about to send."""

    def __init__(self, database: Database, router: Router, elapsed: Elapsed) -> None:
        self._database, self._router, self._elapsed = database, router, elapsed
        self._waiting: dict[str, dict[int, Outgoing]] = {}
        self._made: dict[int, Draft] = {}
        self._alone: set[str] = set()
        """Workspaces whose messages could not be rendered together: each finds out on its own whether it is to blame."""
        self._renewing = asyncio.Lock()

    async def prepare(self, batch: Sequence[Outgoing]) -> None:
        """Render what is of use soon, each workspace's in one read; forget what was prepared before."""
        self._waiting, self._made, self._alone = defaultdict(dict), {}, set()
        for outgoing in batch:
            self._waiting[outgoing.workspace_id][outgoing.seq] = outgoing
        await asyncio.gather(*map(self._make, self._waiting.values()))

    async def of(self, outgoing: Outgoing) -> Draft:
        """The message as it is now. Raises what rendering it on its own raises."""
        waiting = self._waiting[outgoing.workspace_id]
        if not self._is_fresh(outgoing):
            async with self._renewing:
                if not self._is_fresh(outgoing) and outgoing.workspace_id not in self._alone:
                    await self._make({outgoing.seq: outgoing} | waiting)
        waiting.pop(outgoing.seq, None)
        return self._made.pop(outgoing.seq, None) or (await self._read([outgoing]))[outgoing.seq]

    def _is_fresh(self, outgoing: Outgoing) -> bool:
        made = self._made.get(outgoing.seq)
        return made is not None and self._elapsed() - made.at <= FRESH_SECONDS

    async def _make(self, messages: Mapping[int, Outgoing]) -> None:
        batch = list(messages.values())
        for outgoing in batch:
            self._made.pop(outgoing.seq, None)
        try:
            self._made |= await self._read(batch)
        except Exception:  # noqa: BLE001 - whatever it is, it is met again by the message that it concerns
            self._alone.add(batch[0].workspace_id)

    async def _read(self, batch: Sequence[Outgoing]) -> dict[int, Draft]:
        return await self._database.read(batch[0].workspace_id, lambda work: self._render(work, batch))

    def _render(self, work: Work, batch: Sequence[Outgoing]) -> dict[int, Draft]:
        """As many of them, in this order, as are likely to leave while they are fresh; the first in any case."""
        at = self._elapsed()
        workspace = work.workspaces.get(work.workspace_id)
        drafts: dict[int, Draft] = {}
        for start in range(0, len(batch), AHEAD):
            part = batch[start : start + AHEAD]
            people = work.people.several([outgoing.person_id for outgoing in part])
            known = ahead.read(work, workspace, people, part)
            unasked = {each.person_id for each in part if each.paced}
            slowest = max((people[person_id].at_most_weeks for person_id in unasked), default=1)
            paced = work.outbox.paced_weeks(unasked, work.now - look_back(slowest)) if unasked else {}
            for outgoing in part:
                if drafts and self._elapsed() - at > FRESH_SECONDS / 2:
                    return drafts
                person = people[outgoing.person_id]
                scene = Scene(
                    work,
                    workspace,
                    person,
                    "render",
                    known=known[person.id],
                    public_url=self._router.public_url,
                    periods=self._router.periods,
                )
                message = hold(scene, outgoing, paced.get(person.id, PacedWeek())) or self._router.render(
                    scene, outgoing.intent, outgoing.args
                )
                drafts[outgoing.seq] = Draft(message, address_of(scene), at)
        return drafts
