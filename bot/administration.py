"""What the person who installs Entrain does from the command line: projects, people, a check of everything."""

import asyncio
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from pydantic import SecretStr

from bot import own_content
from bot.app import Application, database
from bot.console import cell, operator
from bot.handlers import digest, interview
from bot.platforms.steering import inert
from bot.scene import Scene
from bot.settings import Settings
from bot.wakes import tell
from bot.workspaces_cli import by_reason
from content.catalog import Address, Lang
from content.loader import ContentError
from projects import leave, people, service, spreadsheet
from projects.definition import ProjectFile, read
from storage import overview
from storage.audit import Action
from storage.clock import SystemClock
from storage.database import Database
from storage.engines import parse_url
from storage.errors import StorageError
from storage.ids import TimeOrderedIds
from storage.models import Campaign, Membership, Person, Project, Role, Workspace, WorkspaceStatus
from storage.work import SystemWork, Work
from surveys import service as surveys

SCRIPT = "adoption"

REMEDIES = {
    WorkspaceStatus.UNINSTALLED.value: "the app was removed {since}; install it again",
    WorkspaceStatus.REVOKED.value: "its credentials are refused {since} ({reason}); renew them in the settings",
    WorkspaceStatus.MISCONFIGURED.value: "the app is refused {since} ({reason}); compare it with `entrain manifest`",
}
"""What to do about a workspace that cannot be reached."""

Report = tuple[list[str], list[str]]
"""(what was done, what went wrong), a line each."""


class UnknownPlace(Exception):
    """The workspace or project that the command names does not exist."""


@dataclass(frozen=True)
class WorkspaceChoices:
    """What is said of a workspace; None leaves it as it is (a new one: UTC, English, vous, no second opinion)."""

    timezone: str | None = None
    lang: Lang | None = None
    address: Address | None = None
    second_opinion: bool | None = None


def load_project(
    settings: Settings, file: Path, *, platform: str, workspace: str, choices: WorkspaceChoices
) -> Report:
    """Put the project of `file` into a workspace, which becomes known by it, and is written to again if it had been lost."""
    if choices.timezone and choices.timezone not in available_timezones():
        return [], [f"{choices.timezone!r} is not a time zone; write one like 'Europe/Paris'"]
    try:
        definition = read(file)
        with open_database(settings) as opened:
            with opened.system() as system:
                workspace_id = _ensure_workspace(system, platform, workspace, choices)
            with opened.transaction(workspace_id) as work:
                _save(work, definition)
                _record_choices(work, choices)
    except (ContentError, StorageError) as error:
        return [], [str(error)]
    return [
        f"{definition.name} ({definition.key}) is in the workspace {workspace}; next: entrain people import"
    ], []


def import_people(
    settings: Settings, file: Path, project_key: str, *, platform: str, workspace: str, invite: bool
) -> Report:
    """Add or change a project's people; leads get their Monday digest, and with `invite` employees their interview."""
    try:
        listed = people.parse(file.read_bytes())
        with (
            open_database(settings) as opened,
            opened.transaction(workspace_id_of(opened, platform, workspace)) as work,
        ):
            project = project_of(work, project_key)
            by = operator()
            imported = service.import_people(work, project, listed.rows, by)
            invited = _begin(work, project, invite=invite)
            counts = {"added": imported.added, "updated": imported.updated, "invited": invited}
            work.audit.record(Action.PEOPLE_IMPORTED, by, project.id, **counts)
    except (OSError, StorageError, UnknownPlace) as error:
        return [], [str(error)]
    done = [f"{imported.added} people added, {imported.updated} updated, {invited} invited"]
    if imported.erased:
        done.append(f"{imported.erased} left out: they had everything about them erased")
    return done, [str(problem) for problem in (*listed.problems, *imported.problems)]


def import_absences(settings: Settings, file: Path, *, platform: str, workspace: str) -> Report:
    """Keep when people of a workspace are on leave."""
    try:
        rows, problems = leave.parse(file.read_bytes())
        with (
            open_database(settings) as opened,
            opened.transaction(workspace_id_of(opened, platform, workspace)) as work,
        ):
            imported = leave.import_leave(work, rows)
            work.audit.record(Action.LEAVE_IMPORTED, operator(), absences=imported.changed)
    except (OSError, StorageError, UnknownPlace) as error:
        return [], [str(error)]
    done = [f"{imported.changed} absences added, changed or taken back"]
    return done, [str(problem) for problem in (*problems, *imported.problems)]


def workspace_id_of(database: Database, platform: str, external_id: str) -> str:
    """Raises UnknownPlace."""
    workspace_id = asyncio.run(database.workspace_id(platform, external_id))
    if workspace_id is None:
        raise UnknownPlace(
            f"the {platform} workspace {external_id!r} is not known; load a project into it first"
        )
    return workspace_id


def the_workspace(system: SystemWork, platform: str | None, external_id: str | None) -> Workspace:
    """The workspace that is meant, which need not be said where there is only one.

    Raises:
        UnknownPlace: there is none of that name, or several.
    """
    known = [
        workspace
        for workspace in system.workspaces.all()
        if platform in {None, workspace.platform} and external_id in {None, workspace.external_id}
    ]
    if not known:
        raise UnknownPlace("no such workspace is known; load a project into it first")
    if len(known) > 1:
        raise UnknownPlace("there are several workspaces; say which with --platform and --workspace")
    return known[0]


