"""Projects as the other features see them: saved from a file, read as a `ProjectFile`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from content.loader import Source
from projects import roles
from projects.definition import Persona, ProjectFile, read
from projects.people import Row
from projects.spreadsheet import Problem
from storage.audit import SYSTEM, Actor
from storage.models import Grant, Membership, Person, Project
from storage.work import Work


def load_project(work: Work, file: Source) -> Project:
    """Save the project that `file` describes; an existing one of the same key is brought up to date.

    Raises:
        ContentError: the file is missing or broken; the message says where and what to do.
    """
    return save(work, read(file))


def save(work: Work, definition: ProjectFile) -> Project:
    """Keep `definition` as this workspace's project of that key."""
    project = work.projects.by_key(definition.key)
    if project is None:
        project = Project(
            id=work.ids.new(),
            workspace_id=work.workspace_id,
            key=definition.key,
            definition=definition.to_json(),
            ends_on=definition.ends_on,
            created_at=work.now,
        )
        work.projects.add(project)
    else:
        project.definition = definition.to_json()
        project.ends_on = definition.ends_on
    return project


def definition(project: Project) -> ProjectFile:
    """The project file that `project` was saved from."""
    return _parsed(project.definition)


def persona_of(definition: ProjectFile, membership: Membership) -> Persona:
    """The persona of this member; the file's first where none is set or the set one has left the file."""
    personas = definition.personas
    return personas.get(membership.persona or "") or next(iter(personas.values()))


UNKNOWN_MANAGER = "nobody here is known as {!r}; give the manager a row of their own, or leave the cell empty"


CORRECTED = frozenset({"name", "lang"})
"""What a person may put right themselves; then it stays as they wrote it."""


@dataclass(frozen=True)
class Imported:
    """What an import did, in people; who was in the workspace already and differs counts as updated.

    `erased` were left out, since they had everything about them erased and have not come back since.
    """

    added: int
    updated: int
    problems: tuple[Problem, ...]
    erased: int = 0


def import_people(work: Work, project: Project, rows: Iterable[Row], by: Actor = SYSTEM) -> Imported:
    """Bring people into the project. An empty cell leaves what is known; the same file a second time changes nothing.

    Roles that are given or taken by it are noted as by whoever imports.
    """
    personas = definition(project).personas
    added, updated, problems, known = set[str](), set[str](), list[Problem](), list[Row]()
    grants: list[Grant] = []
    listed = tuple(rows)
    erased = work.erasures.among(
        {name for row in listed for name in (row.external_id, row.manager) if name is not None}
    )
    for row in listed:
        if row.external_id in erased:
            continue
        if row.persona and row.persona not in personas:
            wanted = f"write one of {', '.join(personas)}"
            problems.append(
                Problem(row.number, f"{row.persona!r} is not a persona of {project.key}; {wanted}")
            )
            continue
        known.append(row)
        if work.people.by_external(row.external_id) is None:
            added.add(row.external_id)
        if _bring_in(work, project, row, by, grants):
            updated.add(row.external_id)
    left_out = len({row.external_id for row in listed} & erased.keys())
    for row in known:
        if row.manager is None or row.manager in erased:
            continue
        manager = work.people.by_external(row.manager)
        if manager is None:
            problems.append(Problem(row.number, UNKNOWN_MANAGER.format(row.manager)))
        elif _is_new_to(work, row, manager):
            updated.add(row.external_id)
    roles.record(work, grants, by)
    return Imported(len(added), len(updated - added), tuple(problems), left_out)


def _is_new_to(work: Work, row: Row, manager: Person) -> bool:
    """Give this row's person the manager; whether they had another, or none."""
    person = work.people.by_external(row.external_id)
    if person is None or person.manager_id == manager.id:
        return False
    person.manager_id = manager.id
    return True


def _bring_in(work: Work, project: Project, row: Row, by: Actor, grants: list[Grant]) -> bool:
    """Whether anything about the person changed; `grants` gets what is noted of their role."""
    person = work.people.ensure(row.external_id, row.name)
    given = {
        "name": row.name,
        "email": row.email,
        "lang": row.lang,
        "timezone": row.timezone,
        "team": row.team,
        "site": row.site,
    }
    theirs = CORRECTED if person.corrected_at else frozenset[str]()
    changes = {
        key: value
        for key, value in given.items()
        if value and value != getattr(person, key) and key not in theirs
    }
    for key, value in changes.items():
        setattr(person, key, value)
    before = work.projects.member(project.id, person.id)
    persona = row.persona or (before.persona if before else None)
    if before is None or (before.role, before.persona) != (row.role, persona):
        grants += roles.place(work, project, person, row.role, persona, by).grants
        return True
    return bool(changes)


@lru_cache(maxsize=256)
def _parsed(text: str) -> ProjectFile:
    return ProjectFile.from_json(text)
