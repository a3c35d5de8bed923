"""`entrain audit …`: who did what, and whether the log is whole. It holds ids and counts, no answer and no name."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bot.console import cell, err, out, report, settings_or_exit

if TYPE_CHECKING:
    from storage.audit import Entry

audit_app = typer.Typer(help="Who did what: a log that is only added to.", no_args_is_help=True)

Platform = Annotated[str | None, typer.Option(help="slack or teams, where there is more than one workspace.")]
SHORT = 12
"""Digits of a fingerprint in a table; `--json` says all of them."""

Workspace = Annotated[str | None, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")]


@audit_app.command("list")
def audit_list(
    platform: Platform = None,
    workspace: Workspace = None,
    action: Annotated[
        str | None, typer.Option(help="Only what begins like this: report, role, sample.started …")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")] = False,
) -> None:
    """List what was recorded, the newest first. That it was looked at is recorded too."""
    from bot.administration import UnknownPlace
    from bot.audit_administration import entries
    from storage.errors import StorageError

    try:
        found = entries(settings_or_exit(), platform, workspace, action, limit)
    except (StorageError, UnknownPlace) as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps([_as_json(entry) for entry in found], indent=2))
        return
    table = Table("number", "when", "who", "what", "about", "more")
    for entry in found:
        who = f"{entry.actor.kind.value} {entry.actor.id}".strip().replace("[", r"\[")
        table.add_row(str(entry.seq), cell(entry.at), who, entry.action, entry.subject, _more(entry))
    out.print(table)


@audit_app.command("verify")
def audit_verify(
    platform: Platform = None,
    workspace: Workspace = None,
    head: Annotated[
        str | None,
        typer.Option(help="A head that was kept elsewhere, as `entrain audit head` printed it then."),
    ] = None,
) -> None:
    """Follow the whole log, and say whether anything was changed, taken out or cut off."""
    from bot.audit_administration import verify

    report(verify(settings_or_exit(), platform, workspace, head))


@audit_app.command("head")
def audit_head(platform: Platform = None, workspace: Workspace = None) -> None:
    """Print where the log ends. Keep it elsewhere: `entrain audit verify --head` tells later if it still leads there."""
    from bot.audit_administration import head

    report(head(settings_or_exit(), platform, workspace))


def _more(entry: "Entry") -> str:
    detail = json.loads(entry.detail)
    if entry.action == "settings.changed":
        return "; ".join(
            f"{name} is {value}" if value else f"{name} is not set" for name, value in detail.items()
        )
    if shown := detail.get("shown"):
        detail["shown"] = shown[:SHORT]
    return ", ".join(f"{key} {cell(value)}" for key, value in detail.items())


def _as_json(entry: "Entry") -> dict[str, object]:
    return {
        "number": entry.seq,
        "at": entry.at.isoformat(),
        "by": entry.actor.kind.value,
        "who": entry.actor.id,
        "action": entry.action,
        "about": entry.subject,
        "detail": json.loads(entry.detail),
        "digest": entry.digest,
    }
