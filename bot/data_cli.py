"""`entrain data …`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.console import err, out, settings_or_exit

data_app = typer.Typer(help="Personal data: an export with its person's code.", no_args_is_help=True)


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