def project_of(work: Work, key: str) -> Project:
    """Raises UnknownPlace."""
    project = work.projects.by_key(key)
    if project is None:
        raise UnknownPlace(f"there is no project {key!r} in this workspace; load its file first")
    return project


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The settings' database at its newest schema, on the machine's clock, for the time of the block.

    Raises:
        SetupError: it cannot be opened; the message says what to do.
    """
    own_content.use(settings)
    clock = SystemClock()
    opened = database(settings, clock, TimeOrderedIds(clock))
    planned: set[str] = set()
    opened.on_planned(planned.add)
    try:
        opened.upgrade()
        yield opened
    finally:
        opened.dispose()
    tell(parse_url(settings.database), planned)


def begin(work: Work, project: Project, person: Person, membership: Membership, *, invite: bool) -> bool:
    """What a new member gets: a lead the Monday digest, and all, if wanted, an invitation; whether one was planned."""
    scene = Scene(work, work.workspaces.get(work.workspace_id), person, f"joined:{membership.id}")
    if membership.role is Role.LEAD:
        digest.schedule_digest(scene, membership)
    campaign = surveys.campaign_for(work, project.id, membership.role)
    if not invite or campaign is None or work.interviews.in_campaign(campaign.id, person.id):
        return False
    return interview.plan_invitation(scene, campaign)


def _begin(work: Work, project: Project, *, invite: bool) -> int:
    members = work.projects.members(project.id)
    return sum(begin(work, project, person, membership, invite=invite) for membership, person in members)


def _ensure_workspace(system: SystemWork, platform: str, workspace: str, choices: WorkspaceChoices) -> str:
    known = system.workspaces.by_external(platform, workspace)
    if known is None:
        known = system.workspaces.add(platform, workspace, workspace)
    system.workspaces.recover(known.id)
    for name, value in vars(choices).items():
        if value is not None:
            setattr(known, name, value)
    return known.id


def _save(work: Work, definition: ProjectFile) -> None:
    project = service.save(work, definition)
    work.audit.record(Action.PROJECT_LOADED, operator(), project.id, key=project.key)
    if work.campaigns.current(project.id) is None:
        campaign = surveys.start_campaign(work, project.id, SCRIPT)
        record_campaign(work, campaign)


def record_campaign(work: Work, campaign: Campaign) -> None:
    """Put the start of a round into the audit log."""
    work.audit.record(
        Action.CAMPAIGN_STARTED,
        operator(),
        campaign.id,
        project=campaign.project_id,
        script=campaign.script,
        anonymous=campaign.anonymous,
        figures=campaign.figure_threshold,
        words=campaign.word_threshold,
    )


def _record_choices(work: Work, choices: WorkspaceChoices) -> None:
    said = {name: value for name, value in vars(choices).items() if value is not None}
    if said:
        work.audit.record(Action.WORKSPACE_CHANGED, operator(), work.workspace_id, **said)


async def members(settings: Settings, platform: str, workspace: str) -> str:
    """The people of a workspace as the platform tells them, as a CSV file to complete and import.

    Raises:
        UnknownPlace: the platform is not configured, or cannot list its people.
        PlatformError: it cannot be reached, or refuses our token.
    """
    application = Application(settings.model_copy(update={"slack_app_token": SecretStr("")}))
    chosen = application.platforms.get(platform)
    if chosen is None or not chosen.capabilities.lists_members:
        raise UnknownPlace(
            f"{platform} is not configured here, or cannot list its people; write the CSV by hand"
        )
    written = io.StringIO()
    rows = csv.DictWriter(written, people.COLUMNS, restval="")
    rows.writeheader()
    await chosen.start()
    try:
        async for member in chosen.list_members(workspace):
            lang = (member.lang or "").partition("-")[0]
            known = lang if lang in set(Lang) else ""
            rows.writerow(
                {
                    "external_id": member.user,
                    "name": spreadsheet.harmless(inert(member.name)),
                    "email": spreadsheet.harmless(inert(member.email or "")),
                    "lang": known,
                    "timezone": spreadsheet.harmless(inert(member.timezone or "")),
                }
            )
    finally:
        await chosen.close()
    return written.getvalue()


def examine(settings: Settings) -> list[tuple[str, str | None]]:
    """Every check as (what, problem or None)."""
    try:
        with open_database(settings) as opened, opened.system() as system:
            places = overview.places(system)
    except StorageError as error:
        return [("settings", None), ("database", str(error))]
    checks: list[tuple[str, str | None]] = [("settings", None), ("database", None), ("content", None)]
    try:
        own_content.load()
    except ContentError as error:
        checks[-1] = ("content", str(error))
    for platform, on in (("slack", settings.slack), ("teams", settings.teams)):
        if on:
            here = [place for place in places if place.platform == platform]
            nowhere = (f"{platform} workspace", "no workspace yet; run `entrain project load`")
            checks += [_place_check(place) for place in here] or [nowhere]
    return checks


def _place_check(place: overview.Place) -> tuple[str, str | None]:
    """How a workspace is doing, and what is to be done."""
    notes = [f"{place.ready} ready", f"{place.uncertain} uncertain", f"{place.failed} failed"]
    if place.closed_until:
        notes.append(f"closed until {cell(place.closed_until)}: {place.closed_for}")
    if place.unreachable:
        notes.append(f"people who cannot be reached: {by_reason(place.unreachable)}")
    problem = REMEDIES.get(place.state)
    if problem:
        since = f"since {cell(place.since)}" if place.since else "since an earlier version"
        problem = problem.format(since=since, reason=place.reason or "no reason told")
    elif place.poison:
        problem = f"{place.poison} events were set aside; see `entrain inbox list`"
    return f"{place.platform} workspace {place.workspace} ({', '.join(notes)})", problem
