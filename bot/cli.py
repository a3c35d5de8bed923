"""The command line: `entrain …`, also `python -m bot …`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.audit_cli import audit_app
from bot.console import err, out, report, settings_or_exit
from bot.content_cli import content_app
from bot.data_cli import data_app
from bot.database_cli import database_app
from bot.delivery_cli import inbox_app, outbox_app
from bot.digest_cli import digest
from bot.interview_cli import campaign_app, interview_app
from bot.keys_cli import keys_app
from bot.nudges_cli import nudges_app
from bot.plan_cli import plan
from bot.privacy_cli import privacy_app
from bot.role_cli import role_app
from bot.samples_cli import sample_app
from bot.settings import describe
from bot.simulate_cli import simulate_app
from bot.usage_cli import usage_app
from bot.workspaces_cli import workspaces
from content.catalog import Address, Lang

app = typer.Typer(
    name="entrain",
    help="Entrain, an adoption coach for Slack and Microsoft Teams.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
project_app = typer.Typer(help="Projects.", no_args_is_help=True)
people_app = typer.Typer(help="People.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
app.add_typer(keys_app, name="keys")
app.add_typer(project_app, name="project")
app.add_typer(people_app, name="people")
app.add_typer(campaign_app, name="campaign")
app.add_typer(interview_app, name="interview")
app.add_typer(content_app, name="content")
app.add_typer(inbox_app, name="inbox")
app.add_typer(outbox_app, name="outbox")
blockers_app = typer.Typer(help="Reading what is behind a person's words.", no_args_is_help=True)
app.add_typer(blockers_app, name="blockers")
app.add_typer(simulate_app, name="simulate")
app.add_typer(data_app, name="data")
app.add_typer(database_app, name="db")
app.add_typer(nudges_app, name="nudges")
app.add_typer(privacy_app, name="privacy")
app.add_typer(role_app, name="role")
app.add_typer(sample_app, name="sample")
app.add_typer(usage_app, name="usage")
app.command()(digest)
app.command()(plan)
app.command()(workspaces)


@app.command()
def run(
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the demo organisation into the playground.")
    ] = False,
) -> None:
    """Bring the database to the newest schema and start the bot."""
    settings = settings_or_exit(**({"demo": True} if demo else {}))
    from bot.server import serve

    sys.exit(serve(settings))


@app.command()
def chat(
    name: Annotated[str, typer.Option("--as", help="Who you are in the playground, for example karim.")],
    url: Annotated[str, typer.Option(help="Where the bot runs.")] = "http://127.0.0.1:3978",
) -> None:
    """Talk to the playground of a running bot in the terminal."""
    from bot.chat_terminal import chat as talk

    sys.exit(asyncio.run(talk(url, name)))


@app.command()
def settings(
    markdown: Annotated[bool, typer.Option(help="As the page docs/settings.md.")] = False,
) -> None:
    """List every setting with its default and what it is for."""
    if markdown:
        typer.echo(settings_page(), nl=False)
        return
    table = Table("variable", "default", "what it is for")
    for row in describe():
        table.add_row(*row)
    out.print(table)


def settings_page() -> str:
    """docs/settings.md."""
    rows = "\n".join(
        f"| `{name}` | {f'`{default}`' if default else ''} | {description} |"
        for name, default, description in describe()
    )
    return (
        "# Settings\n\n"
        "All come from the environment, or from a file `.env` in the folder the bot is started in.\n"
        "A wrong or missing one stops the start with one line that names it.\n\n"
        f"| variable | default | what it is for |\n|---|---|---|\n{rows}\n"
    )


@app.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="slack or teams")],
    url: Annotated[str, typer.Option(help="The public https address of the bot.")] = "",
    out_file: Annotated[Path, typer.Option("--out", help="Where the app package for Teams goes.")] = Path(
        "entrain-teams.zip"
    ),
) -> None:
    """Print the app manifest to paste into Slack, or write the app package to upload into Teams."""

    chosen = settings_or_exit()
    address = url or chosen.public_url
    if platform == "slack":
        import json

        from bot.platforms.slack.manifest import manifest as slack_manifest

        typer.echo(json.dumps(slack_manifest(address or None), indent=2, ensure_ascii=False))
    elif platform == "teams":
        from bot.platforms.teams.manifest import package

        if not address or not chosen.teams_app_id:
            err.print("entrain: set ENTRAIN_TEAMS_APP_ID, and give --url or ENTRAIN_PUBLIC_URL")
            raise typer.Exit(2)
        out_file.write_bytes(package(chosen.teams_app_id, address))
        out.print(f"{out_file} is ready; upload it in the Teams admin centre", markup=False, highlight=False)
    else:
        err.print("entrain: the platform is slack or teams")
        raise typer.Exit(2)


@project_app.command("load")
def project_load(
    file: Annotated[Path, typer.Argument(help="The project file.")],
    platform: Annotated[str, typer.Option(help="slack or teams")],
    workspace: Annotated[str, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")],
    timezone: Annotated[
        str | None, typer.Option(help="Where most people work, an IANA name; UTC at first.")
    ] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="For people whose language is not known; en at first.")
    ] = None,
    address: Annotated[
        Address | None, typer.Option(help="How French addresses people; vous at first.")
    ] = None,
    second_opinion: Annotated[
        bool | None,
        typer.Option(help="Whether answers may be sent to the language model of the settings; not at first."),
    ] = None,
) -> None:
    """Put a project into a workspace, or change it; the first one also makes the workspace known."""
    from bot.administration import WorkspaceChoices, load_project

    choices = WorkspaceChoices(timezone, lang, address, second_opinion)
    report(load_project(settings_or_exit(), file, platform=platform, workspace=workspace, choices=choices))


@people_app.command("import")
def people_import(
    file: Annotated[
        Path, typer.Argument(help="CSV: external_id,name,email,lang,timezone,role,team,persona,site,manager")
    ],
    project: Annotated[str, typer.Option(help="The project's key.")],
    platform: Annotated[str, typer.Option(help="slack or teams")],
    workspace: Annotated[str, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")],
    invite: Annotated[
        bool, typer.Option(help="Invite new people to the interview at their next working hour.")
    ] = False,
) -> None:
    """Add or change a project's people."""
    from bot.administration import import_people

    report(
        import_people(
            settings_or_exit(), file, project, platform=platform, workspace=workspace, invite=invite
        )
    )


