"""How much may be sent now, by the platforms' limits: pure, with instants as seconds.

A limit is kept as a bucket by one number, the instant at which it would be full again (the generic cell rate
algorithm, ITU-T I.371). A bucket holds a burst of a fiftieth of the limit and refills so slowly that burst and refill
together never exceed the limit, whatever the window; at most a fiftieth of the rate is given away for that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

TOLERANCE = 2e-6
"""Seconds: instants come in whole microseconds."""


@dataclass(frozen=True)
class Limit:
    """At most `count` in any `seconds`."""

    count: int
    seconds: float

    @cached_property
    def burst(self) -> int:
        return max(1, self.count // 50)

    @cached_property
    def interval(self) -> float:
        """Seconds until one more may follow."""
        return self.seconds / (self.count - self.burst + 1)

    @cached_property
    def slack(self) -> float:
        """Seconds that a bucket may be from being full with something left in it."""
        return (self.burst - 1) * self.interval


Rates = Mapping[str, tuple[Limit, ...]]
"""The limits of each kind of call; a kind without limits is free."""


def parse_limits(text: str) -> tuple[Limit, ...]:
    """Limits written as "7/1,60/30": at most 7 in a second and 60 in 30 seconds. Empty: none.

    Raises:
        ValueError: it is not written so.
    """
    limits = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        count, slash, seconds = part.partition("/")
        if not (slash and count.isdigit() and seconds.isdigit() and int(count) and int(seconds)):
            raise ValueError("must be count/seconds pairs, like 7/1,60/30")
        limits.append(Limit(int(count), float(seconds)))
    return tuple(limits)


class Budget:
    """What one workspace may still be sent. `kept` is what `dumps` wrote.

    A key is a kind of call, or a kind and what it concerns: `send`, `conversation:42`.
    """

    def __init__(self, rates: Rates, kept: str = "{}") -> None:
        self._rates = rates
        self._full_at: dict[str, list[float]] = json.loads(kept)

    def allows(self, now: float, *keys: str) -> bool:
        return all(self._wait(key, now) <= TOLERANCE for key in keys)

    def take(self, now: float, *keys: str) -> bool:
        """Use one of each key, or none where one is used up; whether it was allowed."""
        taken = {}
        for key in keys:
            if limits := self._limits(key):
                pairs = list(zip(limits, self._levels(key, limits, now), strict=True))
                for limit, full_at in pairs:
                    if full_at - limit.slack - now > TOLERANCE:
                        return False
                taken[key] = [max(full_at, now) + limit.interval for limit, full_at in pairs]
        self._full_at |= taken
        return True

    def next_at(self, now: float) -> float | None:
        """When something that is used up now is allowed again; None if nothing is."""
        waits = [wait for key in self._full_at if (wait := self._wait(key, now)) > TOLERANCE]
        return now + min(waits) if waits else None

    def dumps(self, now: float) -> str:
        """To be kept; what is full again is left out."""
        kept = {}
        for key in self._full_at:
            levels = self._levels(key, self._limits(key), now)
            if max(levels, default=now) > now:
                kept[key] = levels
        return json.dumps(kept, separators=(",", ":"))

    def _wait(self, key: str, now: float) -> float:
        limits = self._limits(key)
        pairs = zip(limits, self._levels(key, limits, now), strict=True)
        return max((full_at - limit.slack - now for limit, full_at in pairs), default=0.0)

    def _levels(self, key: str, limits: tuple[Limit, ...], now: float) -> list[float]:
        """When each bucket is full again; never further away than if it were empty, so a clock set back holds nothing up."""
        kept = self._full_at.get(key, ())
        if len(kept) != len(limits):
            return [now] * len(limits)
        return [
            min(full_at, now + limit.slack + limit.interval)
            for limit, full_at in zip(limits, kept, strict=True)
        ]

    def _limits(self, key: str) -> tuple[Limit, ...]:
        return self._rates.get(key.partition(":")[0], ())
