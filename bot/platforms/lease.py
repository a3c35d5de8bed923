"""The lease under which a message is sent, checked as the last thing before its bytes leave.

A process may be stopped for a minute at any line (a suspended machine, a debugger). What it was about to send may then
have been looked up and sent by another one. So the check is made when the connection is at hand, and once more in the task
that writes the body (headers leave with it), with nothing awaited between it and the writing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from bot.platforms.errors import LeaseLost

_holds: ContextVar[Callable[[], bool]] = ContextVar("holds", default=lambda: True)


@contextmanager
def under(holds: Callable[[], bool]) -> Iterator[None]:
    """Requests in this block leave only while `holds` is true.

    Raises:
        LeaseLost: from the request that would have left too late; nothing was sent.
    """
    token = _holds.set(holds)
    try:
        check()
        yield
    finally:
        _holds.reset(token)


def check() -> None:
    """Raises LeaseLost where the lease of the block around has ended."""
    if not _holds.get()():
        raise LeaseLost


def session(timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """Connections that let no request out under a lost lease."""
    return aiohttp.ClientSession(connector=LeaseConnector(), request_class=LeaseRequest, timeout=timeout)


class LeaseConnector(aiohttp.TCPConnector):
    """Gives no connection to a request under a lost lease."""

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        try:
            check()
        except LeaseLost:
            connection.release()
            raise
        return connection


class LeaseRequest(ClientRequest):
    """Writes no body under a lost lease. The loop may have done anything since the connection was given."""

    async def write_bytes(
        self, writer: AbstractStreamWriter, conn: Connection, content_length: int | None = None
    ) -> None:
        try:
            check()
        except LeaseLost as lost:
            if conn.protocol is not None:
                conn.protocol.set_exception(lost)
            conn.close()
            return
        await super().write_bytes(writer, conn, content_length)
