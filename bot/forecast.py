"""What would be sent in the days to come if nobody answered anything: the real jobs, on a copy, with a clock that walks.

Nothing is decided here. The copy is a file in a folder of its own that is gone afterwards; what is sealed stays sealed.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import delete, select, update

from bot.courier import Courier
from bot.intake import Intake
from bot.jobs import Jobs
from bot.kinds import Held
from bot.metrics import Metrics
from bot.planner import Planner
from bot.platforms.errors import PlatformError
from bot.platforms.playground.clock import PlaygroundClock
from bot.platforms.port import Address, Capabilities, Form, Member, Message, Receipt
from bot.router import Router
from bot.week import weeks_of
from nudges.schedule import zone
from storage.agenda import Agenda, DueItem
from storage.clock import WatchedClock
from storage.copy import excerpt
from storage.crypto import Keyring
from storage.database import Database
from storage.engines import parse_url
from storage.inbox import Inbox
from storage.models import (
    AgendaItem,
    AuditEntry,
    AuditHead,
    InboxEvent,
    Lane,
    OutboxMessage,
    OutboxState,
    PlaygroundMessage,
    Upkeep,
    UsageEvent,
    UsageToken,
)
from storage.models import PlaygroundClock as KeptClock
from storage.outbox import Outbox
from storage.repositories.agenda import UNFORESEEN
from storage.repositories.outbox import ON_THE_WAY, TOO_LATE
from storage.work import SystemWork, Work

NOT_COPIED = (
    AuditEntry,
    AuditHead,
    InboxEvent,
    Lane,
    PlaygroundMessage,
    KeptClock,
    Upkeep,
    UsageEvent,
    UsageToken,
)
"""What people have written is handled by the bot itself; lanes are about the platform, not about people."""

KINDS = {
    "action": "coaching",
    "barrier": "digest",
    "champion": "champions",
    "digest": "digest",
    "interview": "interview",
    "lever": "coaching",
    "manager": "coaching",
    "nudge": "coaching",
    "question": "testimonial",
    "routine": "coaching",
    "testimonial": "testimonial",
}
COACHING, ANSWER = "coaching", "answer"

HELD_BY = {
    "budget": Held.BUDGET,
    "others_first": Held.BUDGET,
    "not_yet": Held.NOTHING,
    "snoozed": Held.PAUSED,
}
"""How the reasons of `bot.moment` are told; every other one is about hours. A test that asks for silence names nobody."""


@dataclass(frozen=True)
class Entry:
    """Something that would be sent to somebody at `at`, or would not (`held`). `kind` is a word that everybody may read.

    `at` is in the person's zone. Whether coaching is a nudge, a question or a story is not told: it would say how they do.
    """

    at: datetime
    person_id: str
    name: str
    kind: str
    held: Held | None = None


def kind_of(intent: str) -> str:
    """The plain kind of a message or of an agenda item."""
    if intent in {"testimonial.share", "coaching"}:
        return COACHING
    feature = intent.partition(".")[0]
    return KINDS.get(feature, ANSWER)


async def forecast(
    source: str, keyring: Keyring, router: Router, workspace_id: str, begins: datetime, days: int
) -> list[Entry]:
    """What would be sent to whom from `begins` on, and what would be held back, in order.

    Raises:
        DatabaseUnreachable: `source` cannot be opened.
    """
    with TemporaryDirectory(prefix="entrain-plan-") as folder:
        copy = f"sqlite:///{Path(folder) / 'plan.db'}"
        excerpt(parse_url(source), parse_url(copy), workspace_id, NOT_COPIED)
        clock = PlaygroundClock(_Standing(begins))
        database = Database(copy, keyring, clock, _SeededIds())
        try:
            return await _walked(database, router, workspace_id, clock, timedelta(days=days))
        finally:
            database.dispose()


async def _walked(
    database: Database, router: Router, workspace_id: str, clock: PlaygroundClock, span: timedelta
) -> list[Entry]:
    begins, held = clock.now(), list[tuple[datetime, DueItem, str]]()
    reasons = dict[int, str]()
    platform = await database.run_system(lambda work: _begin(work, workspace_id))
    platforms = {platform: _Accepting(platform)}
    outbox, metrics = Outbox(database, "plan"), Metrics()
    jobs = Jobs(
        intake=Intake(database, Inbox(database, "plan"), router, platforms, metrics, 1, calm=_undisturbed),
        planner=Planner(
            database,
            Agenda(database),
            router,
            _undisturbed,
            lambda item, why: held.append((clock.now(), item, why)),
        ),
        courier=Courier(
            database,
            outbox,
            router,
            platforms,
            metrics,
            clock,
            watch=lambda seq, why: reasons.update({seq: why}),
        ),
        outbox=outbox,
        metrics=metrics,
        clock=WatchedClock(clock),
        tick_seconds=3600,
        calm=_undisturbed,
    )
    waiting = await database.read(workspace_id, _waiting)
    await clock.move(begins + span, jobs)
    return await database.read(
        workspace_id, lambda work: _told(work, begins, clock.now(), held, waiting, reasons)
    )


def _begin(work: SystemWork, workspace_id: str) -> str:
    """What is leaving at this moment counts as sent. Returns the workspace's platform.

    What is `UNFORESEEN` goes, sent or not, since even the place that it takes in somebody's week would say whom it concerns.
    """
    work.session.execute(delete(OutboxMessage).where(OutboxMessage.intent.in_(UNFORESEEN)))
    work.session.execute(delete(AgendaItem).where(AgendaItem.kind.in_(UNFORESEEN)))
    on_the_way = update(OutboxMessage).where(OutboxMessage.state.in_(ON_THE_WAY))
    work.session.execute(on_the_way.values(state=OutboxState.SENT, sent_at=None))
    return work.workspaces.get(workspace_id).platform


def _waiting(work: Work) -> dict[int, datetime]:
    rows = select(OutboxMessage.seq, OutboxMessage.not_before).where(OutboxMessage.state == OutboxState.READY)
    return dict(iter(work.session.execute(rows)))


def _told(
    work: Work,
    begins: datetime,
    ends: datetime,
    held: list[tuple[datetime, DueItem, str]],
    waiting: dict[int, datetime],
    reasons: dict[int, str],
) -> list[Entry]:
    people = {person.id: person for person in work.people.all()}
    weeks = weeks_of(
        work,
        work.workspaces.get(work.workspace_id),
        {person.id: person.timezone for person in people.values()},
    )

    def entry(at: datetime, person_id: str, intent: str, why: Held | None) -> Entry:
        local = at.astimezone(zone(weeks[person_id].timezone))
        return Entry(local, person_id, people[person_id].name, kind_of(intent), why)

    told = [entry(at, item.person_id, item.kind, Held(why)) for at, item, why in held]
    for row in work.session.scalars(select(OutboxMessage).where(OutboxMessage.updates.is_(None))):
        if row.state is OutboxState.SENT and row.sent_at is not None and row.sent_at >= begins:
            told.append(entry(row.sent_at, row.person_id, row.intent, None))
        elif row.seq in waiting or row.created_at >= begins:
            at = max(waiting.get(row.seq, row.created_at), begins)
            if at <= ends and (why := _kept_back(row, HELD_BY.get(reasons.get(row.seq, ""), Held.HOURS))):
                told.append(entry(at, row.person_id, row.intent, why))
    return sorted(told, key=lambda each: (each.at.astimezone(UTC), each.name, each.kind, each.held or ""))


def _kept_back(row: OutboxMessage, held: Held) -> Held | None:
    """Why a message did not leave that was `held` last; one that the week has no place for is not told as late."""
    match row.state:
        case OutboxState.CANCELLED:
            if row.error != TOO_LATE:
                return Held.STOPPED
            return held if held is Held.BUDGET else Held.LATE
        case OutboxState.READY:
            return held
        case OutboxState.FAILED:
            return Held.BROKEN
        case _:
            return Held.NOTHING if row.tried_at else None


async def _undisturbed() -> None:
    """Nobody waits for an acknowledgement."""


class _Standing:
    """A clock that stands."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


class _SeededIds:
    """The same ids each time, drawn so widely that none is anybody's."""

    def __init__(self) -> None:
        self._rng = Random(15)  # noqa: S311

    def new(self) -> str:
        return f"{self._rng.getrandbits(128):032x}"


class _Accepting:
    """A chat platform to which everything arrives at once."""

    capabilities = Capabilities(finds_sent=True, opens_forms=False, lists_members=False)

    def __init__(self, name: str) -> None:
        self.name = name

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def check(self, workspace: str) -> None:
        """It takes us."""

    async def send(self, to: Address, message: Message, key: str) -> Receipt:  # noqa: ARG002
        return Receipt(key, to.conversation or to.user)

    async def update(self, to: Address, receipt: Receipt, message: Message) -> None:
        """It is replaced."""

    async def find_sent(self, to: Address, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        return None

    async def open_form(self, to: Address, trigger: str, form: Form) -> None:  # noqa: ARG002
        raise PlatformError("nobody presses anything in a forecast")

    def list_members(self, workspace: str) -> AsyncIterator[Member]:  # noqa: ARG002
        raise PlatformError("a forecast knows the people of the database only")
