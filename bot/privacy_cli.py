"""`entrain privacy …`: what the data protection officer and staff representatives are given."""

from typing import Annotated

import typer

from bot.console import err, settings_or_exit
from content.catalog import Lang

privacy_app = typer.Typer(help="Data protection.", no_args_is_help=True)


@privacy_app.callback()
def _privacy() -> None:
    """Data protection."""


@privacy_app.command("sheet")
def privacy_sheet(
    lang: Annotated[Lang | None, typer.Option(help="fr or en; the workspace's at first.")] = None,
    platform: Annotated[
        str | None, typer.Option(help="slack or teams, where there is more than one workspace.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")
    ] = None,
) -> None:
    """Print a data protection sheet and the draft of an impact assessment, in Markdown, from the configuration in force."""
    from bot.administration import UnknownPlace
    from bot.privacy_administration import sheet
    from storage.errors import StorageError

    try:
        typer.echo(sheet(settings_or_exit(), platform, workspace, lang), nl=False)
    except (StorageError, UnknownPlace) as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