@people_app.command("leave")
def people_leave(
    file: Annotated[
        Path,
        typer.Argument(help="CSV: external_id or email,first_day,last_day; no last_day takes one back"),
    ],
    platform: Annotated[str, typer.Option(help="slack or teams")],
    workspace: Annotated[str, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")],
) -> None:
    """Say who is on leave when: nothing unasked is sent to them on those days."""
    from bot.administration import import_absences

    report(import_absences(settings_or_exit(), file, platform=platform, workspace=workspace))


@people_app.command("members")
def people_members(
    platform: Annotated[str, typer.Option(help="slack")] = "slack",
    workspace: Annotated[str, typer.Option(help="The Slack team id (T…).")] = "",
) -> None:
    """Print the people of a workspace as CSV, to be completed (role, team, persona) and imported."""
    from bot.administration import UnknownPlace, members
    from bot.platforms.errors import PlatformError

    try:
        typer.echo(asyncio.run(members(settings_or_exit(), platform, workspace)), nl=False)
    except (UnknownPlace, PlatformError) as error:
        err.print(f"entrain: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


@blockers_app.command("read")
def blockers_read(lang: Annotated[str, typer.Option(help="fr, en or auto.")] = "auto") -> None:
    """Read JSON lines with a text, and write them back with the likeliest causes."""
    from bot.reading_cli import run_read

    raise typer.Exit(run_read(lang))


@blockers_app.command("train")
def blockers_train(
    out_file: Annotated[Path, typer.Option("--out", help="Where the model goes, beside belief.yaml.")] = Path(
        "surveys/reading.npz"
    ),
) -> None:
    """Train the reading again from the statements (needs scikit-learn)."""
    from bot.reading_cli import train_model

    for line in train_model(out_file):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def doctor() -> None:
    """Check settings, database and platforms, and say what to do."""
    from bot.administration import examine

    sound = True
    for name, problem in examine(settings_or_exit()):
        sound &= problem is None
        out.print(
            f"{'ok ' if problem is None else 'NO '} {name}" + (f": {problem}" if problem else ""),
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if not sound:
        raise typer.Exit(1)


def main() -> None:
    app()
