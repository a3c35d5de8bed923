"""The playground's HTTP API, as docs/playground.md describes it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

import structlog
from fastapi import APIRouter, Query

from bot.platforms.playground import site
from bot.platforms.playground.adapter import NAME, PlaygroundPlatform
from bot.platforms.playground.clock import ClockStands, PlaygroundClock, Schedule, working_morning
from bot.platforms.playground.forms import problems
from bot.platforms.playground.guard import Refused, guarded
from bot.platforms.playground.render import Body, filled, label_of, said, written
from bot.platforms.playground.store import BOT, Kept
from bot.platforms.playground.wire import (
    LONGEST_TEXT,
    ActionPost,
    ClockOut,
    ClockPost,
    ConversationOut,
    ErrorOut,
    FormPost,
    PeopleOut,
    PlaygroundPerson,
    ShortcutPost,
    TextPost,
    messages_out,
    people_out,
)
from bot.platforms.playground.words import text
from bot.platforms.port import (
    Address,
    ButtonPressed,
    FormSubmitted,
    Inbound,
    InboundEvent,
    Message,
    Shortcut,
    TextReceived,
)
from storage.ids import Ids

log = structlog.get_logger(__name__)

SETTLING = 10.0
"""Seconds a post waits for the bot's answer; what comes later is found by asking for the conversation."""

People = Callable[[], Awaitable[Sequence[PlaygroundPerson]]]
Settle = Callable[[str], Awaitable[None]]
"""Handles what this person (external id) sent and sends what is due for them; returns when that is done."""


def routes(
    platform: PlaygroundPlatform,
    inbound: Inbound,
    people: People,
    clock: PlaygroundClock,
    settle: Settle,
    *,
    schedule: Schedule,
    ids: Ids,
    hosts: Iterable[str] = (),
    settling: float = SETTLING,
) -> APIRouter:
    """The page and the API under /playground. `hosts` are names it may be reached by besides loopback's."""
    desk = _Desk(platform, inbound, people, clock, settle, ids, settling)
    router = APIRouter(
        prefix="/playground",
        route_class=guarded(hosts),
        tags=["playground"],
        responses={"4XX": {"model": ErrorOut}},
    )
    site.add(router)

    @router.get("/api/people")
    async def list_people() -> PeopleOut:
        """Everyone one can be."""
        everyone = await people()
        return people_out(everyone, await platform.conversations.latest() if everyone else {})

    @router.get("/api/conversations/{person}")
    async def read_conversation(
        person: str,
        after: int = Query(0, ge=0, le=2**53, description="Only messages with a greater id."),
        version: int | None = Query(
            None, description="Also earlier messages that changed since this version."
        ),
    ) -> ConversationOut:
        """A person's messages, oldest first."""
        return await desk.conversation(await desk.who(person), after, version)

    @router.post("/api/messages")
    async def write(post: TextPost) -> ConversationOut:
        """Say something as a person; the answer holds what is new since."""
        if len(post.text) > LONGEST_TEXT:
            raise Refused(413, f"The text is longer than {LONGEST_TEXT} characters; shorten it.")
        if not post.text.strip():
            raise Refused(400, "The text is empty; write something.")
        person = await desk.who(post.person)
        event = TextReceived(**desk.event(person), text=post.text)
        return await desk.hand_in(person, event, written(post.text))

    @router.post("/api/actions")
    async def press(post: ActionPost) -> ConversationOut:
        """Press a button, an option or a number. A press on a message that has moved on gets a kind answer."""
        person = await desk.who(post.person)
        message = await desk.message(person, post.message)
        label = label_of(message.body, post.action, post.value)
        event = ButtonPressed(
            **desk.event(person),
            action=post.action,
            value=post.value,
            message=str(message.id),
            label=label or "",
        )
        return await desk.hand_in(person, event, said(label or text("chat.button_gone", person.lang)))

    @router.post("/api/shortcuts")
    async def pick(post: ShortcutPost) -> ConversationOut:
        """Make something of a message; the answer holds the form for it, or why there is none."""
        person = await desk.who(post.person)
        message = await desk.message(person, post.message)
        event = Shortcut(
            **desk.event(person),
            shortcut=post.shortcut,
            text=message.body["text"],
            author="" if message.author == BOT else person.id,
        )
        return await desk.show_form(person, event, said(text(f"chat.make.{post.shortcut}", person.lang)))

    @router.post("/api/forms")
    async def submit(post: FormPost) -> ConversationOut:
        """Send a form. 422 with `fields` says what is missing; 409 that the message no longer holds this form."""
        person = await desk.who(post.person)
        message = await desk.message(person, post.message)
        form = message.body["form"]
        if form is None or form["form"] != post.form:
            raise Refused(409, text("errors.form_gone", person.lang))
        values = {key: value for key, value in post.values.items() if value.strip()}
        if found := problems(form, values):
            fields = {key: text(problem, person.lang) for key, problem in found.items()}
            raise Refused(422, text("errors.form", person.lang), fields=fields)
        event = FormSubmitted(
            **desk.event(person),
            form=post.form,
            values=values,
            context=form["context"],
            message=str(message.id),
        )
        return await desk.hand_in(person, event, filled(form, values))

    @router.get("/api/clock")
    async def read_clock() -> ClockOut:
        """The playground's present instant."""
        return ClockOut(now=clock.now())

    @router.post("/api/clock")
    async def move_clock(post: ClockPost) -> ClockOut:
        """Move the clock forward; whatever becomes due on the way is sent at its own time."""
        target = working_morning(clock.now()) if post.advance is None else clock.now() + post.advance
        try:
            return ClockOut(now=await clock.move(target, schedule))
        except ClockStands:
            raise Refused(
                409, "A real platform is configured: its people live in real time, so the clock stands."
            ) from None

    return router


