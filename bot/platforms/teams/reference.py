"""Where to write to one person in Teams; kept with the person as JSON between one message and the next."""

from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.platforms.errors import PlatformError


class Reference(BaseModel):
    """`user` and `bot` are the ids that this bot sees; `conversation` is the one-to-one chat, once it is known."""

    model_config = ConfigDict(frozen=True)

    service_url: str
    user: str
    bot: str
    conversation: str | None = None

    def dumps(self) -> str:
        return self.model_dump_json(exclude_none=True)

    @classmethod
    def loads(cls, text: str) -> Self:
        """Read what `dumps` wrote.

        Raises:
            PlatformError: it is something else.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            raise PlatformError("The stored Teams conversation cannot be read.") from None
