"""Every command, button, form and due kind is used from the wrong workspace, with keys that are somebody else's there."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.app import router
from bot.platforms.port import ButtonPressed, Command, FormSubmitted, InboundEvent
from content.loader import ContentError
from storage.agenda import DueItem
from storage.crypto import SealBroken
from storage.database import Database
from storage.errors import RowMissing
from storage.models import OutboxMessage
from storage.scope import Scope, ScopedSession
from storage.work import Work
from tests.support import twins

ROUTER = router()
COMMANDS = sorted(ROUTER._commands)
BUTTONS = sorted({*ROUTER._buttons, *ROUTER._buttons_together})
FORMS = sorted({*ROUTER._forms, *ROUTER._form_presenters})
DUE = sorted({*ROUTER._due, *ROUTER._due_together})
PRESENTERS = sorted(ROUTER._presenters)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
ROWS = twins.rows("a")
TABLES = [table.name for table in twins.scoped() if isinstance(ROWS[table.name].get("id"), str)]
GIVEN_UP = (RowMissing, SealBroken, ValueError, KeyError)
"""What may come of a row that was made from its columns and is no real life."""

NAMES = (
    "about",
    "barrier",
    "barrier_id",
    "campaign",
    "champion",
    "check_in",
    "context",
    "fill",
    "id",
    "interview",
    "item",
    "lever",
    "name",
    "nomination",
    "nudge",
    "person",
    "project",
    "project_id",
    "ref",
    "routine",
    "sample",
    "scale",
    "share",
    "step",
    "testimonial",
    "week",
)
"""What handlers call the keys in the fields of a form and the arguments of a message."""


@pytest.fixture
def two(database: Database) -> Database:
    with database.engine.begin() as connection:
        for twin in "ab":
            twins.write(connection, twins.rows(twin))
    return database


def _values() -> list[str]:
    """A key of every table of the other workspace, alone and with the parts that buttons put after it."""
    keys = [str(ROWS[table]["id"]) for table in TABLES]
    return [value for key in keys for value in (key, f"{key}|1|tool", f"x|{key}")]


def _broken(work: Work, events: list[InboundEvent]) -> bool:
    """Whether one of the events changed a row of the other workspace, or something of it stands in what is to be sent."""
    before = twins.seen(work.session.connection(), "a-workspaces")
    for event in events:
        try:
            with suppress(*GIVEN_UP), work.session.begin_nested():
                ROUTER.handle(work, event)
                _settle(work)
        except IntegrityError:  # it was found, and only the database refused to point at it
            work.session.rollback()
            return True
    rows = work.session.scalars(select(OutboxMessage).where(OutboxMessage.created_at == work.now)).all()
    told = "\n".join(row.args for row in rows)
    changed = twins.seen(work.session.connection(), "a-workspaces") != before
    work.session.rollback()
    return changed or any(mark in told for mark in twins.marks("a"))


def _assert_walled(database: Database, events: list[InboundEvent]) -> None:
    with database.transaction("b-workspaces") as work:
        assert not _broken(work, events)


@pytest.mark.both_databases
def test_without_the_wall_many_buttons_would_reach_over(two: Database) -> None:
    reached = []
    for action in BUTTONS:
        with ScopedSession(two.engine, Scope(system=True)) as session:
            work = Work(session, two.clock.now(), two.ids, two.keyring, "b-workspaces")
            if _broken(work, _presses(action)):
                reached.append(action)
    assert len(reached) > 10, reached


def _presses(action: str) -> list[InboundEvent]:
    return [
        ButtonPressed(**COMMON, event_id=f"{action}{n}", action=action, value=value, message="1")
        for n, value in enumerate(_values())
    ]


COMMON = {"workspace": ROWS["workspaces"]["external_id"], "user": ROWS["people"]["external_id"], "at": AT}


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(two: Database, command: str) -> None:
    keys = ["", *random.Random(1).sample(_values(), 12)]
    _assert_walled(
        two,
        [
            Command(**COMMON, event_id=f"{command}{n}", command=command, argument=key)
            for n, key in enumerate(keys)
        ],
    )


@pytest.mark.parametrize("action", BUTTONS)
def test_buttons(two: Database, action: str) -> None:
    _assert_walled(two, _presses(action))


@pytest.mark.parametrize("form", FORMS)
def test_forms(two: Database, form: str) -> None:
    _assert_walled(
        two,
        [
            FormSubmitted(
                **COMMON,
                event_id=f"{form}{n}",
                form=form,
                context=value,
                values=dict.fromkeys(NAMES, value),
            )
            for n, value in enumerate(_values())
        ],
    )


@pytest.mark.parametrize("table", TABLES)
def test_forms_and_messages_show_nothing_of_another_workspace(two: Database, table: str) -> None:
    key = str(ROWS[table]["id"])
    args = dict.fromkeys(NAMES, key)
    with two.transaction("b-workspaces") as work:
        scene = ROUTER.scene(work, work.people.get("b-people"), "look")
        shown = [_shown(partial(ROUTER.form, scene, form, key)) for form in sorted(ROUTER._form_presenters)]
        shown += [_shown(partial(ROUTER.render, scene, intent, args)) for intent in PRESENTERS]
        work.session.rollback()
    assert not any(mark in text for mark in twins.marks("a") for text in shown)


def _shown(show: Callable[[], object]) -> str:
    """What is shown; a row of the twin is no real life, so that something breaks where it is read is no failure here."""
    try:
        return str(show())
    except (*GIVEN_UP, ContentError):
        return ""


@pytest.mark.parametrize("kind", DUE)
def test_due_items(two: Database, kind: str) -> None:
    with two.transaction("b-workspaces") as work:
        before = twins.seen(work.session.connection(), "a-workspaces")
        for table in TABLES:
            _due(work, kind, str(ROWS[table]["id"]))
        assert twins.seen(work.session.connection(), "a-workspaces") == before
        work.session.rollback()


def _due(work: Work, kind: str, ref: str) -> None:
    item = work.agenda.set("b-people", kind, ref, AT)
    work.session.flush()
    due = DueItem(item.id, "b-workspaces", "b-people", kind, ref, item.rule, AT)
    with suppress(*GIVEN_UP), work.session.begin_nested():
        ROUTER.handle_due(work, [due])
        _settle(work)


def _settle(work: Work) -> None:
    """Write what handlers have posted, as a commit does."""
    work.session.settle(tuple(work.session.waiting))
