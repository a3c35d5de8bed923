"""What every command of the command line shares: where it writes, its settings, how it reports."""

import typer
from rich.console import Console

from bot.settings import Settings, SettingsError, read_settings

out = Console()
err = Console(stderr=True)


def settings_or_exit(**overrides: object) -> Settings:
    """The settings; a wrong one ends the command with one line and exit code 2."""
    try:
        return read_settings(**overrides)
    except SettingsError as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None


def report(lines: tuple[list[str], list[str]]) -> None:
    """What was done, a line each; what went wrong, on stderr and with exit code 1."""
    done, problems = lines
    for line in done:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    for line in problems:
        err.print(line, markup=False, highlight=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)
