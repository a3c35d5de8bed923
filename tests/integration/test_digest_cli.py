"""`entrain digest`: what has been published, as files that are the same each time."""

import csv
import io
import os
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
from bot.administration import open_database
from bot.cli import app
from bot.settings import read_settings
from digests.page import Page
from storage.audit import Action
from tests.support import pages

PROJECT = str(Path(bot.__file__).parent / "demo_organisation" / "project.yaml")
PLACE = ("--platform", "slack", "--workspace", "T1")
GOLDEN = Path(__file__).parents[1] / "fixtures" / "digest"
"""What the pages of `tests.support.pages` are printed as; ENTRAIN_TEST_GOLDEN=write writes them anew, to be read."""


def run(*arguments: str, code: int = 0) -> bytes:
    result = CliRunner().invoke(app, ["digest", "--project", "trello", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout_bytes if code == 0 else result.output.encode()


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTRAIN_DATA_DIR", str(tmp_path / "var"))
    arguments = ["project", "load", PROJECT, *PLACE, "--lang", "fr", "--timezone", "Europe/Paris"]
    assert CliRunner().invoke(app, arguments).exit_code == 0


def publish(*made: Page) -> None:
    with open_database(read_settings()) as database:
        with database.system() as system:
            here = system.workspaces.all()[0].id
        with database.transaction(here) as work:
            project = work.projects.by_key("trello")
            assert project
            for page in made:
                digest = work.digests.add(project.id, page.week, page.to_json())
                digest.published_at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def recorded() -> list[str]:
    with open_database(read_settings()) as database:
        with database.system() as system:
            here = system.workspaces.all()[0].id
        with database.reading(here) as work:
            return [entry.detail for entry in work.audit.latest(100, Action.REPORT_PRINTED.value)]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("format_", ["md", "csv", "json"])
def test_a_page_is_printed_as_it_was_the_last_time(format_: str, lang: str) -> None:
    publish(pages.large(), pages.too_few(pages.NEXT))
    arguments = ("--week", pages.WEEK, "--format", format_, "--lang", lang)
    printed = run(*arguments)
    golden = GOLDEN / f"{'large' if format_ == 'json' else f'large.{lang}'}.{format_}"
    if os.environ.get("ENTRAIN_TEST_GOLDEN") == "write":
        golden.write_bytes(printed)
    assert printed.decode() == golden.read_bytes().decode()
    assert run(*arguments, "--out", "page") != printed
    assert Path("page").read_bytes() == printed
    assert recorded() == [_entry()] * 2


def _entry() -> str:
    """What is recorded of a printed page: among it, by which whoever audits knows what was shown."""
    shown = sha256((GOLDEN / "large.json").read_bytes()).hexdigest()
    return f'{{"report":"digest","shown":"{shown}","week":"{pages.WEEK}"}}'


@pytest.mark.parametrize("format_", ["html", "pdf"])
def test_the_page_and_its_pdf_are_the_same_bytes_each_time(format_: str) -> None:
    if format_ == "pdf":
        pytest.importorskip("weasyprint")
    publish(pages.large())
    first = run("--format", format_)
    assert first.startswith({"html": b"<!doctype html>", "pdf": b"%PDF-"}[format_])
    assert run("--format", format_) == first


def test_a_pdf_that_cannot_be_made_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    publish(pages.large())
    assert "entrain-bot[pdf]" in run("--format", "pdf", code=1).decode()


def test_without_a_week_it_is_the_latest_page_in_the_workspaces_language() -> None:
    publish(pages.large(), pages.too_few(pages.NEXT))
    assert "Semaine 49" in run().decode()


def test_an_unknown_week_names_those_that_there_are_and_counts_nothing() -> None:
    publish(pages.large(), pages.too_few(pages.NEXT))
    said = run("--week", "2026-W40", code=1).decode()
    assert "'2026-W40'" in said
    assert "2026-W48, 2026-W49" in said
    assert recorded() == []


def test_before_the_first_page_it_is_said_when_there_will_be_one() -> None:
    assert "has been published yet" in run(code=1).decode()


def test_a_spreadsheet_carries_no_name_out_as_a_formula() -> None:
    named = pages.large().model_copy(
        update={
            "teams": tuple(
                group.model_copy(update={"name": '=HYPERLINK("http://evil.example")'})
                for group in pages.large().teams
            ),
            "personas": (),
        }
    )
    publish(named)
    for lang, separator in (("fr", ";"), ("en", ",")):
        written = run("--format", "csv", "--lang", lang).decode().removeprefix("\ufeff")
        rows = list(csv.reader(io.StringIO(written), delimiter=separator))
        assert {len(row) for row in rows} == {8}
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert any('=HYPERLINK("http://evil.example")' in cell for row in rows for cell in row)
