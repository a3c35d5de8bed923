"""Identifiers, as something that is passed in."""

import secrets
from typing import Protocol

from storage.clock import Clock


class Ids(Protocol):
    def new(self) -> str:
        """A fresh identifier: 32 lower-case hexadecimal digits."""


class TimeOrderedIds:
    """UUID version 7 (RFC 9562, 2024): milliseconds first, so that rows written together lie together."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new(self) -> str:
        milliseconds = int(self._clock.now().timestamp() * 1000) & (2**48 - 1)
        return f"{milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62):032x}"


class CountedIds:
    """1, 2, 3 … as identifiers: what tests and simulations pass in."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> str:
        self._last += 1
        return f"{self._last:032x}"
