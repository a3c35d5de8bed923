"""Microsoft's side of Teams on this machine: OpenID metadata, signing keys, tokens, the connector, and people.

Strict and stateful: it refuses what Teams refuses (no token, a stranger, a card of a newer version, too many bytes) and
keeps every conversation as people would see it. `Person` speaks as a client does: signed activities to `/api/messages`.
One file, however long: the service and its people know each other's every detail.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import httpx
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.platforms.teams.auth import ISSUER
from storage.clock import Clock

APP_ID = "11111111-2222-4333-8444-555555555555"
SECRET = "not-a-real-secret"
TENANT = "f1e2d3c4-0000-4000-8000-00000000aaaa"
BOT = f"28:{APP_ID}"
LARGEST = 28 * 1024
Json = dict[str, Any]


@cache
def signing_key(name: str) -> rsa.RSAPrivateKey:
    """A key of that name, made once per process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Fault:
    """What happens to the next request of a kind (`send`, `create`, `update`, `token`, `keys`).

    `status` None cuts the connection, 0 leaves the request without an answer; `carried_out` says whether it takes effect
    all the same.
    """

    on: str
    status: int | None
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    carried_out: bool = False


@dataclass
class Shown:
    """A message in a conversation, as the person sees it now."""

    id: str
    activity: Json
    updates: int = 0

    @property
    def card(self) -> Json:
        (attachment,) = self.activity["attachments"]
        card = attachment["content"]
        assert isinstance(card, dict)
        return card

    @property
    def text(self) -> str:
        return str(self.activity["summary"])

    def words(self) -> str:
        """Everything that can be read in the card, in order, as a client shows it: `FactSet`s read markdown."""
        shown = []
        for node in _nodes(self.card):
            for name in ("text", "title", "label"):
                if isinstance(node.get(name), str):
                    shown.append(node[name])
            for fact in node.get("facts", []):
                shown += [re.sub(r"\\(\W)", r"\1", fact[part]) for part in ("title", "value")]
        return "\n".join(shown)

    def actions(self) -> list[Json]:
        return [node for node in _nodes(self.card) if str(node["type"]).startswith("Action.")]

    def inputs(self) -> list[Json]:
        return [node for node in _nodes(self.card) if str(node["type"]).startswith("Input.")]


@dataclass
class Chat:
    """A one-to-one conversation of a person with the bot."""

    id: str
    user: str
    messages: list[Shown] = field(default_factory=list)


