"""Rounds of interviews, their figures, and an explanation read with a code: what the command line does about interviews."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.administration import (
    Report,
    UnknownPlace,
    begin,
    open_database,
    project_of,
    record_campaign,
    workspace_id_of,
)
from bot.console import operator
from bot.presenters.interview import subject_of
from bot.scene import Scene
from bot.settings import Settings
from content.loader import ContentError
from storage.audit import Action
from storage.database import Database
from storage.errors import StorageError
from storage.models import Role
from storage.work import Work
from surveys import calibration, figures, library
from surveys import service as surveys
from surveys.calibration import Calibration, TooFew
from surveys.explanation import Explanation
from surveys.library import FIGURES, UnknownScript

_NOTE = """\
# Re-estimated from this installation's own interviews by `entrain interview calibrate --apply`, smoothed to the shipped
# figures. Remove this file to return to them.
"""


class NothingOpens(Exception):
    """No interview opens with this id and this code; ask for a fresh code in the chat, by typing "why"."""


def start_campaign(
    settings: Settings,
    project_key: str,
    *,
    platform: str,
    workspace: str,
    script: str,
    anonymous: bool,
    invite: bool,
    figures: int,
    words: int,
) -> Report:
    """Begin a round of interviews; with `invite`, those whom its script is for are invited.

    `figures` and `words` are the fewest people that a figure, and a quotation, may be of.
    """
    try:
        with (
            open_database(settings) as database,
            database.transaction(workspace_id_of(database, platform, workspace)) as work,
        ):
            project = project_of(work, project_key)
            campaign = surveys.start_campaign(
                work, project.id, script, anonymous=anonymous, figures=figures, words=words
            )
            leads = library.script(script).audience == "leads"
            members = [
                pair for pair in work.projects.members(project.id) if (pair[0].role is Role.LEAD) is leads
            ]
            invited = sum(begin(work, project, person, place, invite=invite) for place, person in members)
            record_campaign(work, campaign)
    except (ContentError, StorageError, UnknownPlace, UnknownScript) as error:
        return [], [str(error)]
    kind = "an anonymous" if anonymous else "a confidential"
    return [
        f"{kind} round of {script!r} has started in {project_key}, {invited} invited; figures are of {figures} people "
        f"or more, words of {words} or more; this stays as it is"
    ], []


def explain(settings: Settings, interview_id: str, code: str) -> Explanation:
    """The explanation that the code opens, once.

    Raises:
        NothingOpens, StorageError
    """
    with open_database(settings) as database:
        for workspace_id in _workspaces(database):
            with database.transaction(workspace_id) as work:
                if told := _redeem(work, interview_id, code):
                    work.audit.record(Action.INTERVIEW_EXPLAINED, operator())
                    return told
    raise NothingOpens(NothingOpens.__doc__)


def _redeem(work: Work, interview_id: str, code: str) -> Explanation | None:
    interview = surveys.redeem(work, interview_id, code)
    if interview is None:
        return None
    workspace, person = work.workspaces.get(work.workspace_id), work.people.get(interview.person_id)
    subject = subject_of(Scene(work, workspace, person, f"explained:{interview.id}"), interview)
    return surveys.explanation(work, interview, subject) if subject else None


@dataclass(frozen=True)
class Calibrated:
    """What calibrating changes, and where it was written, if it was."""

    calibration: Calibration
    written: Path | None


def calibrate(settings: Settings, *, apply: bool) -> Calibrated:
    """Re-estimate the figures from every workspace's confirmed interviews; `apply` makes them hold from the next start.

    Raises:
        TooFew, StorageError, ContentError
    """
    found = []
    with open_database(settings) as database:
        for workspace_id in _workspaces(database):
            with database.transaction(workspace_id) as work:
                found += surveys.cases(work)
                work.audit.record(Action.REPORT_PRINTED, operator(), report="calibration")
        result = calibration.calibrate(figures.shipped(), library.model(), found)
        if apply:
            for workspace_id in _workspaces(database):
                with database.transaction(workspace_id) as work:
                    work.audit.record(Action.FIGURES_CALIBRATED, operator())
    if not apply:
        return Calibrated(result, None)
    path = settings.data_dir / FIGURES
    path.parent.mkdir(parents=True, exist_ok=True)
    data = result.model.model_dump(mode="json")
    fresh = path.with_suffix(".new")
    fresh.write_text(_NOTE + yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    fresh.replace(path)
    return Calibrated(result, path)


def _workspaces(database: Database) -> list[str]:
    with database.system() as system:
        return [workspace.id for workspace in system.workspaces.all()]


__all__ = ["Calibrated", "NothingOpens", "TooFew", "calibrate", "explain", "start_campaign"]
