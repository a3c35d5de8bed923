"""Where people work, who manages them, and how often they wish to be written to at most.

Revision 0010, after 0008. "Less often" stood in each project's coaching rule ("09:15 12345 2") and now holds for the
person; on the way down every rule gets it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

MANAGER = "fk_people_manager_id_people"
USUAL_RULE = "09:15 12345"

people = sa.table("people", sa.column("id", sa.String), sa.column("at_most_weeks", sa.Integer))
agenda = sa.table(
    "agenda", sa.column("person_id", sa.String), sa.column("kind", sa.String), sa.column("rule", sa.String)
)
coaching = agenda.c.kind == "coaching"


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("site", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("manager_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("at_most_weeks", sa.Integer(), server_default="1", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f(MANAGER),
            "people",
            ["manager_id"],
            ["id"],
            ondelete="SET NULL",
            initially="DEFERRED",
            deferrable=True,
        )
        batch_op.create_index(batch_op.f("ix_people_manager_id"), ["manager_id"], unique=False)
    given = coaching & (agenda.c.rule != "")
    weeks = sa.cast(sa.func.substr(agenda.c.rule, sa.func.length(agenda.c.rule), 1), sa.Integer)
    slowest = sa.select(sa.func.max(weeks)).where(given, agenda.c.person_id == people.c.id).scalar_subquery()
    op.execute(people.update().values(at_most_weeks=sa.func.coalesce(slowest, 1)))
    shorter = sa.func.substr(agenda.c.rule, 1, sa.func.length(agenda.c.rule) - 2)
    op.execute(agenda.update().where(given).values(rule=shorter))


def downgrade() -> None:
    weeks = sa.select(people.c.at_most_weeks).where(people.c.id == agenda.c.person_id).scalar_subquery()
    rule = sa.func.coalesce(sa.func.nullif(agenda.c.rule, ""), USUAL_RULE)
    op.execute(agenda.update().where(coaching).values(rule=rule + " " + sa.cast(weeks, sa.String)))
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_manager_id"))
        batch_op.drop_constraint(batch_op.f(MANAGER), type_="foreignkey")
        batch_op.drop_column("at_most_weeks")
        batch_op.drop_column("manager_id")
        batch_op.drop_column("site")
