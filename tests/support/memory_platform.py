"""A strict chat platform in memory: it keeps what it was sent, and fails when a test says so."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.platforms.errors import OutcomeUnknown, PlatformError, RecipientUnreachable, TriggerExpired
from bot.platforms.port import Address, Capabilities, Form, Member, Message, Receipt


@dataclass
class Sent:
    user: str
    key: str
    message: Message
    versions: int = 1


@dataclass
class MemoryPlatform:
    """`faults` are raised by the next sends and updates in turn; an `OutcomeUnknown` with `arrives` is carried out first.

    With `faulty` they concern only this person, whatever order concurrent sends come in. `refuses` is what a check of the
    installation raises.
    """

    name: str = "memory"
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(finds_sent=True, opens_forms=True, lists_members=True)
    )
    faults: list[PlatformError | None] = field(default_factory=list)
    arrives: bool = True
    faulty: str | None = None
    members: list[Member] = field(default_factory=list)
    expired_triggers: set[str] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    refuses: PlatformError | None = None
    checks: int = 0
    forms: list[tuple[str, Form]] = field(default_factory=list)

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def check(self, workspace: str) -> None:
        self.checks += 1
        if self.refuses:
            raise self.refuses

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        with self._fault(to.user) as arrives:
            if arrives:
                self.sent.append(Sent(to.user, key, message))
        return Receipt(str(len(self.sent) - 1), to.user)

    async def update(self, to: Address, receipt: Receipt, message: Message) -> None:
        number = int(receipt.message)
        if number >= len(self.sent) or self.sent[number].user != to.user:
            raise RecipientUnreachable("no such message")
        with self._fault(to.user) as arrives:
            if arrives:
                self.sent[number].message = message
                self.sent[number].versions += 1

    async def find_sent(self, to: Address, key: str, since: datetime) -> Receipt | None:
        found = [number for number, sent in enumerate(self.sent) if (sent.user, sent.key) == (to.user, key)]
        return Receipt(str(found[0]), to.user) if found else None

    async def open_form(self, to: Address, trigger: str, form: Form) -> None:
        if trigger in self.expired_triggers:
            raise TriggerExpired
        self.forms.append((to.user, form))

    async def list_members(self, workspace: str) -> AsyncIterator[Member]:
        for member in self.members:
            yield member

    @contextmanager
    def _fault(self, user: str) -> Iterator[bool]:
        """Whether what follows takes effect; the next fault is raised after it."""
        concerned = self.faulty in {None, user}
        fault = self.faults.pop(0) if self.faults and concerned else None
        yield fault is None or (isinstance(fault, OutcomeUnknown) and self.arrives)
        if fault:
            raise fault

    def to(self, user: str) -> list[str]:
        """The plain texts of what this person was sent."""
        return [sent.message.plain for sent in self.sent if sent.user == user]