class FakeTeams:
    """Start it, point the adapter at `settings()`, talk through `person()`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.url = ""
        self.chats: dict[str, Chat] = {}
        self.people: dict[str, Person] = {}
        self.faults: deque[Fault] = deque()
        self.requests: list[str] = []
        self.published = {"first": ["msteams"]}
        self.roster: list[Json] = []
        self.keys_at = ""
        """Where the metadata say that the keys are; empty: here."""
        self.redirects: set[str] = set()
        """What of `keys` and `token` is answered with the way to somewhere else."""
        self._tokens: set[str] = set()
        self._ids = 1764000000000
        self._runner: web.AppRunner | None = None
        self._stuck = asyncio.Event()

    @property
    def service_url(self) -> str:
        return f"{self.url}/teams/"

    def settings(self) -> Json:
        """The constructor's values that name this fake."""
        return {
            "app_id": APP_ID,
            "app_secret": SECRET,
            "tenant_id": TENANT,
            "service_hosts": (self.url.removeprefix("http://"),),
            "openid_metadata_url": f"{self.url}/openid",
            "login_url": self.url,
            "service_url": self.service_url,
        }

    async def start(self) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.add_routes(
            [
                web.get("/openid", self._openid),
                web.get("/keys", self._keys),
                web.route("*", "/elsewhere", self._elsewhere),
                web.post("/{tenant}/oauth2/v2.0/token", self._token),
                web.post("/teams/v3/conversations", self._create),
                web.post("/teams/v3/conversations/{chat}/activities", self._send),
                web.put("/teams/v3/conversations/{chat}/activities/{message}", self._update),
                web.delete("/teams/v3/conversations/{chat}/activities/{message}", self._delete),
                web.get("/teams/v3/conversations/{chat}/pagedmembers", self._members),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def close(self) -> None:
        self._stuck.set()
        if self._runner:
            await self._runner.cleanup()

    def person(self, http: httpx.AsyncClient, name: str = "Karim Benali", **told: str) -> "Person":
        """Someone whose client posts to `http`."""
        person = Person(self, http, name, **told)
        self.people[person.id] = person
        return person

    def chat_with(self, user: str) -> Chat:
        """The one chat of that person; Teams gives the same one however often it is asked for."""
        for chat in self.chats.values():
            if chat.user == user:
                return chat
        chat = Chat(f"a:chat-{len(self.chats) + 1}", user)
        self.chats[chat.id] = chat
        return chat

    def next_id(self) -> str:
        self._ids += 1
        return str(self._ids)

    def expire_tokens(self) -> None:
        self._tokens.clear()

    def token(self, service_url: str, *, key: str = "first", kid: str | None = None, **claims: Any) -> str:
        """A bearer token as the channel service signs it; `claims` change or (None) drop what it says."""
        now = self.clock.now()
        told = {
            "iss": ISSUER,
            "aud": APP_ID,
            "serviceurl": service_url,
            "nbf": int(now.timestamp()),
            "exp": int((now + timedelta(hours=1)).timestamp()),
        } | claims
        said = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(said, signing_key(key), algorithm="RS256", headers={"kid": kid or key})

    # ---------------------------------------------------------------- endpoints

    async def _openid(self, request: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": self.keys_at or f"{self.url}/keys"})

    async def _keys(self, request: web.Request) -> web.Response:
        if fault := self._fault("keys"):
            return _faulty(fault)
        if "keys" in self.redirects:
            raise web.HTTPFound(f"{self.url}/elsewhere")
        keys = []
        for name, endorsements in self.published.items():
            public = jwt.algorithms.RSAAlgorithm.to_jwk(signing_key(name).public_key(), as_dict=True)
            keys.append({**public, "kid": name, "use": "sig", "endorsements": endorsements})
        return web.json_response({"keys": keys})

    async def _elsewhere(self, request: web.Request) -> web.Response:
        self.requests.append("elsewhere")
        return web.json_response({"keys": []})

    async def _token(self, request: web.Request) -> web.Response:
        if fault := self._fault("token"):
            return _faulty(fault)
        if "token" in self.redirects:
            raise web.HTTPTemporaryRedirect(f"{self.url}/elsewhere")
        asked = dict(await request.post())
        assert request.match_info["tenant"] == TENANT
        assert asked["grant_type"] == "client_credentials"
        assert asked["scope"] == "https://api.botframework.com/.default"
        if (asked["client_id"], asked["client_secret"]) != (APP_ID, SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        await asyncio.sleep(0.02)
        token = f"bot-token-{len(self.requests)}"
        self._tokens.add(token)
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    async def _create(self, request: web.Request) -> web.Response:
        asked = await self._authorized(request)
        if asked["bot"]["id"] != BOT or asked["tenantId"] != TENANT or len(asked["members"]) != 1:
            raise _error(400, "BadArgument")
        user = asked["members"][0]["id"]
        known = {alias: person.id for person in self.people.values() for alias in (person.id, person.aad)}

        def carry_out() -> Json:
            if user not in known:
                raise _error(403, "ForbiddenOperationException")
            return {"id": self.chat_with(known[user]).id}

        return await self._answer(request, "create", carry_out)

    async def _send(self, request: web.Request) -> web.Response:
        activity = await self._authorized(request)
        chat = self._chat(request)
        self._check(activity)

        def carry_out() -> Json:
            message = Shown(self.next_id(), activity)
            chat.messages.append(message)
            return {"id": message.id}

        return await self._answer(request, "send", carry_out)

    async def _update(self, request: web.Request) -> web.Response:
        activity = await self._authorized(request)
        message = self._message(request)
        self._check(activity)

        def carry_out() -> Json:
            message.activity = activity
            message.updates += 1
            return {"id": message.id}

        return await self._answer(request, "update", carry_out)

    async def _delete(self, request: web.Request) -> web.Response:
        await self._authorized(request)
        message = self._message(request)
        self._chat(request).messages.remove(message)
        return web.Response()

    async def _members(self, request: web.Request) -> web.Response:
        await self._authorized(request)
        size, start = int(request.query["pageSize"]), int(request.query.get("continuationToken", "0"))
        page: Json = {"members": self.roster[start : start + size]}
        if start + size < len(self.roster):
            page["continuationToken"] = str(start + size)
        return web.json_response(page)

    # ---------------------------------------------------------------- strictness

    async def _authorized(self, request: web.Request) -> Json:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
            raise _error(401, "Unauthorized")
        body = await request.read()
        if len(body) > LARGEST:
            raise _error(413, "MessageSizeTooBig")
        told = json.loads(body) if body else {}
        assert isinstance(told, dict)
        return told

    def _chat(self, request: web.Request) -> Chat:
        chat = self.chats.get(request.match_info["chat"])
        if chat is None:
            raise _error(404, "ConversationNotFound")
        if chat.user in self.people and self.people[chat.user].blocked:
            raise _error(403, "MessageWritesBlocked")
        return chat

    def _message(self, request: web.Request) -> Shown:
        for message in self._chat(request).messages:
            if message.id == request.match_info["message"]:
                return message
        raise _error(404, "ActivityNotFoundInConversation")

    @staticmethod
    def _check(activity: Json) -> None:
        """What Teams answers 400 to."""
        good = (
            activity.get("type") == "message"
            and activity.get("from", {}).get("id") == BOT
            and activity.get("channelData", {}).get("tenant", {}).get("id") == TENANT
            and all(
                attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
                and attachment["content"]["type"] == "AdaptiveCard"
                and float(attachment["content"]["version"]) <= 1.5
                for attachment in activity.get("attachments", [])
            )
        )
        if not good:
            raise _error(400, "BadSyntax")
        ids = [node["id"] for node in _nodes(activity) if str(node["type"]).startswith("Input.")]
        if len(ids) != len(set(ids)):
            raise _error(400, "BadArgument")

    async def _answer(self, request: web.Request, kind: str, carry_out: Callable[[], Json]) -> web.Response:
        fault = self._fault(kind)
        if fault is None:
            return web.json_response(carry_out(), status=201)
        if fault.carried_out:
            carry_out()
        if fault.status is None and request.transport:
            request.transport.abort()
        if fault.status == 0:
            await self._stuck.wait()
        return _faulty(fault)

    def _fault(self, kind: str) -> Fault | None:
        self.requests.append(kind)
        for fault in self.faults:
            if fault.on == kind:
                self.faults.remove(fault)
                return fault
        return None


class Person:
    """A person with the app, at their Teams client."""

    def __init__(
        self, teams: FakeTeams, http: httpx.AsyncClient, name: str, aad: str = "", tenant: str = TENANT
    ) -> None:
        number = len(teams.people) + 1
        self.teams, self.http, self.name, self.tenant = teams, http, name, tenant
        self.id = f"29:person-{number}"
        self.aad = aad or f"aad-{number}"
        self.blocked = False

    @property
    def chat(self) -> Chat:
        return self.teams.chat_with(self.id)

    @property
    def sees(self) -> list[Shown]:
        return self.chat.messages

    async def says(self, text: str) -> httpx.Response:
        return await self.deliver(self.activity("message", text=text, textFormat="plain"))

    async def installs(self) -> httpx.Response:
        return await self.deliver(self.activity("installationUpdate", action="add"))

    async def removes(self) -> httpx.Response:
        return await self.deliver(self.activity("installationUpdate", action="remove"))

    async def presses(self, label: str, *, of: Shown | None = None) -> httpx.Response:
        """Press a button or tile of the newest message that has it."""
        message, action = self._find(label, of)
        return await self._execute(message, action, {})

    async def picks(self, value: str, *, of: Shown | None = None) -> httpx.Response:
        """Pick an option of the newest list and confirm it."""
        message, action = self._find("OK", of)
        return await self._execute(message, action, {action["data"]["input"]: value})

    async def fills(self, values: dict[str, str], submit: str, *, of: Shown | None = None) -> httpx.Response:
        """Fill in a form shown in a message; a required field left out keeps the client from sending."""
        message, action = self._find(submit, of)
        return await self._execute(message, action, _filled(message.inputs(), values))

    async def opens_extension(self, command: str = "testimonial") -> httpx.Response:
        return await self.invoke(
            "composeExtension/fetchTask", {"commandId": command, "commandContext": "compose"}
        )

    async def picks_message(self, body: str, author: str, command: str = "testimonial") -> httpx.Response:
        """Choose the command in the menu of a message; `body` is its HTML, `author` the tenant's id of who wrote it."""
        payload = {
            "id": self.teams.next_id(),
            "from": {"user": {"id": author, "userIdentityType": "aadUser"}, "application": None},
            "body": {"contentType": "html", "content": body},
        }
        value = {"commandId": command, "commandContext": "message", "messagePayload": payload}
        return await self.invoke("composeExtension/fetchTask", value)

    async def fills_dialog(
        self, card: Json, values: dict[str, str], command: str = "testimonial"
    ) -> httpx.Response:
        inputs = [node for node in _nodes(card) if str(node["type"]).startswith("Input.")]
        (submit,) = [node for node in _nodes(card) if node["type"] == "Action.Submit"]
        data = submit["data"] | _filled(inputs, values)
        return await self.invoke("composeExtension/submitAction", {"commandId": command, "data": data})

    async def invoke(self, name: str, value: Any, **changes: Any) -> httpx.Response:
        return await self.deliver(self.activity("invoke", name=name, value=value, **changes))

    def activity(self, kind: str, **told: Any) -> Json:
        """An activity from this person's chat, as the channel service sends it."""
        return {
            "type": kind,
            "id": self.teams.next_id(),
            "timestamp": self.teams.clock.now().isoformat(),
            "channelId": "msteams",
            "serviceUrl": self.teams.service_url,
            "from": {"id": self.id, "name": self.name, "aadObjectId": self.aad},
            "recipient": {"id": BOT, "name": "Entrain"},
            "conversation": {
                "id": self.chat.id,
                "conversationType": "personal",
                "tenantId": self.tenant,
            },
            "channelData": {"tenant": {"id": self.tenant}},
            **told,
        }

    async def deliver(self, activity: Json, *, authorization: str | None = None) -> httpx.Response:
        """Post it, signed unless another header is given."""
        if authorization is None:
            authorization = f"Bearer {self.teams.token(str(activity.get('serviceUrl')))}"
        return await self.http.post("/api/messages", json=activity, headers={"Authorization": authorization})

    def _find(self, label: str, of: Shown | None) -> tuple[Shown, Json]:
        for message in [of] if of else reversed(self.sees):
            for action in message.actions():
                if action["title"] == label:
                    return message, action
        raise LookupError(f"nobody can press {label!r}; there are {[m.text for m in self.sees]}")

    async def _execute(self, message: Shown, action: Json, inputs: dict[str, str]) -> httpx.Response:
        performed = {
            "type": action["type"],
            "title": action["title"],
            "verb": action.get("verb"),
            "data": action["data"] | inputs,
        }
        value = {"action": performed, "trigger": "manual"}
        return await self.invoke("adaptiveCard/action", value, replyToId=message.id)


def _filled(inputs: list[Json], values: dict[str, str]) -> dict[str, str]:
    """The inputs of a form as a client submits them; refuses what the client would not send."""
    fields = {node["id"].removeprefix("field."): node for node in inputs}
    assert values.keys() <= fields.keys(), f"no such fields: {values.keys() - fields.keys()}"
    filled = {key: values.get(key, node.get("value", "")) for key, node in fields.items()}
    left_out = [key for key, node in fields.items() if node.get("isRequired") and not filled[key]]
    assert not left_out, f"the client does not send without {left_out}"
    return {f"field.{key}": value for key, value in filled.items()}


def _nodes(tree: Any) -> list[Json]:
    if isinstance(tree, list):
        return [node for child in tree for node in _nodes(child)]
    if not isinstance(tree, dict):
        return []
    here = [tree] if "type" in tree else []
    return here + [node for child in tree.values() for node in _nodes(child)]


class _Refusal(web.HTTPException):
    status_code = 400


def _error(status: int, code: str) -> web.HTTPException:
    body = json.dumps({"error": {"code": code, "message": code}})
    refusal = _Refusal(text=body, content_type="application/json")
    refusal.set_status(status)
    return refusal


def _faulty(fault: Fault) -> web.Response:
    return web.json_response(fault.body, status=fault.status or 500, headers=fault.headers)
