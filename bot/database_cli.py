"""`entrain db …`: the database as a whole."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.console import err, out, settings_or_exit

if TYPE_CHECKING:
    from sqlalchemy import URL

    from storage.second_wall import Look

T = TypeVar("T")

MAKE_A_ROLE = (
    "Row-level security holds no superuser and no role with BYPASSRLS. Make an ordinary role and a database of its own "
    "(CREATE ROLE entrain LOGIN PASSWORD '…'; CREATE DATABASE entrain OWNER entrain), stop the bot, carry everything over "
    "with `entrain db copy`, put the new address into ENTRAIN_DATABASE_URL, and run `entrain db wall on` there."
)

database_app = typer.Typer(help="The database as a whole.", no_args_is_help=True)
wall_app = typer.Typer(
    help="The second wall between workspaces: row-level security on PostgreSQL.", no_args_is_help=True
)
database_app.add_typer(wall_app, name="wall")


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


@wall_app.command("on")
def wall_on() -> None:
    """Put it up on every table that has a workspace. Stop the bot first."""
    from storage import second_wall

    _of_the_database(second_wall.put_up)
    look = _of_the_database(second_wall.look)
    _say(f"The second wall is up on {len(look.tables)} tables; start the bot again.")
    if look.passes:
        _say(f"It does not hold yet: the role {look.role} {look.passes}. {MAKE_A_ROLE}")


@wall_app.command("off")
def wall_off() -> None:
    """Take it down. Stop the bot first."""
    from storage import second_wall

    _of_the_database(second_wall.lower)
    _say("The second wall is down; the one in the bot itself stands. Start the bot again.")


@wall_app.command("check")
def wall_check() -> None:
    """Say table by table whether it holds for the role that the bot connects as; exit code 1 if not everywhere."""
    from storage import second_wall

    look = _of_the_database(second_wall.look)
    table = Table("table", f"the second wall, for the role {look.role}")
    for name, held in look.tables.items():
        table.add_row(name, held.value)
    out.print(table)
    _say(_verdict(look))
    if not look.holds:
        raise typer.Exit(1)


def _verdict(look: "Look") -> str:
    if look.passes:
        return f"It does not hold: the role {look.role} {look.passes}. {MAKE_A_ROLE}"
    if look.holds:
        return f"It holds on all {len(look.tables)} tables."
    if look.is_up:
        return "It does not hold everywhere. Stop the bot, run `entrain db wall on`, and look again."
    return "It is down. Stop the bot and run `entrain db wall on` to put it up."


def _of_the_database(function: "Callable[[URL], T]") -> T:
    """Of the settings' database; a refusal ends the command with one line."""
    from storage.engines import parse_url
    from storage.errors import StorageError

    try:
        return function(parse_url(settings_or_exit().database))
    except StorageError as error:
        err.print(f"entrain: {error}", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def _say(line: str) -> None:
    out.print(line, highlight=False, markup=False, soft_wrap=True)
