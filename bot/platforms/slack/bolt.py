"""Bolt, for Socket Mode: it has one step, which acknowledges only what has been stored.

No Bolt listener does any work, because Bolt acknowledges listeners that fail.
"""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.platforms.slack.client import quiet_logger
from bot.platforms.slack.http import Take


class _Step(AsyncMiddleware):
    """The one step."""

    def __init__(self, take: Take) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: ARG002 - Bolt's
    ) -> BoltResponse:
        return BoltResponse(status=await self._take(req.body))


def application(bot_token: str, take: Take) -> AsyncApp:
    """Bolt with no check of signatures, since a websocket that we opened needs none, and no `auth.test` per event."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token)

    app = AsyncApp(
        name="entrain",
        logger=quiet_logger("slack_bolt"),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(_Step(take))
    return app
