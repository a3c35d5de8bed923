"""`entrain usage …`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from bot.console import err, report, settings_or_exit

usage_app = typer.Typer(help="Use of the tools, as they tell it.", no_args_is_help=True)
token_app = typer.Typer(help="Tokens by which a tool tells about its use.", no_args_is_help=True)
usage_app.add_typer(token_app, name="token")

Platform = Annotated[str, typer.Option(help="slack or teams")]
Workspace = Annotated[str, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")]


@usage_app.command("import")
def usage_import(
    file: Annotated[
        Path, typer.Argument(help="CSV of any size: workspace,person,event,at,source_id[,project]")
    ],
    platform: Annotated[
        str | None, typer.Option(help="slack or teams, should both know a workspace of the same name.")
    ] = None,
) -> None:
    """Take in who used a tool on which days. The same file a second time changes nothing."""
    from bot.usage_administration import import_usage

    settings = settings_or_exit()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        told = import_usage(
            settings, file, platform, lambda path: progress.open(path, "rb", description="reading")
        )
    report(told)


@token_app.command("new")
def token_new(
    name: Annotated[str, typer.Argument(help="Who will use it, for example trello-webhook.")],
    platform: Platform,
    workspace: Workspace,
) -> None:
    """Make a token for one workspace and print it. It is shown this once: only its digest is kept."""
    from bot.usage_administration import new_token

    report(new_token(settings_or_exit(), name, platform, workspace))


@token_app.command("list")
def token_list(platform: Platform, workspace: Workspace) -> None:
    """Who may tell about use, and when they last did."""
    from bot.usage_administration import list_tokens

    report(list_tokens(settings_or_exit(), platform, workspace))


@token_app.command("revoke")
def token_revoke(
    number: Annotated[
        str, typer.Argument(help="The token's number, as `entrain usage token list` shows it.")
    ],
    platform: Platform,
    workspace: Workspace,
) -> None:
    """Let a token open nothing any more, at once."""
    from bot.usage_administration import revoke_token

    report(revoke_token(settings_or_exit(), number, platform, workspace))
