"""Projects and their people, on every database."""

from dataclasses import replace
from pathlib import Path

import pytest

import bot
from content.catalog import Lang, Voice
from projects import people
from projects.definition import ProjectFile, read
from projects.people import Row
from projects.service import definition, import_people, load_project, persona_of, save
from storage.models import Project, Role
from storage.work import Work

pytestmark = pytest.mark.both_databases

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
VOICE = Voice(Lang.ENGLISH)


@pytest.fixture
def file() -> ProjectFile:
    return read(FILE)


@pytest.fixture
def project(work: Work) -> Project:
    return load_project(work, FILE)


def test_a_saved_project_is_read_back_whole(work: Work, project: Project, file: ProjectFile) -> None:
    assert definition(project) == file


def test_saving_again_brings_the_same_project_up_to_date(
    work: Work, project: Project, file: ProjectFile
) -> None:
    again = save(work, file.model_copy(update={"tool": "Kanban"}))
    assert again.id == project.id
    assert definition(again).tool == "Kanban"


def test_a_member_without_a_persona_has_the_first(work: Work, project: Project, file: ProjectFile) -> None:
    person = work.people.ensure("zoe", "Zoé")
    nobody = work.projects.join(project.id, person.id)
    assert persona_of(file, nobody) is file.personas["planner"]
    assert (
        persona_of(file, work.projects.join(project.id, person.id, persona="sales")) is file.personas["sales"]
    )
    assert (
        persona_of(file, work.projects.join(project.id, person.id, persona="gone"))
        is file.personas["planner"]
    )


ZOE = Row(2, "zoe", "Zoé", "zoe@example.org", "fr", "Europe/Paris", Role.CHAMPION, "Quai", "sales")


def test_people_come_in_with_their_place(work: Work, project: Project) -> None:
    imported = import_people(work, project, [ZOE])
    person = work.people.by_external("zoe")
    assert person
    membership = work.projects.member(project.id, person.id)
    assert membership
    assert (imported.added, imported.updated, imported.problems) == (1, 0, ())
    assert (person.name, person.email, person.lang, person.timezone, person.team) == (
        "Zoé",
        "zoe@example.org",
        "fr",
        "Europe/Paris",
        "Quai",
    )
    assert (membership.role, membership.persona) == (Role.CHAMPION, "sales")


def test_a_manager_is_found_wherever_their_row_stands(work: Work, project: Project) -> None:
    rows = [
        replace(ZOE, site="Lyon", manager="max"),
        Row(3, "max", "Max"),
        Row(4, "sam", "Sam", manager="gone"),
    ]
    imported = import_people(work, project, rows)
    known = {person.external_id: person for person in work.people.all()}
    assert (known["zoe"].site, known["zoe"].manager_id) == ("Lyon", known["max"].id)
    assert known["sam"].manager_id is None, "the rest of their row is kept"
    assert [str(problem) for problem in imported.problems] == [
        "row 4: nobody here is known as 'gone'; give the manager a row of their own, or leave the cell empty"
    ]
    again = import_people(work, project, rows)
    assert (again.added, again.updated) == (0, 0)
    changed = import_people(work, project, [replace(ZOE, manager="sam"), replace(rows[1], manager="sam")])
    assert changed.updated == 2


def test_the_same_file_again_changes_nothing(work: Work, project: Project) -> None:
    import_people(work, project, [ZOE])
    again = import_people(work, project, [ZOE])
    assert (again.added, again.updated) == (0, 0)


def test_a_change_is_taken_over_and_an_empty_cell_keeps_what_is_known(work: Work, project: Project) -> None:
    import_people(work, project, [ZOE])
    changed = import_people(
        work, project, [replace(ZOE, name="Zoé L.", email=None, persona=None, role=Role.LEAD)]
    )
    person = work.people.by_external("zoe")
    assert person
    membership = work.projects.member(project.id, person.id)
    assert membership
    assert (changed.added, changed.updated) == (0, 1)
    assert (person.name, person.email) == ("Zoé L.", "zoe@example.org")
    assert (membership.role, membership.persona) == (Role.LEAD, "sales")


def test_an_unknown_persona_is_told_with_its_row_and_the_rest_comes_in(work: Work, project: Project) -> None:
    imported = import_people(work, project, [replace(ZOE, number=7, persona="pilot"), Row(8, "sam", "Sam")])
    assert [str(problem) for problem in imported.problems] == [
        "row 7: 'pilot' is not a persona of trello; write one of planner, sales"
    ]
    assert work.people.by_external("zoe") is None
    assert imported.added == 1


def test_the_demonstration_file_is_sound(file: ProjectFile) -> None:
    parsed = people.parse((FILE.parent / "people.csv").read_bytes())
    assert parsed.problems == ()
    assert {row.persona for row in parsed.rows} - {None} == set(file.personas)
