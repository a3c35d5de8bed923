"""Many strict Slack workspaces in a thread of their own, which outlive the workers that write to them.

Each team has a token, a limit that it enforces and, where a test wants it, bad weather. What people were told is
counted from their conversations, so nothing that a worker believes is believed.
"""

import asyncio
import math
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from random import Random
from typing import Any, Self

from aiohttp import web

from storage.clock import Clock
from tests.support.fake_slack import FakeSlack, Fault, Refused, html_503, lost_answer, rate_limited

Json = dict[str, Any]

POST, FIND, OPEN = "chat.postMessage", "conversations.history", "conversations.open"

PATIENCE = 2.5
"""Seconds that a worker waits for an answer in these tests."""


@dataclass(frozen=True)
class Weather:
    """Each kind of trouble befalls this share of the calls: 429, 500, a time-out, an answer that is lost.

    Which call it befalls hangs on what is asked for and how often it was, not on the order in which calls come in.
    """

    seed: int
    share: float = 0.03

    def fault(self, about: str, times: int) -> Fault | None:
        drawn = Random(f"{self.seed}|{about}|{times}")
        arrives = drawn.random() < 0.5
        kinds = (
            rate_limited(1),
            html_503(arrives=arrives),
            Fault(arrives=arrives, delay=2 * PATIENCE, hang_up=True),
            lost_answer(),
        )
        befallen = drawn.random() / self.share
        return kinds[int(befallen)] if befallen < len(kinds) else None


@dataclass
class Team(FakeSlack):
    """One workspace. `per_second`: how many posts it takes in any second; 0: any number."""

    per_second: int = 0
    weather: Weather | None = None
    revoked: bool = False
    slowness: float = 0.0
    hammered: int = 0
    """Calls of a method that came before the time that the team had asked to wait."""
    faults: Counter[str] = field(default_factory=Counter)
    _asked: Counter[str] = field(default_factory=Counter)
    _posts: deque[float] = field(default_factory=deque)
    _quiet_until: dict[str, float] = field(default_factory=dict)

    @property
    def posted(self) -> int:
        return self._count

    def deactivate(self, user: str) -> None:
        self.users[user]["deleted"] = True

    def _fault(self, method: str, params: Json) -> Fault | None:
        fault = (
            super()._fault(method, params) or self._over_the_limit(method) or self._befallen(method, params)
        )
        if fault and fault.retry_after:
            self._quiet_until[method] = asyncio.get_running_loop().time() + fault.retry_after
        if fault is None:
            return Fault(arrives=True, delay=self.slowness) if method == POST and self.slowness else None
        self.faults[f"{fault.error or fault.status}{' arrives' * fault.arrives}"] += 1
        return fault

    def _befallen(self, method: str, params: Json) -> Fault | None:
        if self.weather is None:
            return None
        about = f"{method}|{_key(params) or params.get('users') or params.get('channel')}"
        self._asked[about] += 1
        return self.weather.fault(about, self._asked[about])

    def _over_the_limit(self, method: str) -> Fault | None:
        now = asyncio.get_running_loop().time()
        if now < self._quiet_until.get(method, 0.0):
            self.hammered += 1
            return rate_limited(math.ceil(self._quiet_until[method] - now))
        if method != POST or not self.per_second:
            return None
        while self._posts and self._posts[0] <= now - 1.0:
            self._posts.popleft()
        if len(self._posts) >= self.per_second:
            return rate_limited(1)
        self._posts.append(now)
        return None

    def _carry_out(self, request: web.Request, method: str, params: Json) -> Json:
        if self.revoked:
            raise Refused("token_revoked")
        if method == POST and self._owner(params["channel"]).get("deleted"):
            raise Refused("channel_not_found")
        return super()._carry_out(request, method, params)

    def _owner(self, channel: str) -> Json:
        return next((self.users[user] for user, theirs in self.channels.items() if theirs == channel), {})


def _key(params: Json) -> str | None:
    payload = (params.get("metadata") or {}).get("event_payload") or {}
    return payload.get("key")


class Cloud:
    """The teams `T0`, `T1` … with people `U0`, `U1` …, served while the block lasts."""

    def __init__(self, clock: Clock, *, teams: int, people: int) -> None:
        self.teams = {
            f"T{number}": Team(clock, f"T{number}", f"xoxb-team-{number}", app_token="")
            for number in range(teams)
        }
        for team in self.teams.values():
            for number in range(people):
                team.add_user(f"U{number}", f"Person {number}")
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="slack-cloud")

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    @property
    def posted(self) -> int:
        """How many messages have arrived, whoever they are for."""
        return sum(team.posted for team in self.teams.values())

    def told(self) -> dict[tuple[str, str], list[str]]:
        """What each person of each team reads, oldest first."""

        async def now() -> dict[tuple[str, str], list[str]]:
            return {
                (name, user): [message["text"] for message in team.sent_to(user)]
                for name, team in self.teams.items()
                for user in team.users
            }

        return asyncio.run_coroutine_threadsafe(now(), self._loop).result()

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._open())

    async def _open(self) -> None:
        self._over = asyncio.Event()
        async with asyncio.TaskGroup() as started:
            for team in self.teams.values():
                started.create_task(team.__aenter__())
        self._ready.set()
        await self._over.wait()
        for team in self.teams.values():
            await team.__aexit__()
