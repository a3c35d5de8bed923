"""The playground as a chat platform: sending is keeping, the page and the API show what was kept."""

from collections.abc import AsyncIterator
from datetime import datetime

from bot.platforms.errors import Misconfigured, PlatformError, RecipientUnreachable
from bot.platforms.playground.render import Body, render
from bot.platforms.playground.store import BOT, Conversations, Kept, UnknownPerson
from bot.platforms.port import Address, Capabilities, Form, Member, Message, Receipt

NAME = "playground"


class PlaygroundPlatform:
    """`ChatPlatform` for the people of one workspace.

    `first_version` numbers updates, so that a page can ask which earlier messages have changed: pass something that
    grows from start to start of the process, such as milliseconds.
    """

    name = NAME
    capabilities = Capabilities(finds_sent=True, opens_forms=False, lists_members=False)

    def __init__(self, conversations: Conversations, workspace: str, first_version: int = 1) -> None:
        self.workspace = workspace
        self.conversations = conversations
        self._first_version = self._version = first_version
        self._changed: dict[str, dict[int, int]] = {}

    async def start(self) -> None:
        """See the port: nothing to open."""

    async def close(self) -> None:
        """See the port: nothing to close."""

    async def check(self, workspace: str) -> None:
        """See the port: there is nobody to refuse us."""

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        """See the port. A second message under the same key is not kept; the first one's receipt comes back."""
        self._own(to)
        try:
            kept = await self.conversations.add(to.user, BOT, key, render(message))
        except UnknownPerson:
            raise RecipientUnreachable(f"nobody in the playground has the id {to.user!r}") from None
        return Receipt(str(kept.id), to.user)

    async def update(self, to: Address, receipt: Receipt, message: Message) -> None:
        """See the port."""
        self._own(to)
        try:
            number = int(receipt.message)
            found = await self.conversations.replace(to.user, number, render(message))
        except (ValueError, UnknownPerson):
            found = False
        if not found:
            raise RecipientUnreachable("this message is not in the person's conversation")
        self._version += 1
        self._changed.setdefault(to.user, {})[number] = self._version

    async def find_sent(self, to: Address, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """See the port."""
        self._own(to)
        kept = await self.conversations.by_key(to.user, key)
        return Receipt(str(kept.id), to.user) if kept else None

    async def open_form(self, to: Address, trigger: str, form: Form) -> None:  # noqa: ARG002
        """Never called: forms are shown in the message."""
        raise PlatformError("the playground shows forms in messages")

    def list_members(self, workspace: str) -> AsyncIterator[Member]:  # noqa: ARG002
        """Never called: the playground's people come from the demo organisation."""
        raise PlatformError("the playground does not list members")

    async def line(self, person: str, key: str, body: Body) -> Kept:
        """Keep what a person did as their own line. Raises UnknownPerson."""
        return await self.conversations.add(person, person, key, body)

    @property
    def version(self) -> int:
        """Grows with every update of a message."""
        return self._version

    async def changed(self, person: str, since: int) -> list[Kept]:
        """The person's messages that were updated after version `since`, all of them if that was before the start."""
        if since < self._first_version:
            return await self.conversations.after(person, 0)
        numbers = [number for number, at in self._changed.get(person, {}).items() if at > since]
        found = [await self.conversations.get(person, number) for number in sorted(numbers)]
        return [kept for kept in found if kept]

    def _own(self, to: Address) -> None:
        if to.workspace != self.workspace:
            raise Misconfigured(f"the playground serves the workspace {self.workspace!r} only")
