"""What delivery's tests begin with; and that no nudge is held back."""

import pytest

from nudges import choice
from storage.database import Database
from storage.outbox import Outbox
from tests.support.clock import FixedClock
from tests.support.delivery import Delivery
from tests.support.outbox import People, worker


@pytest.fixture
def delivery(database: Database, workspace_id: str, clock: FixedClock) -> Delivery:
    return Delivery(database, workspace_id, clock)


@pytest.fixture
def blind(database: Database, workspace_id: str, clock: FixedClock) -> Delivery:
    """On a platform that cannot tell whether a message arrived."""
    return Delivery(database, workspace_id, clock, finds_sent=False)


@pytest.fixture
def people(database: Database, workspace_id: str) -> People:
    return People(database, workspace_id)


@pytest.fixture
def outbox(database: Database, clock: FixedClock) -> Outbox:
    return worker(database, "one", clock)


@pytest.fixture
def other(database: Database, clock: FixedClock) -> Outbox:
    return worker(database, "two", clock)


@pytest.fixture(autouse=True)
def _every_nudge_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """One in ten is held back by chance; tests of what is sent need all of them."""
    monkeypatch.setattr(choice, "HELD_BACK", 0.0)
