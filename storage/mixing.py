"""What was said without a name is written anew, all of it together, so that nothing tells with what it was written first.

PostgreSQL keeps with every row the number of the transaction that wrote it (`xmin`) and rows in the order of writing
(`ctid`). Whoever may read those sees that a nameless answer was written together with its person's participation. Once an
hour the nameless rows of a round, or of an action, are deleted and put back in the order of their random ids by one
transaction of their own; what is left of the old ones goes with a vacuum. SQLite has neither: such tables lie by their ids.
"""

from collections.abc import Sequence
from operator import itemgetter

from sqlalchemy import ColumnElement, Engine, delete, func, insert, inspect, literal_column, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from content.promises import LEAST_FIGURES
from storage.models import ActionAnswer, AnonymousResult, Base
from storage.work import SystemWork

NAMELESS: tuple[tuple[type[Base], InstrumentedAttribute[str], ColumnElement[bool]], ...] = (
    (AnonymousResult, AnonymousResult.campaign_id, true()),
    (ActionAnswer, ActionAnswer.action_id, ActionAnswer.person_id.is_(None)),
)
"""A table, what its rows are of, and which of them are without a name."""

TABLES: Sequence[str] = tuple(str(model.__tablename__) for model, _, _ in NAMELESS)


def mix(work: SystemWork) -> int:
    """Write anew what was not written together with the answers of at least `LEAST_FIGURES` people; how many rows.

    0 on SQLite, where there is nothing to mix.
    """
    if work.session.get_bind().dialect.name != "postgresql":
        return 0
    return sum(_mix(work, *each) for each in NAMELESS)


def vacuum(writing: Engine) -> None:
    """Take away what is left of rows that were written anew; where we do not own a table, PostgreSQL warns and leaves it."""
    with writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"VACUUM {table}")


def _mix(
    work: SystemWork, model: type[Base], of: InstrumentedAttribute[str], nameless: ColumnElement[bool]
) -> int:
    writers = func.count(literal_column("xmin::text").distinct())
    apart = select(of).where(nameless).group_by(of).having(or_(writers > 1, func.count() < LEAST_FIGURES))
    columns = [getattr(model, column.key) for column in inspect(model).column_attrs]
    taken = work.session.execute(
        delete(model)
        .where(nameless, of.in_(list(work.session.scalars(apart))))
        .returning(*columns)
        .execution_options(synchronize_session=False)
    )
    rows = sorted((dict(row) for row in taken.mappings()), key=itemgetter("id"))
    if rows:
        work.session.execute(insert(model), rows)
    return len(rows)
