"""Erased: within a minute nothing is left, stories are taken back, the last message leaves first, no list undoes it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from content.blockers import Blocker
from nudges import sharing
from projects import service
from projects.people import Row
from storage.models import (
    AnonymousResult,
    Erasure,
    Membership,
    Naming,
    Person,
    Role,
    Testimonial,
)
from storage.personal import KINDS
from storage.repositories.usage import Used
from storage.work import Work
from tests.support.company import Company

pytestmark = pytest.mark.both_databases

MINUTE = timedelta(minutes=1)
STORY = "I asked who can read it, and now I use it every day."
ALL = "Tout effacer"


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def karim(company: Company) -> Person:
    """Somebody with an interview, a routine under way, days of use, a story that a colleague and a lead have read."""
    karim = company.hire("Karim", Role.CHAMPION, team="Quai")
    sandrine, emma = company.hire("Sandrine", Role.LEAD), company.hire("Emma")
    emma.manager_id = karim.id
    company.found(karim, Blocker.HABIT)
    company.found(emma, Blocker.TRUST)
    company.fill(karim, "routine", f"{company.project.id}|", template="standup")
    company.work.usage.add({Used(karim.id, company.project.id, company.work.now.date(), "card_created")})
    company.fill(
        karim,
        "testimonial",
        f"{company.project.id}|{sharing.expiry(company.work.now.date())}",
        text=STORY,
        blocker="trust",
        naming=Naming.FULL.value,
        consent="yes",
    )
    company.later(timedelta(days=1))
    company.press(sandrine, "Approuver")
    company.later(timedelta(weeks=4))
    assert STORY in company.screens[emma.id].text
    return karim


def colleague(company: Company, name: str) -> Person:
    found = company.work.people.by_external(name)
    assert found
    return found


def erase(company: Company, person: Person) -> None:
    company.command(person, "my_data")
    company.press(person, "Effacer")
    company.press(person, ALL)


def left_of(company: Company, person_id: str, external_id: str) -> set[str]:
    """The kinds of which anything is held about whoever had these ids."""
    somebody = Person(id=person_id, external_id=external_id)
    return {name for name, rows in company.work.personal.count(somebody).items() if rows}


def test_nothing_goes_by_one_press(company: Company, karim: Person) -> None:
    company.command(karim, "my_data")
    company.press(karim, "Effacer")
    assert company.labels(karim) == ["Garder", ALL]
    company.press(karim, "Garder")
    assert company.work.session.scalars(select(Erasure)).all() == []
    assert company.work.projects.of_person(karim.id)


def test_within_a_minute_nothing_is_left_and_the_last_message_left_first(
    company: Company, karim: Person
) -> None:
    before = len(company.screens[karim.id].arrived)
    erase(company, karim)
    shown = company.screens[karim.id]
    assert "effacé, dans la minute" in shown.last.plain
    assert left_of(company, karim.id, "karim") == {
        "people.id",
        "agenda.person_id",
        "outbox.person_id",
        "testimonials.author_id",
    }, "what the last message needs, and the story, in case it was just being sent"
    assert sharing.live_of(company.work, karim.id) == []
    assert (karim.name, karim.email, karim.team) == ("", None, None)
    company.later(MINUTE)
    assert left_of(company, karim.id, "karim") == set()
    assert [kind for _, kind in shown.arrived[before:]] == ["my_data", "my_data.sure", "my_data.erased"]
    company.later(timedelta(weeks=3))
    assert len(shown.arrived) == before + 3, "never written to again"


def test_the_story_disappears_where_it_was_shown(company: Company, karim: Person) -> None:
    emma, sandrine = colleague(company, "emma"), colleague(company, "sandrine")
    erase(company, karim)
    company.later(MINUTE)
    assert company.work.session.scalars(select(Testimonial)).all() == []
    for reader in (emma, sandrine):
        assert STORY not in company.screens[reader.id].text
    company.work.session.expire_all()
    assert emma.manager_id is None


def test_what_others_hold_stays(company: Company, karim: Person) -> None:
    emma = colleague(company, "emma")
    anonymous = AnonymousResult(
        id="r",
        workspace_id=company.work.workspace_id,
        campaign_id=company.work.campaigns.add(company.project.id, "adoption").id,
        found="{}",
    )
    company.work.session.add(anonymous)
    before = company.work.personal.count(emma)
    erase(company, karim)
    company.later(MINUTE)
    after = company.work.personal.count(emma)
    assert {name for name, rows in before.items() if rows > after[name]} <= {
        "posted.person_id",
        "shares.person_id",
    }
    assert company.work.session.scalars(select(AnonymousResult)).all() == [anonymous]


def test_the_next_list_skips_and_counts_them(company: Company, karim: Person) -> None:
    erase(company, karim)
    company.later(MINUTE)
    rows = [
        Row(number, name, name.title(), persona="planner", manager="karim")
        for number, name in enumerate(("karim", "zoe"), 2)
    ]
    imported = service.import_people(company.work, company.project, rows)
    assert (imported.added, imported.erased) == (1, 1)
    assert company.work.people.by_external("karim") is None
    assert imported.problems == ()


def test_who_writes_again_is_a_stranger_and_may_come_back(company: Company, karim: Person) -> None:
    erase(company, karim)
    company.later(MINUTE)
    company.hear("karim", "Karim", "mes données")
    (again,) = company.work.session.scalars(select(Person).where(Person.external_id == "karim"))
    company.watch(again)
    company.say(again, "mes données")
    assert "j'ai effacé tout ce qui te concernait" in company.screens[again.id].last.plain
    row = Row(2, "karim", "Karim", persona="planner")
    assert service.import_people(company.work, company.project, [row]).erased == 1
    company.press(again, "Participer à nouveau")
    assert service.import_people(company.work, company.project, [row]).erased == 0
    assert company.work.session.scalars(select(Membership).where(Membership.person_id == again.id)).all()


def test_a_second_press_found_much_later_erases_nothing(company: Company, karim: Person) -> None:
    company.command(karim, "my_data")
    company.press(karim, "Effacer")
    company.later(timedelta(hours=1))
    company.press(karim, ALL)
    assert company.work.projects.of_person(karim.id)
    assert company.labels(karim) == ["Garder", ALL]
    company.press(karim, ALL)
    assert not company.work.projects.of_person(karim.id)


def test_pressing_twice_erases_once(company: Company, karim: Person) -> None:
    erase(company, karim)
    company.press(karim, ALL)
    company.later(MINUTE)
    assert left_of(company, karim.id, "karim") == set()
    assert len(company.work.session.scalars(select(Erasure)).all()) == 1


def test_the_mark_tells_nobody_who_it_was(company: Company, karim: Person) -> None:
    erase(company, karim)
    company.later(MINUTE)
    (row,) = company.work.session.scalars(select(Erasure))
    assert row.done_at
    assert "karim" not in repr(vars(row))
    workspace = company.work.workspaces.get(company.work.workspace_id)
    assert workspace.erasure_key
    assert workspace.erasure_key.startswith("v2.")
    assert len(KINDS) > 20
