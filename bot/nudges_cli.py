"""`entrain nudges …`."""

from typing import Annotated

import typer

from bot.console import report, settings_or_exit

nudges_app = typer.Typer(help="Nudges: what they do.", no_args_is_help=True)


@nudges_app.callback()
def nudges() -> None:
    """Nudges: what they do."""


@nudges_app.command("evaluate")
def nudges_evaluate(
    platform: Annotated[str, typer.Option(help="slack or teams")],
    workspace: Annotated[str, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")],
) -> None:
    """What other ways of choosing would have brought, told from what was chosen by chance, for five people or more."""
    from bot.nudges_administration import evaluate

    report(evaluate(settings_or_exit(), platform, workspace))
