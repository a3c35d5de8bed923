"""What a handler gets for one event of one person, and how a feature says what it handles."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.kinds import KINDS, Held
from bot.platforms.port import (
    ButtonPressed,
    Command,
    Form,
    FormSubmitted,
    Message,
    Receipt,
    Shortcut,
    TextReceived,
)
from bot.week import is_known, week_of
from content.arms import Arms
from content.catalog import Address as Register
from content.catalog import Lang, Voice
from nudges import service
from nudges.calendar import WorkWeek
from nudges.plan import Found
from storage.agenda import DueItem, Handled
from storage.audit import Actor
from storage.models import AgendaItem, Membership, OutboxMessage, Person, Workspace
from storage.repositories.interviews import Latest
from storage.repositories.outbox import Posting
from storage.retention import Periods
from storage.work import Work
from surveys.opinion import Opinion

Args = Mapping[str, str]


@dataclass(frozen=True)
class FormRequest:
    """A form to open once the transaction has been committed, with the `initial` values of its fields, by key."""

    trigger: str
    name: str
    context: str
    initial: Args = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What was read of a person for many people at once (`bot.ahead`); of what is missing, the person's own is read.

    By project: what tests ask, the person's place (None: not read), their obstacles, their latest interview, and who leads.
    By kind: when items are due. By check-in that was answered: where its routine stood.
    """

    week: WorkWeek | None = None
    arms: Mapping[str, Arms] = field(default_factory=dict)
    places: Mapping[str, Membership] | None = None
    obstacles: Mapping[str, tuple[Found, ...]] = field(default_factory=dict)
    heard: Mapping[str, Latest | None] = field(default_factory=dict)
    leads: Mapping[str, Sequence[Person]] = field(default_factory=dict)
    dues: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    progress: Mapping[str, service.Progress] = field(default_factory=dict)


@dataclass
class Scene:
    """One person, one moment, one transaction. Handlers decide here; nothing is sent before the commit.

    `cause` names the event or due item being handled: postings without a key of their own are numbered under it.
    """

    work: Work
    workspace: Workspace
    person: Person
    cause: str
    opinion: Opinion | None = None
    """What a language model makes of the text being handled, where one was asked."""
    opens: list[FormRequest] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    public_url: str = ""
    """Under which address people reach the bot's own pages; empty where they do not."""
    periods: Periods = field(default_factory=Periods)
    """How long what is kept."""
    _week: WorkWeek | None = None
    _posted: int = 0

    @property
    def now(self) -> datetime:
        return self.work.now

    @property
    def actor(self) -> Actor:
        """The person, as the audit log names whoever did something."""
        return Actor.person(self.person.id)

    @property
    def voice(self) -> Voice:
        return voice_of(self.workspace, self.person)

    @property
    def week(self) -> WorkWeek:
        """When the person works. No `cached_property`: before Python 3.12 that lets one thread in at a time."""
        if self._week is None:
            self._week = self.known.week or self.week_of(self.person)
        return self._week

    def arms(self, project_id: str) -> Arms:
        """What the tests that run in this project ask for the person."""
        if project_id in self.known.arms:
            return self.known.arms[project_id]
        return self.work.samples.arms(project_id, [self.person.id])[self.person.id]

    def member(self, project_id: str) -> Membership | None:
        """The person's place in this project."""
        if self.known.places is not None:
            return self.known.places.get(project_id)
        return self.work.projects.member(project_id, self.person.id)

    def obstacles(self, project_id: str) -> tuple[Found, ...]:
        """The person's obstacles in this project that are probable or confirmed, the main one first."""
        if project_id in self.known.obstacles:
            return self.known.obstacles[project_id]
        return service.findings(self.work, project_id, [self.person.id])[self.person.id]

    def heard(self, project_id: str) -> Latest | None:
        """The person's latest closed interview of this project that looked for causes."""
        if project_id in self.known.heard:
            return self.known.heard[project_id]
        return self.work.interviews.latest_heard(project_id, [self.person.id]).get(self.person.id)

    def leads(self, project_id: str) -> Sequence[Person]:
        """Who leads the project, by name."""
        return self.known.leads.get(project_id) or self.work.projects.leads(project_id)

    def dues(self, kind: str) -> Sequence[datetime]:
        """When each of the person's agenda items of this kind is due."""
        if kind in self.known.dues:
            return self.known.dues[kind]
        return self.work.agenda.dues([self.person.id], kind).get(self.person.id, [])

    def week_of(self, person: Person) -> WorkWeek:
        """When somebody of this workspace works."""
        return week_of(self.work, self.workspace, person)

    @property
    def timezone(self) -> str:
        """In which the person's days are counted: that of their week, which is their own wherever it is known."""
        own = self.person.timezone
        return own if own and is_known(own) else self.week.timezone

    def post(
        self,
        intent: str,
        args: Args | None = None,
        *,
        to: Person | None = None,
        key: str | None = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        paced: bool = False,
        replaces: str | None = None,
        updates: Receipt | None = None,
    ) -> None:
        """Plan a message. A second posting under the same `key` in this workspace does nothing.

        What nobody asked for is `paced`; where no `not_after` is given it is of use as long as its kind is.
        """
        self._posted += 1
        begins = not_before or self.now
        if paced and not_after is None and intent in KINDS:
            not_after = begins + KINDS[intent].useful
        self.work.outbox.put(
            Posting(
                person_id=(to or self.person).id,
                intent=intent,
                args=dict(args or {}),
                dedupe=key or f"{self.cause}#{self._posted}",
                not_before=begins,
                not_after=not_after,
                paced=paced,
                replaces=replaces,
                updates=json.dumps([updates.message, updates.conversation]) if updates else None,
            )
        )

    def post_unasked(
        self, intent: str, args: Args, *, to: Person | None = None, key: str | None = None
    ) -> None:
        """Plan what nobody asked for, for when its reader works next."""
        reader = to or self.person
        begins = self.week_of(reader).first_open(self.now)
        self.post(intent, args, to=reader, key=key, not_before=begins, paced=True)

    def replace(self, pressed: ButtonPressed | FormSubmitted, intent: str, args: Args | None = None) -> None:
        """Plan the replacement of the message that was pressed, and of its other copy where that is known.

        Nothing where no message held it.
        """
        conversation = pressed.conversation or self.person.conversation
        if pressed.message and conversation:
            self.post(intent, args, updates=Receipt(pressed.message, conversation))
        sent = self.copy_of(pressed)
        if (
            sent
            and sent.receipt_message
            and sent.receipt_conversation
            and sent.receipt_message != pressed.message
        ):
            self.post(intent, args, updates=Receipt(sent.receipt_message, sent.receipt_conversation))

    def replace_sent(self, key: str, intent: str, args: Args | None = None, *, to: Person) -> None:
        """Plan the replacement of the message that was sent to somebody under `key`; nothing if none has arrived."""
        message = self.work.outbox.under(key)
        if message and message.receipt_message and message.receipt_conversation:
            receipt = Receipt(message.receipt_message, message.receipt_conversation)
            self.post(intent, args, to=to, updates=receipt)

    def copy_of(self, pressed: ButtonPressed | FormSubmitted) -> OutboxMessage | None:
        """The message that was pressed, if it was sent once more, so that the person may have it twice."""
        return self.work.outbox.repeated(self.person.id, pressed.key) if pressed.key else None

    def open_form(
        self,
        event: Command | ButtonPressed | Shortcut | TextReceived,
        name: str,
        context: str = "",
        initial: Args | None = None,
    ) -> None:
        """Open a form now where the platform can, else send it in a message.

        `initial` is not kept: a form that has to come in a message comes without it.
        """
        if event.trigger:
            self.opens.append(FormRequest(event.trigger, name, context, initial or {}))
        else:
            self.post("form", {"name": name, "context": context})


