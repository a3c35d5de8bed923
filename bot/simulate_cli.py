"""`entrain simulate …`: whether interviews find the real obstacle, and coaching changes anything, on simulated people."""

from pathlib import Path
from typing import Annotated

import typer

simulate_app = typer.Typer(help="Try things on simulated people.", no_args_is_help=True)


@simulate_app.callback()
def simulate() -> None:
    """Try things on simulated people."""


@simulate_app.command("interviews")
def simulate_interviews(
    seeds: Annotated[int, typer.Option(min=2, help="How many simulated organisations.")] = 200,
    people: Annotated[int, typer.Option(min=1, help="People in each.")] = 200,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="Also with wrong figures, harder people, and parts taken away.")
    ] = False,
    lang: Annotated[str, typer.Option(help="What people write: fr, en or both.")] = "both",
    reader: Annotated[
        str, typer.Option(help="trained (without each author in turn; needs scikit-learn) or lexicons.")
    ] = "trained",
    first: Annotated[int, typer.Option(help="The first seed; others show that nothing was fitted.")] = 0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write all figures here.")] = None,
) -> None:
    """Compare a poll, an open question, a fixed questionnaire and the interview on the same simulated people."""
    from bot.simulation import run

    raise typer.Exit(
        run(
            seeds=seeds,
            people=people,
            wrong=wrong,
            lang=lang,
            reader=reader,
            first=first,
            json_file=json_file,
        )
    )


@simulate_app.command("coaching")
def simulate_coaching(
    seeds: Annotated[int, typer.Option(min=2, help="How many simulated organisations.")] = 200,
    people: Annotated[int, typer.Option(min=20, help="People in each.")] = 120,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="Also with people who are otherwise than assumed.")
    ] = False,
    only: Annotated[str, typer.Option(help="policies, seeding or wordings; all three if not given.")] = "",
    first: Annotated[int, typer.Option(help="The first seed; others show that nothing was fitted.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write all figures here.")] = None,
) -> None:
    """Compare a fixed schedule, chance and coaching as it is on simulated people, and ways to find early adopters."""
    from bot.coaching_simulation import run

    raise typer.Exit(
        run(
            seeds=seeds,
            people=people,
            wrong=wrong,
            only=only,
            first=first,
            jobs=jobs,
            json_file=json_file,
        )
    )
