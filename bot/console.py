"""What every command of the command line shares: where it writes, its settings, how it reports."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.text import Text

from bot.platforms.steering import STEERING, inert
from bot.settings import Settings, SettingsError, read_settings
from storage.audit import Actor
from storage.errors import StorageError

if TYPE_CHECKING:
    from storage.work import SystemWork


class Terminal(Console):
    """A console on which no text is markup, an emoji's name or a control sequence, in a table or outside one."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(inert(text), **options)


out = Terminal()
err = Terminal(stderr=True)


def settings_or_exit(**overrides: object) -> Settings:
    """The settings; a wrong one ends the command with one line and exit code 2."""
    try:
        return read_settings(**overrides)
    except SettingsError as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None


def operator() -> Actor:
    """Whoever runs this command, by the name of their account on this machine where it has one."""
    try:
        return Actor.command(getpass.getuser())
    except (ImportError, KeyError, OSError):
        return Actor.command()


def report(lines: tuple[list[str], list[str]]) -> None:
    """What was done, a line each; what went wrong, on stderr and with exit code 1."""
    done, problems = lines
    for line in done:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    for line in problems:
        err.print(line, markup=False, highlight=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


def json_text(value: object) -> str:
    """JSON to print: every value exactly, what steers a terminal as its escape."""
    written = json.dumps(value, ensure_ascii=False, indent=2)
    return STEERING.sub(lambda found: f"\\u{ord(found.group()):04x}", written)


@contextmanager
def opened() -> Iterator["SystemWork"]:
    """A transaction over every workspace; storage that cannot be opened ends the command with one line."""
    from bot.administration import open_database

    try:
        with open_database(settings_or_exit()) as database, database.system() as work:
            yield work
    except StorageError as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


def cell(value: object) -> str:
    """A value as a table shows it; instants in UTC."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S} UTC"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
