"""Routines know their time, their pause and why they ended; a week's ease; the automaticity scale.

Revision 0013, after 0016. The time of a routine stood only in its coaching rule ("09:15 12345") and is taken from there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0016"
branch_labels = None
depends_on = None

USUAL = "09:15"

routines = sa.table(
    "routines",
    sa.column("person_id", sa.String),
    sa.column("project_id", sa.String),
    sa.column("at", sa.String),
    sa.column("status", sa.String),
)
agenda = sa.table(
    "agenda",
    sa.column("person_id", sa.String),
    sa.column("kind", sa.String),
    sa.column("ref", sa.String),
    sa.column("rule", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("routines", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at", sa.String(length=5), nullable=True))
        batch_op.add_column(sa.Column("paused_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("paused_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("ended_for", sa.String(length=20), nullable=True))
    rule = (
        sa.select(sa.func.max(sa.func.substr(agenda.c.rule, 1, 5)))
        .where(
            agenda.c.kind == "coaching",
            agenda.c.rule != "",
            agenda.c.person_id == routines.c.person_id,
            agenda.c.ref == routines.c.project_id,
        )
        .scalar_subquery()
    )
    op.execute(routines.update().values(at=sa.func.coalesce(rule, USUAL)))
    op.execute(routines.update().where(routines.c.status == "paused").values(status="active"))
    with op.batch_alter_table("routines", schema=None) as batch_op:
        batch_op.alter_column("at", existing_type=sa.String(length=5), nullable=False)
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ease", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("weeks", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.alter_column("weeks", existing_type=sa.Integer(), server_default=None)
    op.create_table(
        "automaticity",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("routine_id", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.Date(), nullable=False),
        sa.Column("answers", sa.String(length=4), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["routine_id"],
            ["routines.id"],
            name=op.f("fk_automaticity_routine_id_routines"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_automaticity_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automaticity")),
        sa.UniqueConstraint("routine_id", "slot", name=op.f("uq_automaticity_routine_id_slot")),
    )


def downgrade() -> None:
    op.drop_table("automaticity")
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_column("weeks")
        batch_op.drop_column("ease")
    with op.batch_alter_table("routines", schema=None) as batch_op:
        batch_op.drop_column("ended_for")
        batch_op.drop_column("paused_until")
        batch_op.drop_column("paused_from")
        batch_op.drop_column("at")
