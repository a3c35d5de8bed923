"""The demo organisation: Lampion, an invented company. Its data is in `demo_organisation/`.

Colleagues in the background have answered already, through the real engine, so that the first digest has something
honest to show. Who can be played has an invitation or, as a lead, a digest to come.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, RootModel

from bot.handlers import digest, interview
from bot.presenters.interview import subject_for
from bot.scene import Scene
from content.actions import Answer as AfterAction
from content.blockers import Blocker
from content.loader import load as read_file
from content.loader import validate
from digests import acting, board
from digests.service import iso_week
from nudges import sharing
from nudges.schedule import fitting, local_date
from projects import service as projects
from projects import usage
from projects.definition import ProjectFile
from projects.definition import read as read_project
from projects.people import Row
from projects.people import parse as parse_people
from projects.usage import Event
from storage.database import Database
from storage.models import Campaign, Membership, Naming, Person, Project, Role, TestimonialStatus
from storage.work import Work
from surveys import service as surveys
from surveys.state import Answered, Prompt, Skipped
from surveys.state import Event as Answer

PLATFORM, WORKSPACE, NAME = "playground", "demo", "Lampion"
LANG, ADDRESS, ZONE = "fr", "tu", "Europe/Paris"
SCRIPT = "adoption"
EVENT = "card_created"
RUNS = timedelta(weeks=8)
"""How long the project goes on after the demonstration is loaded."""

BEGUN = timedelta(days=17)
"""How long ago its interviews began."""

_FOLDER = files("bot") / "demo_organisation"


class Story(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    blocker: Blocker
    text: str


class Proposal(BaseModel):
    """An idea on the board; `backed` by these colleagues."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    named: bool = False
    backed: tuple[str, ...] = ()


class Deed(BaseModel):
    """An action that the first lead took and did; `said` is what those concerned were told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Blocker
    proposal: str
    taken_weeks_ago: int
    done_weeks_ago: int
    said: str


class Colleague(BaseModel):
    """Someone in the background. `answers` are options or own words, by step; `really` is their true cause.

    `used`: how many days ago they made a card. `became`: what they said of the action of before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    days_ago: int = Field(gt=0, lt=BEGUN.days)
    way: str
    really: Blocker | None = None
    answers: dict[str, str] = {}
    story: Story | None = None
    idea: Proposal | None = None
    used: tuple[int, ...] = ()
    became: AfterAction | None = None

    def reply(self, prompt: Prompt) -> str | None:
        """The option or the words that they answer `prompt` with; None to skip it."""
        match prompt.step:
            case "consent":
                return prompt.options[0]
            case "fact":
                return self.way
            case "counterfactual":
                return "8" if prompt.cause is self.really else "4"
            case "confirm":
                asked = {prompt.cause: "main", prompt.second: "second", prompt.third: "third"}
                return asked.get(self.really, "neither")
            case "clarify":
                return self.really if self.really in prompt.options else prompt.options[-1]
            case step:
                return self.answers.get(step)


class _Background(RootModel[dict[str, Colleague]]):
    model_config = ConfigDict(frozen=True)


@cache
def background() -> dict[str, Colleague]:
    """The colleagues who have answered, by external id. Raises `content.loader.ContentError`."""
    return validate(read_file(_FOLDER / "answers.yaml"), _Background).root


@cache
def _deed() -> Deed:
    return validate(read_file(_FOLDER / "action.yaml"), Deed)


@cache
def people() -> Sequence[Row]:
    """Everyone at Lampion, those who can be played first."""
    return parse_people((_FOLDER / "people.csv").read_bytes()).rows


@cache
def _project_file() -> ProjectFile:
    return read_project(_FOLDER / "project.yaml")


def found(database: Database) -> None:
    """Make the playground's workspace, unless it is there."""
    with database.system() as system:
        if system.workspaces.by_external(PLATFORM, WORKSPACE) is None:
            system.workspaces.add(PLATFORM, WORKSPACE, NAME, lang=LANG, address=ADDRESS, timezone=ZONE)


def load(database: Database) -> None:
    """Fill the playground's workspace with the demo organisation; a second call changes nothing."""
    found(database)
    with database.system() as system:
        workspace = system.workspaces.by_external(PLATFORM, WORKSPACE)
        assert workspace is not None
    with database.transaction(workspace.id) as work:
        load_demo(work)


