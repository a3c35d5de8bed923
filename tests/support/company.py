"""A small company on one open transaction: what people do goes in by the router, what they see is kept as they see it."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

import bot
from bot.app import router
from bot.platforms.port import (
    Button,
    ButtonPressed,
    Buttons,
    Choice,
    Command,
    FormSubmitted,
    Message,
    TextReceived,
)
from bot.scene import Scene
from content.blockers import Blocker
from projects.definition import Levers, read
from projects.service import save
from storage.models import (
    AgendaItem,
    Campaign,
    Finding,
    FindingStatus,
    Interview,
    InterviewStatus,
    OutboxMessage,
    OutboxState,
    Person,
    Project,
    Role,
)
from storage.work import Work
from tests.support.due import handle_due

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"


@dataclass
class Screen:
    """One person's conversation, by message; `arrived` is every new message, when and of which kind."""

    shown: dict[str, Message] = field(default_factory=dict)
    arrived: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n---\n".join(message.plain for message in self.shown.values())

    @property
    def last(self) -> Message:
        return list(self.shown.values())[-1]

    def kinds(self) -> list[str]:
        return [kind for _, kind in self.arrived]


class Company:
    """People of one project, with a clock that stops at everything that becomes due.

    Unless `levers`, the organisation has written nothing that is told before a nudge.
    """

    def __init__(self, work: Work, lang: str = "fr", *, levers: bool = False) -> None:
        workspace = work.workspaces.get(work.workspace_id)
        workspace.lang, workspace.address, workspace.timezone = lang, "tu", "Europe/Paris"
        self.work = work
        self.router = router()
        file = read(FILE)
        self.project: Project = save(work, file if levers else file.model_copy(update={"levers": Levers()}))
        self.screens: dict[str, Screen] = {}
        self._events = 0

    def hire(
        self, name: str, role: Role = Role.EMPLOYEE, team: str | None = None, lang: str | None = None
    ) -> Person:
        person = self.work.people.ensure(name.lower(), name)
        person.team, person.lang, person.conversation = team, lang, f"c-{name.lower()}"
        self.work.projects.join(self.project.id, person.id, role, "planner")
        self.screens[person.id] = Screen()
        return person

    def found(
        self, person: Person, *blockers: Blocker, status: FindingStatus = FindingStatus.CONFIRMED
    ) -> None:
        """A closed interview of the person, with these obstacles, the main one first."""
        interview = self.took_part(person, self.campaign())
        self.work.interviews.add_findings(
            [
                Finding(
                    id=self.work.ids.new(),
                    workspace_id=self.work.workspace_id,
                    interview_id=interview.id,
                    blocker=blocker.value,
                    status=status,
                    stated=False,
                    belief=0.9,
                    rank=rank,
                )
                for rank, blocker in enumerate(blockers, 1)
            ]
        )

    def campaign(self) -> Campaign:
        """The round in which somebody is found to have something in their way: one of its own."""
        return self.work.campaigns.add(self.project.id, "adoption")

    def took_part(self, person: Person, campaign: Campaign) -> Interview:
        """All that is kept by name of an anonymous round, and the first half of a confidential one."""
        interview = Interview(
            id=self.work.ids.new(),
            workspace_id=self.work.workspace_id,
            campaign_id=campaign.id,
            person_id=person.id,
            status=InterviewStatus.CLOSED,
            state="",
            invited_at=self.work.now,
            closed_at=self.work.now,
        )
        self.work.interviews.add(interview)
        return interview

    def scene(self, person: Person, cause: str = "test") -> Scene:
        return self.router.scene(self.work, self.work.people.get(person.id), cause)

    # ---------------------------------------------------------------- what people do

    def command(self, person: Person, command: str, argument: str = "") -> None:
        event = Command(**self._event(person), command=command, argument=argument)
        self.router.handle(self.work, event)
        self.deliver()

    def say(self, person: Person, words: str) -> None:
        self.router.handle(self.work, TextReceived(**self._event(person), text=words))
        self.deliver()

    def hear(self, external_id: str, name: str, words: str) -> None:
        """Words of somebody whom nobody has hired."""
        self._events += 1
        event = TextReceived(
            event_id=f"e{self._events}",
            workspace="demo",
            user=external_id,
            name=name,
            at=self.work.now,
            text=words,
        )
        self.router.handle(self.work, event)
        self.deliver()

    def watch(self, person: Person) -> None:
        """Keep what somebody sees who is in no project."""
        self.screens[person.id] = Screen()

    def fill(self, person: Person, form: str, context: str, **values: str) -> None:
        event = FormSubmitted(**self._event(person), form=form, values=values, context=context)
        self.router.handle(self.work, event)
        self.deliver()

    def press(self, person: Person, label: str) -> None:
        """Press the latest button or option of that label."""
        for message_id, message in reversed(self.screens[person.id].shown.items()):
            for action, value, shown in pressable(message):
                if shown == label:
                    self.press_raw(person, action, value, message_id)
                    return
        raise AssertionError(f"{person.name} sees no {label!r}")

    def press_raw(self, person: Person, action: str, value: str, message: str = "m0") -> None:
        event = ButtonPressed(
            **self._event(person),
            action=action,
            value=value,
            message=message,
            conversation=person.conversation,
        )
        self.router.handle(self.work, event)
        self.deliver()

    def labels(self, person: Person) -> list[str]:
        return [label for _, _, label in pressable(self.screens[person.id].last)]

    # ---------------------------------------------------------------- time

    def later(self, by: timedelta) -> None:
        """Let time pass, by way of everything that becomes due."""
        target = self.work.now + by
        while due := self._next(target):
            self._move(max(due, self.work.now))
            for item in list(self.work.session.scalars(select(AgendaItem))):
                if item.next_due_at and item.next_due_at <= self.work.now:
                    before = item.next_due_at
                    handle_due(self.router, self.work, item)
                    assert item.next_due_at is None or item.next_due_at > self.work.now
                    assert item.next_due_at != before
            self.deliver()
        self._move(target)

    def deliver(self) -> None:
        """Send what may be sent by now, as it is rendered now."""
        rows = select(OutboxMessage).where(
            OutboxMessage.state == OutboxState.READY, OutboxMessage.not_before <= self.work.now
        )
        for row in list(self.work.session.scalars(rows.order_by(OutboxMessage.seq))):
            person = self.work.people.get(row.person_id)
            message = self.router.render(
                self.scene(person, f"send:{row.seq}"), row.intent, json.loads(row.args)
            )
            row.state = OutboxState.SENT if message else OutboxState.SUPERSEDED
            row.sent_at = self.work.now if message else None
            if message is None or person.id not in self.screens:
                continue
            screen = self.screens[person.id]
            if row.updates:
                screen.shown[json.loads(row.updates)[0]] = message
                continue
            row.receipt_message, row.receipt_conversation = f"m{row.seq}", person.conversation
            screen.shown[f"m{row.seq}"] = message
            screen.arrived.append((self.work.now, row.intent))
        self.work.session.flush()

    def _next(self, target: datetime) -> datetime | None:
        items = self.work.session.scalars(select(AgendaItem.next_due_at))
        rows = self.work.session.scalars(
            select(OutboxMessage.not_before).where(OutboxMessage.state == OutboxState.READY)
        )
        return min((at for at in [*items, *rows] if at is not None and at <= target), default=None)

    def _move(self, at: datetime) -> None:
        self.work = replace(self.work, now=at)

    def _event(self, person: Person) -> dict[str, object]:
        self._events += 1
        return {
            "event_id": f"e{self._events}",
            "workspace": "demo",
            "user": person.external_id,
            "at": self.work.now,
        }


def pressable(message: Message) -> list[tuple[str, str, str]]:
    """(action, value, label) of everything that can be pressed."""
    found: list[tuple[str, str, str]] = []
    for block in message.blocks:
        buttons: tuple[Button, ...] = block.buttons if isinstance(block, Buttons) else ()
        found += [(button.action, button.value, button.label) for button in buttons]
        if isinstance(block, Choice):
            found += [(block.action, value, label) for value, label in block.options]
    return found
