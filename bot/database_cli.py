"""`entrain db …`: the database as a whole."""

from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.console import err, out

database_app = typer.Typer(help="The database as a whole.", no_args_is_help=True)


@database_app.callback()
def database() -> None:
    """The database as a whole."""


@database_app.command("copy")
def database_copy(
    source: Annotated[
        str, typer.Argument(help="Where everything is now, for example sqlite:///var/entrain.db.")
    ],
    target: Annotated[str, typer.Argument(help="An empty database, for example postgresql://….")],
) -> None:
    """Carry everything over to another database, and check that it arrived. Stop the bot first."""
    from storage.copy import copy
    from storage.engines import parse_url
    from storage.errors import StorageError

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    try:
        with Progress(*columns, console=err, transient=True) as progress:
            task = progress.add_task("copying")

            def show(table: str, done: int, rows: int) -> None:
                progress.update(task, description=table, completed=done, total=rows)

            copied = copy(parse_url(source), parse_url(target), show)
    except StorageError as error:
        err.print(f"entrain: {error}", highlight=False, markup=False)
        raise typer.Exit(1) from None
    table = Table("table", "rows", "checksum, the same on both sides")
    for each in copied:
        table.add_row(each.table, str(each.rows), each.checksum[:16])
    out.print(table)
    out.print(
        f"{sum(each.rows for each in copied)} rows copied. Set ENTRAIN_DATABASE_URL to the new address, keep "
        "ENTRAIN_ENCRYPTION_KEYS as it is, and start the bot.",
        highlight=False,
    )