def load_demo(work: Work) -> bool:
    """Put the demo organisation into the unit of work's workspace; False if it is there already."""
    if work.projects.by_key(_project_file().key):
        return False
    then = _at(work, BEGUN)
    project = projects.save(
        then, _project_file().model_copy(update={"ends_on": local_date(work.now + RUNS, ZONE)})
    )
    campaign = then.campaigns.add(project.id, SCRIPT)
    projects.import_people(then, project, people())
    usage.take(work, list(_used(local_date(work.now, ZONE))))
    members = list(_members(work, project))
    for person, _membership in members:
        if colleague := background().get(person.external_id):
            _play(_Past(work, project, campaign, person), colleague)
    _act(work, project)
    for person, membership in members:
        if person.external_id not in background():
            _begin(work, campaign, person, membership)
    return True


def playable(work: Work) -> list[tuple[Person, Membership]]:
    """Whom a visitor can be, in the order of the file; nobody before the demonstration is loaded."""
    project = work.projects.by_key(_project_file().key)
    members = _members(work, project) if project else ()
    return [(person, place) for person, place in members if person.external_id not in background()]


def _members(work: Work, project: Project) -> Iterator[tuple[Person, Membership]]:
    known = {person.external_id: (person, place) for place, person in work.projects.members(project.id)}
    return (known[row.external_id] for row in people() if row.external_id in known)


def _used(today: date) -> Iterator[Event]:
    for name, colleague in background().items():
        for days_ago in colleague.used:
            yield Event(0, name, EVENT, today - timedelta(days=days_ago), f"{name}-{days_ago}")


def _begin(work: Work, campaign: Campaign, person: Person, membership: Membership) -> None:
    scene = _scene(work, person)
    if membership.role is Role.LEAD:
        digest.schedule_digest(scene, membership)
    else:
        interview.invite(scene, campaign)


# ------------------------------------------------------------------ the background


@dataclass(frozen=True)
class _Past:
    """Where a background colleague's story takes place."""

    work: Work
    project: Project
    campaign: Campaign
    person: Person


def _play(past: _Past, colleague: Colleague) -> None:
    """The whole interview, an answer a minute, and the story told after it."""
    began = fitting(past.work.now - timedelta(days=colleague.days_ago), ZONE)
    work = replace(past.work, now=began)
    subject = subject_for(_scene(work, past.person), past.campaign)
    assert subject is not None
    taken = surveys.invite(work, past.campaign, past.person, subject, began)
    while prompt := surveys.current(work, taken):
        work = replace(work, now=work.now + timedelta(minutes=1))
        reply = colleague.reply(prompt)
        event: Answer | None = Skipped(prompt=prompt.number)
        if reply in prompt.options:
            event = Answered(prompt=prompt.number, value=reply)
        elif reply:
            event = surveys.hear(work, taken, subject, reply)
        if event is None or not surveys.respond(work, taken, event).changed:
            raise ValueError(f"{past.person.external_id} cannot answer {prompt.step!r} with {reply!r}")
    if colleague.story:
        _tell(replace(past, work=work), colleague.story)
    if colleague.idea:
        _propose(replace(past, work=work), colleague.idea)


def _tell(past: _Past, story: Story) -> None:
    """Consented to, and approved by the first lead."""
    testimonial = sharing.submit_testimonial(
        past.work,
        project_id=past.project.id,
        author=past.person,
        text=story.text,
        blocker=story.blocker,
        naming=Naming.FIRST_NAME_AND_TEAM,
        consent=True,
        expires_on=sharing.expiry(local_date(past.work.now, ZONE)),
    )
    lead = past.work.projects.leads(past.project.id)[0]
    sharing.review_testimonial(past.work, testimonial.id, lead, TestimonialStatus.APPROVED)


def _propose(past: _Past, idea: Proposal) -> None:
    """Consented to, and supported by some."""
    row = board.propose(past.work, past.project.id, past.person, idea.text, named=idea.named, consent=True)
    for name in idea.backed:
        if person := past.work.people.by_external(name):
            board.support(past.work, row.id, person.id)


def _act(work: Work, project: Project) -> None:
    """What was done before, and what was said of it; the first page counts it."""
    deed, (lead, *_) = _deed(), work.projects.leads(project.id)
    taken = _at(work, timedelta(weeks=deed.taken_weeks_ago))
    done = _at(work, timedelta(weeks=deed.done_weeks_ago))
    action = taken.actions.add(
        project.id, iso_week(local_date(taken.now, ZONE)), deed.subject.value, deed.proposal
    )
    acting.take(taken, action, lead, local_date(done.now, ZONE))
    acting.finish(done, action, lead, deed.said)
    for name, colleague in background().items():
        if (person := work.people.by_external(name)) and colleague.became:
            work.actions.answer(action.id, person.id, colleague.became)


def _scene(work: Work, person: Person) -> Scene:
    return Scene(work, work.workspaces.get(work.workspace_id), person, f"demo:{person.external_id}")


def _at(work: Work, ago: timedelta) -> Work:
    return replace(work, now=work.now - ago)
