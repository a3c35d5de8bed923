"""The one port to chat platforms. It speaks of message shapes, never of features.

Inbound: an adapter verifies what arrives, turns it into an `InboundEvent` and hands it to `Inbound.accept`,
which returns once the event is durable; only then may the adapter acknowledge.
Outbound: `ChatPlatform`. Every failure is one of `bot.platforms.errors`. One file, however long: it is the contract that
every adapter is read against.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from starlette.types import ASGIApp

from bot.platforms.errors import Unreachable
from content.catalog import Lang
from content.markup import RichText, plain

# ------------------------------------------------------------------ outbound: what a message is made of


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: RichText


@dataclass(frozen=True)
class Quote:
    """Somebody's own words, shown exactly and never read as markup; `source` says who."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class Fields:
    """Label and value pairs, for reading at a glance."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Button:
    """`action` names what happens (`interview.answer`), `value` carries its ids (≤ 200 chars, opaque to platforms)."""

    action: str
    value: str
    label: str
    primary: bool = False


@dataclass(frozen=True)
class Buttons:
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Choice:
    """One of several options, more than buttons can carry. The chosen option's `value` comes back as a press."""

    action: str
    label: str
    options: tuple[tuple[str, str], ...]
    """(value, label) pairs."""


@dataclass(frozen=True)
class Scale:
    """A whole number from `low` to `high`. A press carries `value|N`."""

    action: str
    value: str
    low: int
    high: int
    low_label: str
    high_label: str


@dataclass(frozen=True)
class Image:
    url: str
    alt: str


@dataclass(frozen=True)
class Chart:
    """Bars, one per point; `title` says the chart's message. Percent values run from 0 to 100."""

    title: str
    points: tuple[tuple[str, float], ...]
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under `columns`; the first cell of a row names it, and `title` says the table's message.

    Raises:
        ValueError: a row has more or fewer cells than there are columns.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if not self.columns or any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row of a table needs one cell per column")

    @property
    def figures(self) -> tuple[bool, ...]:
        """Whether each column holds numbers, which are set to the right."""
        return tuple(
            bool(self.rows) and all(row[place][:1].isdigit() for row in self.rows)
            for place in range(len(self.columns))
        )

    @property
    def spoken(self) -> tuple[tuple[str, str], ...]:
        """The rows as they are read aloud: each one's name, and its cells after their columns."""
        return tuple(
            (
                row[0],
                ", ".join(f"{column} {cell}" for column, cell in zip(self.columns[1:], row[1:], strict=True)),
            )
            for row in self.rows
        )


@dataclass(frozen=True)
class Link:
    """A way to a page that Entrain itself serves; never to an address that somebody wrote.

    Raises:
        ValueError: `url` is no http address.
    """

    label: str
    url: str

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.url):
            raise ValueError("a link leads to an http or https address")


_ADDRESS = re.compile(r"https?://[^\s<>|\"'`\\]+")


class FieldKind(StrEnum):
    LINE = "line"
    PARAGRAPH = "paragraph"
    CHOICE = "choice"
    CONSENT = "consent"
    DATE = "date"


@dataclass(frozen=True)
class FormField:
    """One input. A `CONSENT` is a box to tick; its value is "yes" or absent. `options` are (value, label) pairs."""

    key: str
    kind: FieldKind
    label: str
    hint: str = ""
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()
    max_length: int = 3000
    initial: str = ""


@dataclass(frozen=True)
class Form:
    """A form to fill in. `context` comes back untouched with the values (≤ 200 chars)."""

    name: str
    title: str
    fields: tuple[FormField, ...]
    submit: str
    context: str = ""
    intro: RichText = ()


Block = Text | Quote | Fields | Buttons | Choice | Scale | Image | Chart | Table | Link | Form


@dataclass(frozen=True)
class Message:
    """What one message says. `plain` is mandatory: notifications, screen readers, platforms without blocks.

    A `Form` among the blocks is shown in place where the platform can, else behind a button that opens it.
    """

    blocks: tuple[Block, ...]
    plain: str = ""

    def __post_init__(self) -> None:
        if not self.plain:
            object.__setattr__(self, "plain", as_plain(self.blocks))
        if not self.plain.strip():
            raise ValueError("a message needs a plain-text form")