@dataclass(frozen=True)
class _Desk:
    """What the endpoints share: who speaks, what they point at, handing in, and what is new."""

    platform: PlaygroundPlatform
    inbound: Inbound
    people: People
    clock: PlaygroundClock
    settle: Settle
    ids: Ids
    settling: float
    running: set[asyncio.Task[None]] = field(default_factory=set)

    async def who(self, person: str) -> PlaygroundPerson:
        """The person by id, else by name in any case."""
        everyone = await self.people()
        wanted = person.strip().casefold()
        found = [one for one in everyone if one.id.casefold() == wanted]
        found += [one for one in everyone if one.name.casefold() == wanted]
        if found:
            return found[0]
        raise Refused(
            404, f"Nobody here is called {person[:40]!r}; GET /playground/api/people lists everyone."
        )

    async def message(self, person: PlaygroundPerson, message: int) -> Kept:
        """A message of this person's conversation."""
        found = await self.platform.conversations.get(person.id, message)
        if found is None:
            raise Refused(
                404, f"{person.name} has no message {message}; GET the conversation to see which there are."
            )
        return found

    def event(self, person: PlaygroundPerson) -> Body:
        """What every event of this person says."""
        return {
            "event_id": f"playground-{self.ids.new()}",
            "workspace": self.platform.workspace,
            "user": person.id,
            "at": self.clock.now(),
            "name": person.name,
            "conversation": person.id,
        }

    async def hand_in(self, person: PlaygroundPerson, event: InboundEvent, line: Body) -> ConversationOut:
        """Keep the person's line, hand the event in, wait for the answer; what is new since."""
        version = self.platform.version
        own = await self.platform.line(person.id, event.event_id, line)
        await self.inbound.accept(event, NAME)
        await self._answered(person)
        return await self.conversation(person, own.id - 1, version)

    async def show_form(self, person: PlaygroundPerson, event: Shortcut, line: Body) -> ConversationOut:
        """Keep the person's line, then show the form it asks for, or let the bot say why there is none."""
        version = self.platform.version
        own = await self.platform.line(person.id, event.event_id, line)
        try:
            form = await self.inbound.form(event.shortcut, event, NAME)
        except LookupError:
            await self._answered(person)
        else:
            address = Address(self.platform.workspace, person.id)
            await self.platform.send(address, Message((form,)), f"form:{event.event_id}")
        return await self.conversation(person, own.id - 1, version)

    async def _answered(self, person: PlaygroundPerson) -> None:
        """Wait for the bot, but not for too long."""
        task = asyncio.create_task(_settled(self.settle, person.id))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        done, _ = await asyncio.wait({task}, timeout=self.settling)
        if done:
            task.result()
        else:
            log.warning("playground_still_settling", seconds=self.settling)

    async def conversation(
        self, person: PlaygroundPerson, after: int, version: int | None = None
    ) -> ConversationOut:
        """Messages after `after`, and earlier ones that changed since `version`."""
        seen = self.platform.version
        changed = await self.platform.changed(person.id, version) if version is not None else []
        return ConversationOut(
            messages=messages_out(await self.platform.conversations.after(person.id, after)),
            updated=messages_out(kept for kept in changed if kept.id <= after),
            version=seen,
            now=self.clock.now(),
        )


async def _settled(settle: Settle, person: str) -> None:
    await settle(person)
