"""botbuilder's one job here: a verified request becomes a turn, and the invoke response is carried back.

The SDK is archived and unsupported since 31 December 2025. Nothing else in this package knows it; all the rest speaks
JSON. To swap it for another kit, or for none, replace `Turns.run(activity, claims)`: it must call `answer(activity)` and
return its `Reply`. Not used, on purpose: `BotFrameworkAdapter`, the aiohttp `CloudAdapter` (500 on every invoke with a
body), the SDK's token checks, credentials and outgoing connector (see `auth`, `credentials`, `client`).
"""

from collections.abc import Awaitable, Callable
from typing import Any

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity as TurnActivity
from botbuilder.schema import ActivityTypes, ConversationAccount
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from bot.platforms.teams.auth import Claims
from bot.platforms.teams.endpoint import Reply
from bot.platforms.teams.wire import Activity


class Turns(CloudAdapterBase):  # type: ignore[misc]
    """One verified request as one turn of the Bot Framework."""

    def __init__(self, answer: Callable[[Activity], Awaitable[Reply]]) -> None:
        super().__init__(_Verified())
        self._answer = answer

    async def run(self, activity: Activity, claims: Claims) -> Reply:
        """What `answer` says to the activity."""
        verified = AuthenticateRequestResult()
        verified.claims_identity = ClaimsIdentity(dict(claims), bool(claims))
        verified.connector_factory = _NoConnectorFactory()
        replies: list[Reply] = []

        async def logic(context: TurnContext) -> None:
            reply = await self._answer(activity)
            replies.append(reply)
            if activity.type == "invoke":
                told = InvokeResponse(status=reply.status, body=reply.body)
                await context.send_activity(TurnActivity(type=ActivityTypes.invoke_response, value=told))

        turn = TurnActivity(
            type=activity.type,
            id=activity.id,
            name=activity.name,
            channel_id=activity.channel_id,
            service_url=activity.service_url,
            conversation=ConversationAccount(id=activity.conversation.id),
        )
        told = await self.process_activity(verified, turn, logic)
        return Reply(told.status, told.body) if told else replies[-1]


class _Verified(BotFrameworkAuthentication):  # type: ignore[misc]
    """What `CloudAdapterBase` wants to know about authentication, which has happened before it is called."""

    async def authenticate_request(self, activity: Any, auth_header: str) -> Any:  # noqa: ARG002
        raise PermissionError("requests are verified before they become turns")

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:  # noqa: ARG002
        raise PermissionError("there are no streaming requests")

    def create_connector_factory(self, claims_identity: Any) -> Any:  # noqa: ARG002
        return _NoConnectorFactory()

    async def create_user_token_client(self, claims_identity: Any) -> None:
        """People do not sign in through the bot."""


class _NoConnectorFactory(ConnectorFactory):  # type: ignore[misc]
    """The SDK insists on a connector; turns never send, so it gets an inert one."""

    async def create(self, service_url: str, audience: str) -> object:  # noqa: ARG002
        return object()