QUOTED = {Lang.FRENCH: "«\u00a0{}\u00a0»", Lang.ENGLISH: "“{}”"}
"""How each language quotes."""


def as_plain(blocks: tuple[Block, ...], lang: Lang = Lang.ENGLISH) -> str:
    """The words of the blocks in their language, one paragraph a block, without what can only be pressed."""
    parts: list[str] = []
    for block in blocks:
        match block:
            case Text(text=text):
                parts.append(plain(text))
            case Quote(text=quoted, source=source):
                parts.append(QUOTED[lang].format(quoted) + (f" ({source})" if source else ""))
            case Fields(rows=rows):
                parts.append("\n".join(f"{label} – {value}" for label, value in rows))
            case Image(alt=alt):
                parts.append(alt)
            case Chart(title=title, points=points, unit=unit):
                parts.append("\n".join([title, *(f"{label} – {value:g}{unit}" for label, value in points)]))
            case Table(title=title, spoken=spoken):
                parts.append("\n".join([title, *(f"{name} – {cells}" for name, cells in spoken)]))
            case Link(label=label, url=url):
                parts.append(f"{label} – {url}")
            case Form(title=title):
                parts.append(title)
            case Buttons() | Choice() | Scale():
                pass
    return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True)
class Address:
    """Where to write to one person: the platform's own ids. `conversation` is what `Receipt` last said, if ever."""

    workspace: str
    user: str
    conversation: str | None = None


@dataclass(frozen=True)
class Receipt:
    """`message` identifies what was sent for a later `update`; `conversation` is worth keeping for the next send."""

    message: str
    conversation: str


@dataclass(frozen=True)
class Member:
    """Someone in a workspace, as the platform tells it. `lang` is a BCP 47 tag, `timezone` an IANA name."""

    user: str
    name: str
    email: str | None = None
    lang: str | None = None
    timezone: str | None = None


@dataclass(frozen=True)
class Capabilities:
    """What callers may rely on."""

    finds_sent: bool
    """`find_sent` can tell whether a message whose send ended unknown did arrive."""
    opens_forms: bool
    """`open_form` can open a form from a press or command; otherwise send the `Form` in a message."""
    lists_members: bool


class ChatPlatform(Protocol):
    """One platform. Calls raise only `bot.platforms.errors.PlatformError`."""

    name: str
    capabilities: Capabilities

    async def start(self) -> None:
        """Open connections; called once, before anything else."""

    async def close(self) -> None:
        """Close what `start` opened."""

    async def check(self, workspace: str) -> None:
        """Ask the platform whether it takes us in this workspace, without writing to anybody.

        Raises:
            Misconfigured: it does not.
            RateLimited, PlatformUnavailable: it cannot be asked now.
        """

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        """Send one message. `key` is ours, unique per message, and stored with it where the platform can.

        Raises:
            RateLimited, RecipientUnreachable, PlatformUnavailable, Misconfigured: nothing was sent.
            OutcomeUnknown: it may have been sent; ask `find_sent` before sending again.
        """

    async def update(self, to: Address, receipt: Receipt, message: Message) -> None:
        """Replace a message sent before. Repeating it is harmless."""

    async def find_sent(self, to: Address, key: str, since: datetime) -> Receipt | None:
        """The message sent under `key`, if it arrived. Only where `capabilities.finds_sent`."""

    async def open_form(self, to: Address, trigger: str, form: Form) -> None:
        """Open `form` for the person who has just pressed or commanded. Only where `capabilities.opens_forms`.

        Raises:
            TriggerExpired: too late; send the form in a message instead.
        """

    def list_members(self, workspace: str) -> AsyncIterator[Member]:
        """Everyone human and active in the workspace. Only where `capabilities.lists_members`."""


# ------------------------------------------------------------------ inbound: what can happen


