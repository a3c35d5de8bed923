"""`entrain campaign …` and `entrain interview …`."""

from typing import Annotated

import typer
from rich.table import Table

from bot.console import err, out, report, settings_or_exit
from content.promises import LEAST_FIGURES, LEAST_WORDS

campaign_app = typer.Typer(help="Rounds of interviews.", no_args_is_help=True)
interview_app = typer.Typer(help="Interviews and the figures behind them.", no_args_is_help=True)


@campaign_app.command("start")
def campaign_start(
    project: Annotated[str, typer.Option(help="The project's key.")],
    platform: Annotated[str, typer.Option(help="slack or teams")],
    workspace: Annotated[str, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")],
    script: Annotated[
        str, typer.Option(help="adoption, pulse, needs, training, leader, check, or one of your own.")
    ] = "adoption",
    anonymous: Annotated[
        bool,
        typer.Option(
            "--anonymous",
            help="Keep no link from an answer to its person once the interview is over; else confidential.",
        ),
    ] = False,
    figures: Annotated[
        int, typer.Option(help="The fewest people that a figure may be of; 5 or more.", min=LEAST_FIGURES)
    ] = LEAST_FIGURES,
    words: Annotated[
        int, typer.Option(help="The fewest people that a quotation may be of; 10 or more.", min=LEAST_WORDS)
    ] = LEAST_WORDS,
    invite: Annotated[
        bool, typer.Option("--invite", help="Invite everyone it is for at their next working hour.")
    ] = False,
) -> None:
    """Start a round of interviews. What it promises people can never be changed."""
    from bot.interview_administration import start_campaign

    report(
        start_campaign(
            settings_or_exit(),
            project,
            platform=platform,
            workspace=workspace,
            script=script,
            anonymous=anonymous,
            invite=invite,
            figures=figures,
            words=words,
        )
    )


@campaign_app.callback()
def _campaign() -> None:
    """Rounds of interviews."""


@interview_app.command("explain")
def interview_explain(
    interview: Annotated[str, typer.Argument(help="The interview's id, as the chat gave it.")],
    code: Annotated[
        str, typer.Option(help="The code that the chat gave its person; good once, for ten minutes.")
    ],
) -> None:
    """Print what an interview understood, and which answer moved what, for the person it belongs to."""
    from bot.interview_administration import NothingOpens, explain
    from content.markup import plain
    from storage.errors import StorageError

    try:
        told = explain(settings_or_exit(), interview, code)
    except (NothingOpens, StorageError) as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    for line in told.lines:
        out.print(plain(line), markup=False, highlight=False, soft_wrap=True)
    if told.moves:
        table = Table(show_header=False, box=None)
        for said, moved in told.moves:
            table.add_row(said, moved)
        out.print(table)


@interview_app.command("calibrate")
def interview_calibrate(
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the figures; they hold from the bot's next start.")
    ] = False,
) -> None:
    """Re-estimate priors, honesty and likelihoods from confirmed interviews, and show what would change."""
    from bot.interview_administration import TooFew, calibrate
    from content.loader import ContentError
    from storage.errors import StorageError

    try:
        done = calibrate(settings_or_exit(), apply=apply)
    except (TooFew, StorageError, ContentError) as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    table = Table("figure", "now", "would be" if done.written is None else "is now", "rests on")
    for change in done.calibration.changes:
        table.add_row(
            change.figure, f"{change.before:.3f}", f"{change.after:.3f}", f"{change.based_on} interviews"
        )
    out.print(table)
    said = f"written to {done.written}" if done.written else "nothing was written; --apply does that"
    out.print(
        f"{done.calibration.cases} confirmed interviews; {said}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
