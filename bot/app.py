"""The composition root: the only place that picks concrete adapters, from settings, and puts the parts together.

Kits of platforms that are not configured are never imported.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.routing import Route as StarletteRoute

from bot import own_content, settings_log
from bot.courier import Courier
from bot.gateway import Gateway
from bot.handlers import (
    actions,
    barriers,
    champions,
    digest,
    digest_times,
    explanation,
    ideas,
    interview,
    levers,
    membership,
    my_data,
    nominations,
    questions,
    report_links,
    roles,
    routine_choice,
    routines,
    samples,
    testimonials,
    why,
)
from bot.intake import Intake
from bot.jobs import Jobs
from bot.kinds import PASSING
from bot.language_model import LanguageModel
from bot.learning import Learning
from bot.metrics import Metrics
from bot.planner import Planner
from bot.platforms.port import ChatPlatform, Route
from bot.rates import rates
from bot.router import Router
from bot.second_opinion import SecondOpinions
from bot.settings import Settings
from bot.together import every_one
from bot.wakes import Wakes
from bot.web import health, pages, usage
from bot.web.door import Door
from bot.web.headers import SecurityHeaders
from bot.web.limits import Limits
from storage import overview
from storage.agenda import Agenda
from storage.aging import Aging
from storage.clock import Clock, Elapsed, SystemClock, WatchedClock, elapsed
from storage.crypto import Keyring, KeyringInvalid
from storage.database import Database
from storage.engines import parse_url
from storage.errors import DatabaseUrlInvalid, DriverMissing
from storage.ids import Ids, TimeOrderedIds
from storage.inbox import Inbox, InboxWriter
from storage.outbox import Outbox
from storage.purge import Purge
from storage.retention import Periods
from surveys.closing import without_words

if TYPE_CHECKING:
    from bot.platforms.playground.clock import PlaygroundClock
    from bot.playground import Playground


STOPPING_SECONDS, CLOSING_SECONDS = 5.0, 1.0
"""What is under way may take so long to end, and connections to close. With `bot.server.CONNECTION_SECONDS` less than
the ten seconds that a process gets between being told to stop and being killed."""


def router(public_url: str = "", kept: Periods | None = None) -> Router:
    """Every feature of the bot; `public_url` is the address of its own pages, if it has one."""
    return Router(
        (
            membership.FEATURE,
            my_data.FEATURE,
            interview.FEATURE,
            explanation.FEATURE,
            ideas.FEATURE,
            routines.FEATURE,
            routine_choice.FEATURE,
            testimonials.FEATURE,
            questions.FEATURE,
            digest.FEATURE,
            digest_times.FEATURE,
            report_links.FEATURE,
            samples.FEATURE,
            champions.FEATURE,
            nominations.FEATURE,
            roles.FEATURE,
            why.FEATURE,
            levers.FEATURE,
            actions.FEATURE,
            barriers.FEATURE,
        ),
        public_url,
        kept,
    )


class Application:
    """All parts of one process; `asgi` is what a server serves, it starts and stops the parts.

    Raises:
        SetupError: the database address or the keys cannot be used.
        ContentError: a content file or the figures of the organisation are broken.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        ids: Ids | None = None,
        elapsed: Elapsed = elapsed,
    ) -> None:
        self.settings, self._elapsed = settings, elapsed
        own_content.use(settings)
        own_content.load()
        self.clock: Clock = clock or SystemClock()
        playground_clock = None
        if settings.playground_on:
            from bot.platforms.playground.clock import PlaygroundClock

            self.clock = playground_clock = PlaygroundClock(
                self.clock, movable=not (settings.slack or settings.teams)
            )
        self.clock = self._watched = WatchedClock(self.clock)
        self.ids = ids or TimeOrderedIds(self.clock)
        self.database = database(settings, self.clock, self.ids)
        self.metrics = Metrics()
        self.router = router(settings.pages_url, periods(settings))
        self.platforms: dict[str, ChatPlatform] = {}
        self._inbox_writer = InboxWriter(self.database)
        self._language_model = language_model(settings)
        self.jobs = self._jobs()
        self._wakes = Wakes(
            parse_url(settings.database), self.jobs.wake, self.jobs.free, settings.tick_seconds
        )
        self.database.on_planned(self._wakes.want)
        self.gateway = Gateway(self.database, self._inbox_writer, self.router, self.metrics, self.jobs.wake)
        self._web = FastAPI(title="Entrain", docs_url=None, redoc_url=None, lifespan=self._lifespan)
        self._web.include_router(
            health.router(
                {"database": self._database_ready},
                self.metrics,
                self._measure,
                settings.metrics_token.get_secret_value(),
            ),
            include_in_schema=False,
        )
        self._web.include_router(usage.router(self.database))
        self._web.include_router(pages.router(self.database), include_in_schema=False)
        self._door = Door(self._web)
        limited = Limits(self._door, elapsed, settings.trusted_proxies)
        self.asgi = SecurityHeaders(limited, https=settings.public_url.startswith("https://"))
        self._playground = self._add_playground(playground_clock) if playground_clock else None
        if settings.slack:
            self._add_slack()
        if settings.teams:
            self._add_teams()

    def _jobs(self) -> Jobs:
        settings, owner = self.settings, self.ids.new()
        outbox = Outbox(
            self.database,
            owner,
            settings.send_lease_seconds,
            settings.send_settle_seconds,
            rates(settings),
            self._elapsed,
        )
        courier = Courier(
            self.database,
            outbox,
            self.router,
            self.platforms,
            self.metrics,
            self.clock,
            self._elapsed,
        )
        intake = Intake(
            self.database,
            Inbox(self.database, owner),
            self.router,
            self.platforms,
            self.metrics,
            settings.inbox_attempts,
            SecondOpinions(self.database, self._language_model) if self._language_model else None,
            calm=self._inbox_writer.calm,
        )
        return Jobs(
            intake=intake,
            planner=Planner(self.database, Agenda(self.database), self.router, self._inbox_writer.calm),
            courier=courier,
            outbox=outbox,
            metrics=self.metrics,
            clock=self._watched,
            tick_seconds=settings.tick_seconds,
            calm=self._inbox_writer.calm,
            purge=purge(settings, self.database),
            learning=Learning(self.database),
        )

    async def start(self) -> None:
        """Bring the database up to date, connect the platforms, begin to work."""
        await asyncio.to_thread(self.database.upgrade)
        if self._playground:
            await self._playground.start(demo=self.settings.demo)
        for platform in self.platforms.values():
            await platform.start()
        await asyncio.to_thread(settings_log.record, self.database, self.settings)
        if self._language_model:
            await self._language_model.open()
        await self.jobs.start()
        self._wakes.start()

    async def stop(self) -> None:
        """Finish what is under way or hand it back, then close everything."""
        await self._wakes.close()
        await self.jobs.stop(STOPPING_SECONDS)
        closing = [platform.close() for platform in self.platforms.values()]
        if self._language_model:
            closing.append(self._language_model.close())
        with suppress(TimeoutError):
            await asyncio.wait_for(every_one(closing), CLOSING_SECONDS)
        await self._inbox_writer.close()
        await asyncio.to_thread(self.database.dispose)

    @asynccontextmanager
    async def _lifespan(self, _asgi: FastAPI) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def _database_ready(self) -> bool:
        return await asyncio.to_thread(self.database.is_current)

    async def _measure(self) -> None:
        self.metrics.measure(await self.database.read_system(overview.load), self.clock.now())

    # ---------------------------------------------------------------- platforms

    def _add(self, platform: ChatPlatform, routes: Iterable[Route]) -> None:
        self.platforms[platform.name] = platform
        for route in routes:
            self._web.router.routes.append(StarletteRoute(route.path, route.app, methods=list(route.methods)))
            self._door.add(route)

    def _add_slack(self) -> None:
        from bot.platforms.slack.adapter import SlackPlatform

        settings = self.settings
        platform = SlackPlatform(
            bot_token=settings.slack_bot_token.get_secret_value(),
            signing_secret=settings.slack_signing_secret.get_secret_value(),
            app_token=settings.slack_app_token.get_secret_value() or None,
            base_url=settings.slack_api_url,
            inbound=self.gateway,
            clock=self.clock,
        )
        self._add(platform, platform.routes())

    def _add_teams(self) -> None:
        from bot.platforms.teams.adapter import TeamsPlatform

        settings = self.settings
        platform = TeamsPlatform(
            app_id=settings.teams_app_id,
            app_secret=settings.teams_app_secret.get_secret_value(),
            tenant_id=settings.teams_tenant_id,
            inbound=self.gateway,
            clock=self.clock,
            service_hosts=settings.teams_service_hosts,
            openid_metadata_url=settings.teams_openid_metadata_url,
            login_url=settings.teams_login_url,
            key_hosts=settings.teams_key_hosts,
            development_unauthenticated=settings.teams_development,
        )
        self._add(platform, platform.routes())

    def _add_playground(self, clock: "PlaygroundClock") -> "Playground":
        from bot.playground import Playground

        playground = Playground(
            self.database, self.gateway, self.jobs, clock, self.ids, hosts=[self.settings.host]
        )
        self._add(playground.platform, ())
        self._web.include_router(playground.api, include_in_schema=False)
        return playground


