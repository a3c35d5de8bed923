"""Writing nudges and routines of one's own, from the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import own_content
from bot.cli import app
from bot.settings import read_settings
from content.blockers import Blocker
from content.loader import ContentError
from nudges import content as nudge_content
from nudges.content import templates, variant
from surveys import library

PACK = """blocker: habit
variants:
  at_the_gate:
    evidence: "As measured once."
    en: "**{cue}, {action}**, while the gate opens."
    fr: "**{cue}, {action}**, le temps que le portail s'ouvre."
"""
ROUTINES = """blocker: habit
routines:
  shift:
    kind: arriving
    cue: {en: "When my shift starts", fr: "À la prise de poste"}
    action: {en: "I open {tool}", fr: "j'ouvre {tool}"}
    at: "05:45"
"""


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("ENTRAIN_CONTENT_DIR", str(tmp_path))
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    for kind, text in (("packs", PACK), ("routines", ROUTINES)):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "habit.yaml").write_text(text, encoding="utf-8")
    yield tmp_path
    library.use(library.Library())
    nudge_content.use(None)


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def test_words_and_routines_of_ones_own_are_checked_and_used(folder: Path) -> None:
    assert "can be used" in run("content", "check")
    assert "can be used" in run("content", "check", str(folder / "packs" / "habit.yaml"))
    own_content.use(read_settings())
    own_content.load()
    assert variant("habit.at_the_gate")
    assert "shift" in templates()[Blocker.HABIT]


def test_a_word_that_pushes_is_told_with_what_to_write_instead(folder: Path) -> None:
    pushing = PACK.replace("while the gate opens", "and hurry, the gate opens").replace(
        "le temps que", "dépêche-toi,"
    )
    (folder / "packs" / "habit.yaml").write_text(pushing, encoding="utf-8")
    said = run("content", "check", code=1)
    assert "packs/habit.yaml:5: variants.at_the_gate.en: 'hurry' pushes (urgency)." in said
    assert "packs/habit.yaml:6: variants.at_the_gate.fr.tu: 'dépêche' pushes (urgency)." in said
    assert "say when it fits their day, or give no time at all" in said
    own_content.use(read_settings())
    with pytest.raises(ContentError, match="'hurry' pushes"):
        own_content.load()
