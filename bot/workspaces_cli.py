"""`entrain workspaces`: how each one is doing. Counts only; nothing tells whose anything is."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bot.console import cell, opened, out

if TYPE_CHECKING:
    from storage.overview import Place


def workspaces(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")] = False,
) -> None:
    """List workspaces: whether they can be reached, what holds them up, and what is waiting."""
    from storage import overview

    with opened() as work:
        places = overview.places(work)
    if as_json:
        typer.echo(json.dumps([asdict(place) for place in places], default=str, indent=2))
    elif places:
        out.print(_table(places))
    else:
        typer.echo("there is no workspace yet; load a project into one with `entrain project load`")


def _table(places: Iterable["Place"]) -> Table:
    names = ("workspace", "state", "closed until", "ready", "uncertain", "failed", "poison", "unreachable")
    table = Table(*names)
    for place in places:
        since = f" since {cell(place.since)}" if place.since else ""
        why = f" ({place.reason})" if place.reason else ""
        closed = f"{cell(place.closed_until)} ({place.closed_for})" if place.closed_until else ""
        counts = (place.ready, place.uncertain, place.failed, place.poison)
        table.add_row(
            f"{place.platform} {place.workspace}",
            f"{place.state}{since}{why}",
            closed,
            *(str(count) for count in counts),
            by_reason(place.unreachable),
        )
    return table


def by_reason(counts: dict[str, int]) -> str:
    """People by why they cannot be reached, in one line."""
    return ", ".join(f"{reason.replace('_', ' ')} {number}" for reason, number in counts.items())
