"""The audit log is cut off at its beginning after its time; an idea may be nobody's, and tells its supporters by fives.

The last entry that went is sealed with the head. Triggers let an entry go that is not after that one, which never moves
back. Back again, a log that was cut is not whole, and ideas that were left behind are gone.

Revision 0029, after 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None

BEGINNING = "0" * 64

THERE = "(OLD.workspace_id IS NULL OR EXISTS (SELECT 1 FROM workspaces WHERE id = OLD.workspace_id))"
KEPT = (
    f"{THERE} AND NOT EXISTS (SELECT 1 FROM audit_heads WHERE audit_heads.workspace_id = OLD.workspace_id "  # noqa: S608 - names from here
    "AND audit_heads.cut_seq >= OLD.seq)"
)
BACK = "NEW.seq < OLD.seq"
EITHER_BACK = f"{BACK} OR NEW.cut_seq < OLD.cut_seq OR NEW.cut_seq > NEW.seq"

SUPPORTERS = "SELECT count(*) FROM idea_supports WHERE idea_supports.idea_id = ideas.id"

REFUSED = {"audit_entries": ("TRUE", KEPT), "audit_heads": (EITHER_BACK, THERE)}
"""Which updates and which deletions are refused."""
REFUSED_BEFORE = {"audit_entries": ("TRUE", THERE), "audit_heads": (BACK, THERE)}


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("audit_heads", sa.Column("cut_seq", number, server_default="0", nullable=False))
    op.add_column(
        "audit_heads", sa.Column("cut_digest", sa.String(length=64), server_default=BEGINNING, nullable=False)
    )
    _refuse(REFUSED)
    op.add_column("ideas", sa.Column("told_support", sa.Integer(), server_default="0", nullable=False))
    op.execute(f"UPDATE ideas SET told_support = ({SUPPORTERS}) WHERE ({SUPPORTERS}) >= 5")  # noqa: S608 - names from here
    with op.batch_alter_table("ideas") as batch_op:
        batch_op.alter_column("author_id", existing_type=sa.String(length=32), nullable=True)


def downgrade() -> None:
    for table in ("idea_supports", "idea_comments", "idea_places"):
        op.execute(f"DELETE FROM {table} WHERE idea_id IN (SELECT id FROM ideas WHERE author_id IS NULL)")  # noqa: S608 - names from here
    op.execute("DELETE FROM ideas WHERE author_id IS NULL")
    with op.batch_alter_table("ideas") as batch_op:
        batch_op.alter_column("author_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.drop_column("told_support")
    _refuse(REFUSED_BEFORE)
    op.drop_column("audit_heads", "cut_digest")
    op.drop_column("audit_heads", "cut_seq")


def _refuse(refused: dict[str, tuple[str, str]]) -> None:
    make = _on_postgres if op.get_bind().dialect.name == "postgresql" else _on_sqlite
    for table, (updates, deletions) in refused.items():
        make(table, updates, deletions)


def _on_sqlite(table: str, updates: str, deletions: str) -> None:
    for event, condition in (("update", updates), ("delete", deletions)):
        op.execute(f"DROP TRIGGER {table}_{event}")
        op.execute(
            f"CREATE TRIGGER {table}_{event} BEFORE {event.upper()} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _on_postgres(table: str, updates: str, deletions: str) -> None:
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF NOT ({updates}) THEN RETURN NEW; END IF; "
        f"ELSIF TG_OP = 'DELETE' THEN IF NOT ({deletions}) THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{table} is append-only'; END $$"
    )
