"""The whole bot on a real database, lived through one platform's wire: people, their interviews, time that is moved.

`Desk` is what differs between platforms. Everything is handled when a call returns: nothing here waits or sleeps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Protocol, TypeVar

import httpx
from sqlalchemy import func, select

from bot.administration import begin
from bot.app import Application
from projects import people, service
from projects.definition import read
from storage.models import (
    Base,
    Finding,
    InboxEvent,
    InboxState,
    Interview,
    OutboxMessage,
    OutboxState,
    Person,
    Project,
    Role,
)
from storage.work import Work
from tests.support.clock import FixedClock

T = TypeVar("T")

ZONE = "Europe/Paris"
HEADER = "external_id,name,email,lang,timezone,role,team,persona\n"
LONGEST = 20
"""Messages that one interview may take."""

PATIENT = 400
"""Due instants that one move of the clock may pass."""


@dataclass(frozen=True)
class Control:
    """A button, tile or option that somebody sees; `raw` is what the platform's client needs to press it."""

    action: str
    value: str
    label: str
    raw: object = field(compare=False)

    @property
    def option(self) -> str:
        """The last part of the value: what is chosen by it."""
        return self.value.rpartition("|")[2]


@dataclass(frozen=True)
class Shown:
    """A message as somebody sees it now: its words in order, and what can be pressed."""

    id: str
    words: str
    controls: tuple[Control, ...]

    def control(self, action: str, option: str | None = None) -> Control:
        """The control of that action, and that option if one is given."""
        for control in self.controls:
            if control.action == action and option in (None, control.option):
                return control
        raise AssertionError(f"there is no {action} {option or ''} in {self}")

    def has(self, action: str) -> bool:
        return any(control.action == action for control in self.controls)


class Desk(Protocol):
    """One platform from its people's side; each call is one verified request that was acknowledged."""

    platform: str
    workspace: str

    async def enrol(self, name: str) -> str:
        """Someone new in the workspace; their id."""

    async def arrive(self, user: str) -> None:
        """What the platform tells the bot when this person can be written to, if anything."""

    def shown(self, user: str) -> list[Shown]:
        """The bot's messages to this person as they are now, oldest first."""

    async def say(self, user: str, text: str) -> None: ...

    async def press(self, user: str, message: Shown, control: Control) -> None: ...

    async def ask_for_digest(self, user: str) -> None: ...

    async def ask_for_form(self, user: str) -> None:
        """Ask for the testimonial's form the platform's own way."""

    async def fill_form(self, user: str, values: dict[str, str]) -> None:
        """Fill in and send the form that was opened last."""

    async def fill_shown(self, user: str, values: dict[str, str]) -> None:
        """Fill in and send the form that a press has just brought."""

    async def pick(self, user: str, text: str, author: str) -> None:
        """Ask in the menu of a message of `author`'s that it becomes a testimonial; the form, if any, is opened."""

    async def again(self) -> None:
        """The last request once more, as the platform re-delivers it."""


@dataclass
class Recorder:
    """Remembers the last request of an `httpx` client, byte for byte."""

    request: httpx.Request | None = None

    async def __call__(self, request: httpx.Request) -> None:
        self.request = request


@dataclass(frozen=True)
class Told:
    """How somebody answers: the options they press where they are offered, and what they tell, in order."""

    options: frozenset[str]
    words: tuple[str, ...]
    obstacle: str
    """What is confirmed in the end."""


HIDDEN_TRUST = Told(
    frozenset({"paper", "9", "main", "standup", "trust"}),
    (
        "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment",
        "si je note dans trello tout le monde voit que j'ai laissé traîner, et mon chef compte mes retards",
    ),
    "trust",
)
"""Time at first; once listened to, trust."""

HIDDEN_TRUST_IN_ENGLISH = Told(
    frozenset({"paper", "9", "main", "standup", "trust"}),
    (
        "no time to open the thing, it always comes at the worst moment",
        "if I write it in trello everyone sees that I was late, and my boss counts my delays",
    ),
    "trust",
)


