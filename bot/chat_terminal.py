"""The playground in a terminal, over the HTTP API of a running bot. Works with a person and with a pipe."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.platforms.playground.client import Json, NotDone, PlaygroundClient
from bot.platforms.playground.store import BOT
from bot.platforms.playground.words import catalog, text
from bot.platforms.steering import inert
from content.catalog import Lang, Voice

POLL = 1.0
"""Seconds between looks for new messages, where a person sits at the terminal."""


async def chat(
    base_url: str,
    person: str,
    *,
    lines: AsyncIterator[str] | None = None,
    console: Console | None = None,
    interactive: bool | None = None,
) -> int:
    """Talk as `person` until /quit or the end of the input; the exit code (2: no bot, or nobody of that name)."""
    out = console or Console(highlight=False)
    client = PlaygroundClient(base_url)
    try:
        terminal = await _enter(
            client, person, out, sys.stdin.isatty() if interactive is None else interactive
        )
        watching = asyncio.create_task(terminal.watch()) if terminal.interactive else None
        try:
            await terminal.talk(lines or _stdin())
        finally:
            if watching:
                watching.cancel()
    except NotDone as refusal:
        out.print(Text(inert(str(refusal))))
        return 2
    finally:
        await client.close()
    return 0


async def _enter(client: PlaygroundClient, name: str, out: Console, interactive: bool) -> "_Terminal":
    everyone = await client.people()
    wanted = name.strip().casefold()
    found = next((one for one in everyone if wanted in {one["id"].casefold(), one["name"].casefold()}), None)
    if found is None:
        raise NotDone(
            text("terminal.stranger", "en", name=name, names=", ".join(one["id"] for one in everyone))
        )
    terminal = _Terminal(client, out, found, interactive)
    terminal.say("terminal.hello", name=found["name"], address=client.base)
    terminal.take(await client.conversation(found["id"]))
    return terminal


async def _stdin() -> AsyncIterator[str]:
    """Lines of standard input; read in a daemon thread, so that leaving never waits for one more."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[str]()

    def read() -> None:
        for line in iter(sys.stdin.readline, ""):
            loop.call_soon_threadsafe(queue.put_nowait, line)
        loop.call_soon_threadsafe(queue.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    while line := await queue.get():
        yield line.rstrip("\n")


@dataclass
class _Terminal:
    client: PlaygroundClient
    out: Console
    person: Json
    interactive: bool
    version: int = 0
    shown: dict[int, Json] = field(default_factory=dict)

    # ---------------------------------------------------------------- showing

    def say(self, key: str, **values: str) -> None:
        self.out.print(Text(text(key, self.person["lang"], **values), style="dim"))

    def take(self, answer: Json, *, typed: bool = False) -> None:
        """Print what is new; `typed` says that the person's own line stands on the screen already."""
        self.version = answer["version"]
        for message in answer["updated"]:
            self.shown[message["id"]] = message
        fresh = [message for message in answer["messages"] if message["id"] not in self.shown]
        for message in fresh:
            self.shown[message["id"]] = message
        for message in fresh:
            if message["from"] != BOT:
                if not (typed and self.interactive):
                    self.out.print(Text(f"> {inert(message['text'])}", style="cyan"))
                continue
            self._print(message)

    def _print(self, message: Json) -> None:
        self.out.print(Text(f"Entrain · {self._when(message['at'], 'EEE d MMM HH:mm')}", style="bold green"))
        self.out.print(Padding(Text(inert(message["text"])), (0, 0, 0, 2)))
        for token, action in self._options(message).items():
            self.out.print(Padding(Text(f"[{token}] {inert(action['label'])}", style="yellow"), (0, 0, 0, 2)))
        if message["form"]:
            hint = text("terminal.form", self.person["lang"])
            self.out.print(Padding(Text(f"[{hint}]", style="yellow"), (0, 0, 0, 2)))

    def _when(self, at: str, pattern: str) -> str:
        zone = ZoneInfo(self.person["timezone"])
        return format_datetime(datetime.fromisoformat(at), pattern, tzinfo=zone, locale=self.person["lang"])

    @staticmethod
    def _options(message: Json) -> dict[str, Json]:
        """What to type for each action: a number of a scale is itself, beside one the others get letters."""
        numbers = {
            a["label"]: a for block in message["blocks"] if block["type"] == "scale" for a in block["numbers"]
        }
        others = [action for action in message["actions"] if action not in numbers.values()]
        tokens = (chr(ord("a") + n) if numbers else str(n + 1) for n in count())
        return {**numbers, **dict(zip(tokens, others, strict=False))}

    # ---------------------------------------------------------------- listening

    async def watch(self) -> None:
        """Print what arrives while the person is thinking."""
        while True:
            await asyncio.sleep(POLL)
            try:
                await self._look()
            except NotDone:
                continue

    async def talk(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            if line.strip() == "/quit":
                return
            try:
                await self._line(line.strip(), lines)
            except NotDone as refusal:
                self.say("terminal.refused", reason=inert(str(refusal)))

    async def _line(self, line: str, lines: AsyncIterator[str]) -> None:
        if not line:
            return
        if line.startswith("/clock"):
            await self._clock(line.removeprefix("/clock").strip())
        elif line == "/form":
            await self._form(lines)
        elif found := self._pressed(line):
            message, action = found
            press = {"message": message["id"], "action": action["action"], "value": action["value"]}
            self.take(await self._post("actions", press))
        else:
            self.take(await self._post("messages", {"text": line}), typed=True)

    async def _post(self, path: str, body: Json) -> Json:
        return await self.client.post(path, {"person": self.person["id"], **body})

    async def _look(self) -> None:
        last = max(self.shown, default=0)
        self.take(await self.client.conversation(self.person["id"], last, self.version))

    def _pressed(self, line: str) -> tuple[Json, Json] | None:
        message = self._last("actions")
        if message is None:
            return None
        for token, action in self._options(message).items():
            if line.casefold() in {token, action["label"].casefold()}:
                return message, action
        return None

    def _last(self, what: str) -> Json | None:
        """The bot's latest message that holds a form, or something to press."""
        return next((self.shown[n] for n in sorted(self.shown, reverse=True) if self.shown[n][what]), None)

    async def _clock(self, step: str) -> None:
        if step:
            move = {"until": "next-working-morning"} if step == "morning" else {"advance": step}
            now = await self.client.move_clock(move)
            await self._look()
        else:
            now = await self.client.now()
        self.say("terminal.clock", when=self._when(now, "EEEE d MMMM, HH:mm"))

    async def _form(self, lines: AsyncIterator[str]) -> None:
        message = self._last("form")
        if message is None:
            self.say("terminal.no_form")
            return
        form, values = message["form"], {}
        self.out.print(Text(inert(form["title"]), style="bold"))
        for asked in form["fields"]:
            self._ask(asked)
            given = _value(asked, (await anext(lines, "")).strip())
            if given:
                values[asked["key"]] = given
        self.take(
            await self._post("forms", {"message": message["id"], "form": form["form"], "values": values})
        )

    def _ask(self, asked: Json) -> None:
        lang = self.person["lang"]
        notes = [asked["hint"]]
        if asked["kind"] == "consent":
            notes.append(text("terminal.consent", lang))
        elif not asked["required"]:
            notes.append(text("terminal.optional", lang))
        note = ", ".join(inert(note) for note in notes if note)
        self.out.print(
            Text(inert(asked["label"]), style="bold"), Text(f"({note})" if note else "", style="dim")
        )
        for number, option in enumerate(asked["options"], 1):
            self.out.print(Text(f"  [{number}] {inert(option['label'])}", style="yellow"))


def _value(asked: Json, given: str) -> str:
    """What was typed, as the form wants it: an option by number or label, a consent by any yes."""
    if asked["kind"] == "consent":
        yes = {word for lang in Lang for word in catalog().lines("terminal.agree", Voice(lang))}
        return "yes" if given.casefold() in yes else ""
    for number, option in enumerate(asked["options"], 1):
        if given.casefold() in {str(number), option["label"].casefold(), option["value"].casefold()}:
            return str(option["value"])
    return given
