"""What was changed of the settings, recorded in the audit log when a process starts: no secret and no password."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr
from sqlalchemy import URL

from bot.settings import Settings
from storage.audit import LONGEST, SYSTEM, Action
from storage.crypto import SealBroken
from storage.database import Database
from storage.engines import parse_url
from storage.work import Work

log = structlog.get_logger(__name__)

Mark = Callable[[str], str]

DATABASE_URL, SET = "database_url", "set"


def record(database: Database, settings: Settings) -> None:
    """Record in each workspace what is not as it was at the last start; before the first one all had their defaults.

    Once, however many processes start at the same time.
    """
    with database.system() as system:
        known = [workspace.id for workspace in system.workspaces.all()]
    for workspace_id in known:
        try:
            with database.transaction(workspace_id) as work:
                _record(work, settings)
        except SealBroken:
            log.warning(
                "settings_not_recorded",
                workspace=workspace_id,
                reason="ENTRAIN_ENCRYPTION_KEYS do not open it",
            )


def _record(work: Work, settings: Settings) -> None:
    now, before = {}, {}
    for field, about in Settings.model_fields.items():
        name = f"ENTRAIN_{field.upper()}"
        now[name] = told(field, getattr(settings, field), work.audit.mark)
        before[name] = told(field, about.default, work.audit.mark)
    before |= work.audit.settings()
    if changed := {name: value for name, value in now.items() if value != before[name]}:
        work.audit.record(Action.SETTINGS_CHANGED, SYSTEM, **changed)


def told(field: str, value: object, mark: Mark) -> str:
    """A setting as the log holds it, empty where it is not set.

    Of a secret, that it is set; of an address, neither user nor password nor what follows a "?". Where that is not all of
    it, or it is too long, a mark stands behind it, by which another value is told from this one.
    """
    whole = _text(value)
    if field == DATABASE_URL and whole:
        url = parse_url(whole)
        shown = _safe(
            URL.create(url.drivername, None, None, url.host, url.port, url.database).render_as_string()
        )
    elif isinstance(value, SecretStr):
        shown = SET if whole else ""
    else:
        shown = _without_user(whole) if "://" in whole else whole
    if shown == whole and len(whole) <= LONGEST:
        return whole
    behind = f" ({mark(f'{field}={whole}')})"
    return shown[: LONGEST - len(behind)] + behind


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(map(str, value))
        case Path():
            return value.as_posix()
        case _:
            return str(value)


def _without_user(address: str) -> str:
    parts = urlsplit(address)
    return _safe(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")


def _safe(address: str) -> str:
    """Nothing of one in which a user may still stand, so that it was taken apart wrongly."""
    return SET if "@" in address else address
