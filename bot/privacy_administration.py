"""What a privacy sheet rests on, read from the settings and the database."""

from collections import Counter
from urllib.parse import urlsplit

from bot.administration import open_database, the_workspace
from bot.privacy_sheet import Facts, Round
from bot.privacy_sheet import sheet as written
from bot.settings import Settings
from content.catalog import Lang
from projects.roles import NAMED
from storage.engines import is_sqlite, parse_url
from storage.models import Workspace
from storage.repositories.champions import KEPT as NOMINATIONS_KEPT
from storage.repositories.usage import EVENTS_KNOWN, USAGE_KEPT
from storage.roles import OF_WORKSPACE, GrantedRole
from storage.work import Work

BEARING = frozenset(
    [
        "database_url",
        "encryption_keys",
        "host",
        "inbox_keep_days",
        "keep_answers_days",
        "keep_audit_days",
        "keep_coaching_days",
        "keep_gone_people_days",
        "keep_purge_log_days",
        "keep_stories_days",
        "keep_words_days",
        "llm_key",
        "llm_model",
        "llm_url",
        "log_level",
        "outbox_keep_days",
        "playground",
        "public_url",
        "slack_api_url",
        "slack_app_token",
        "slack_bot_token",
        "slack_signing_secret",
        "teams_app_id",
        "teams_app_secret",
        "teams_development",
        "teams_service_hosts",
        "teams_tenant_id",
    ]
)
"""Settings that bear on privacy: what the sheet says of them is in `facts`."""


def sheet(settings: Settings, platform: str | None, workspace: str | None, lang: Lang | None) -> str:
    """The sheet of one workspace, in `lang` or else in its language.

    Raises:
        UnknownPlace, StorageError
    """
    with open_database(settings) as database:
        with database.system() as system:
            chosen = the_workspace(system, platform, workspace)
        with database.reading(chosen.id) as work:
            return written(facts(settings, work, chosen), lang or Lang(chosen.lang))


def facts(settings: Settings, work: Work, workspace: Workspace) -> Facts:
    """What is configured and in force, in counts; no key, token or name."""
    url = parse_url(settings.database)
    head = work.audit.head()
    return Facts(
        workspace=workspace.name,
        made_at=work.now,
        slack_host=_host(settings.slack_api_url) if settings.slack else "",
        teams_hosts=settings.teams_service_hosts if settings.teams else (),
        playground=settings.playground_on,
        database_host="" if is_sqlite(url) else url.host or "localhost",
        model=settings.llm_model,
        model_host=_host(settings.llm_url),
        model_allowed=workspace.second_opinion,
        keys=_key_ids(settings),
        public_url=settings.public_url,
        log_level=settings.log_level,
        unauthenticated=settings.teams_development,
        tokens=sum(token.revoked_at is None for token in work.usage_tokens.all()),
        kept={
            "inbox": settings.inbox_keep_days,
            "outbox": settings.outbox_keep_days,
            "usage": USAGE_KEPT.days,
            "events": EVENTS_KNOWN.days,
            "nominations": NOMINATIONS_KEPT.days,
            "words": settings.keep_words_days,
            "answers": settings.keep_answers_days,
            "coaching": settings.keep_coaching_days,
            "stories": settings.keep_stories_days,
            "gone": settings.keep_gone_people_days,
            "audit": settings.keep_audit_days,
            "purges": settings.keep_purge_log_days,
        },
        people=len(work.people.all()),
        roles=_roles(work),
        entries=head.seq if head else 0,
        rounds=_rounds(work),
    )


def _roles(work: Work) -> dict[GrantedRole, int]:
    """How many people have each role in at least one project, or in the workspace."""
    placed = {
        (NAMED[member.role], person.id)
        for project in work.projects.all()
        for member, person in work.projects.members(project.id)
        if member.role in NAMED
    }
    everywhere = {(role, person_id) for person_id, _, role in work.grants.holding() if role in OF_WORKSPACE}
    return dict(Counter(role for role, _ in placed | everywhere))


def _rounds(work: Work) -> tuple[Round, ...]:
    """Those that have not ended, the oldest first."""
    return tuple(
        Round(
            project.key,
            campaign.script,
            campaign.anonymous,
            campaign.figure_threshold,
            campaign.word_threshold,
            campaign.started_at,
        )
        for project in work.projects.all()
        for campaign in work.campaigns.all(project.id)
        if campaign.ends_at is None or campaign.ends_at > work.now
    )


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _key_ids(settings: Settings) -> tuple[str, ...]:
    text = settings.encryption_keys.get_secret_value()
    return tuple(entry.partition(":")[0].strip() for entry in text.split(",") if entry.strip())
