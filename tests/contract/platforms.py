"""One bench per adapter for `test_platform_contract.py`: the adapter, on a platform that can be made to fail.

To add an adapter, write its bench and name it in `BENCHES`.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from bot.platforms.errors import OutcomeUnknown, RateLimited, RecipientUnreachable
from bot.platforms.port import Address, ChatPlatform, Member
from bot.platforms.slack.adapter import SlackPlatform
from tests.support.block_kit import words
from tests.support.clock import FixedClock
from tests.support.fake_slack import TEAM, FakeSlack, lost_answer, rate_limited, refuses
from tests.support.memory_platform import MemoryPlatform
from tests.support.playground_bench import playground
from tests.support.recording_inbound import RecordingInbound
from tests.support.teams_bench import teams


class Bench(Protocol):
    """What the contract needs to know about one platform, besides the port."""

    platform: ChatPlatform
    clock: FixedClock

    def person(self, name: str) -> Address:
        """Somebody who can be written to."""

    def shown(self, to: Address) -> list[str]:
        """What the person sees, oldest first: every word of each message, buttons included."""

    def trigger(self) -> str:
        """A fresh permission to open a form."""

    def opened(self) -> list[str]:
        """The names of the forms that were opened."""

    def expire(self, trigger: str) -> None: ...

    def lose_next_answer(self) -> None:
        """The next send arrives, but its answer is lost."""

    def limit_next_send(self, seconds: int) -> None:
        """The next send is refused for being too fast."""

    def block_next_send(self) -> None:
        """The next send is refused for this person only."""


@dataclass
class MemoryBench:
    clock: FixedClock = field(default_factory=FixedClock)
    platform: MemoryPlatform = field(default_factory=MemoryPlatform)

    def person(self, name: str) -> Address:
        self.platform.members.append(Member(name.lower(), name))
        return Address("w1", name.lower())

    def shown(self, to: Address) -> list[str]:
        return self.platform.to(to.user)

    def trigger(self) -> str:
        return "t1"

    def opened(self) -> list[str]:
        return [form.name for _, form in self.platform.forms]

    def expire(self, trigger: str) -> None:
        self.platform.expired_triggers.add(trigger)

    def lose_next_answer(self) -> None:
        self.platform.faults.append(OutcomeUnknown())

    def limit_next_send(self, seconds: int) -> None:
        self.platform.faults.append(RateLimited(seconds))

    def block_next_send(self) -> None:
        self.platform.faults.append(RecipientUnreachable())


@asynccontextmanager
async def memory() -> AsyncIterator[Bench]:
    yield MemoryBench()


@dataclass
class SlackBench:
    slack: FakeSlack
    platform: SlackPlatform
    clock: FixedClock

    def person(self, name: str) -> Address:
        return Address(TEAM, self.slack.add_user(f"U{len(self.slack.users):06d}", name))

    def shown(self, to: Address) -> list[str]:
        return [words(message["blocks"]) for message in self.slack.sent_to(to.user)]

    def trigger(self) -> str:
        return self.slack.give_trigger(f"t{len(self.slack.triggers)}")

    def opened(self) -> list[str]:
        return [view["callback_id"] for view in self.slack.views]

    def expire(self, trigger: str) -> None:
        self.slack.give_trigger(trigger, "expired")

    def lose_next_answer(self) -> None:
        self.slack.fail("chat.postMessage", lost_answer())

    def limit_next_send(self, seconds: int) -> None:
        self.slack.fail("chat.postMessage", rate_limited(seconds))

    def block_next_send(self) -> None:
        self.slack.fail("chat.postMessage", refuses("user_disabled"))


@asynccontextmanager
async def slack() -> AsyncIterator[Bench]:
    clock = FixedClock()
    async with FakeSlack(clock) as fake:
        platform = SlackPlatform(
            bot_token=fake.token,
            signing_secret="secret",
            app_token=None,
            inbound=RecordingInbound(),
            clock=clock,
            base_url=fake.base_url,
        )
        await platform.start()
        try:
            yield SlackBench(fake, platform, clock)
        finally:
            await platform.close()


BENCHES: dict[str, Callable[[], AbstractAsyncContextManager[Bench]]] = {
    "memory": memory,
    "slack": slack,
    "playground": playground,
    "teams": teams,
}
