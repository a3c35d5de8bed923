"""People in a Slack workspace: what they do arrives at the bot as signed requests, what they see is in `FakeSlack`."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.fake_slack import TEAM, FakeSlack
from tests.support.slack_wire import recorded, signed

Json = dict[str, Any]


@dataclass
class SlackPeople:
    """Each action posts one request made from a recorded one and expects it to be acknowledged."""

    slack: FakeSlack
    http: httpx.AsyncClient
    secret: str
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def say(self, user: str, text: str) -> Json:
        """Write to the bot; returns the payload, for sending it again."""
        payload = recorded("event_message_im")
        stamp = self._stamp()
        payload["event"] |= {
            "user": user,
            "text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            "ts": stamp,
            "event_ts": stamp,
            "channel": self.slack.direct(user),
        }
        payload["event_id"] = f"Ev{next(self._numbers):08d}"
        await self.post(payload)
        return payload

    async def command(self, user: str, command: str, text: str = "") -> None:
        payload = recorded("command_testimonial")
        trigger = self.slack.give_trigger(f"t{next(self._numbers)}")
        await self.post(payload | {"user_id": user, "command": command, "text": text, "trigger_id": trigger})

    async def pick(self, user: str, text: str, author: str) -> None:
        """Ask in the menu of a message that it becomes a testimonial."""
        payload = recorded("message_action")
        payload["user"] |= {"id": user, "name": user.lower(), "username": user.lower()}
        payload["message"] |= {"user": author, "text": text}
        payload["trigger_id"] = self.slack.give_trigger(f"t{next(self._numbers)}")
        await self.post(payload | {"action_ts": self._stamp()})

    async def press(self, user: str, message: Json, element: Json, option: Json | None = None) -> Json:
        """Press a button of `message`, or choose `option` of its menu; returns the payload."""
        payload = recorded("action_button")
        payload["user"] |= {"id": user, "name": user.lower(), "username": user.lower()}
        payload["container"] |= {"message_ts": message["ts"], "channel_id": self.slack.direct(user)}
        payload["trigger_id"] = self.slack.give_trigger(f"t{next(self._numbers)}")
        action = {key: element[key] for key in ("type", "action_id", "value", "text") if key in element}
        payload["actions"] = [
            action | {"action_ts": self._stamp()} | ({"selected_option": option} if option else {})
        ]
        await self.post(payload)
        return payload

    async def submit(self, user: str, view: Json, values: dict[str, Json]) -> None:
        """Send a modal; `values` are what each input holds, by block id."""
        payload = recorded("view_submission")
        payload["user"]["id"] = user
        elements = {
            block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"
        }
        payload["view"] |= {
            "id": f"V{next(self._numbers):08d}",
            "callback_id": view["callback_id"],
            "private_metadata": view["private_metadata"],
            "state": {
                "values": {
                    key: {element["action_id"]: {"type": element["type"], **values.get(key, {})}}
                    for key, element in elements.items()
                }
            },
        }
        await self.post(payload)

    async def post(self, payload: Json, expect: int = 200) -> None:
        payload = payload | ({"team_id": TEAM} if "team_id" in payload else {})
        request = signed(json.loads(json.dumps(payload)), self.secret, self.slack.clock)
        response = await self.http.post("/slack/events", content=request.content, headers=request.headers)
        assert response.status_code == expect, (response.status_code, response.text)

    def _stamp(self) -> str:
        return f"{int(self.slack.clock.now().timestamp())}.{next(self._numbers):06d}"


def pressable(message: Json) -> list[Json]:
    """The buttons and menus of a message."""
    return [e for block in message["blocks"] if block["type"] == "actions" for e in block["elements"]]


def element(message: Json, action: str, ending: str = "") -> Json:
    """The first control of this action whose value ends in `ending`."""
    return next(
        e
        for e in pressable(message)
        if e["action_id"].startswith(f"{action}#") and e.get("value", "").endswith(ending)
    )
