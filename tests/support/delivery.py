"""Inbox, handlers, outbox and ticks of one process, with a small feature and a platform in memory.

What people write decides what the feature does: `say N…` posts, `ask` opens a form, `later` plans, `unasked` and `soon`
(for eight hours) post what nobody asked for.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.courier import Courier
from bot.gateway import Gateway
from bot.handlers import membership
from bot.intake import Intake
from bot.jobs import Jobs
from bot.metrics import Metrics
from bot.planner import Planner
from bot.platforms.port import (
    Accepted,
    Button,
    ButtonPressed,
    Buttons,
    Capabilities,
    ChatPlatform,
    Command,
    FieldKind,
    Form,
    FormField,
    FormSubmitted,
    InboundEvent,
    Message,
    Receipt,
    Text,
    TextReceived,
)
from bot.router import Router
from bot.scene import Args, Feature, Scene
from content.markup import literal
from storage.agenda import Agenda
from storage.clock import WatchedClock
from storage.database import Database
from storage.inbox import Inbox, InboxWriter
from storage.models import AgendaItem, InboxEvent, OutboxMessage, Person
from storage.outbox import Outbox
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.memory_platform import MemoryPlatform

WORKSPACE = "demo"
PLATFORM = "playground"
ATTEMPTS = 3
LEASE_SECONDS, SETTLE_SECONDS = 60.0, 15.0


@dataclass
class Memory:
    """What the feature has heard, and what it is to do.

    `broken` names texts that raise, `gone` those not rendered; `trouble` is carried out in the text's own transaction,
    or while it is rendered.
    """

    heard: list[tuple[str, str]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    unrenderable: set[str] = field(default_factory=set)
    trouble: dict[str, Callable[[Scene], None]] = field(default_factory=dict)


def feature(memory: Memory) -> Feature:
    """See the module."""

    def text(scene: Scene, event: TextReceived) -> bool:
        word, _, rest = event.text.partition(" ")
        match word:
            case "say":
                scene.post("echo", {"text": rest})
            case "unasked":
                scene.post("echo", {"text": rest}, paced=True)
            case "soon":
                until = scene.now + timedelta(hours=8)
                scene.post("echo", {"text": rest}, not_after=until, paced=True)
            case "later":
                scene.post("echo", {"text": rest}, not_before=scene.now + timedelta(hours=2))
            case "useful":
                until = scene.now + timedelta(hours=1)
                scene.post("echo", {"text": rest}, not_before=scene.now, not_after=until)
            case "newest":
                scene.post("echo", {"text": rest}, replaces="newest")
            case "ask":
                scene.open_form(event, "story", rest)
            case "plan":
                scene.work.agenda.set(scene.person.id, "tick", rest, scene.now + timedelta(hours=1))
            case "change":
                conversation = scene.person.conversation or scene.person.external_id
                scene.post("echo", {"text": "changed"}, updates=Receipt(rest, conversation))
        memory.heard.append((event.user, event.text))
        if event.text in memory.trouble:
            memory.trouble[event.text](scene)
        if event.text in memory.broken:
            raise ValueError(f"a secret: {event.text}")
        return True

    def pressed(scene: Scene, event: ButtonPressed) -> None:
        memory.heard.append((event.user, event.value))

    def submitted(scene: Scene, event: FormSubmitted) -> None:
        scene.post("echo", {"text": f"{event.context}: {event.values['words']}"})

    def tick(scene: Scene, item: AgendaItem) -> None:
        if item.ref in memory.broken:
            raise ValueError(item.ref)
        scene.post("echo", {"text": f"tick {item.ref}"})
        item.next_due_at = None

    def echo(scene: Scene, args: Args) -> Message | None:
        if args["text"] in memory.trouble:
            memory.trouble[args["text"]](scene)
        if args["text"] in memory.unrenderable:
            raise ValueError("a secret in a text")
        if args["text"] in memory.gone:
            return None
        return Message((Text(literal(args["text"])), Buttons((Button("press", args["text"], "Press"),))))

    def story(_scene: Scene, context: str) -> Form:
        return Form("story", "Story", (FormField("words", FieldKind.LINE, "Words"),), "Send", context)

    return Feature(
        name="small",
        buttons={"press": pressed},
        forms={"story": submitted},
        texts=text,
        due={"tick": tick},
        presenters={"echo": echo},
        form_presenters={"story": story},
    )


class Delivery:
    """One process at work on `database`, in the workspace of the fixture `workspace_id`, with some of the real features."""

    def __init__(
        self,
        database: Database,
        workspace_id: str,
        clock: FixedClock,
        *,
        finds_sent: bool = True,
        features: tuple[Feature, ...] = (membership.FEATURE,),
        owner: str = "worker",
    ) -> None:
        self.database, self.workspace_id, self.clock = database, workspace_id, clock
        self._watched = WatchedClock(clock)
        self.memory = Memory()
        self.platform = MemoryPlatform(
            PLATFORM, Capabilities(finds_sent=finds_sent, opens_forms=True, lists_members=False)
        )
        self.platforms: dict[str, ChatPlatform] = {PLATFORM: self.platform}
        self.metrics = Metrics()
        self.router = Router((*features, feature(self.memory)))
        self.outbox = Outbox(database, owner, LEASE_SECONDS, SETTLE_SECONDS, elapsed=clock.elapsed)
        self.writer = InboxWriter(database)
        intake = Intake(
            database,
            Inbox(database, owner),
            self.router,
            self.platforms,
            self.metrics,
            ATTEMPTS,
            calm=self.writer.calm,
        )
        self.jobs = Jobs(
            intake=intake,
            planner=Planner(database, Agenda(database), self.router, self.writer.calm),
            courier=self.courier(),
            outbox=self.outbox,
            metrics=self.metrics,
            clock=self._watched,
            tick_seconds=3600,
            calm=self.writer.calm,
        )
        self.gateway = Gateway(database, self.writer, self.router, self.metrics, self.jobs.wake)
        self._numbers: Iterator[int] = itertools.count(1)

    def courier(self) -> Courier:
        """A sender of its own, as `jobs` has one."""
        return Courier(
            self.database,
            self.outbox,
            self.router,
            self.platforms,
            self.metrics,
            self._watched,
            self.clock.elapsed,
        )

    # ---------------------------------------------------------------- in

    def event(self, user: str, **told: Any) -> dict[str, Any]:
        """What every event of this person says."""
        common = {"event_id": f"e{next(self._numbers)}", "workspace": WORKSPACE, "user": user}
        return {**common, "at": self.clock.now(), "name": user.title(), "conversation": user, **told}

    async def accept(self, event: InboundEvent) -> Accepted:
        return await self.gateway.accept(event, PLATFORM)

    async def writes(self, user: str, text: str, **told: Any) -> None:
        await self.accept(TextReceived(**self.event(user, text=text, **told)))

    async def commands(self, user: str, command: str) -> None:
        await self.accept(Command(**self.event(user, command=command)))

    async def presses(self, user: str, action: str, value: str = "") -> None:
        await self.accept(ButtonPressed(**self.event(user, action=action, value=value, message="0")))

    def elsewhere(self) -> str:
        """Another workspace on the same platform; its external id."""
        with self.database.system() as system:
            return system.workspaces.add(PLATFORM, "elsewhere", "Elsewhere").external_id

    # ---------------------------------------------------------------- time

    async def run(self, after: timedelta = timedelta(0)) -> None:
        """One pass, `after` a while."""
        self.clock.advance(after)
        await self.jobs.run_due()

    # ---------------------------------------------------------------- out and kept

    def said_to(self, user: str) -> list[str]:
        return self.platform.to(user)

    def outgoing(self) -> list[OutboxMessage]:
        return self._rows(OutboxMessage)

    def incoming(self) -> list[InboxEvent]:
        return self._rows(InboxEvent)

    def kept(self) -> list[str]:
        """The ids of all events in the inbox, of every workspace."""
        with self.database.system() as work:
            return list(work.session.scalars(select(InboxEvent.event_id)))

    def states(self) -> list[str]:
        """Of the messages, in order."""
        return [row.state.value for row in self.outgoing()]

    def person(self, user: str) -> Person:
        with self.database.transaction(self.workspace_id) as work:
            found = work.people.by_external(user)
        assert found
        return found

    def change(self, function: Any) -> None:
        """Carry out `function(work)`."""
        with self.database.transaction(self.workspace_id) as work:
            function(work)

    def _rows(self, model: type[Any]) -> list[Any]:
        def key(row: Any) -> int:
            return int(row.seq)

        with self.database.transaction(self.workspace_id) as work:
            return sorted(_all(work, model), key=key)


def _all(work: Work, model: type[Any]) -> list[Any]:
    return list(work.session.scalars(select(model)))
