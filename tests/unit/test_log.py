import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.log import ALLOWED, configure, keep_allowed


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_a_field_that_is_not_listed_never_gets_out(fields: dict[str, str]) -> None:
    unlisted = {f"secret_{name}": f"VALUE{value}" for name, value in fields.items()}
    kept = keep_allowed(None, "info", {"event": "x", **unlisted})
    assert set(kept) <= ALLOWED
    assert not any(str(value).startswith("VALUE") for value in kept.values())


def test_a_line_break_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", as_json=True)
    structlog.get_logger("t").info("unknown_input", name="a\nlevel=error forged", text="my answer")
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    written = json.loads(lines[0])
    assert written["name"] == "a level=error forged"
    assert "my answer" not in lines[0]
    assert written["what"] == "dropped fields: text"


def test_other_packages_say_where_but_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", as_json=True)
    logging.getLogger("a.kit").warning("body: xoxb-secret my answer")
    line = capsys.readouterr().err
    assert "a.kit" in line
    assert "secret" not in line
    assert "my answer" not in line


@given(st.text())
def test_no_character_steers_a_terminal(name: str) -> None:
    kept = keep_allowed(None, "info", {"event": "x", "name": f"\x1b]0;owned\x07\u2028{name}"})
    assert kept["name"].isprintable()


class Full:
    """A stream on a disk without room."""

    def write(self, _text: str) -> int:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_line_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Full())
    configure("info", as_json=True)
    for level in ("debug", "info", "warning", "error", "critical"):
        getattr(structlog.get_logger("t"), level)("pass_failed")
