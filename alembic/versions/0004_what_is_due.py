"""What is not due costs nothing: partial indexes; when a message was first tried and when it may be looked up.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARTIAL = (
    (["not_before"], "state = 'ready'"),
    (["workspace_id", "paced", "not_before", "seq"], "state = 'ready'"),
    (["not_after"], "state = 'ready' AND not_after IS NOT NULL"),
    (["state"], "state = 'sending' OR state = 'uncertain'"),
)


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_receipt_message"))
        batch_op.drop_index(batch_op.f("ix_outbox_state_not_before"))
        batch_op.add_column(sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("confirm_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE outbox SET tried_at = created_at WHERE state <> 'ready' OR attempts > 0")
    op.execute("UPDATE outbox SET confirm_at = created_at WHERE state = 'uncertain'")
    for columns, where in PARTIAL:
        op.create_index(
            op.f(f"ix_outbox_{'_'.join(columns)}"),
            "outbox",
            columns,
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    for columns, _ in PARTIAL:
        op.drop_index(op.f(f"ix_outbox_{'_'.join(columns)}"), table_name="outbox")
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column("confirm_at")
        batch_op.drop_column("tried_at")
        batch_op.create_index(batch_op.f("ix_outbox_state_not_before"), ["state", "not_before"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_receipt_message"), ["receipt_message"], unique=False)
