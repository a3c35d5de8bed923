"""The audit log is cut off at its beginning after its time: the last entry that went, sealed with the head.

Triggers let an entry go that is not after that one, which never moves back. A log that was cut is not whole for a version
from before this one.

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


def downgrade() -> None:
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
