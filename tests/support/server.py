"""A real HTTP server on a free loopback port, in a thread of its own, for clients that need one."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bot.app import Application
    from bot.settings import Settings
    from storage.clock import Clock

STARTING = 30.0
"""Seconds to wait for the server to listen."""


@contextmanager
def serving(asgi: "ASGIApp", *, port: int = 0) -> Iterator[str]:
    """Serve `asgi` with its lifespan; yields the base URL. Raises RuntimeError if it does not start."""
    server = uvicorn.Server(
        uvicorn.Config(asgi, host="127.0.0.1", port=port, log_config=None, ws="none", access_log=False)
    )
    thread = threading.Thread(target=server.run, name="test-server")
    thread.start()
    try:
        give_up = time.monotonic() + STARTING
        while not server.started:
            if not thread.is_alive() or time.monotonic() > give_up:
                raise RuntimeError("the test server did not start")
            time.sleep(0.01)
        listening = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{listening}"
    finally:
        server.should_exit = True
        thread.join(STARTING)


@contextmanager
def running(
    settings: "Settings", clock: "Clock | None" = None, *, port: int = 0
) -> Iterator[tuple[str, "Application"]]:
    """The whole bot as `settings` say; yields its base URL and its parts."""
    from bot.app import Application

    application = Application(settings, clock=clock)
    with serving(application.asgi, port=port) as base:
        yield base, application
