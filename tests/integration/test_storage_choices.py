"""The log of choices in storage, on every database: what is open, what is settled, what goes with whom."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from storage import migrate
from storage.database import Database
from storage.engines import parse_url
from storage.ids import CountedIds
from storage.models import Choice, Nudge, OutboxState, Point, Project
from storage.repositories.choices import Made
from storage.repositories.nudges import Drawn
from storage.repositories.outbox import Posting
from storage.work import Work
from tests.support.clock import FixedClock
from tests.support.databases import keyring

pytestmark = pytest.mark.both_databases

DAY = date(2026, 11, 24)


@pytest.fixture
def karim(work: Work) -> str:
    return someone(work)


def someone(work: Work) -> str:
    work.projects.add(
        Project(
            id="p",
            workspace_id=work.workspace_id,
            key="k",
            definition="{}",
            ends_on=None,
            created_at=work.now,
        )
    )
    return work.people.ensure("U1", "Karim").id


def made(person_id: str, id_: str, nudge_id: str | None = None, day: date = DAY) -> Made:
    point, chosen = (Point.WHAT, "time.a") if nudge_id else (Point.WHETHER, "nothing")
    return Made(id_, "p", person_id, nudge_id, point, day, "[]", chosen, "{}", 0)


def nudged(work: Work, person_id: str, state: OutboxState) -> str:
    """A nudge whose message came to this."""
    nudge = work.ids.new()
    work.nudges.add_many([Drawn(nudge, "p", person_id, f"time.{state}", DAY, 1.0)])
    work.outbox.put(Posting(person_id, "routine.nudge", {}, f"nudge:{nudge}", work.now))
    row = work.outbox.under(f"nudge:{nudge}")
    assert row
    row.state = state
    work.session.flush()
    return nudge


def test_what_has_not_left_is_told_apart(work: Work, karim: str) -> None:
    for state in (OutboxState.SENT, OutboxState.CANCELLED, OutboxState.READY):
        work.choices.add_many([made(karim, state.value, nudged(work, karim, state))])
    work.choices.add_many([made(karim, "held back"), made(karim, "later", day=DAY + timedelta(days=1))])
    assert {each.id: each.left for each in work.choices.open(DAY)} == {
        "sent": True,
        "cancelled": False,
        "ready": False,
        "held back": True,
    }


def test_what_is_settled_is_open_no_more_and_the_unknown_is_not_learnt_from(work: Work, karim: str) -> None:
    work.choices.add_many([made(karim, id_) for id_ in ("used", "not used", "nobody knows", "open")])
    work.choices.settle({"used": 1.0, "not used": 0.0, "nobody knows": None}, DAY)
    assert [each.id for each in work.choices.open(DAY)] == ["open"]
    assert sorted(each.response for each in work.choices.settled(DAY)) == [0.0, 1.0]
    assert work.choices.settled(DAY + timedelta(days=1)) == []


def test_what_was_held_back_is_known_by_person(work: Work, karim: str) -> None:
    other = work.people.ensure("U2", "Aude").id
    work.choices.add_many([made(karim, "a"), made(karim, "b", nudged(work, karim, OutboxState.SENT))])
    held = work.choices.held([karim, other])
    assert [each.slot for each in held[karim]] == [DAY]
    assert held[other] == []


def test_choices_go_with_their_nudge_and_their_person(work: Work, karim: str) -> None:
    nudge = nudged(work, karim, OutboxState.SENT)
    work.choices.add_many([made(karim, "a"), made(karim, "b", nudge)])
    work.session.delete(work.session.get(Nudge, nudge))
    work.session.flush()
    assert list(work.session.scalars(select(Choice.id))) == ["a"]
    work.session.delete(work.people.get(karim))
    work.session.flush()
    assert list(work.session.scalars(select(Choice.id))) == []


def test_the_latest_belief_replaces_the_one_before(work: Work) -> None:
    assert work.choices.learnt() is None
    for body in ("{}", '{"a": 1}'):
        work.choices.keep(body)
    kept = work.choices.learnt()
    assert kept
    work.session.refresh(kept)
    assert (kept.version, kept.body, kept.learnt_at) == (2, '{"a": 1}', work.now)


@pytest.fixture
def opened(database_url: str, clock: FixedClock) -> Iterator[Database]:
    database = Database(database_url, keyring(), clock, CountedIds())
    yield database
    database.dispose()


def test_nudges_survive_the_way_down_and_up(opened: Database, database_url: str) -> None:
    url = parse_url(database_url)
    with opened.system() as system:
        workspace = system.workspaces.add("slack", "T1", "Team")
    with opened.transaction(workspace.id) as work:
        person = someone(work)
        nudge = nudged(work, person, OutboxState.SENT)
        work.choices.add_many([made(person, "a", nudge)])
        work.choices.keep("{}")
    opened.dispose()
    migrate.downgrade(url, "0016")
    migrate.upgrade(url)
    migrate.check(url)
    with opened.transaction(workspace.id) as work:
        assert work.nudges.find(nudge)
        assert work.choices.open(DAY) == []
        assert work.choices.learnt() is None
