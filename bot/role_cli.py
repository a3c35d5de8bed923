"""`entrain role …`: who may what, given and taken by name. No role reads what a person told."""

from typing import Annotated

import typer

from bot.console import report, settings_or_exit
from storage.roles import GrantedRole

role_app = typer.Typer(help="Who has which role, since when and by whom.", no_args_is_help=True)

Person = Annotated[str, typer.Argument(help="Their id on the platform, or their e-mail address.")]
Role = Annotated[
    GrantedRole,
    typer.Argument(help="champion or lead, in a project; admin or auditor, in the whole workspace."),
]
Project = Annotated[str | None, typer.Option(help="The project's key, for champion and lead.")]
Platform = Annotated[str | None, typer.Option(help="slack or teams, where there is more than one workspace.")]
Workspace = Annotated[str | None, typer.Option(help="The Slack team id (T…) or the Teams tenant id.")]


@role_app.command("grant")
def role_grant(
    person: Person,
    role: Role,
    project: Project = None,
    platform: Platform = None,
    workspace: Workspace = None,
) -> None:
    """Give somebody a role. A lead gets the weekly page from next Monday on."""
    from bot.role_administration import grant

    report(grant(settings_or_exit(), platform, workspace, person, role, project))


@role_app.command("take")
def role_take(
    person: Person,
    role: Role,
    project: Project = None,
    platform: Platform = None,
    workspace: Workspace = None,
) -> None:
    """Take a role from somebody. A lead reads nothing more from that moment on."""
    from bot.role_administration import take

    report(take(settings_or_exit(), platform, workspace, person, role, project))


@role_app.command("list")
def role_list(platform: Platform = None, workspace: Workspace = None) -> None:
    """Who has which role, and what was given and taken before."""
    from bot.role_administration import listed

    report(listed(settings_or_exit(), platform, workspace))
