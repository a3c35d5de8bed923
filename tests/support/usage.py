"""A project that listens to its tool, and people in it."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import bot
from projects.service import load_project
from projects.usage import Event, Taken, take
from storage.models import Project
from storage.work import Work

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
USE, LOOK = "card_created", "board_opened"


def listening(work: Work, *people: str) -> Project:
    """The demo organisation's project with these people in it, by their external ids."""
    workspace = work.workspaces.get(work.workspace_id)
    workspace.timezone = "Europe/Paris"
    project = load_project(work, FILE)
    for name in people:
        join(work, project, name)
    return project


def join(work: Work, project: Project, name: str) -> str:
    person = work.people.ensure(name, name.title())
    person.email = f"{name}@lampion.example"
    work.projects.join(project.id, person.id, persona="planner")
    return person.id


def used(work: Work, name: str, *days_ago: int, event: str = USE) -> Taken:
    """The tool tells of a use on each of these days."""
    today = work.now.date()
    events = [
        Event(row, name, event, today - timedelta(days=ago), f"{name}-{event}-{ago}")
        for row, ago in enumerate(days_ago, 1)
    ]
    return take(work, events)


def cells(person: str, number: int, **others: str) -> dict[str, str]:
    """One event as a batch holds it, number `number` of its sender."""
    at = f"2026-11-{1 + number % 24:02d}T09:15:00+01:00"
    return {"person": person, "event": USE, "at": at, "source_id": f"n{number}"} | others


def csv(rows: Iterable[dict[str, str]], workspace: str = "demo") -> str:
    columns = ("workspace", "person", "event", "at", "source_id")
    lines = [",".join({"workspace": workspace, **row}[column] for column in columns) for row in rows]
    return "\n".join([",".join(columns), *lines, ""])
