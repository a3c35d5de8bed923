"""Upkeep: who began it when, and what is over found by its age.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PARTIAL = (
    ("inbox", ["done_at"], "state = 'done'"),
    ("outbox", ["created_at", "seq"], "state = 'sent' OR state = 'superseded' OR state = 'cancelled'"),
)


def upgrade() -> None:
    op.create_table(
        "upkeep",
        sa.Column("task", sa.String(length=20), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_upkeep")),
    )
    for table, columns, where in PARTIAL:
        op.create_index(
            op.f(f"ix_{table}_{'_'.join(columns)}"),
            table,
            columns,
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    for table, columns, _ in PARTIAL:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    op.drop_table("upkeep")
