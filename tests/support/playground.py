"""A playground without a database: conversations in memory, a bot with a few canned answers."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from bot.platforms.playground.adapter import PlaygroundPlatform
from bot.platforms.playground.api import routes
from bot.platforms.playground.clock import PlaygroundClock
from bot.platforms.playground.render import Body
from bot.platforms.playground.store import BOT, Kept, UnknownPerson
from bot.platforms.playground.wire import PlaygroundPerson
from bot.platforms.port import (
    Accepted,
    Address,
    Button,
    ButtonPressed,
    Buttons,
    FieldKind,
    Form,
    FormField,
    FormSubmitted,
    InboundEvent,
    Message,
    Receipt,
    Scale,
    Text,
    TextReceived,
)
from content.markup import literal, rich
from storage.clock import Clock
from storage.ids import CountedIds

WORKSPACE = "demo"
BASE = "http://127.0.0.1:3978"
QUESTION = Message(
    (
        Text(literal("Last time, what did you use?")),
        Buttons(
            (
                Button("interview.answer", "i1|tool", "The board"),
                Button("interview.answer", "i1|mail", "Mail"),
            )
        ),
        Scale("interview.answer", "i1", 0, 10, "no", "sure"),
    )
)

PEOPLE = (
    PlaygroundPerson("karim", "Karim Benali", "employee", "fr"),
    PlaygroundPerson("emma", "Emma Clark", "employee", "en", "Europe/London"),
    PlaygroundPerson("aude", "Aude Martin", "champion", "en"),
    PlaygroundPerson("sandrine", "Sandrine Roux", "lead", "fr"),
)


async def post(http: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:
    return await http.post(f"/playground/api/{path}", json=body)


class MemoryConversations:
    """`Conversations` of the people named, kept in lists."""

    def __init__(self, clock: Clock, people: tuple[str, ...] = tuple(person.id for person in PEOPLE)) -> None:
        self._clock, self._people = clock, people
        self._kept: list[tuple[str, str, Kept]] = []
        self.seconds: int | None = None

    async def add(self, person: str, author: str, key: str, body: Body) -> Kept:
        self._known(person)
        for _, other, kept in self._kept:
            if other == key:
                return kept
        kept = Kept(len(self._kept) + 1, author, self._clock.now(), body)
        self._kept.append((person, key, kept))
        return kept

    async def replace(self, person: str, message: int, body: Body) -> bool:
        self._known(person)
        for index, (owner, key, kept) in enumerate(self._kept):
            if owner == person and kept.id == message:
                self._kept[index] = (owner, key, replace(kept, body=body))
                return True
        return False

    async def by_key(self, person: str, key: str) -> Kept | None:
        return next((kept for owner, other, kept in self._kept if (owner, other) == (person, key)), None)

    async def get(self, person: str, message: int) -> Kept | None:
        return next((kept for kept in await self.after(person, 0) if kept.id == message), None)

    async def after(self, person: str, message: int) -> list[Kept]:
        self._known(person)
        return [kept for owner, _, kept in self._kept if owner == person and kept.id > message]

    async def latest(self) -> dict[str, int]:
        return {owner: kept.id for owner, _, kept in self._kept if kept.author == BOT}

    async def ahead(self) -> int | None:
        return self.seconds

    async def set_ahead(self, seconds: int) -> None:
        self.seconds = seconds

    def _known(self, person: str) -> None:
        if person not in self._people:
            raise UnknownPerson(person)


class PlannedSchedule:
    """Things planned at given times; each is done once, and `done` tells at which time of the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._planned: list[tuple[datetime, Callable[[], Awaitable[object]] | None]] = []
        self.done: list[datetime] = []

    def plan(self, at: datetime, effect: Callable[[], Awaitable[object]] | None = None) -> None:
        self._planned.append((at, effect))

    async def next_due(self, now: datetime) -> datetime | None:
        return min((at for at, _ in self._planned if at > now), default=None)

    async def run_due(self) -> None:
        now = self._clock.now()
        due = sorted((item for item in self._planned if item[0] <= now), key=lambda item: item[0])
        self._planned = [item for item in self._planned if item[0] > now]
        for _, effect in due:
            if effect:
                await effect()
            self.done.append(now)


