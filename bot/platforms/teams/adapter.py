"""Microsoft Teams through the port: what is sent, what is received, and where it is served."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import aiohttp
import structlog

from bot.platforms import lease
from bot.platforms.errors import Misconfigured, OutcomeUnknown, PlatformError, TriggerExpired
from bot.platforms.port import Accepted, Address, Capabilities, Form, Inbound, Member, Message, Receipt, Route
from bot.platforms.teams.auth import Claims, SigningKeys, Verifier
from bot.platforms.teams.client import Connector
from bot.platforms.teams.credentials import Credentials
from bot.platforms.teams.endpoint import MessagesEndpoint, Reply
from bot.platforms.teams.inbound import Answer, Reading, translate
from bot.platforms.teams.outgoing import TIMEOUT, ServiceHosts
from bot.platforms.teams.reference import Reference
from bot.platforms.teams.render import CARD_TYPE, render, render_dialog
from bot.platforms.teams.turns import Turns
from bot.platforms.teams.wire import Activity, parse
from storage.clock import Clock

log = structlog.get_logger(__name__)

PATH = "/api/messages"
NAME = "teams"

GLOBAL_SERVICE = "https://smba.trafficmanager.net/teams/"
"""Where a person is first written to who has not been heard of yet."""

MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
"""Answers Action.Execute and leaves the card, which is replaced by an update through the outbox."""

RECEIVED = "✔"
"""What a client shows at once under a card or in a dialog; the words come in a message through the outbox."""

DEVELOPMENT_BOT = "entrain"


class TeamsPlatform:
    """`bot.platforms.port.ChatPlatform` for Microsoft Teams; `routes` is what it wants served.

    `development_unauthenticated` takes requests without a token and calls back loopback hosts only, without a token too:
    for the Agents Playground on this machine, and impossible together with an app id.

    Raises:
        Misconfigured: no app id, secret or tenant, so that requests could not be authenticated.
    """

    name = NAME
    capabilities = Capabilities(finds_sent=False, opens_forms=False, lists_members=False)

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        tenant_id: str,
        inbound: Inbound,
        clock: Clock,
        service_hosts: tuple[str, ...],
        openid_metadata_url: str,
        login_url: str,
        key_hosts: tuple[str, ...] = (),
        service_url: str = GLOBAL_SERVICE,
        development_unauthenticated: bool = False,
    ) -> None:
        if development_unauthenticated and app_id:
            raise Misconfigured("Requests cannot go unauthenticated where ENTRAIN_TEAMS_APP_ID is set.")
        if not development_unauthenticated and not (app_id and app_secret and tenant_id):
            raise Misconfigured(
                "ENTRAIN_TEAMS_APP_ID, ENTRAIN_TEAMS_APP_SECRET and ENTRAIN_TEAMS_TENANT_ID are all needed: "
                "without them requests could not be authenticated."
            )
        self._app_id, self._app_secret = app_id, app_secret
        self._inbound, self._clock, self._service_url = inbound, clock, service_url
        self._hosts = ServiceHosts(service_hosts, any_loopback=development_unauthenticated)
        self._metadata_url, self._key_hosts = openid_metadata_url, key_hosts
        self._token_url = f"{login_url.rstrip('/')}/{tenant_id}/oauth2/v2.0/token"
        self._turns = Turns(self._answer)
        self._session: aiohttp.ClientSession | None = None
        self._credentials: Credentials | None = None
        self._verifier: Verifier | None = None
        self._connector: Connector | None = None

    def routes(self) -> list[Route]:
        return [Route(PATH, MessagesEndpoint(self._receive))]

    async def start(self) -> None:
        session = self._session = lease.session(TIMEOUT)
        if self._app_id:
            self._credentials = Credentials(
                session,
                self._clock,
                app_id=self._app_id,
                secret=self._app_secret,
                token_url=self._token_url,
            )
            keys = SigningKeys(session, self._clock, self._metadata_url, self._key_hosts)
            self._verifier = Verifier(keys, self._clock, app_id=self._app_id, hosts=self._hosts)
        self._connector = Connector(session, self._credentials, self._hosts)

    async def close(self) -> None:
        if self._credentials:
            await self._credentials.close()
        if self._session:
            await self._session.close()

    async def check(self, workspace: str) -> None:  # noqa: ARG002 - one app serves one tenant
        """See the port: whether Microsoft still takes the app's credentials."""
        if self._credentials:
            await self._credentials.renew()

    # ---------------------------------------------------------------- outbound

    async def send(self, to: Address, message: Message, key: str) -> Receipt:
        """See the port. Teams cannot be searched for `key`: it goes into the card, and comes back when that is pressed."""
        activity = render(message, key)
        reference = self._reference(to)
        if reference.conversation is None:
            conversation = await self.connector.create_conversation(
                reference.service_url, bot=reference.bot, user=reference.user, tenant=to.workspace
            )
            reference = reference.model_copy(update={"conversation": conversation})
        else:
            conversation = reference.conversation
        sent = await self.connector.send(
            reference.service_url, conversation, _addressed(activity, reference, to)
        )
        return Receipt(sent, reference.dumps())

    async def update(self, to: Address, receipt: Receipt, message: Message) -> None:
        """See the port."""
        reference = Reference.loads(receipt.conversation)
        if reference.conversation is None:
            raise PlatformError("The message to replace belongs to no conversation.")
        activity = _addressed(render(message), reference, to) | {"id": receipt.message}
        await self.connector.update(reference.service_url, reference.conversation, receipt.message, activity)

    async def find_sent(self, to: Address, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Teams cannot tell (`capabilities.finds_sent`)."""
        raise OutcomeUnknown("Teams cannot tell whether a message arrived.")

    async def open_form(self, to: Address, trigger: str, form: Form) -> None:  # noqa: ARG002
        """Teams opens a form only in the answer to a request (`capabilities.opens_forms`)."""
        raise TriggerExpired("Teams opens no form afterwards: send it in a message.")

    def list_members(self, workspace: str) -> AsyncIterator[Member]:  # noqa: ARG002
        """Teams tells a bot nobody of a tenant before they have the app (`capabilities.lists_members`)."""
        raise PlatformError("Teams does not list the people of a tenant: import them from a file.")

    def _reference(self, to: Address) -> Reference:
        if to.conversation:
            return Reference.loads(to.conversation)
        bot = f"28:{self._app_id or DEVELOPMENT_BOT}"
        return Reference(service_url=self._service_url, user=to.user, bot=bot)

    @property
    def connector(self) -> Connector:
        """The calls to Teams; only between `start` and `close`."""
        if self._connector is None:
            raise PlatformError("The Teams adapter has not been started.")
        return self._connector

    # ---------------------------------------------------------------- inbound

    async def _receive(self, authorization: str, body: bytes) -> Reply:
        """One request of Teams. Raises what `MessagesEndpoint` turns into statuses."""
        activity = parse(body)
        claims: Claims = {}
        if self._app_id:
            if self._verifier is None:
                raise PlatformError("The Teams adapter has not been started.")
            claims = await self._verifier.verify(authorization, activity)
        return await self._turns.run(activity, claims)

    async def _answer(self, activity: Activity) -> Reply:
        """Make the events durable, then say what the request is answered with."""
        reading = translate(activity, self._clock.now())
        outcomes = [await self._inbound.accept(event, NAME) for event in reading.events]
        taken = bool(outcomes) and Accepted.UNKNOWN_WORKSPACE not in outcomes
        match reading.answer:
            case Answer.ACKNOWLEDGE:
                return Reply(200, {} if activity.type == "invoke" else None)
            case Answer.CARD_ACTION:
                shown = RECEIVED if taken else ""
                return Reply(200, {"statusCode": 200, "type": MESSAGE_TYPE, "value": shown})
            case Answer.FORM_TAKEN:
                return Reply(200, {"task": {"type": "message", "value": RECEIVED}} if taken else {})
            case Answer.OPEN_FORM:
                return Reply(200, await self._dialog(reading))
            case Answer.UNSUPPORTED:
                log.info("invoke_unsupported", platform=NAME, name=(activity.name or "")[:60])
                return Reply(501)

    async def _dialog(self, reading: Reading) -> dict[str, Any]:
        """The form that was asked for, in a dialog; nothing where there is none."""
        if reading.asks is None:
            return {}
        try:
            form = await self._inbound.form(reading.form, reading.asks, NAME)
        except LookupError:
            log.info("form_not_opened", platform=NAME, name=reading.form)
            return {}
        card = {"contentType": CARD_TYPE, "content": render_dialog(form)}
        shown = {"title": form.title, "height": "medium", "width": "medium", "card": card}
        return {"task": {"type": "continue", "value": shown}}


def _addressed(activity: dict[str, Any], reference: Reference, to: Address) -> dict[str, Any]:
    """The activity with sender, person and tenant, which Teams wants on what a bot sends of its own accord."""
    return activity | {
        "from": {"id": reference.bot},
        "recipient": {"id": reference.user, "aadObjectId": to.user},
        "conversation": {"id": reference.conversation, "tenantId": to.workspace},
        "channelData": {"tenant": {"id": to.workspace}},
    }
