"""The first nudge after others have mended what was in the way says that they did."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from content.blockers import Blocker
from nudges import service
from storage.models import CheckIn, Finding, Person, UsageDay
from storage.work import Work
from tests.integration.test_routines_coaching import begin
from tests.support.shared import WEEK, Group

WHY = "Pourquoi ça\u00a0?"


@pytest.fixture
def group(work: Work) -> Group:
    return Group(work)


@pytest.fixture
def karim(group: Group) -> Person:
    return group.hire("Karim Benali")


def until(group: Group, person: Person, button: str) -> None:
    for _ in range(20):
        if group.screens[person.id].shown and button in group.labels(person):
            return
        group.later(timedelta(days=1))
    raise AssertionError(f"no {button}: {group.screens[person.id].text}")


def fixed(group: Group, person: Person) -> None:
    """They gave their name, the lead took it, and it is fixed."""
    until(group, person, "Oui, avec mon nom")
    group.press(person, "Oui, avec mon nom")
    until(group, group.lead, "Moi")
    group.press(group.lead, "Moi")
    group.later(5 * WEEK)
    group.press(group.lead, "C'est réglé")
    until(group, person, "Ça marche")


def use(group: Group, person: Person, day: date) -> None:
    """The tool tells of a use."""
    group.work.session.add(
        UsageDay(
            workspace_id=group.work.workspace_id,
            person_id=person.id,
            project_id=group.project.id,
            day=day,
            event="card_created",
        )
    )


def wordings(group: Group, person: Person) -> list[str]:
    return [row.variant.partition(".")[0] for row in group.work.nudges.of_person(person.id)]


def test_a_routine_that_waited_begins_with_the_news(group: Group, karim: Person) -> None:
    group.found(karim, Blocker.ACCESS)
    begin(group, karim, weeks=20)
    fixed(group, karim)
    assert wordings(group, karim) == [], "nothing while it is open, however long that takes"
    group.press(karim, "Ça marche")
    until(group, karim, "Moins souvent")
    assert wordings(group, karim) == ["access"]
    assert "Après le point de 9 h" in group.screens[karim.id].last.plain
    group.press(karim, WHY)
    assert group.screens[karim.id].last.plain.startswith(
        "Tu m'as dit que ce qui te bloquait est réglé, et ce message part de là. "
        "Personne ne voit ta réponse avec ton nom, sauf si tu étais d'accord."
    )
    until(group, karim, "Pas cette fois")
    (check_in,) = group.work.session.scalars(select(CheckIn))
    assert check_in.weeks <= 2, "the weeks without access do not count"
    group.later(4 * WEEK)
    assert wordings(group, karim).count("access") == 1


def test_a_routine_that_was_stopped_midway_goes_on_with_the_news(group: Group, karim: Person) -> None:
    begin(group, karim, weeks=30)
    until(group, karim, "Pas cette fois")
    group.press(karim, "Oui")
    group.found(karim, Blocker.FIT)
    service.plan_coaching(group.work, karim.id, group.project.id, group.scene(karim).week)
    fixed(group, karim)
    told = group.screens[karim.id].kinds().count("routine.check_in")
    group.press(karim, "Ça marche")
    for _ in range(4):
        group.later(WEEK)
        if wordings(group, karim)[-1] == "fit":
            break
    assert wordings(group, karim) == ["habit", "fit"]
    assert group.screens[karim.id].kinds().count("routine.check_in") == told
    routine = group.work.routines.current(group.project.id, karim.id)
    assert routine
    progress = service.progress(group.work, routine, "Europe/Paris", group.work.now.date())
    assert progress.kept == 1
    assert progress.weeks <= 2, "the weeks in which it did not fit do not count"
    in_spite = group.work.now.date() - 5 * WEEK
    use(group, karim, in_spite)
    later = service.progress(group.work, routine, "Europe/Paris", group.work.now.date())
    assert (later.kept, later.weeks) == (2, progress.weeks + 1), "but the one with use in spite of it"


def test_without_a_routine_one_word_says_so(group: Group, karim: Person) -> None:
    group.found(karim, Blocker.ACCESS)
    service.plan_coaching(group.work, karim.id, group.project.id, group.scene(karim).week)
    fixed(group, karim)
    group.press(karim, "Ça marche")
    group.later(8 * WEEK)
    assert wordings(group, karim) == ["access"]


@pytest.mark.parametrize("other", ["open", "solved", "used", "not_yet"])
def test_nothing_is_said_of_a_fix_that_is_none_or_no_news(group: Group, karim: Person, other: str) -> None:
    """Something else is still open; they solved it themselves; they use the tool already; it does not work."""
    group.found(karim, Blocker.ACCESS, *([Blocker.FIT] if other == "open" else []))
    service.plan_coaching(group.work, karim.id, group.project.id, group.scene(karim).week)
    if other == "solved":
        until(group, karim, "C'est réglé")
        group.press(karim, "C'est réglé")
    else:
        fixed(group, karim)
        group.press(karim, "Pas encore" if other == "not_yet" else "Ça marche")
    if other == "used":
        use(group, karim, group.work.now.date())
    group.later(6 * WEEK)
    assert wordings(group, karim) == []
    if other == "open":
        rows = group.work.session.scalars(select(Finding).order_by(Finding.rank))
        assert [row.resolved_at is not None for row in rows] == [True, False]