Answer = Callable[["CannedBot", InboundEvent], list[Message]]


@dataclass
class CannedBot:
    """Keeps what was handed in and answers each event with what `answer` returns for it; itself the `Inbound`."""

    answer: Answer
    clock: PlaygroundClock
    platform: PlaygroundPlatform
    events: list[InboundEvent] = field(default_factory=list)
    slow: float = 0
    form_shown: Form | None = None
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def accept(self, event: InboundEvent, platform: str) -> Accepted:
        assert platform == "playground"
        self.events.append(event)
        return Accepted.STORED

    async def form(self, name: str, event: InboundEvent, platform: str) -> Form:
        self.events.append(event)
        if self.form_shown is None:
            raise LookupError(name)
        return self.form_shown

    async def settle(self, person: str) -> None:
        await asyncio.sleep(self.slow)
        for message in self.answer(self, self.events[-1]):
            await self.say(person, message)

    async def say(self, person: str, message: Message) -> Receipt:
        return await self.platform.send(Address(WORKSPACE, person), message, f"bot-{next(self._numbers)}")

    async def change(self, person: str, message: str, to: Message) -> None:
        await self.platform.update(Address(WORKSPACE, person), Receipt(message, person), to)


@dataclass
class CannedPlayground:
    """A whole playground in memory; `app` serves it."""

    app: FastAPI
    bot: CannedBot
    platform: PlaygroundPlatform
    conversations: MemoryConversations
    clock: PlaygroundClock
    schedule: PlannedSchedule


def canned(
    answer: Answer, clock: Clock, *, hosts: tuple[str, ...] = (), settling: float = 5.0
) -> CannedPlayground:
    """A playground whose bot answers by `answer`."""
    ahead = PlaygroundClock(clock)
    conversations = MemoryConversations(ahead)
    platform = PlaygroundPlatform(conversations, WORKSPACE, first_version=1000)
    bot = CannedBot(answer, ahead, platform)
    schedule = PlannedSchedule(ahead)

    async def people() -> tuple[PlaygroundPerson, ...]:
        return PEOPLE

    app = FastAPI()
    app.include_router(
        routes(
            platform,
            bot,
            people,
            ahead,
            bot.settle,
            schedule=schedule,
            ids=CountedIds(),
            hosts=hosts,
            settling=settling,
        )
    )
    return CannedPlayground(app, bot, platform, conversations, ahead, schedule)


def echo(_bot: CannedBot, event: InboundEvent) -> list[Message]:
    """Repeats what came in, in words."""
    match event:
        case TextReceived(text=text):
            heard = f"text {text}"
        case ButtonPressed(action=action, value=value, label=label):
            heard = f"button {action} {value} {label}"
        case FormSubmitted(form=form, values=values, context=context):
            heard = f"form {form} {context} {sorted(values.items())}"
        case _:
            heard = event.type
    return [Message((Text(literal(heard)),))]


START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, in the night."""

DAY = timedelta(days=1)

FORM = Form(
    name="testimonial",
    title="Your story",
    intro=rich("In **your** words"),
    submit="Send",
    context="project-1",
    fields=(
        FormField("text", FieldKind.PARAGRAPH, "What changed?", hint="Two lines", max_length=20),
        FormField(
            "blocker",
            FieldKind.CHOICE,
            "What was in your way?",
            options=(("time", "No time"), ("fear", "Fear")),
        ),
        FormField("until", FieldKind.DATE, "Until when?", required=False),
        FormField("consent", FieldKind.CONSENT, "I agree"),
    ),
)
GOOD = {"text": "It saves time", "blocker": "fear", "consent": "yes"}
