"""`entrain content …`: writing scripts, nudges and routines of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from bot.console import err, out, settings_or_exit

content_app = typer.Typer(help="Interview scripts, nudges and routines of your own.", no_args_is_help=True)


@content_app.command("check")
def content_check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A content folder, or one file of it; ENTRAIN_CONTENT_DIR by default."),
    ] = None,
) -> None:
    """Say every mistake with file, line and what was probably meant; exit code 1 if there is one."""
    from bot.own_content import check

    chosen = folder or settings_or_exit().content_dir
    if chosen is None:
        err.print("entrain: say which folder, or set ENTRAIN_CONTENT_DIR")
        raise typer.Exit(2)
    mistakes = check(chosen)
    for mistake in mistakes:
        err.print(str(mistake), markup=False, highlight=False, soft_wrap=True)
    if mistakes:
        raise typer.Exit(1)
    out.print(f"{chosen} can be used", markup=False, highlight=False, soft_wrap=True)


@content_app.command("try")
def content_try(
    file: Annotated[Path, typer.Argument(help="A script.")],
    lang: Annotated[str, typer.Option(help="en or fr")] = "en",
    address: Annotated[str, typer.Option(help="How French addresses you: tu or vous.")] = "vous",
    anonymous: Annotated[bool, typer.Option("--anonymous", help="As in an anonymous round.")] = False,
) -> None:
    """Play a script in the terminal; nothing is kept."""
    from bot.rehearsal import rehearse
    from content.catalog import Address, Lang, Voice
    from surveys.checking import check

    if mistakes := check(file):
        for mistake in mistakes:
            err.print(str(mistake), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1)
    if lang not in set(Lang) or address not in set(Address):
        err.print("entrain: --lang is en or fr, --address is tu or vous")
        raise typer.Exit(2)
    rehearse(file, Voice(Lang(lang), Address(address)), anonymous=anonymous)
