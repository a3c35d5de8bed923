"""People who read what a bot writes to them, and do what a seeded die says."""

import heapq
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random

from bot.platforms.port import (
    Address,
    ButtonPressed,
    Capabilities,
    Form,
    InboundEvent,
    Member,
    Message,
    Receipt,
    Scale,
    TextReceived,
)
from storage.clock import Clock
from tests.support.company import pressable

PLATFORM, WORKSPACE = "playground", "demo"

BREAKS = (time(12, 0), time(16, 30))
"""When people look at their messages, in UTC."""

WORDS = (
    "pas le temps, ça tombe toujours au pire moment",
    "je ne sais pas comment on fait, personne ne m'a montré",
    "par habitude, je prends mon carnet sans y penser",
    "je ne vois pas ce que ça m'apporte",
    "mon chef s'en sert pour compter mes retards",
    "le poste est en panne, je n'ai pas d'accès",
    "les autres ne sont pas dessus, ça ne sert à rien tout seul",
)

LIKELY = frozenset({"paper", "call", "7", "8", "9", "main", "standup", "friday"})
"""Answers in an interview that are rather given than others."""


@dataclass
class Temper:
    """What somebody is likely to do with a message, each 0–1. `odd`: press any of its buttons."""

    answers: float = 0.7
    keeps: float = 0.6
    stops: float = 0.002
    slows: float = 0.01
    odd: float = 0.02


@dataclass(order=True)
class _Reply:
    """What somebody will do: press a button, or type `text`."""

    at: datetime
    number: int
    user: str = field(compare=False)
    action: str = field(compare=False, default="")
    value: str = field(compare=False, default="")
    message: str = field(compare=False, default="")
    text: str = field(compare=False, default="")


class Crowd:
    """A chat platform where everything arrives at once, and the people who read it."""

    capabilities = Capabilities(finds_sent=True, opens_forms=False, lists_members=False)
    name = PLATFORM

    def __init__(self, clock: Clock, seed: int, temper: Temper) -> None:
        self._clock, self._rng, self._temper = clock, Random(seed), temper
        self._replies: list[_Reply] = []
        self.arrived = self.replied = 0

    def next_reply(self) -> datetime | None:
        return self._replies[0].at if self._replies else None

    def due(self, now: datetime) -> list[InboundEvent]:
        """What people have done by now."""
        due = []
        while self._replies and self._replies[0].at <= now:
            due.append(self._event(heapq.heappop(self._replies), now))
        self.replied += len(due)
        return due

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        self.arrived += 1
        receipt = Receipt(f"m{self.arrived}", to.user)
        self._react(to.user, message, receipt.message)
        return receipt

    async def update(self, to: Address, receipt: Receipt, message: Message) -> None:
        """It is replaced, and read again: an interview goes on in its place."""
        self._react(to.user, message, receipt.message)

    def _react(self, user: str, message: Message, receipt: str) -> None:
        buttons = _choices(message)
        now = self._clock.now()
        if {action for action, _ in buttons} & {"interview.answer", "interview.skip"}:
            answers = [each for each in buttons if each[0] == "interview.answer"]
            likely = [each for each in answers if each[1].rpartition("|")[2] in LIKELY]
            action, value = self._rng.choice(likely or answers) if answers else ("", "")
            text = "" if answers else self._rng.choice(WORDS)
            self._later(now + timedelta(minutes=1), user, action, value, receipt, text)
        elif chosen := self._choice(buttons):
            at = _break(now + timedelta(minutes=self._rng.choice((5, 300, 1500))))
            self._later(at, user, *chosen, receipt)

    def _later(self, at: datetime, user: str, action: str, value: str, message: str, text: str = "") -> None:
        number = self.arrived * 2 + self.replied
        heapq.heappush(self._replies, _Reply(at, number, user, action, value, message, text))

    def _choice(self, buttons: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
        temper, die = self._temper, self._rng.random
        by_action: dict[str, list[str]] = {}
        for action, value in buttons:
            by_action.setdefault(action, []).append(value)
        for action, chance in (
            ("membership.stop", temper.stops),
            ("nudge.less", temper.slows),
            ("interview.start", temper.answers),
        ):
            if action in by_action and die() < chance:
                return action, by_action[action][0]
        if buttons and die() < temper.odd:
            return self._rng.choice(list(buttons))
        if not by_action or die() >= temper.answers:
            return None
        if check_in := by_action.get("routine.checkin"):
            done, *others = check_in
            return "routine.checkin", done if die() < temper.keeps else self._rng.choice(others)
        for action in ("testimonial.react", "testimonial.approve"):
            if action in by_action:
                return action, self._rng.choice(by_action[action])
        return None

    def _event(self, reply: _Reply, now: datetime) -> InboundEvent:
        common = {
            "event_id": f"reply{reply.number}:{reply.user}:{reply.at.isoformat()}",
            "workspace": WORKSPACE,
            "user": reply.user,
            "at": now,
            "name": reply.user,
            "conversation": reply.user,
        }
        if reply.text:
            return TextReceived(**common, text=reply.text)
        return ButtonPressed(**common, action=reply.action, value=reply.value, message=reply.message)

    # ---------------------------------------------------------------- the rest of a platform

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def check(self, workspace: str) -> None:
        """It takes us."""

    async def find_sent(self, to: Address, key: str, since: datetime) -> Receipt | None:
        return None

    async def open_form(self, to: Address, trigger: str, form: Form) -> None:
        """Nobody fills it in."""

    def list_members(self, workspace: str) -> AsyncIterator[Member]:
        raise NotImplementedError


def _choices(message: Message) -> list[tuple[str, str]]:
    scales = [block for block in message.blocks if isinstance(block, Scale)]
    numbers = [
        (scale.action, f"{scale.value}|{n}") for scale in scales for n in range(scale.low, scale.high + 1)
    ]
    return [*((action, value) for action, value, _ in pressable(message)), *numbers]


def _break(after: datetime) -> datetime:
    day = after.date()
    while True:
        for at in BREAKS:
            found = datetime.combine(day, at, UTC)
            if found >= after:
                return found
        day += timedelta(days=1)
