"""One person's conversation on a real database, without a platform: events in by the router, messages out as rendered."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

import bot
from bot.handlers import explanation, interview, membership
from bot.platforms.port import Button, ButtonPressed, Buttons, Message, Scale, TextReceived
from bot.router import Router
from bot.scene import Scene
from projects.service import load_project
from storage.models import AgendaItem, Interview, OutboxMessage, OutboxState, Role
from storage.work import Work
from surveys import service as surveys
from tests.support.due import handle_due

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"


class Chat:
    """One person's conversation: events go in by the router, messages come out of the outbox as rendered."""

    def __init__(
        self,
        work: Work,
        lang: str,
        name: str = "Karim",
        *,
        script: str = "adoption",
        anonymous: bool = False,
        lead: bool = False,
    ) -> None:
        workspace = work.workspaces.get(work.workspace_id)
        workspace.address, workspace.timezone = "tu", "Europe/Paris"
        self.work = work
        self.router = Router((membership.FEATURE, interview.FEATURE, explanation.FEATURE))
        project = load_project(work, FILE)
        role = Role.LEAD if lead else Role.EMPLOYEE
        self.campaign = surveys.campaign_for(work, project.id, role) or surveys.start_campaign(
            work, project.id, script, anonymous=anonymous
        )
        self.person = work.people.ensure(name.lower(), name)
        self.person.lang, self.person.conversation = lang, "c1"
        work.projects.join(project.id, self.person.id, role, None if lead else "planner")
        self.events = 0
        self.shown: list[Message] = []

    def invite(self) -> Interview:
        planned = interview.invite(self.scene("invitation"), self.campaign)
        assert planned is not None
        return planned

    def scene(self, cause: str) -> Scene:
        return Scene(self.work, self.work.workspaces.get(self.work.workspace_id), self.person, cause)

    def later(self, by: timedelta) -> None:
        self.work = replace(self.work, now=self.work.now + by)

    def say(self, words: str) -> list[Message]:
        self.router.handle(self.work, self.typed(words))
        return self.read()

    def typed(self, words: str) -> TextReceived:
        return TextReceived(**self._event(), text=words)

    def press(self, label: str | int, among: list[Message] | None = None) -> list[Message]:
        """Press a button by its label, or a number of the scale, of the latest message that has it."""
        action, value = next(
            pair
            for message in reversed(among or self.shown)
            for block in message.blocks
            for pair in _pressable(block, label)
        )
        return self.press_raw(action, value)

    def press_raw(self, action: str, value: str) -> list[Message]:
        event = ButtonPressed(**self._event(), action=action, value=value, message="m1", conversation="c1")
        self.router.handle(self.work, event)
        return self.read()

    def tick(self) -> list[Message]:
        """Carry out what is due now."""
        for item in self.work.session.scalars(select(AgendaItem).where(AgendaItem.kind == "interview")).all():
            if item.next_due_at and item.next_due_at <= self.work.now:
                handle_due(self.router, self.work, item)
        return self.read()

    def read(self) -> list[Message]:
        """What is sent by now."""
        sent = []
        for row in self.work.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.state == OutboxState.READY, OutboxMessage.not_before <= self.work.now)
            .order_by(OutboxMessage.seq)
        ).all():
            message = self.router.render(self.scene(f"send:{row.seq}"), row.intent, json.loads(row.args))
            row.state = OutboxState.SENT if message else OutboxState.SUPERSEDED
            if message:
                sent.append(message)
        self.shown += sent
        return sent

    def _event(self) -> dict[str, object]:
        self.events += 1
        return {
            "event_id": f"{self.person.id}:e{self.events}",
            "workspace": "demo",
            "user": self.person.external_id,
            "at": self.work.now,
        }


def _pressable(block: object, label: str | int) -> list[tuple[str, str]]:
    if isinstance(block, Scale) and isinstance(label, int):
        return [(block.action, f"{block.value}|{label}")]
    buttons: tuple[Button, ...] = block.buttons if isinstance(block, Buttons) else ()
    return [(button.action, button.value) for button in buttons if typed(button.label) == label]


def plain(messages: list[Message]) -> str:
    """What is said, with ordinary spaces where a line may not break."""
    return typed("\n---\n".join(message.plain for message in messages))


def typed(text: str) -> str:
    """Text as a keyboard writes it."""
    return text.replace("\u00a0", " ")


def labels(messages: list[Message]) -> list[str]:
    return [
        typed(b.label)
        for m in messages
        for block in m.blocks
        if isinstance(block, Buttons)
        for b in block.buttons
    ]
