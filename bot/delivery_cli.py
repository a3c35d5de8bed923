"""`entrain inbox …` and `entrain outbox …`: what is stuck, and what to do about it. Nothing tells whose a message is."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table

from bot.console import cell, err, opened, out, report

if TYPE_CHECKING:
    from storage.upkeep import Done
    from storage.work import SystemWork

inbox_app = typer.Typer(help="Events that came in.", no_args_is_help=True)
outbox_app = typer.Typer(help="Messages on their way out.", no_args_is_help=True)

State = Literal["ready", "sending", "sent", "failed", "superseded", "cancelled", "uncertain"]
HIGHEST = 2**63 - 1
"""Of a row's number: what a database can hold."""

Number = Annotated[int, typer.Argument(min=1, max=HIGHEST, help="The number of the message, as listed.")]
Numbers = Annotated[list[int], typer.Argument(min=1, max=HIGHEST, help="The numbers of the rows, as listed.")]
Limit = Annotated[int, typer.Option(min=1, max=HIGHEST, help="How many at most, the newest first.")]
Place = Annotated[str | None, typer.Option(help="Only of this Slack team id (T…) or Teams tenant id.")]
Intent = Annotated[str | None, typer.Option(help="Only of this kind, like interview.invite.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")]


@inbox_app.command("list")
def inbox_list(
    state: Annotated[
        Literal["poison", "new", "done"], typer.Option(help="poison: set aside after too many tries.")
    ] = "poison",
    workspace: Place = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List events, and count them by state."""
    from storage import upkeep
    from storage.models import InboxState

    with opened() as work:
        counts = upkeep.event_counts(work)
        rows = upkeep.events(work, InboxState(state), workspace, limit)
    _show(counts, [asdict(row) for row in rows], as_json=as_json)


@inbox_app.command("replay")
def inbox_replay(
    numbers: Annotated[
        list[int] | None, typer.Argument(min=1, max=HIGHEST, help="The numbers of the events, as listed.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every event that was set aside.")] = False,
) -> None:
    """Handle events again that were set aside, with what caused them mended."""
    from storage import upkeep

    if bool(numbers) == everything:
        err.print("entrain: name the events, or --all")
        raise typer.Exit(2)
    with opened() as work:
        chosen = numbers or upkeep.poisoned(work)
        outcomes = [(seq, upkeep.replay(work, seq)) for seq in chosen]
        overtaken = [seq for seq, done in outcomes if done.ok and upkeep.overtaken(work, seq)]
    if overtaken:
        typer.echo(f"newer events of the same people were handled before these: {_listed(overtaken)}")
    _report(outcomes)


@outbox_app.command("list")
def outbox_list(
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    workspace: Place = None,
    intent: Intent = None,
    due: Annotated[bool, typer.Option("--due", help="Only what could leave now.")] = False,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List messages, and count them by state."""
    from storage import upkeep
    from storage.models import OutboxState

    with opened() as work:
        counts = upkeep.message_counts(work)
        which = upkeep.Which(OutboxState(state) if state else None, workspace, intent, due)
        rows = upkeep.messages(work, which, limit)
    shown = [asdict(row) for row in rows]
    if not as_json:
        for row in shown:
            del row["unasked"], row["repeated"], row["planned_at"], row["sent_at"]
    _show(counts, shown, as_json=as_json)


@outbox_app.command("show")
def outbox_show(number: Number) -> None:
    """Show all that may be known of one message: neither its words nor its person."""
    from storage import upkeep

    with opened() as work:
        found = upkeep.message(work, number)
    if found is None:
        report(([], [f"{number}: {upkeep.Done.UNKNOWN}"]))
        return
    table = Table(show_header=False)
    for name, value in asdict(found).items():
        table.add_row(name.replace("_", " "), cell(value))
    out.print(table)


@outbox_app.command("retry")
def outbox_retry(numbers: Numbers) -> None:
    """Send messages after all that failed or became too late, while their people work."""
    from storage import upkeep

    _each(numbers, upkeep.retry)


@outbox_app.command("cancel")
def outbox_cancel(
    numbers: Annotated[
        list[int] | None, typer.Argument(min=1, max=HIGHEST, help="The numbers of the messages, as listed.")
    ] = None,
    workspace: Place = None,
    intent: Intent = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Do not send messages that have not left: those named, or all of a workspace or kind."""
    from storage import upkeep

    which = upkeep.Which(workspace=workspace, intent=intent)
    if bool(numbers) == bool(workspace or intent):
        err.print("entrain: name the messages, or --workspace, --intent or both")
        raise typer.Exit(2)
    if not numbers:
        with opened() as work:
            numbers = upkeep.waiting(work, which)
        if not yes:
            typer.confirm(f"Cancel {len(numbers)} messages?", abort=True)
    _each(numbers, upkeep.cancel)


def _each(numbers: Sequence[int], do: Callable[["SystemWork", int], "Done"]) -> None:
    with opened() as work:
        outcomes = [(seq, do(work, seq)) for seq in numbers]
    _report(outcomes)


def _report(outcomes: Iterable[tuple[int, "Done"]]) -> None:
    """What was done, by outcome, and which rows it was not done to."""
    by_outcome: dict[Done, list[int]] = {}
    for seq, done in outcomes:
        by_outcome.setdefault(done, []).append(seq)
    if not by_outcome:
        typer.echo("there is nothing to do that for")
    lines = [(done, f"{_listed(numbers)}: {done}") for done, numbers in by_outcome.items()]
    report(([line for done, line in lines if done.ok], [line for done, line in lines if not done.ok]))


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:20])
    return shown if len(numbers) <= 20 else f"{shown} and {len(numbers) - 20} more"


def _show(counts: dict[str, int], rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"counts": counts, "rows": rows}, default=str, indent=2))
        return
    typer.echo(", ".join(f"{state} {number}" for state, number in sorted(counts.items())) or "nothing yet")
    if not rows:
        return
    table = Table(*(name.replace("_", " ") for name in rows[0]))
    for row in rows:
        table.add_row(*(cell(value) for value in row.values()))
    out.print(table)
