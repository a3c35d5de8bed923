"""Inbound event -> feature -> what to send. One transaction; nothing leaves before it is committed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import structlog

from bot import ahead, presence
from bot.commands import command_of, parse
from bot.platforms.port import (
    ButtonPressed,
    Command,
    Form,
    FormSubmitted,
    HomeOpened,
    InboundEvent,
    MemberJoined,
    MemberLeft,
    Message,
    PersonEvent,
    Shortcut,
    TextReceived,
    WorkspaceLost,
    as_plain,
)
from bot.scene import Args, Feature, Scene
from storage.agenda import DueItem, Handled, Planned
from storage.models import AgendaItem, Person
from storage.retention import Periods
from storage.work import Work
from surveys.opinion import Opinion

log = structlog.get_logger(__name__)

Handler = TypeVar("Handler")

OPEN_FORM = "form.open"
"""The button that opens a form shown in a message; its value is `name|context`."""


class UnknownIntent(Exception):
    """A row of the outbox or an agenda item names something that no feature handles; a release is missing a part."""


class Router:
    """The features, put together by name. `public_url` is the address of the bot's own pages, if it has one; `periods`
    are how long what is kept.

    Raises:
        ValueError: two features claim the same name.
    """

    def __init__(
        self, features: Iterable[Feature], public_url: str = "", periods: Periods | None = None
    ) -> None:
        self.public_url, self.periods = public_url, periods or Periods()
        chosen = tuple(features)
        self._commands = _joined("command", (feature.commands for feature in chosen))
        self._buttons = _joined("button", (feature.buttons for feature in chosen))
        self._buttons_together = _joined("button", (feature.buttons_together for feature in chosen))
        self._shortcuts = _joined("shortcut", (feature.shortcuts for feature in chosen))
        self._forms = _joined("form", (feature.forms for feature in chosen))
        self._due = _joined("due item", (feature.due for feature in chosen))
        self._due_together = _joined("due item", (feature.due_together for feature in chosen))
        self._presenters = _joined("intent", (feature.presenters for feature in chosen))
        self._form_presenters = _joined("form", (feature.form_presenters for feature in chosen))
        self._texts = tuple(feature.texts for feature in chosen if feature.texts)

    # ---------------------------------------------------------------- events

    def handle(self, work: Work, event: InboundEvent, opinion: Opinion | None = None) -> Scene | None:
        """Carry out one event; None when it concerned the workspace and no person."""
        (scene,) = self.handle_together(work, [event], opinion)
        return scene

    def handle_together(
        self, work: Work, events: Sequence[InboundEvent], opinion: Opinion | None = None
    ) -> list[Scene | None]:
        """Carry out events of different people; for each what `handle` returns. An `opinion` is about the only one."""
        theirs = [event for event in events if not isinstance(event, WorkspaceLost)]
        people = work.people.ensure_all({event.user: event.name or event.user for event in theirs})
        ahead.hear(work, theirs)
        scenes: list[Scene | None] = []
        together: dict[str, list[tuple[Scene, ButtonPressed]]] = {}
        for event in events:
            if isinstance(event, WorkspaceLost):
                presence.lose(work, event)
                scenes.append(None)
                continue
            scene = self.scene(work, people[event.user], event.event_id)
            scene.opinion = opinion
            scenes.append(scene)
            if event.conversation and event.conversation != scene.person.conversation:
                scene.person.conversation = event.conversation
            if isinstance(event, MemberLeft):
                presence.leave(work, scene.person, event)
                continue
            presence.hear(work, scene.person, event)
            if isinstance(event, ButtonPressed) and event.action in self._buttons_together:
                together.setdefault(event.action, []).append((scene, event))
            else:
                self._carry_out(scene, event)
        for action, presses in together.items():
            self._buttons_together[action](presses)
        return scenes

    def _carry_out(self, scene: Scene, event: PersonEvent) -> None:
        match event:
            case TextReceived():
                self._text(scene, event)
            case Command():
                self._command(scene, event)
            case ButtonPressed(action=action, value=value) if action == OPEN_FORM:
                name, _, context = value.partition("|")
                if name in self._form_presenters:
                    scene.open_form(event, name, context)
                else:
                    self._unknown(scene, "button", action)
            case ButtonPressed(action=action):
                self._named(scene, "button", self._buttons, action, event)
            case Shortcut(shortcut=shortcut):
                self._named(scene, "shortcut", self._shortcuts, shortcut, event)
            case FormSubmitted(form=form):
                self._named(scene, "form", self._forms, form, event)
            case MemberJoined() | HomeOpened():
                pass

    def handle_due(self, work: Work, items: Sequence[DueItem]) -> Handled:
        """Carry out due items of different people, all of one kind."""
        kind = items[0].kind
        if together := self._due_together.get(kind):
            return together(work, items)
        if kind not in self._due:
            raise UnknownIntent(f"nothing handles agenda items of kind {kind!r}")
        return {item.id: self._handle_one(work, item) for item in items}

    def handles_together(self, kind: str) -> bool:
        """Whether many due items of this kind cost little more than one."""
        return kind in self._due_together

    def _handle_one(self, work: Work, due: DueItem) -> Planned:
        """Its slot names what it posts: handled again, it posts nothing new."""
        scene = self.scene(
            work, work.people.get(due.person_id), f"due:{due.id}:{due.due_at:%Y%m%dT%H%M%S.%f}"
        )
        item = work.session.get_one(AgendaItem, due.id)
        held = self._due[due.kind](scene, item)
        return Planned(None if item.next_due_at == due.due_at else item.next_due_at, held)

    def scene(self, work: Work, person: Person, cause: str) -> Scene:
        workspace = work.workspaces.get(work.workspace_id)
        return Scene(work, workspace, person, cause, public_url=self.public_url, periods=self.periods)

    def _text(self, scene: Scene, event: TextReceived) -> None:
        if command := command_of(event):
            self._command(scene, command)
        elif not any(texts(scene, event) for texts in self._texts):
            scene.post("help.not_understood")

    def _command(self, scene: Scene, event: Command) -> None:
        """A slash command brings its words apart: `/adoption` and "pilot" are the command "adoption pilot".

        One that is any other name for a command (`/idee`) keeps what was said after it.
        """
        whole = parse(f"/{event.command} {event.argument}") or parse(f"/{event.command}")
        self._named(scene, "command", self._commands, whole.command if whole else event.command, event)

    def _named(
        self,
        scene: Scene,
        what: str,
        table: Mapping[str, Callable[[Scene, Any], None]],
        name: str,
        event: Any,
    ) -> None:
        if handler := table.get(name):
            handler(scene, event)
        else:
            self._unknown(scene, what, name)

    def _unknown(self, scene: Scene, what: str, name: str) -> None:
        log.info("unknown_input", what=what, name=name[:40], person=scene.person.id)
        scene.post("help.unknown_button" if what == "button" else "help.not_understood")

    # ---------------------------------------------------------------- rendering

    def render(self, scene: Scene, intent: str, args: Args) -> Message | None:
        """The message that a row of the outbox stands for, as it is now; None if it no longer makes sense."""
        if intent == "form":
            return Message((self.form(scene, args["name"], args["context"]),))
        if intent not in self._presenters:
            raise UnknownIntent(f"nothing presents messages of kind {intent!r}")
        message = self._presenters[intent](scene, args)
        return message and replace(message, plain=as_plain(message.blocks, scene.voice.lang))

    def form(self, scene: Scene, name: str, context: str, initial: Args | None = None) -> Form:
        """A form as it is for this person now; `initial` values, cut to what a field holds, stand in it already."""
        if name not in self._form_presenters:
            raise UnknownIntent(f"there is no form {name!r}")
        form = self._form_presenters[name](scene, context)
        if not initial:
            return form
        fields = (
            replace(field, initial=initial.get(field.key, field.initial)[: field.max_length])
            for field in form.fields
        )
        return replace(form, fields=tuple(fields))


def _joined(what: str, tables: Iterable[Mapping[str, Handler]]) -> dict[str, Handler]:
    joined: dict[str, Handler] = {}
    for table in tables:
        if twice := joined.keys() & table.keys():
            raise ValueError(f"two features handle the {what} {sorted(twice)[0]!r}")
        joined.update(table)
    return joined
