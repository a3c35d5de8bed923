"""The parts of a Bot Framework activity that Entrain reads, as Teams sends them; everything else is ignored.

Source: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

from datetime import datetime
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic.alias_generators import to_camel


class Malformed(Exception):
    """The body is not an activity that Entrain can read."""


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore")


class Account(_Wire):
    """A person or the bot. `id` is `29:…` or `28:…` and differs per bot; `aad_object_id` is the person's own."""

    id: str = Field(min_length=1, max_length=1000)
    name: str | None = None
    aad_object_id: str | None = None
    is_targeted: bool = False
    """On the recipient: only the bot sees this message (a slash command in a group)."""


class Conversation(_Wire):
    id: str = Field(min_length=1, max_length=1000)
    conversation_type: str | None = None
    tenant_id: str | None = None

    @property
    def personal(self) -> bool:
        """Whether only one person and the bot are in it."""
        return self.conversation_type in {None, "personal"}


class Tenant(_Wire):
    id: str


class ChannelData(_Wire):
    tenant: Tenant | None = None


class Entity(_Wire):
    type: str = ""
    text: str | None = None
    mentioned: dict[str, JsonValue] | None = None


class Activity(_Wire):
    type: str
    id: str | None = None
    name: str | None = None
    timestamp: datetime | None = None
    service_url: str = Field(min_length=1, max_length=500)
    channel_id: str
    sender: Account = Field(alias="from")
    recipient: Account
    conversation: Conversation
    channel_data: ChannelData | None = None
    text: str | None = None
    entities: tuple[Entity, ...] | None = None
    value: JsonValue = None
    reply_to_id: str | None = None
    action: str | None = None
    members_added: tuple[Account, ...] | None = None
    members_removed: tuple[Account, ...] | None = None
    digest: str = Field("", exclude=True)
    """SHA-256 of the body: identifies an activity that carries no id."""

    @property
    def tenant(self) -> str:
        """The tenant's id; empty if the activity does not tell it."""
        of_channel = self.channel_data.tenant.id if self.channel_data and self.channel_data.tenant else None
        return self.conversation.tenant_id or of_channel or ""


def parse(body: bytes) -> Activity:
    """The activity in a request's body.

    Raises:
        Malformed: not JSON, or a part without which nothing can be done is missing (`serviceUrl` is one).
    """
    try:
        activity = Activity.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Malformed(f"{place}: {first['msg']}" if place else first["msg"]) from None
    return activity.model_copy(update={"digest": sha256(body).hexdigest()})
