"""Projects as the other features see them: saved from a file, read as a `ProjectFile`."""

from functools import lru_cache

from content.loader import Source
from projects.definition import Persona, ProjectFile, read
from storage.models import Membership, Project
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


@lru_cache(maxsize=256)
def _parsed(text: str) -> ProjectFile:
    return ProjectFile.from_json(text)
