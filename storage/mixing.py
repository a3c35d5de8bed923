"""What was said without a name is written anew, all of it together, so that nothing tells with what it was written first.

PostgreSQL keeps with every row the number of the transaction that wrote it (`xmin`) and rows in the order of writing
(`ctid`). Whoever may read those sees that a nameless answer was written together with its person's participation. Once an
hour the nameless rows of a round, or of an action, are deleted and put back in the order of their random ids by one
transaction of their own; what is left of the old ones goes with a vacuum. SQLite has neither: such tables lie by their ids.

Which transactions have mixed is written down, since a single `xmin` proves nothing: what many people press at once is
written by one transaction too, in the order of their presses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    delete,
    func,
    insert,
    inspect,
    literal_column,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute

from content.promises import LEAST_FIGURES
from storage.models import Action, ActionAnswer, AnonymousResult, Base, Campaign, Upkeep
from storage.work import SystemWork

WRITER: ColumnElement[str] = literal_column("xmin::text")
MIXED = "mixed "
"""A task of `Upkeep` begins with it, and goes on with the number of a transaction that mixed."""


@dataclass(frozen=True)
class Nameless:
    """Which `rows` of a table are without a name, and the round or action that they are `of`: the id of a `parent`."""

    model: type[Base]
    of: InstrumentedAttribute[str]
    rows: ColumnElement[bool]
    parent: InstrumentedAttribute[str]


NAMELESS = (
    Nameless(AnonymousResult, AnonymousResult.campaign_id, true(), Campaign.id),
    Nameless(ActionAnswer, ActionAnswer.action_id, ActionAnswer.person_id.is_(None), Action.id),
)

TABLES: Sequence[str] = tuple(str(each.model.__tablename__) for each in NAMELESS)


def mix(work: SystemWork) -> int:
    """Write anew what was not mixed yet, and what fewer than `LEAST_FIGURES` people have answered; how many rows.

    What somebody else has locked is left for the next time. 0 on SQLite, where there is nothing to mix.
    """
    if work.session.get_bind().dialect.name != "postgresql":
        return 0
    rows = sum(_mix(work, each) for each in NAMELESS)
    if rows:
        _write_down(work)
    return rows


def vacuum(writing: Engine) -> int:
    """Take away what is left of rows that were written anew; how many tables this role may not vacuum.

    That takes who owns them or, from PostgreSQL 17 on, `GRANT MAINTAIN`; else PostgreSQL warns and leaves them.
    """
    warned: list[Any] = []
    with writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.add_notice_handler(warned.append)
        try:
            for table in TABLES:
                connection.exec_driver_sql(f"VACUUM {table}")
        finally:
            driver.remove_notice_handler(warned.append)
    return len(warned)


def _mix(work: SystemWork, each: Nameless) -> int:
    """Their parents are locked first, so that whoever counts and deletes them waits for what is put back."""
    unmixed = func.concat(MIXED, func.min(WRITER)).not_in(select(Upkeep.task))
    apart = (
        select(each.of)
        .where(each.rows)
        .group_by(each.of)
        .having(or_(func.count(WRITER.distinct()) > 1, func.count() < LEAST_FIGURES, unmixed))
    )
    held = (
        select(each.parent)
        .where(each.parent.in_(apart))
        .with_for_update(read=True, key_share=True, skip_locked=True)
    )
    columns = [getattr(each.model, column.key) for column in inspect(each.model).column_attrs]
    taken = work.session.execute(
        delete(each.model)
        .where(each.rows, each.of.in_(list(work.session.scalars(held))))
        .returning(*columns)
        .execution_options(synchronize_session=False)
    )
    rows = sorted((dict(row) for row in taken.mappings()), key=itemgetter("id"))
    if rows:
        work.session.execute(insert(each.model), rows)
    return len(rows)


def _write_down(work: SystemWork) -> None:
    """That this transaction mixes; those of which no row is left are forgotten."""
    number: ColumnElement[str] = literal_column("pg_current_xact_id()::xid::text")
    this = work.session.scalars(select(number)).one()
    work.session.execute(insert(Upkeep), [{"task": f"{MIXED}{this}", "begun_at": work.now}])
    standing = union(*(select(func.concat(MIXED, WRITER)).select_from(each.model) for each in NAMELESS))
    work.session.execute(
        delete(Upkeep)
        .where(Upkeep.task.startswith(MIXED), Upkeep.task.not_in(standing))
        .execution_options(synchronize_session=False)
    )
