"""Everything goes on behind the second wall, for an ordinary role that owns the tables, as an installation has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from bot.demo import load
from storage import migrate, second_wall, upkeep
from storage.copy import copy, excerpt
from storage.database import Database
from storage.engines import migrator, parse_url
from storage.ids import CountedIds
from storage.models import Person
from storage.second_wall import Held
from tests.support import flows
from tests.support.clock import FixedClock
from tests.support.databases import PostgresTemplate, keyring
from tests.support.loop import ZONE
from tests.support.loop_teams import teams_loop

pytestmark = pytest.mark.postgres

OWNER = "wall_owner"


@pytest.fixture
def owned(postgres_server: PostgresTemplate, tmp_path: Path) -> Iterator[str]:
    """The address of an up-to-date, walled database, for the ordinary role that owns it."""
    postgres_server.role(OWNER)
    name = f"owned_{abs(hash(tmp_path)) % 10**8}"
    administrator = postgres_server.empty(name)
    postgres_server.execute(administrator, f"ALTER DATABASE {name} OWNER TO {OWNER}")
    url = make_url(administrator).set(username=OWNER).render_as_string(hide_password=False)
    migrate.upgrade(parse_url(url))
    postgres_server.left_alone(url)
    second_wall.put_up(parse_url(url))
    yield url
    postgres_server.drop(name)


@pytest.fixture
def demo(tmp_path: Path, clock: FixedClock) -> str:
    """The address of a file with the demo organisation in it."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    database = Database(url, keyring(), clock, CountedIds())
    database.upgrade()
    load(database)
    database.dispose()
    return url


def people(url: str) -> int:
    engine = migrator(parse_url(url))
    with engine.begin() as connection:
        return connection.scalar(select(func.count()).select_from(Person)) or 0


async def test_an_employee_is_heard_and_coached(owned: str, tmp_path: Path) -> None:
    async with teams_loop(tmp_path, owned) as (loop, _):
        await loop.found([flows.KARIM, flows.AUDE, flows.SANDRINE])
        await flows.employee(loop, "Karim", flows.HIDDEN_TRUST, flows.FRENCH, ZONE, "Wed")
    assert second_wall.look(parse_url(owned)).holds


def test_carried_over_changed_and_carried_back(
    owned: str, demo: str, tmp_path: Path, clock: FixedClock, postgres_server: PostgresTemplate
) -> None:
    there = copy(parse_url(demo), parse_url(owned))
    assert sum(each.rows for each in there) > 100
    assert second_wall.look(parse_url(owned)).holds

    migrate.downgrade(parse_url(owned), "0023")
    migrate.upgrade(parse_url(owned))
    look = second_wall.look(parse_url(owned))
    assert look.holds, "tables that were made meanwhile are behind it too"
    assert people(owned) == people(demo)

    database = Database(owned, keyring(), clock, CountedIds())
    with database.system() as system:
        place = system.workspaces.all()[0].id
        assert sum(upkeep.message_counts(system).values()) > 0
    database.dispose()
    excerpt(parse_url(owned), parse_url(f"sqlite:///{tmp_path / 'plan.db'}"), place, ())
    assert people(f"sqlite:///{tmp_path / 'plan.db'}") == people(demo)
    copy(parse_url(owned), parse_url(f"sqlite:///{tmp_path / 'back.db'}"))
    assert people(f"sqlite:///{tmp_path / 'back.db'}") == people(demo)


def test_its_owner_is_held_only_while_it_is_forced(owned: str, postgres_server: PostgresTemplate) -> None:
    postgres_server.execute(owned, "ALTER TABLE people NO FORCE ROW LEVEL SECURITY")
    look = second_wall.look(parse_url(owned))
    assert (look.role, look.passes, look.holds) == (OWNER, None, False)
    assert {table for table, held in look.tables.items() if held is not Held.HOLDS} == {"people"}
    assert look.tables["people"] is Held.PASSED
