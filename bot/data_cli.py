"""`entrain data …`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.console import cell, err, out, settings_or_exit

data_app = typer.Typer(
    help="Personal data: an export by its person's code, and what goes after its time.",
    no_args_is_help=True,
)


@data_app.command("export")
def data_export(
    code: Annotated[str, typer.Option(help="The code that the chat gave: “my data”, then Export.")],
    out_file: Annotated[
        Path | None,
        typer.Option("--out", help="The file to write, which must not exist; else it is printed."),
    ] = None,
) -> None:
    """Write all that is held about a person as JSON, for that person, with their code. It works once."""
    from bot.data_administration import NothingOpens, export
    from storage.errors import StorageError

    if out_file and out_file.exists():
        err.print(f"entrain: {out_file} exists already; name another file", markup=False, highlight=False)
        raise typer.Exit(1)
    try:
        document = export(settings_or_exit(), code)
    except (NothingOpens, StorageError) as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    if out_file is None:
        typer.echo(document)
        return
    out_file.touch(mode=0o600)
    out_file.write_text(document, encoding="utf-8")
    out.print(f"written to {out_file}", markup=False, highlight=False, soft_wrap=True)


@data_app.command("purge")
def data_purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Delete what is past its time now rather than within the hour; how long is in the settings ENTRAIN_KEEP_…."""
    from bot.data_administration import purge
    from storage.errors import StorageError

    try:
        gone = purge(settings_or_exit(), dry_run=dry_run)
    except StorageError as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    table = Table("what", "rows that would go" if dry_run else "rows that went", "older than")
    for each in gone:
        table.add_row(each.kind, str(each.rows), cell(each.before))
    out.print(table)


@data_app.command("purges")
def data_purges(
    limit: Annotated[int, typer.Option(min=1, help="How many lines.")] = 50,
) -> None:
    """Say what was deleted when, by the hourly upkeep or by hand, in numbers of rows, the latest first."""
    from bot.data_administration import purges
    from storage.errors import StorageError

    try:
        logged = purges(settings_or_exit(), limit)
    except StorageError as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    table = Table("when", "what", "rows", "older than")
    for each in logged:
        table.add_row(cell(each.at), each.kind, str(each.rows), cell(each.before))
    out.print(table)
