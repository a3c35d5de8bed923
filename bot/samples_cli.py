"""`entrain sample …`."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from bot.console import report, settings_or_exit
from nudges.samples import Stratum, Unit
from storage.models import SampleKind

sample_app = typer.Typer(help="Tests on a sample: is it worth it?", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="The test's name.")]
Project = Annotated[str, typer.Option(help="The project's key.")]
Platform = Annotated[str, typer.Option(help="slack or teams")]
Workspace = Annotated[str, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")]


@sample_app.command("draw")
def sample_draw(
    key: Key,
    project: Project,
    platform: Platform,
    workspace: Workspace,
    kind: Annotated[
        SampleKind,
        typer.Option(
            help="pilot: coaching, in waves; holdout: nothing unasked for the others; variants; stories: testimonials."
        ),
    ] = SampleKind.PILOT,
    by: Annotated[
        Unit, typer.Option(help="Whether whole teams are drawn, or people. Teams, where people talk.")
    ] = Unit.TEAM,
    share: Annotated[int, typer.Option(min=1, max=99, help="How many in a hundred get what is tested.")] = 50,
    like: Annotated[
        str, typer.Option(help="What both sides are to be alike in, the most important first.")
    ] = "persona,team",
    waves: Annotated[int, typer.Option(min=1, help="Of a pilot: in how many steps it begins.")] = 1,
    wave_weeks: Annotated[int, typer.Option(min=1, help="Weeks between two waves.")] = 4,
    variants: Annotated[
        str, typer.Option(help="The two nudges or routines that are compared, with a comma in between.")
    ] = "",
    seed: Annotated[
        str, typer.Option(help="Makes the draw repeatable; chosen by chance, and kept, if not given.")
    ] = "",
) -> None:
    """Draw the two sides of a test. Nothing changes for anybody before it starts."""
    from bot.samples_administration import draw
    from nudges.trials import Plan

    names = [name.strip() for name in variants.split(",") if name.strip()]
    if len(names) not in (0, 2):
        raise typer.BadParameter("two names with a comma in between", param_hint="--variants")
    try:
        strata = tuple(Stratum(name.strip()) for name in like.split(",") if name.strip())
    except ValueError:
        raise typer.BadParameter("persona, team and site, with a comma", param_hint="--like") from None
    plan = Plan(
        kind, by, share / 100, strata, waves, wave_weeks, (names[0], names[1]) if len(names) == 2 else None
    )
    place = (platform, workspace, project)
    report(draw(settings_or_exit(), place, key, plan, seed or secrets.token_hex(8)))


@sample_app.command("start")
def sample_start(
    key: Key,
    project: Project,
    platform: Platform,
    workspace: Workspace,
    worth: Annotated[
        int, typer.Option(min=1, max=99, help="From how many points of weeks with use on it is worth it.")
    ] = 10,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="How long it lasts.")] = 12,
    first_after: Annotated[int, typer.Option(min=1, help="Weeks before which there is no go.")] = 4,
    base: Annotated[
        int, typer.Option(min=1, max=99, help="Weeks with use without it, in a hundred; your estimate.")
    ] = 30,
    alike: Annotated[
        float, typer.Option(min=0, max=1, help="How alike a team's people are, 0 to 1; your estimate.")
    ] = 0.1,
    foretold: Annotated[
        float, typer.Option(min=0, max=0.95, help="How much past use tells of later use, 0 to 1.")
    ] = 0.0,
    yes: Annotated[bool, typer.Option("--yes", help="Start it; its rules can never be changed.")] = False,
) -> None:
    """Say what a test could find, and start it."""
    from bot.samples_administration import start
    from nudges.trials import Assumed, Target

    assumed, target = Assumed(base / 100, alike, foretold), Target(worth / 100, weeks, first_after)
    report(start(settings_or_exit(), (platform, workspace, project), key, assumed, target, yes=yes))


@sample_app.command("status")
def sample_status(key: Key, project: Project, platform: Platform, workspace: Workspace) -> None:
    """How far a test is, and how near those drawn are to everybody."""
    from bot.samples_administration import status

    report(status(settings_or_exit(), (platform, workspace, project), key))


@sample_app.command("verdict")
def sample_verdict(
    key: Key,
    project: Project,
    platform: Platform,
    workspace: Workspace,
    usage: Annotated[
        Path | None,
        typer.Option(
            help="CSV with a line for each person and day of use: person,date. Without it, what the tool has told."
        ),
    ] = None,
) -> None:
    """Look at what the test shows so far: go, not yet, or too few to say. As often as you like."""
    from bot.samples_administration import verdict

    report(verdict(settings_or_exit(), (platform, workspace, project), key, usage))


@sample_app.command("end")
def sample_end(key: Key, project: Project, platform: Platform, workspace: Workspace) -> None:
    """End a test before its time; nobody is held back by it any more."""
    from bot.samples_administration import end

    report(end(settings_or_exit(), (platform, workspace, project), key))
