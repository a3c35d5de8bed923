"""`entrain keys`: make a key, seal everything anew with it, and see which keys are still needed."""

from typing import TYPE_CHECKING

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from bot.console import err, operator, out, settings_or_exit
from storage.errors import StorageError

if TYPE_CHECKING:
    from storage.database import Database

keys_app = typer.Typer(help="Encryption keys.", no_args_is_help=True)


@keys_app.command("new")
def keys_new() -> None:
    """Print a fresh key for ENTRAIN_ENCRYPTION_KEYS."""
    from storage.crypto import Keyring

    typer.echo(Keyring.generate())


@keys_app.command("rotate")
def keys_rotate() -> None:
    """Seal every text anew with the first key of ENTRAIN_ENCRYPTION_KEYS; the bot may run meanwhile.

    Put the new key first, keep the old ones behind it, start every process of the bot again, then run this. It may be
    stopped and run again: what is done stays done.
    """
    from bot.administration import open_database
    from storage import sealed

    settings = settings_or_exit()
    try:
        with (
            open_database(settings) as database,
            Progress(SpinnerColumn(), TextColumn("{task.description}"), console=err, transient=True) as shown,
        ):
            task, looked = shown.add_task("sealing anew"), 0

            def tell(name: str, rows: int) -> None:
                nonlocal looked
                looked += rows
                shown.update(task, description=f"sealing anew: {looked} texts, now in {name}")

            done = sealed.rotate(database, tell)
            _record(database)
    except StorageError as error:
        err.print(f"entrain: {error}", markup=False)
        raise typer.Exit(2) from None
    broken = sum(column.broken for column in done)
    typer.echo(f"{sum(column.anew for column in done)} texts were sealed anew")
    if broken:
        err.print(f"{broken} do not open with any key of the ring; `entrain keys status` says where")
        raise typer.Exit(1)


def _record(database: "Database") -> None:
    """Put it into the log of every workspace."""
    from storage.audit import Action

    with database.system() as system:
        known = [workspace.id for workspace in system.workspaces.all()]
    for workspace_id in known:
        with database.transaction(workspace_id) as work:
            work.audit.record(Action.KEYS_ROTATED, operator())


@keys_app.command("status")
def keys_status() -> None:
    """Count the sealed texts by key: one that has none left may leave ENTRAIN_ENCRYPTION_KEYS."""
    from bot.administration import open_database
    from storage import sealed

    settings = settings_or_exit()
    try:
        with open_database(settings) as database, database.system() as work:
            ids, columns = work.keyring.ids, sealed.status(work)
    except StorageError as error:
        err.print(f"entrain: {error}", markup=False)
        raise typer.Exit(2) from None
    table = Table("column", *ids, "of the old form", "of an unknown key")
    for column in columns:
        figures = [*(column.by_key[key_id] for key_id in ids), column.unbound, column.unknown]
        table.add_row(column.name, *map(str, figures))
    out.print(table)
