"""Since when and why a workspace or a person cannot be reached, who is away, and what was sent once more.

Revision 0006, after 0005. On the way down a workspace that was misconfigured counts as active: its lane is closed anyway.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATES = ("workspaces", "people")
SENT_ONCE_MORE = "outcome unknown, sent once more"
"""What 0005 noted as an error."""


def upgrade() -> None:
    for table in STATES:
        op.add_column(table, sa.Column("status_since", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("status_reason", sa.String(length=60), nullable=True))
    op.add_column("outbox", sa.Column("repeated", sa.Boolean(), server_default=sa.false(), nullable=False))
    outbox = sa.table("outbox", sa.column("error", sa.String), sa.column("repeated", sa.Boolean))
    op.execute(outbox.update().where(outbox.c.error == SENT_ONCE_MORE).values(repeated=True))
    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_absences_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sa.UniqueConstraint("person_id", "first_day", name=op.f("uq_absences_person_id_first_day")),
    )


def downgrade() -> None:
    op.drop_table("absences")
    workspaces = sa.table("workspaces", sa.column("status", sa.String))
    op.execute(workspaces.update().where(workspaces.c.status == "misconfigured").values(status="active"))
    outbox = sa.table("outbox", sa.column("error", sa.String), sa.column("repeated", sa.Boolean))
    op.execute(outbox.update().where(outbox.c.repeated).values(error=SENT_ONCE_MORE))
    op.drop_column("outbox", "repeated")
    for table in STATES:
        op.drop_column(table, "status_reason")
        op.drop_column(table, "status_since")
