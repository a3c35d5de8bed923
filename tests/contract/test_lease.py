"""No byte of a message leaves under a lost lease: checked on a real connection, after it is made."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.platforms import lease
from bot.platforms.errors import LeaseLost


class Heard:
    """A server that counts what it is asked."""

    def __init__(self) -> None:
        self.requests = 0
        self.address = ""

    async def answer(self, _: web.Request) -> web.Response:
        self.requests += 1
        return web.Response()


@pytest.fixture
async def heard() -> AsyncIterator[Heard]:
    heard = Heard()
    application = web.Application()
    application.router.add_post("/", heard.answer)
    async with TestServer(application) as server:
        heard.address = str(server.make_url("/"))
        yield heard


@pytest.mark.parametrize("checks", [0, 1])
async def test_a_lease_that_ends_before_the_request_is_written_lets_nothing_out(
    heard: Heard, checks: int
) -> None:
    """Lost before the call, or while the connection is made."""
    held = iter([True] * checks + [False] * 9)
    async with aiohttp.ClientSession(connector=lease.LeaseConnector()) as session:
        with pytest.raises(LeaseLost), lease.under(lambda: next(held)):
            await session.post(heard.address)
        assert heard.requests == 0
        async with session.post(heard.address):
            assert heard.requests == 1, "the connection is as good as before"


async def test_under_a_lease_that_is_held_requests_go_out(heard: Heard) -> None:
    async with aiohttp.ClientSession(connector=lease.LeaseConnector()) as session:
        for _ in range(2):
            with lease.under(lambda: True):
                async with session.post(heard.address) as answer:
                    assert answer.status == 200
    assert heard.requests == 2