def language_model(settings: Settings) -> LanguageModel | None:
    """The language model of the settings, if there is one."""
    if not settings.llm_url:
        return None
    key = settings.llm_key.get_secret_value()
    return LanguageModel(settings.llm_url, settings.llm_model, key, settings.llm_seconds)


def database(settings: Settings, clock: Clock, ids: Ids) -> Database:
    """The database of the settings, not yet connected to.

    Raises:
        SetupError: its address or the keys cannot be used; the message names the setting.
    """
    try:
        return Database(settings.database, keyring(settings), clock, ids)
    except (DatabaseUrlInvalid, DriverMissing) as error:
        raise type(error)(f"ENTRAIN_DATABASE_URL: {error}") from None


def periods(settings: Settings) -> Periods:
    """How long what is kept, by the settings."""
    return Periods(
        words=settings.keep_words_days,
        answers=settings.keep_answers_days,
        coaching=settings.keep_coaching_days,
        stories=settings.keep_stories_days,
        people=settings.keep_gone_people_days,
        messages=settings.outbox_keep_days,
        events=settings.inbox_keep_days,
        log=settings.keep_purge_log_days,
        audit=settings.keep_audit_days,
    )


def aging(settings: Settings, database: Database) -> Aging:
    """What deletes data that is past its time, by the settings."""
    return Aging(database, periods(settings), without_words)


def purge(settings: Settings, database: Database) -> Purge:
    """The hourly upkeep of the settings."""
    return Purge(
        database,
        timedelta(days=settings.inbox_keep_days),
        timedelta(days=settings.outbox_keep_days),
        PASSING,
        aging(settings, database),
    )


def keyring(settings: Settings) -> Keyring:
    """The keys of the settings; the playground alone keeps one of its own beside its database.

    Raises:
        KeyringInvalid: they are malformed.
    """
    text = settings.encryption_keys.get_secret_value()
    if text:
        try:
            return Keyring.parse(text)
        except KeyringInvalid as error:
            raise KeyringInvalid(f"ENTRAIN_ENCRYPTION_KEYS: {error}") from None
    file = settings.data_dir / "playground.key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(Keyring.generate(), "utf-8")
    return Keyring.parse(file.read_text("utf-8"))
