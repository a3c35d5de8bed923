"""`entrain plan`: who would get what and when in the days to come, and why anything is held back."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bot.console import err, json_text, operator, out, settings_or_exit
from content.catalog import Lang, Voice
from content.days import in_words

if TYPE_CHECKING:
    from bot.forecast import Entry
    from bot.settings import Settings

LONGEST_DAYS = 60


def plan(
    days: Annotated[int, typer.Option(min=1, max=LONGEST_DAYS, help="How many days ahead.")] = 14,
    project: Annotated[str | None, typer.Option(help="Only people of this project, by its key.")] = None,
    platform: Annotated[
        str | None, typer.Option(help="slack or teams, where there is more than one.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")
    ] = None,
    lang: Annotated[Lang | None, typer.Option(help="fr or en; the workspace's at first.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")] = False,
) -> None:
    """Tell who would get what and when if nobody answered anything, and why anything is held back. Sends nothing."""
    from bot.administration import UnknownPlace
    from bot.log import configure
    from storage.errors import StorageError

    settings = settings_or_exit()
    configure("critical", as_json=False)
    try:
        with err.status("walking through the days on a copy"):
            entries, usual = _entries(settings, platform, workspace, project, days)
    except (StorageError, UnknownPlace) as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json_text([_as_json(entry) for entry in entries]))
    else:
        _show(entries, Voice(lang or usual))


def _entries(
    settings: "Settings", platform: str | None, workspace: str | None, project: str | None, days: int
) -> tuple[list["Entry"], Lang]:
    """Raises UnknownPlace, StorageError."""
    from bot.administration import open_database, project_of, the_workspace
    from bot.app import keyring, router
    from bot.forecast import forecast
    from storage.audit import Action

    with open_database(settings) as database:
        with database.system() as system:
            chosen = the_workspace(system, platform, workspace)
        with database.transaction(chosen.id) as work:
            work.audit.record(Action.REPORT_PRINTED, operator(), report="plan")
            begins = work.now + timedelta(seconds=work.playground.ahead_seconds() or 0)
            of_project = work.people.list_of_project(project_of(work, project).id) if project else None
        told = asyncio.run(forecast(settings.database, keyring(settings), router(), chosen.id, begins, days))
    if of_project is not None:
        members = {person.id for person in of_project}
        told = [entry for entry in told if entry.person_id in members]
    return told, Lang(chosen.lang)


def _as_json(entry: "Entry") -> dict[str, str | None]:
    return {
        "at": entry.at.isoformat(timespec="seconds"),
        "person": entry.name,
        "kind": entry.kind,
        "held": entry.held.value if entry.held else None,
    }


def _show(entries: Iterable["Entry"], voice: Voice) -> None:
    from bot.texts import texts

    def word(key: str) -> str:
        return texts().text(f"plan.{key}", voice)

    def day_of(entry: "Entry") -> date:
        return entry.at.date()

    shown = 0
    for day, those in groupby(sorted(entries, key=day_of), key=day_of):
        table = Table(
            word("when"),
            word("who"),
            word("what"),
            word("held_back"),
            title=in_words(day, voice, "full"),
            title_justify="left",
        )
        for entry in those:
            shown += 1
            held = word(f"held.{entry.held}") if entry.held else ""
            table.add_row(f"{entry.at:%H:%M %Z}", entry.name, word(f"kind.{entry.kind}"), held)
        out.print(table)
    out.print(word("unanswered" if shown else "empty"), markup=False, highlight=False, soft_wrap=True)