class _Event(BaseModel):
    """What every event says. Texts are made storable: no NUL, and half an emoji becomes a replacement character."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(max_length=255)
    """Unique per workspace and stable over the platform's re-deliveries."""
    workspace: str = Field(max_length=255)
    """The platform's id of the workspace (Slack team, Teams tenant)."""
    user: str = Field(max_length=255)
    """The platform's id of the person."""
    at: datetime
    name: str | None = None
    """The person's display name, where the event tells it."""
    conversation: str | None = None
    """Where to answer, in the adapter's own words; kept with the person."""
    trigger: str | None = None
    """What `open_form` needs, where the event gives it."""

    @model_validator(mode="before")
    @classmethod
    def _whole_characters(cls, value: object) -> object:
        return _storable(value)


def _storable(value: object) -> object:
    match value:
        case str():
            return storable(value)
        case dict():
            return {_storable(key): _storable(part) for key, part in value.items()}
        case _:
            return value


def storable(text: str) -> str:
    """The text without what UTF-8 or PostgreSQL cannot hold."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Command(_Event):
    """A command: `/testimonial`, `/adoption digest`. Text that reads as a command comes as `TextReceived`."""

    type: Literal["command"] = "command"
    command: str
    argument: str = ""


class ButtonPressed(_Event):
    """A button, choice or scale. `label` is what the person saw, where the platform tells it."""

    type: Literal["button"] = "button"
    action: str = Field(max_length=100)
    value: str = Field(max_length=2000)
    message: str
    """The `Receipt.message` of the message that held it."""
    label: str = ""
    key: str = Field("", max_length=64)
    """What the message that held it was sent under, where the platform gives that back."""


class FormSubmitted(_Event):
    type: Literal["form"] = "form"
    form: str
    values: dict[str, str]
    context: str = ""
    message: str | None = None
    """The message that held the form, where one did."""
    key: str = Field("", max_length=64)
    """As of a `ButtonPressed`."""


class TextReceived(_Event):
    type: Literal["text"] = "text"
    text: str


class Shortcut(_Event):
    """Somebody has picked a message and what is to be made of it, which is the name of a form: `shortcut`."""

    type: Literal["shortcut"] = "shortcut"
    shortcut: str = Field(max_length=64)
    text: str
    """The words of the message as its reader sees them."""
    author: str = Field("", max_length=255)
    """The platform's id of the person who wrote it; empty where that is no person."""


class MemberJoined(_Event):
    """A person can be written to from now on (app installed, account re-activated)."""

    type: Literal["joined"] = "joined"


class MemberLeft(_Event):
    """A person can no longer be written to (app removed, account deactivated)."""

    type: Literal["left"] = "left"
    reason: Unreachable = Unreachable.OTHER


class HomeOpened(_Event):
    type: Literal["home"] = "home"


class WorkspaceLost(_Event):
    """The whole workspace can no longer be reached: the app was uninstalled or its token revoked. `user` is empty."""

    type: Literal["lost"] = "lost"
    status: Literal["uninstalled", "revoked"]


PersonEvent = (
    Command | ButtonPressed | FormSubmitted | TextReceived | Shortcut | MemberJoined | MemberLeft | HomeOpened
)

InboundEvent = Annotated[PersonEvent | WorkspaceLost, Field(discriminator="type")]


EVENT: TypeAdapter[InboundEvent] = TypeAdapter(InboundEvent)
"""An event as JSON, for the inbox and back."""


class Accepted(StrEnum):
    """What became of an event that was handed in."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    UNKNOWN_WORKSPACE = "unknown_workspace"
    NO_NEWS = "no_news"
    """It says of somebody only that they can be reached, which they could."""


class Inbound(Protocol):
    """What an adapter hands events to; implemented by `bot.gateway.Gateway`."""

    async def accept(self, event: InboundEvent, platform: str) -> Accepted:
        """Return once the event is durable. Raises on failure: then do not acknowledge, so that it comes again."""

    async def form(self, name: str, event: InboundEvent, platform: str) -> Form:
        """The form `name` that `event` opens for this person, for platforms that need it in the answer to a request.

        Raises:
            LookupError: there is none: the workspace is not known, or the person is told why in a message.
        """


@dataclass(frozen=True)
class Route:
    """An HTTP endpoint that an adapter wants served; `app` is any ASGI application."""

    path: str
    app: ASGIApp
    methods: tuple[str, ...] = field(default=("POST",))
