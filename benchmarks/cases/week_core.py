"""Many workspaces whose messages are sent by several workers, on simulated time: lanes, budgets and shares, no database.

What decides how fast it goes is the real thing: `storage.budget`, the share of a workspace in a claim, answers before what
is planned. What one person may be sent in a second is left out: nobody answers that fast. That the core says the same as
claims on a real database is measured beside it (`benchmarks.cases.week`).
"""

from collections import deque
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from bot.courier import BATCH
from storage.budget import Budget, Rates
from storage.outbox import SHARE

THINKING_SECONDS = 5.0
"""How long everybody takes to answer; the fastest there is, so that answers compete with what is planned."""


@dataclass(frozen=True)
class Burst:
    """A message to everybody at the same instant. `first`: a first contact; `answers`: how many answers follow in a row."""

    name: str
    first: bool = False
    answers: int = 0

    def messages(self, people: int) -> int:
        return people * (1 + self.answers)


@dataclass
class Lane:
    """A workspace. `planned` people wait for the burst's message; `answers` are (ready at, answers left), in order."""

    burst: Burst
    budget: Budget
    planned: int
    answers: deque[tuple[float, int]] = field(default_factory=deque)

    def claim(self, now: float, most: int) -> list[int]:
        """What may leave now, answers first; each as the number of answers that follow it."""
        claimed: list[int] = []
        while len(claimed) < most and self.answers and self.answers[0][0] <= now:
            if not self.budget.take(now, "call", "send"):
                break
            claimed.append(self.answers.popleft()[1] - 1)
        contact = ("call", "send", "open") if self.burst.first else ("call", "send")
        while len(claimed) < most and self.planned and self.budget.take(now, *contact):
            self.planned -= 1
            claimed.append(self.burst.answers)
        return claimed

    def next_at(self, now: float) -> float | None:
        """When something may leave next; None if nothing waits."""
        answer = max(self.answers[0][0], self._allowed(now, "send")) if self.answers else None
        planned = self._allowed(now, "send", "open") if self.planned else None
        return min((at for at in (answer, planned) if at is not None), default=None)

    def _allowed(self, now: float, *keys: str) -> float:
        used_up = [key for key in ("call", *keys) if not self.budget.allows(now, key)]
        return self.budget.next_at(now) or now if used_up else now


@dataclass(frozen=True)
class Took:
    """Seconds until the last message had left, and how long each worker was busy on average."""

    seconds: float
    busy: float


def run(burst: Burst, people: int, rates: list[Rates], workers: int, cost: float) -> Took:
    """One burst in workspaces of `people`, one for each of `rates`; a message keeps a worker busy for `cost` seconds."""
    lanes = [Lane(burst, Budget(each), people) for each in rates]
    due = [(0.0, number) for number in range(len(lanes))]
    free = [(0.0, number) for number in range(workers)]
    heapify(due)
    last = busy = 0.0
    while due:
        now, worker = heappop(free)
        now = max(now, due[0][0])
        claimed, served = 0, []
        while due and due[0][0] <= now and claimed < BATCH:
            _, number = heappop(due)
            sent = lanes[number].claim(now, min(SHARE, BATCH - claimed))
            claimed += len(sent)
            served.append((number, sent))
        done = now + claimed * cost
        for number, sent in served:
            lane = lanes[number]
            lane.answers.extend((done + THINKING_SECONDS, left) for left in sent if left)
            if (at := lane.next_at(now)) is not None:
                heappush(due, (max(at, now + 1e-6), number))
        heappush(free, (done, worker))
        busy += claimed * cost
        last = max(last, done) if claimed else last
    return Took(last, busy / workers)


def imposed(burst: Burst, people: int, rates: Rates) -> float:
    """Seconds that the rates alone impose on one workspace, each taken as an average: what is sent, by what is allowed."""

    def needs(kind: str, calls: int) -> float:
        return max((calls * limit.seconds / limit.count for limit in rates.get(kind, ())), default=0.0)

    opened = needs("open", people) if burst.first else 0.0
    everything = burst.messages(people)
    return max(
        opened + burst.answers * THINKING_SECONDS, needs("send", everything), needs("call", everything)
    )
