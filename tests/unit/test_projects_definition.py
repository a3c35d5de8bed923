"""The project file: what may stand in it, how it speaks, what its mistakes say."""

from datetime import time

import pytest

from content.catalog import Address, Lang, Voice
from content.loader import ContentError, parse, validate
from projects.definition import ProjectFile

FILE = """\
key: trello
name: A board for urgent orders
tool: Trello
ends_on: 2027-01-15
sponsor: Zoé Lambert
contact: Sam
vision: {en: So that nothing gets lost., fr: Pour que rien ne se perde.}
personas:
  planner:
    place: {en: You know., fr: {tu: Tu sais., vous: Vous savez.}}
    task: {en: an urgent order came in, fr: qu'une urgence est tombée}
    ways:
      - {key: board, label: {en: In Trello, fr: Dans Trello}, kind: tool}
      - {key: mail, label: {en: By mail, fr: Par mail}, kind: other}
      - {key: never, label: {en: I had none, fr: Je n'en ai pas eu}, kind: none}
    routines:
      - {key: daily, cue: {en: At nine, fr: À neuf h}, action: {en: I add one, fr: j'en mets une}, days: "51", at: "09:15"}
"""


def read(text: str) -> ProjectFile:
    return validate(parse(text.encode(), "project.yaml"), ProjectFile)


def test_a_text_is_said_in_the_persons_language_and_register() -> None:
    place = read(FILE).personas["planner"].place
    assert place.text(Voice(Lang.FRENCH, Address.TU)) == "Tu sais."
    assert place.text(Voice(Lang.FRENCH, Address.VOUS)) == "Vous savez."
    assert place.text(Voice(Lang.ENGLISH, Address.TU)) == "You know."


def test_it_survives_being_stored() -> None:
    project = read(FILE)
    assert ProjectFile.from_json(project.to_json()) == project


def test_where_and_when_its_people_work_may_be_said() -> None:
    said = read(
        FILE.replace(
            "contact: Sam",
            'contact: Sam\ntimezone: Europe/Berlin\ncountry: DE-BY\ndays: "54321"\nhours: "08:30-17:00"',
        )
    )
    assert (said.timezone, said.country, said.days) == ("Europe/Berlin", "DE-BY", "12345")
    assert said.hours == (time(8, 30), time(17))
    assert ProjectFile.from_json(said.to_json()) == said
    unsaid = read(FILE)
    assert (unsaid.timezone, unsaid.country, unsaid.days, unsaid.hours) == (None,) * 4
    assert ProjectFile.from_json(unsaid.to_json()) == unsaid


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("timezone: Paris", "write a time zone like Europe/Paris"),
        ("timezone: 1", "write a time zone like Europe/Paris"),
        ("country: France", "write a country like FR"),
        ("country: DE-XX", "like DE-BY"),
        ("country: [FR]", "write a country like FR"),
        ("days: 12345", "write the weekdays in quotes"),
        ('hours: "9-17"', 'like "09:00-17:30"'),
        ('hours: "17:00-09:00"', "within a day"),
        ("hours: 9", "working hours within a day in quotes"),
    ],
)
def test_a_mistake_about_where_and_when_is_told_with_its_line(line: str, told: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(FILE.replace("contact: Sam", f"contact: Sam\n{line}"))
    assert told in str(caught.value)
    assert caught.value.line == 7


def test_a_persona_has_a_label_or_is_called_by_its_key() -> None:
    labelled = read(FILE.replace("    place:", "    label: {en: Planning, fr: Planification}\n    place:"))
    assert labelled.roles(Voice(Lang.FRENCH)) == {"planner": "Planification"}
    assert read(FILE).roles(Voice(Lang.FRENCH)) == {}


def test_times_and_days_are_read() -> None:
    routine = read(FILE).personas["planner"].routines[0]
    assert (routine.days, f"{routine.at:%H:%M}") == ("15", "09:15")


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('"09:15"', "10:15", 17, 'write a local time in quotes, like "09:15"'),
        ('"09:15"', '"24:00"', 17, "write a local time"),
        ('"51"', "51", 17, "write the weekdays in quotes"),
        ('"51"', '"18"', 17, "1 for Monday to 7 for Sunday"),
        ('"51"', '"11"', 17, "each once"),
        ("2027-01-15", "soon", 4, "write a date like 2027-01-15"),
        ("kind: tool", "kind: other", 12, "exactly one way of kind 'tool'"),
        ("kind: other", "kind: none", 12, "at least one way of kind 'other'"),
        ("key: mail", "key: board", 12, "the way 'board' stands twice"),
        ("{tu: Tu sais., vous: Vous savez.}", "{tu: Tu sais.}", 10, "or both 'tu' and 'vous'"),
        ("sponsor:", "sponser:", 1, "is missing; add it"),
        ("en: In Trello", f"en: {'In Trello ' * 9}", 13, "fits on a button"),
        ("en: I add one", f"en: {'I add one ' * 9}", 17, "shorten cue and action"),
        (
            "    place:",
            f"    label: {{en: {'Planning ' * 9}, fr: Planif}}\n    place:",
            10,
            "fits in a table",
        ),
        ("key: trello", "key: Trello!", 1, "key"),
        ('at: "09:15"', 'at: "09:15", event: card_made', 1, "'card_made'; name it under usage: events"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert FILE.count(old) == 1
    with pytest.raises(ContentError) as caught:
        read(FILE.replace(old, new))
    assert told in str(caught.value)
    assert caught.value.line == line


LEVERS = """\
contact: Sam
levers:
  leaders_why: {who: Zoé Lambert, says: {en: Eleven orders were lost., fr: Onze urgences ont été perdues.}}
  data_sheet:
    who: Farid
    logged: {en: who moved a card, fr: qui a déplacé une carte}
    not_logged: {en: time spent, fr: le temps passé}
    seen_by: {en: the team, fr: "l'équipe"}
"""


def test_what_is_told_before_any_nudge_is_the_organisations_own_and_may_be_left_out() -> None:
    project = read(FILE.replace("contact: Sam\n", LEVERS))
    assert project.levers.given == {"leaders_why", "data_sheet"}
    assert project.levers.leaders_why
    assert project.levers.leaders_why.says.text(Voice(Lang.FRENCH)) == "Onze urgences ont été perdues."
    assert ProjectFile.from_json(project.to_json()) == project
    assert read(FILE).levers.given == frozenset()


def test_a_data_sheet_says_all_three_things() -> None:
    with pytest.raises(ContentError, match="seen_by"):
        read(FILE.replace("contact: Sam\n", LEVERS.rpartition("    seen_by")[0]))


def test_a_project_that_was_saved_before_has_nothing_to_tell() -> None:
    stored = read(FILE).to_json()
    older = stored.replace(
        '"levers":{"leaders_why":null,"co_decided_rules":null,"data_sheet":null,"protected_slot":null,"one_task_shown":null},',
        "",
    )
    assert older != stored
    assert ProjectFile.from_json(older).levers.given == frozenset()
