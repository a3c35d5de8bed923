"""What a digest reads of somebody stands in one row: their days of use on the routine, their causes on the interview.

Revision 0028, after 0029. Filled from the answers that there are.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0029"
branch_labels = None
depends_on = None

REMEMBERED = 63
AT_ONCE = 1000

routines = sa.table(
    "routines",
    sa.column("id", sa.String),
    sa.column("kept_first", sa.Integer),
    sa.column("kept_last", sa.Integer),
    sa.column("kept_days", sa.BigInteger),
)
check_ins = sa.table(
    "check_ins",
    sa.column("routine_id", sa.String),
    sa.column("slot", sa.Date),
    sa.column("weeks", sa.Integer),
    sa.column("answer", sa.String),
)
interviews = sa.table(
    "interviews",
    sa.column("id", sa.String),
    sa.column("stated", sa.String),
    sa.column("confirmed", sa.String),
    sa.column("unserved", sa.Boolean),
)
findings = sa.table(
    "findings",
    sa.column("interview_id", sa.String),
    sa.column("blocker", sa.String),
    sa.column("status", sa.String),
    sa.column("stated", sa.Boolean),
    sa.column("rank", sa.Integer),
)
needs = sa.table(
    "needs",
    sa.column("interview_id", sa.String),
    sa.column("layer", sa.String),
    sa.column("served", sa.Integer),
)


def upgrade() -> None:
    with op.batch_alter_table("interviews", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stated", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("confirmed", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("unserved", sa.Boolean(), server_default=sa.false(), nullable=False))
    _count_causes()
    with op.batch_alter_table("routines", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_first", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("kept_last", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("kept_days", sa.BigInteger(), server_default="0", nullable=False))
    _count_days()


def downgrade() -> None:
    with op.batch_alter_table("routines", schema=None) as batch_op:
        batch_op.drop_column("kept_days")
        batch_op.drop_column("kept_last")
        batch_op.drop_column("kept_first")
    with op.batch_alter_table("interviews", schema=None) as batch_op:
        batch_op.drop_column("unserved")
        batch_op.drop_column("confirmed")
        batch_op.drop_column("stated")


def _count_causes() -> None:
    first = (
        sa.select(findings.c.blocker)
        .where(findings.c.interview_id == interviews.c.id)
        .order_by(findings.c.rank)
        .limit(1)
    )
    stated = first.where(findings.c.stated)
    confirmed = first.where(findings.c.status.in_(("confirmed", "validated")))
    unserved = sa.exists().where(
        needs.c.interview_id == interviews.c.id, needs.c.layer == "real", needs.c.served <= 2
    )
    found = sa.exists().where(findings.c.interview_id == interviews.c.id)
    op.execute(
        interviews.update()
        .where(found | unserved)
        .values(stated=stated.scalar_subquery(), confirmed=confirmed.scalar_subquery(), unserved=unserved)
    )


def _count_days() -> None:
    connection = op.get_bind()
    told = check_ins.c.answer.in_(("done", "partly"))
    last = ""
    while ids := list(
        connection.scalars(
            sa.select(routines.c.id).where(routines.c.id > last).order_by(routines.c.id).limit(AT_ONCE)
        )
    ):
        last = ids[-1]
        rows = connection.execute(
            sa.select(check_ins)
            .where(check_ins.c.routine_id.between(ids[0], last), told)
            .order_by(check_ins.c.routine_id)
        )
        if kept := list(_kept(rows)):
            connection.execute(
                routines.update()
                .where(routines.c.id == sa.bindparam("routine"))
                .values({name: sa.bindparam(name) for name in ("kept_first", "kept_last", "kept_days")}),
                kept,
            )


def _kept(rows: sa.CursorResult[tuple[object, ...]]) -> Iterator[dict[str, object]]:
    for routine, answers in groupby(rows, attrgetter("routine_id")):
        days = {
            (row.slot - timedelta(weeks=ago)).toordinal()
            for row in answers
            for ago in range(row.weeks if row.answer == "done" else (row.weeks + 1) // 2)
        }
        last = max(days)
        bits = sum(1 << last - day for day in days if last - day < REMEMBERED)
        yield {"routine": routine, "kept_first": min(days), "kept_last": last, "kept_days": bits}