def voice_of(workspace: Workspace, person: Person) -> Voice:
    """The person's language, else the workspace's; the workspace's register."""
    return Voice(Lang(person.lang or workspace.lang), Register(workspace.address))


Presenter = Callable[[Scene, Args], Message | None]
"""Renders an intent when it is sent. None: it no longer makes sense, so the row is superseded."""

DueTogether = Callable[[Work, Sequence[DueItem]], Handled]
"""Handles due items of one kind, each of another person, all locked."""

ButtonTogether = Callable[[Sequence[tuple[Scene, ButtonPressed]]], None]
"""Handles presses of one button, each of another person, in one transaction."""

FormPresenter = Callable[[Scene, str], Form]
"""Renders a form from its context."""


@dataclass(frozen=True)
class Feature:
    """What one feature handles; `bot.router` puts the features together and refuses a name that stands twice.

    `commands` are slash commands and words (`testimonial`, `adoption`, `stop`); `buttons` are action names; `shortcuts`
    are what can be made of a message; `texts` may take free text and says whether it did; `due` are kinds of agenda
    items. `buttons_together` and `due_together` are those that are handled for many people at once.
    """

    name: str
    commands: Mapping[str, Callable[[Scene, Command], None]] = field(default_factory=dict)
    buttons: Mapping[str, Callable[[Scene, ButtonPressed], None]] = field(default_factory=dict)
    buttons_together: Mapping[str, ButtonTogether] = field(default_factory=dict)
    forms: Mapping[str, Callable[[Scene, FormSubmitted], None]] = field(default_factory=dict)
    shortcuts: Mapping[str, Callable[[Scene, Shortcut], None]] = field(default_factory=dict)
    texts: Callable[[Scene, TextReceived], bool] | None = None
    due: Mapping[str, Callable[[Scene, AgendaItem], Held | None]] = field(default_factory=dict)
    due_together: Mapping[str, DueTogether] = field(default_factory=dict)
    presenters: Mapping[str, Presenter] = field(default_factory=dict)
    form_presenters: Mapping[str, FormPresenter] = field(default_factory=dict)
