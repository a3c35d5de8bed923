"""Somebody in the middle of an interview, with as little as possible around it."""

from dataclasses import dataclass
from pathlib import Path

from bot.handlers import interview as chat
from bot.platforms.port import ButtonPressed
from bot.router import Router
from bot.scene import Scene
from projects.service import load_project
from storage.models import Interview, Person, Role
from storage.work import Work
from surveys import service as surveys

FILE = Path(__file__).parents[2] / "bot" / "demo_organisation" / "project.yaml"


@dataclass(frozen=True)
class Interviewed:
    person: Person
    interview: Interview


def invite_and_start(work: Work, name: str, lang: str, way: str) -> Interviewed:
    """Invite `name`, begin, and answer how the task was done; what made them do so is the open question."""
    project = load_project(work, FILE)
    campaign = work.campaigns.current(project.id) or work.campaigns.add(project.id, "adoption")
    person = work.people.ensure(name.lower(), name)
    person.lang = lang
    work.projects.join(project.id, person.id, Role.EMPLOYEE, "planner")
    workspace = work.workspaces.get(work.workspace_id)
    interview = chat.invite(Scene(work, workspace, person, "invitation"), campaign)
    assert interview
    router = Router((chat.FEATURE,))
    for number, (action, value) in enumerate(
        [("interview.start", interview.id), ("interview.answer", f"{interview.id}|2|{way}")]
    ):
        event = ButtonPressed(
            event_id=f"started{number}",
            workspace=workspace.external_id,
            user=person.external_id,
            at=work.now,
            action=action,
            value=value,
            message="1",
        )
        router.handle(work, event)
    prompt = surveys.current(work, interview)
    assert prompt
    assert prompt.step == "incident"
    return Interviewed(person, interview)
