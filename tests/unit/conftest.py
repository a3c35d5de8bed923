"""A playground in memory, and who asks it over HTTP."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.clock import FixedClock
from tests.support.playground import BASE, START, CannedPlayground, canned, echo


@pytest.fixture
def playground() -> CannedPlayground:
    return canned(echo, FixedClock(START))


@pytest.fixture
async def http(playground: CannedPlayground) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(playground.app), base_url=BASE) as client:
        yield client
