"""Serving: one process, one event loop; a wrong setting ends the start with one line."""

import gc
import signal
import socket
import sys
from contextlib import suppress

import structlog
import uvicorn

from bot import log as logs
from bot.settings import Settings
from content.loader import ContentError
from storage.errors import SetupError

try:
    import resource
except ImportError:  # Windows knows no such limit
    resource = None  # type: ignore[assignment]

log = structlog.get_logger(__name__)

CONNECTION_SECONDS = 3
"""How long requests under way may take to end once the process is told to stop."""

GARBAGE = 50_000
"""Objects that are made more than freed before the collector looks for cycles; Python's own figure is 700."""

BACKLOG = 4096
"""Connections that may wait to be accepted: everybody answers in the minute after a message has come."""


def serve(settings: Settings) -> int:
    """Run until told to stop; the exit code."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    from bot.app import Application
    from bot.platforms.errors import Misconfigured

    try:
        application = Application(settings)
        listener = listen(settings.host, settings.port)
        application.database.upgrade()
    except (CannotListen, SetupError, Misconfigured, ContentError) as error:
        print(f"entrain: {error}", file=sys.stderr)  # noqa: T201
        return 2
    server = Server(
        uvicorn.Config(
            application.asgi,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=CONNECTION_SECONDS,
            backlog=BACKLOG,
        )
    )
    server.greeting = greeting(settings)
    allow_connections()
    spare_collections()
    with suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        server.run(sockets=[listener])
    return 0 if server.started else 1


def allow_connections() -> None:
    """Let this process have as many connections as the system lets it ask for; each one needs a file descriptor."""
    if resource is not None:
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def spare_collections() -> None:
    """Let Python's collector look only at what came after the start, and rarely.

    With hundreds of requests under way it had taken a third of the time, and found nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


class CannotListen(Exception):
    """The address cannot be listened on."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before any work is done: no second process takes up what a first one is busy with.

    Raises:
        CannotListen: with the settings to change.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotListen(
            f"ENTRAIN_HOST, ENTRAIN_PORT: {error.strerror or error}; stop what uses it, or choose another"
        ) from None


class Server(uvicorn.Server):
    """Says where the bot is once it listens."""

    greeting: tuple[str, ...] = ()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            for line in self.greeting:
                print(line, flush=True)  # noqa: T201


def greeting(settings: Settings) -> tuple[str, ...]:
    """What the person who started the bot needs to know."""
    address = f"http://{settings.host}:{settings.port}"
    lines = [f"Entrain listens on {address} (stop with Ctrl+C)"]
    if settings.playground_on:
        lines.append(f"Playground: {address}/playground")
    if settings.slack:
        lines.append(
            "Slack: Socket Mode"
            if settings.slack_app_token.get_secret_value()
            else f"Slack: {address}/slack/events"
        )
    if settings.teams:
        lines.append(f"Teams: {address}/api/messages")
    return tuple(lines)
