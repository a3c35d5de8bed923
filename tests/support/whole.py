"""The whole bot on a real port: playground, Slack and Teams configured, their services out of reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from pydantic import SecretStr
from sqlalchemy import select

from bot.app import Application
from bot.settings import Settings
from bot.web import limits, links
from projects import tokens
from storage.crypto import Keyring
from storage.models import Project, Role
from storage.work import Work
from tests.support import pages
from tests.support.clock import FixedClock
from tests.support.server import serving

NOWHERE = "http://127.0.0.1:9"
SIGNING, SECRETS = (
    "8f742231b10e8888abcd99yyyzzz85a5",
    ("xoxb-5ecr3t-of-slack", "5ecr3t-of-teams", "5ecr3t-of-the-tool", "5ecr3t-of-the-metrics"),
)


@dataclass(frozen=True)
class Whole:
    """`secrets` may stand in no answer. `link` is the path of a page that a lead may read."""

    base: str
    token: str
    link: str
    clock: FixedClock
    secrets: tuple[str, ...]


@contextmanager
def whole(folder: Path) -> Iterator[Whole]:
    """Its data in `folder`, with the demo organisation; an address may ask as often as it likes."""
    slack, teams, tool, metrics = SECRETS
    keys = Keyring.generate()
    clock = FixedClock()
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        demo=True,
        playground=True,
        encryption_keys=SecretStr(keys),
        metrics_token=SecretStr(metrics),
        slack_bot_token=SecretStr(slack),
        slack_signing_secret=SecretStr(SIGNING),
        slack_api_url=f"{NOWHERE}/api/",
        teams_app_id="11111111-2222-3333-4444-555555555555",
        teams_app_secret=SecretStr(teams),
        teams_tenant_id="99999999-8888-7777-6666-555555555555",
    )
    with mock.patch.object(limits, "RATES", {}):
        application = Application(settings, clock=clock)
        with serving(application.asgi) as base:
            with application.database.system() as system:
                place = system.workspaces.by_external("playground", "demo")
                assert place
            with application.database.transaction(place.id) as work:
                token = tokens.issue(work, "webhook", tool)
                link = _link(work, application.database.keyring)
            yield Whole(base, token, link, clock, (*SECRETS, SIGNING, keys.partition(":")[2], tool, token))


def _link(work: Work, keyring: Keyring) -> str:
    project = work.session.scalars(select(Project)).one()
    reader = work.people.ensure("reader", "Reader")
    work.projects.join(project.id, reader.id, Role.LEAD, None)
    page = pages.large()
    work.digests.add(project.id, page.week, page.to_json())
    return links.address("", keyring, links.issue(work, project.id, reader.id, page.week).id)
