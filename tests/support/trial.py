"""A fault on trial: messages are planned, workers send them while things go wrong, and what people read is counted."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from storage.crypto import Keyring
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.ids import TimeOrderedIds
from storage.models import OutboxMessage, OutboxState
from storage.repositories.outbox import Posting
from storage.work import SystemWork
from tests.support.databases import keyring
from tests.support.fleet import Fleet, until
from tests.support.slack_cloud import PATIENCE, Cloud
from tests.support.worker import LINE, MovedClock, Orders, locked

LEASE_SECONDS, SETTLE_SECONDS, TICK_SECONDS = 10.0, 3.0, 0.2
"""A batch has the difference of the first two to leave: enough for it on a machine that is busy with other things."""

OPEN = (OutboxState.READY, OutboxState.SENDING, OutboxState.UNCERTAIN)


@dataclass
class Trial:
    """`planned` is what each person of each team is to read, in that order."""

    database: Database
    cloud: Cloud
    fleet: Fleet
    clock_file: Path
    workspaces: dict[str, str]
    people: dict[tuple[str, str], str]
    planned: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def plan(
        self, each: int, *, teams: tuple[str, ...] = (), intent: str = LINE, paced: bool = False
    ) -> None:
        """So many more messages for every person of these teams, or of all."""
        for name in teams or tuple(self.cloud.teams):
            with self.database.transaction(self.workspaces[name]) as work:
                postings = []
                for _ in range(each):
                    for user in self.cloud.teams[name].users:
                        theirs = self.planned.setdefault((name, user), [])
                        theirs.append(f"line {len(theirs)}")
                        dedupe = f"{user}:{len(theirs)}"
                        args = {"text": theirs[-1]}
                        person = self.people[name, user]
                        postings.append(Posting(person, intent, args, dedupe, work.now, paced=paced))
                assert work.outbox.put_many(postings) == len(postings)

    def states(self) -> Counter[str]:
        """How many messages are in which state."""

        def count(system: SystemWork) -> Counter[str]:
            counted = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
            return Counter({state.value: number for state, number in system.session.execute(counted)})

        return asyncio.run(self.database.read_system(count))

    def open(self) -> int:
        """How many messages have not ended; 1 while the database cannot be asked."""
        try:
            states = self.states()
        except StorageUnavailable:
            return 1
        return sum(states[state.value] for state in OPEN)

    def set_clock(self, seconds: float) -> None:
        """Every worker's clock is from now on ahead of real time by so much."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.clock_file)

    def logged(self, words: str) -> int:
        """How often the workers have said so."""
        log = self.fleet.orders.log
        return log.read_text("utf-8", "replace").count(words) if log.exists() else 0

    def pause(self, worker: ForkServerProcess) -> None:
        """Stop the worker; on SQLite at a moment when it does not hold the only lock there is."""
        while True:
            self.fleet.pause(worker)
            if not locked(self.database.engine.url.render_as_string(hide_password=False)):
                return
            self.fleet.resume(worker)

    def arrived(self, more: int) -> None:
        """Wait until so many more messages have arrived, or all."""
        enough = min(self.cloud.posted + more, self.messages)
        until(
            lambda: self.fleet.none_has_died() and self.cloud.posted >= enough,
            lambda: f"{self.cloud.posted} of {enough}, {self.states()}",
        )

    def drained(self) -> None:
        """Wait until every message has ended."""
        until(
            lambda: self.fleet.none_has_died() and self.open() == 0,
            lambda: f"{self.cloud.posted} arrived, {self.states()}",
        )

    @property
    def messages(self) -> int:
        return sum(map(len, self.planned.values()))

    def lost(self, *teams: str) -> int:
        """Messages that were planned and that nobody (of these teams) reads."""
        return sum(
            (Counter(texts) - Counter(told)).total()
            for (team, _), texts, told in self.read()
            if not teams or team in teams
        )

    def doubled(self) -> int:
        """Messages that somebody reads once more than was planned."""
        return sum((Counter(told) - Counter(texts)).total() for _, texts, told in self.read())

    def read(self) -> list[tuple[tuple[str, str], list[str], list[str]]]:
        """Of each person (of a team): what was planned, and what they read."""
        told = self.cloud.told()
        return [(who, texts, told[who]) for who, texts in self.planned.items()]

    def in_order(self) -> bool:
        """Whether everybody reads first what was planned first."""
        return all(
            sorted(told, key=lambda text: int(text.split()[1])) == told for told in self.cloud.told().values()
        )


@contextmanager
def trial(url: str, folder: Path, *, teams: int = 1, people: int = 50, **orders: Any) -> Iterator[Trial]:
    """Everything but the workers, which the test starts. `orders`: those of `tests.support.worker.Orders`."""
    begun, clock_file = datetime.now(UTC), folder / "clock"
    clock_file.touch()
    settings = {
        "data_dir": str(folder),
        "database_url": url,
        "encryption_keys": Keyring.generate(),
        "slack_bot_token": "xoxb-some",
        "slack_signing_secret": "secret",
        "tick_seconds": TICK_SECONDS,
        "send_lease_seconds": LEASE_SECONDS,
        "send_settle_seconds": SETTLE_SECONDS,
        "slack_conversation_limits": "",
        **{f"slack_{kind}_per_minute": 0 for kind in ("posts", "opens", "updates", "lookups")},
        **orders.pop("settings", {}),
    }
    clock = MovedClock(begun)
    with ExitStack() as opened:
        cloud = opened.enter_context(Cloud(clock, teams=teams, people=people))
        database = Database(url, keyring(), clock, TimeOrderedIds(clock))
        opened.callback(database.dispose)
        workspaces, known = {}, {}
        for name, team in cloud.teams.items():
            with database.system() as system:
                workspaces[name] = system.workspaces.add("slack", name, name).id
            with database.transaction(workspaces[name]) as work:
                known |= {(name, user): work.people.ensure(user, user).id for user in team.users}
        patched = {
            "storage.engines.IDLE_TRANSACTION_SECONDS": SETTLE_SECONDS,
            "storage.engines.TRANSACTION_SECONDS": 2 * SETTLE_SECONDS,
            "storage.lanes.FIRST_PAUSE": timedelta(seconds=0.5),
            **orders.pop("patched", {}),
        }
        told = Orders(
            settings=settings,
            teams={name: (team.base_url, team.token) for name, team in cloud.teams.items()},
            begun=begun,
            clock=clock_file,
            log=folder / "workers.log",
            patience=PATIENCE,
            patched=patched,
            **orders,
        )
        fleet = opened.enter_context(Fleet(told))
        yield Trial(database, cloud, fleet, clock_file, workspaces, known)
