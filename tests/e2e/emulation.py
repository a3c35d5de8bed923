"""What the drivers of emulators share: waiting, processes that end with the block, the whole bot at ten in the morning."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
"""Seconds until something expected must have come."""

DEMO_PROJECT = "bot/demo_organisation/project.yaml"
DEMO_PLACE = ("--timezone", "Europe/Paris", "--lang", "fr", "--address", "tu")

MOVED = """
from datetime import timedelta
from storage.clock import SystemClock
now = SystemClock.now
SystemClock.now = lambda clock: now(clock) + timedelta(seconds={seconds})
from bot.cli import main
main()
"""
"""Starts the bot's command line with its clock moved: it writes to nobody at night."""

Found = TypeVar("Found")


class Failed(Exception):
    """The loop did not go as it should."""


def until(what: str, condition: Callable[[], Found | None], patience: float = PATIENCE) -> Found:
    """The first true result.

    Raises:
        Failed: there was none within `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.1)
    raise Failed(f"waited {patience:g} s in vain for {what}")


def until_morning(zone: str = "Europe/Paris") -> int:
    """Seconds until the next 10 o'clock on a working day."""
    now = datetime.now(ZoneInfo(zone))
    morning = now.replace(hour=10, minute=0)
    while morning <= now or morning.isoweekday() > 5:
        morning += timedelta(days=1)
    return int((morning - now).total_seconds())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(url) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@contextmanager
def process(name: str, command: list[str], log: Path, cwd: Path = ROOT, **environment: str) -> Iterator[None]:
    """Runs until the end of the block; what it says is in `log/name.log`."""
    with (log / f"{name}.log").open("w") as output:
        running = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=cwd, env={**os.environ, **environment}
        )
        try:
            yield
        finally:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


class Bot:
    """The whole bot as processes of its own, with the given settings, at ten on a working morning."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder, self.port = folder, free_port()
        self._launch = [sys.executable, "-c", MOVED.format(seconds=until_morning())]
        self._settings = {
            "ENTRAIN_DATA_DIR": str(folder),
            "ENTRAIN_PORT": str(self.port),
            "ENTRAIN_TICK_SECONDS": "0.5",
            **settings,
        }

    def command(self, *arguments: str) -> str:
        """What a command of ours prints."""
        done = subprocess.run(
            [*self._launch, *arguments],
            cwd=ROOT,
            env={**os.environ, **self._settings},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"entrain {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[None]:
        """Until the end of the block; what it says is in `bot.log`."""
        with process("bot", [*self._launch, "run"], self.folder, ROOT, **self._settings):
            until("the bot", lambda: answers(f"http://127.0.0.1:{self.port}/readyz"))
            yield
