"""`entrain digest`: a page that has been published, in print."""

from pathlib import Path
from typing import Annotated

import typer

from bot.console import err, out, settings_or_exit
from bot.exports import Format
from content.catalog import Lang


def digest(
    project: Annotated[str, typer.Option(help="The project's key.")],
    week: Annotated[
        str | None, typer.Option(help="An ISO week such as 2026-W48; the latest page at first.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.MARKDOWN,
    platform: Annotated[
        str | None, typer.Option(help="slack or teams, where there is more than one workspace.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")
    ] = None,
    lang: Annotated[Lang | None, typer.Option(help="fr or en; the workspace's at first.")] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Where to write it instead of printing it.")
    ] = None,
) -> None:
    """Print a project's page of one week as its leads were shown it. Nothing is counted anew."""
    from bot.administration import UnknownPlace
    from bot.digest_administration import printed
    from bot.web.pdf import PdfMissing
    from storage.errors import StorageError

    try:
        written = printed(settings_or_exit(), platform, workspace, project, week, format_, lang)
        if out_file is None:
            typer.echo(written, nl=False)
        else:
            out_file.write_bytes(written)
            out.print(f"{out_file} is written", markup=False, highlight=False, soft_wrap=True)
    except (OSError, PdfMissing, StorageError, UnknownPlace) as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