@dataclass
class Loop:
    """One organisation, its bot and its people."""

    application: Application
    clock: FixedClock
    desk: Desk
    workspace_id: str = ""
    project_id: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    """The platform's id of each person, by first name."""

    # ---------------------------------------------------------------- people

    async def found(self, lines: Sequence[str]) -> None:
        """Load the project; people from `Name,lang,timezone,role,team,persona` lines; leads and employees begin."""
        rows = []
        for line in lines:
            name, rest = line.split(",", 1)
            self.ids[name] = await self.desk.enrol(name)
            lang, others = rest.split(",", 1)
            rows.append(f"{self.ids[name]},{name},,{lang},{others}\n")
        with self.application.database.system() as system:
            place = system.workspaces.add(
                self.desk.platform, self.desk.workspace, "Exemple", lang="fr", address="tu", timezone=ZONE
            )
            self.workspace_id = place.id
        with self.application.database.transaction(self.workspace_id) as work:
            file = files("bot") / "demo_organisation" / "project.yaml"
            project = service.save(work, read(file))
            self.project_id = project.id
            work.campaigns.add(project.id, "adoption")
            imported = service.import_people(
                work, project, people.parse((HEADER + "".join(rows)).encode()).rows
            )
            assert not imported.problems
        for user in self.ids.values():
            await self.desk.arrive(user)
        await self.settle()
        with self.application.database.transaction(self.workspace_id) as work:
            begin_all(work, work.projects.get(self.project_id))
        await self.settle()

    async def settle(self) -> None:
        """Everything that is due now is done."""
        await self.application.jobs.run_due()

    async def later(self, target: datetime) -> None:
        """Move the clock to `target`, by way of every instant at which something is due."""
        for _ in range(PATIENT):
            due = await self.application.jobs.next_due(self.clock.now())
            if due is None or due > target:
                self.clock.advance(target - self.clock.now())
                await self.settle()
                return
            self.clock.advance(due - self.clock.now())
            await self.settle()
        raise AssertionError("something is due again and again")

    async def until(self, condition: Callable[[], bool], most: timedelta) -> None:
        """Move the clock from one due instant to the next until `condition` holds; fails after `most`."""
        end = self.clock.now() + most
        while not condition():
            due = await self.application.jobs.next_due(self.clock.now())
            assert due is not None, "nothing is planned any more"
            assert due <= end, f"nothing happened until {end}"
            self.clock.advance(due - self.clock.now())
            await self.settle()

    # ---------------------------------------------------------------- what people see and do

    def shown(self, name: str) -> list[Shown]:
        return self.desk.shown(self.ids[name])

    def last(self, name: str) -> Shown:
        messages = self.shown(name)
        assert messages, f"{name} was sent nothing"
        return messages[-1]

    def words(self, name: str) -> str:
        return "\n---\n".join(message.words for message in self.shown(name))

    def with_control(self, name: str, action: str) -> Shown:
        """The newest message in which that can be pressed."""
        for message in reversed(self.shown(name)):
            if message.has(action):
                return message
        raise AssertionError(f"{name} can press no {action}")

    def sees(self, name: str, action: str) -> bool:
        return any(message.has(action) for message in self.shown(name))

    async def say(self, name: str, text: str) -> None:
        await self.desk.say(self.ids[name], text)
        await self.settle()

    async def press(self, name: str, action: str, option: str | None = None) -> None:
        message = self.with_control(name, action)
        await self.desk.press(self.ids[name], message, message.control(action, option))
        await self.settle()

    async def press_in(self, name: str, message: Shown, control: Control) -> None:
        await self.desk.press(self.ids[name], message, control)
        await self.settle()

    async def again(self) -> None:
        await self.desk.again()
        await self.settle()

    async def interview(self, name: str, told: Told, *, from_start: bool = True) -> list[str]:
        """Answer what is asked until nothing is; what was done, by option, `words` where something was told."""
        words, done = iter(told.words), []
        if from_start:
            await self.press(name, "interview.start")
            done.append("start")
        for _ in range(LONGEST):
            message = self.last(name)
            offered = [c for c in message.controls if c.action == "interview.answer"]
            if offered:
                chosen = next((c for c in offered if c.option in told.options), None)
                assert chosen, (
                    f"{name} has no answer among {[c.option for c in offered]} to {message.words!r}"
                )
                await self.press_in(name, message, chosen)
                done.append(chosen.option)
            elif message.has("interview.skip"):
                text = next(words, None)
                assert text, f"{name} has nothing more to tell: {message.words!r}"
                await self.say(name, text)
                done.append("words")
            else:
                return done
        raise AssertionError(f"the interview does not end: {done}")

    async def testimonial(self, name: str, values: dict[str, str]) -> None:
        await self.desk.ask_for_form(self.ids[name])
        await self.settle()
        await self.desk.fill_form(self.ids[name], values)
        await self.settle()

    async def fill_shown(self, name: str, values: dict[str, str]) -> None:
        await self.desk.fill_shown(self.ids[name], values)
        await self.settle()

    async def pick(self, name: str, text: str, author: str) -> None:
        await self.desk.pick(self.ids[name], text, self.ids[author])
        await self.settle()

    async def digest(self, name: str) -> str:
        """Ask for the page; its words."""
        before = len(self.shown(name))
        await self.desk.ask_for_digest(self.ids[name])
        await self.settle()
        assert len(self.shown(name)) == before + 1, f"{name} was answered nothing, or more than once"
        return self.last(name).words

    # ---------------------------------------------------------------- what is kept

    async def read(self, function: Callable[[Work], T]) -> T:
        return await self.application.database.read(self.workspace_id, function)

    async def person(self, name: str) -> Person:
        return await self.read(lambda work: _known(work.people.by_external(self.ids[name])))

    async def interview_of(self, name: str) -> Interview:
        person = await self.person(name)
        rows = await self.rows(Interview)
        return next(row for row in rows if row.person_id == person.id)

    async def found_of(self, name: str) -> list[Finding]:
        """The findings of somebody's interview, the main one first."""
        interview = await self.interview_of(name)
        rows = [row for row in await self.rows(Finding) if row.interview_id == interview.id]
        return sorted(rows, key=lambda row: row.rank)

    async def rows(self, model: type[T]) -> list[T]:
        """Every row of a table, in the order of its key."""

        def load(work: Work) -> list[T]:
            return list(work.session.scalars(select(model).order_by(*model.__table__.primary_key)))  # type: ignore[attr-defined]

        return await self.read(load)

    async def sent(self, name: str, intent: str) -> list[OutboxMessage]:
        """What of that kind was sent to somebody, oldest first; not what replaced it later."""
        person = await self.person(name)
        return [
            row
            for row in await self.rows(OutboxMessage)
            if (row.person_id, row.intent, row.state) == (person.id, intent, OutboxState.SENT)
            and not row.updates
        ]

    async def counts(self) -> dict[str, int]:
        """How many rows each table has."""

        def count(work: Work) -> dict[str, int]:
            return {
                mapper.local_table.name: work.session.scalar(select(func.count()).select_from(mapper.class_))
                or 0  # type: ignore[attr-defined]
                for mapper in Base.registry.mappers
                if hasattr(mapper.class_, "workspace_id")
            }

        return await self.read(count)

    async def assert_all_done(self) -> None:
        """Every event is handled and its words are gone; nothing due is unsent, uncertain or failed."""
        events = await self.rows(InboxEvent)
        assert {(row.state, row.payload) for row in events} == {(InboxState.DONE, "")}
        for row in await self.rows(OutboxMessage):
            assert row.state not in {OutboxState.SENDING, OutboxState.UNCERTAIN, OutboxState.FAILED}, (
                row.intent
            )
            assert row.state is not OutboxState.READY or row.not_before > self.clock.now(), row.intent


def begin_all(work: Work, project: Project) -> None:
    """Leads get their Monday, everyone else an invitation."""
    for membership, person in work.projects.members(project.id):
        begin(work, project, person, membership, invite=membership.role is not Role.LEAD)


def local(at: datetime, zone: str = ZONE) -> str:
    """Weekday and time as people there read them: "Mon 09:00"."""
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo(zone)).strftime("%a %H:%M")


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def _known(person: Person | None) -> Person:
    assert person is not None
    return person
