"""The shapes of the playground's HTTP API."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.platforms.playground.store import Kept

LONGEST_TEXT = 40_000
"""Characters of one message."""

LONGEST_MOVE = timedelta(days=366)


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a character (a lone surrogate); send whole characters") from None
    return text


def _iso(value: object) -> object:
    if not isinstance(value, str) or not value.startswith("P"):
        raise ValueError("must be an ISO 8601 duration such as P1D or PT2H; the clock only goes forward")
    return value


Line = Annotated[str, AfterValidator(_encodable)]
MessageId = Annotated[int, Field(ge=0, le=2**53)]
Duration = Annotated[timedelta, BeforeValidator(_iso)]


class _Post(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextPost(_Post):
    """What a person writes."""

    person: Line
    text: Line


class ActionPost(_Post):
    """A press of a button, an option or a number that a message shows."""

    person: Line
    message: MessageId
    action: Line = Field(min_length=1, max_length=100)
    value: Line = Field(max_length=2000)


class ShortcutPost(_Post):
    """A message of the person's conversation, and what is to be made of it."""

    person: Line
    message: MessageId
    shortcut: Literal["testimonial"] = "testimonial"


class FormPost(_Post):
    """A form of a message, filled in. A consent's value is "yes"; leave out what is not filled in."""

    person: Line
    message: MessageId
    form: Line = Field(min_length=1, max_length=100)
    values: dict[Line, Line] = Field(max_length=50)


class ClockPost(_Post):
    """Where to move the clock: by a duration, or to the next working morning."""

    advance: Duration | None = None
    until: Literal["next-working-morning"] | None = None

    @model_validator(mode="after")
    def _one(self) -> "ClockPost":
        if (self.advance is None) == (self.until is None):
            raise ValueError('say either {"advance": "P1D"} or {"until": "next-working-morning"}')
        if self.advance is not None and not timedelta(0) < self.advance <= LONGEST_MOVE:
            raise ValueError("the clock goes forward, by at most 366 days at a time")
        return self


class ActionOut(BaseModel):
    action: str
    value: str
    label: str


class MessageOut(BaseModel):
    """One message. `blocks` is the same content for the page; `text`, `actions` and `form` hold all of it for scripts.

    `own_words`: its person wrote it, and it is no command, so that it may become a testimonial.
    """

    id: int
    at: datetime
    from_: str = Field(alias="from")
    text: str
    actions: list[ActionOut]
    form: dict[str, Any] | None
    blocks: list[dict[str, Any]]
    own_words: bool = False


class ConversationOut(BaseModel):
    """New messages in order; `updated` are earlier ones that changed; `version` is what to ask for changes since."""

    messages: list[MessageOut]
    updated: list[MessageOut]
    version: int
    now: datetime


class ClockOut(BaseModel):
    now: datetime


class ErrorOut(BaseModel):
    """Why nothing was done and what to do; `fields` says it for each field of a form."""

    error: str
    fields: dict[str, str] | None = None


@dataclass(frozen=True)
class PlaygroundPerson:
    """Someone one can be in the playground. `id` is the external id, `role` a value of `storage.models.Role`."""

    id: str
    name: str
    role: str
    lang: str
    timezone: str = "Europe/Paris"


class PersonOut(BaseModel):
    """`latest` is the id of the bot's last message to this person, 0 before the first."""

    id: str
    name: str
    role: str
    lang: str
    timezone: str
    latest: int


class PeopleOut(BaseModel):
    people: list[PersonOut]


def message_out(kept: Kept) -> MessageOut:
    """A kept message as the API shows it."""
    return MessageOut.model_validate({**kept.body, "id": kept.id, "at": kept.at, "from": kept.author})


def messages_out(kept: Iterable[Kept]) -> list[MessageOut]:
    return [message_out(one) for one in kept]


def people_out(people: Sequence[PlaygroundPerson], latest: dict[str, int]) -> PeopleOut:
    """Everyone, with the id of the last message that the bot sent them."""
    return PeopleOut(people=[PersonOut(**vars(person), latest=latest.get(person.id, 0)) for person in people])
