"""Use of a tool taken in: once each, in any order, on the person's own day, and nobody's who is not in the project."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from projects import usage
from projects.service import save
from projects.usage import Event, read_event, take
from storage.database import Database
from storage.models import UsageDay, UsageEvent
from storage.work import Work
from tests.support.usage import LOOK, cells, join, listening, used

pytestmark = pytest.mark.both_databases

PEOPLE = ("karim", "nadia", "aude", "emma")


def days(work: Work) -> dict[str, list[date]]:
    (project,) = work.projects.all()
    people = {person.id: person.external_id for person in work.people.all()}
    found = work.usage.days(project.id, list(people), date(2000, 1, 1))
    return {people[person_id]: dates for person_id, dates in found.items()}


def thousand() -> list[Event]:
    return [read_event(row, cells(PEOPLE[row % 4], row)) for row in range(1, 1001)]


def test_a_thousand_events_twice_and_shuffled(work: Work) -> None:
    listening(work, *PEOPLE)
    first = take(work, thousand())
    assert (first.stored, first.known, first.problems) == (1000, 0, ())
    before = days(work)
    assert {name: len(dates) for name, dates in before.items()} == dict.fromkeys(PEOPLE, 6)
    again = thousand()
    Random(1).shuffle(again)
    second = take(work, again)
    assert (second.stored, second.known, second.users) == (0, 1000, {})
    assert days(work) == before
    assert work.session.scalar(select(func.count()).select_from(UsageEvent)) == 1000


def test_half_of_them_wrong(work: Work) -> None:
    (project_id,) = [listening(work, *PEOPLE).id]
    events = [replace(event, person="nobody") if event.row % 2 else event for event in thousand()]
    taken = take(work, events)
    assert (taken.stored, taken.known) == (500, 0)
    assert [problem.row for problem in taken.problems] == list(range(1, 1001, 2))
    assert taken.users == {project_id: {work.people.by_external(name).id for name in ("karim", "aude")}}  # type: ignore[union-attr]
    mended = take(work, [replace(event, person="emma") for event in events if event.row % 2])
    assert mended.stored == 500, "what was refused was not remembered"


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_order_in_any_pieces_gives_the_same_days(work: Work, data: st.DataObject) -> None:
    if not work.projects.all():
        listening(work, *PEOPLE)
    savepoint = work.session.begin_nested()
    events = data.draw(st.permutations([event for event in thousand()[:12] for _ in range(2)]))
    cuts = sorted(data.draw(st.lists(st.integers(0, 24), max_size=4)))
    taken = [take(work, events[a:b]) for a, b in zip([0, *cuts], [*cuts, 24], strict=True)]
    assert sum(each.stored for each in taken) == sum(each.known for each in taken) == 12
    assert days(work) == {
        name: sorted(event.at.astimezone(UTC).date() for event in thousand()[:12] if event.person == name)  # type: ignore[union-attr]
        for name in PEOPLE
    }
    savepoint.rollback()


def test_an_id_that_comes_again_with_something_else_changes_nothing(work: Work) -> None:
    listening(work, *PEOPLE)
    one = thousand()[0]
    other = replace(one, person="emma", at=date(2026, 10, 1))
    assert take(work, [one, other]).known == 1
    assert take(work, [other]).known == 1
    assert days(work).keys() == {one.person}


def test_a_day_is_that_of_the_persons_own_zone(work: Work) -> None:
    listening(work, *PEOPLE)
    zones = {"karim": "Asia/Tokyo", "nadia": None, "aude": "Nowhere/Else", "emma": "America/New_York"}
    for name, zone in zones.items():
        person = work.people.by_external(name)
        assert person
        person.timezone = zone
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    take(work, [Event(row, name, "card_created", late, name) for row, name in enumerate(PEOPLE)])
    assert days(work) == {
        "karim": [date(2026, 11, 21)],
        "nadia": [date(2026, 11, 21)],
        "aude": [date(2026, 11, 21)],
        "emma": [date(2026, 11, 20)],
    }


def test_a_person_is_known_by_id_or_address_in_any_case(work: Work) -> None:
    listening(work, *PEOPLE)
    names = [
        "karim",
        "Nadia@Lampion.example",
        "AUDE@LAMPION.EXAMPLE",
        "aude@lampion.example",
        "emma@else.example",
    ]
    taken = take(
        work, [Event(row, name, "card_created", work.now, str(row)) for row, name in enumerate(names)]
    )
    assert days(work).keys() == {"karim", "nadia", "aude"}
    assert [problem.row for problem in taken.problems] == [4]


@pytest.mark.parametrize(
    ("changed", "what_to_do"),
    [
        ({"person": "mallory"}, "nobody here is known by this person"),
        ({"person": "outsider"}, "this person is not in trello"),
        ({"event": "card_deleted"}, "not under usage: in the file of trello"),
        ({"project": "other"}, "there is no such project"),
        ({"workspace": "elsewhere"}, "this is of another workspace"),
        ({"at": datetime(2026, 11, 26, 9, 0, tzinfo=UTC)}, "lies in the future"),
        ({"at": date(2025, 10, 19)}, "more than 400 days ago"),
    ],
)
def test_what_is_wrong_is_left_out_and_told(work: Work, changed: dict[str, object], what_to_do: str) -> None:
    listening(work, *PEOPLE)
    work.people.ensure("outsider", "Outsider")
    one = replace(thousand()[0], **changed)  # type: ignore[arg-type]
    (problem,) = take(work, [one]).problems
    assert what_to_do in problem.what_to_do
    assert "mallory" not in problem.what_to_do
    assert work.session.scalar(select(func.count()).select_from(UsageEvent)) == 0


def test_who_only_looks_in_has_not_used_it(work: Work) -> None:
    listening(work, *PEOPLE)
    taken = used(work, "karim", 1, 2, event=LOOK)
    assert (taken.stored, taken.passed, taken.users) == (0, 2, {})
    assert days(work) == {}


def test_projects_that_listen_have_to_be_told_apart(work: Work) -> None:
    trello = listening(work, "karim")
    file = usage.definition(trello)
    silent = save(work, file.model_copy(update={"key": "silent", "usage": None}))
    one = thousand()[0]
    one = replace(one, person="karim")
    assert take(work, [one]).stored == 1, "the only one that listens"
    (problem,) = take(work, [replace(one, project="silent")]).problems
    assert "does not listen" in problem.what_to_do
    crm = save(work, file.model_copy(update={"key": "crm"}))
    join(work, crm, "karim")
    join(work, silent, "karim")
    (problem,) = take(work, [one]).problems
    assert "say which: trello or crm" in problem.what_to_do
    assert take(work, [replace(one, project="crm", source_id="other")]).users.keys() == {crm.id}


def test_events_are_told_apart_and_days_are_found_by_one(work: Work) -> None:
    project = listening(work, "karim")
    used(work, "karim", 1, 3)
    used(work, "karim", 3, 5, event="card_moved")
    karim = work.people.by_external("karim")
    assert karim
    today = work.now.date()
    since = today - timedelta(days=3)
    assert work.usage.days(project.id, [karim.id], since)[karim.id] == [
        today - timedelta(days=3),
        today - timedelta(days=1),
    ]
    assert work.usage.days(project.id, [karim.id], date(2000, 1, 1), "card_moved")[karim.id] == [
        today - timedelta(days=5),
        today - timedelta(days=3),
    ]
    assert work.usage.events(project.id, [karim.id])[karim.id] == ["card_created", "card_moved"]
    assert work.usage.since(project.id) == today - timedelta(days=5)


def test_a_persons_days_go_with_them(work: Work) -> None:
    listening(work, "karim")
    used(work, "karim", 1)
    work.session.delete(work.people.by_external("karim"))
    work.session.flush()
    assert work.session.scalar(select(func.count()).select_from(UsageDay)) == 0


def test_two_at_once_take_each_event_once(database: Database, workspace_id: str) -> None:
    with database.transaction(workspace_id) as work:
        listening(work, *PEOPLE)

    def sent(seed: int) -> int:
        events = thousand()
        Random(seed).shuffle(events)
        with database.transaction(workspace_id) as work:
            return take(work, events).stored

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(sent, range(2))) == [0, 1000]
