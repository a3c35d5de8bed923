"""Who did what, in a chain, and who was given which role; triggers refuse to change either.

A row goes only with what it belongs to: its workspace, and a grant with its person or project too.

Revision 0025, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0020"
branch_labels = None
depends_on = None

OWNERS = {
    "audit_entries": {"workspace_id": "workspaces"},
    "audit_heads": {"workspace_id": "workspaces"},
    "grants": {"workspace_id": "workspaces", "person_id": "people", "project_id": "projects"},
}
FIXED = {"audit_entries": "TRUE", "audit_heads": "NEW.seq < OLD.seq", "grants": "TRUE"}
"""Which updates are refused: all, but that a head goes on (or is sealed anew)."""

KIND = sa.Enum("person", "command", "system", native_enum=False, length=20)


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("seq", _sequence(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", KIND, nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _foreign("audit_entries", "workspace_id"),
        sa.PrimaryKeyConstraint("workspace_id", "seq", name=op.f("pk_audit_entries")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("seq", _sequence(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        _foreign("audit_heads", "workspace_id"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=True),
        sa.Column(
            "role",
            sa.Enum("champion", "lead", "admin", "auditor", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("by_kind", KIND, nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        *(_foreign("grants", column) for column in OWNERS["grants"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_workspace_id_person_id"), "grants", ["workspace_id", "person_id"])
    op.create_index(op.f("ix_grants_project_id"), "grants", ["project_id"])
    make = _on_postgres if op.get_bind().dialect.name == "postgresql" else _on_sqlite
    for table in OWNERS:
        make(table)


def downgrade() -> None:
    for table in OWNERS:
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only()")


def _sequence() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _foreign(table: str, column: str) -> sa.ForeignKeyConstraint:
    target = OWNERS[table][column]
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def _owned(table: str) -> str:
    """SQL that is true while everything that a row belongs to is there."""
    return " AND ".join(
        f"(OLD.{column} IS NULL OR EXISTS (SELECT 1 FROM {target} WHERE id = OLD.{column}))"  # noqa: S608 - names from above
        for column, target in OWNERS[table].items()
    )


def _on_sqlite(table: str) -> None:
    for event, refused in (("update", FIXED[table]), ("delete", _owned(table))):
        op.execute(
            f"CREATE TRIGGER {table}_{event} BEFORE {event.upper()} ON {table} WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _on_postgres(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF NOT ({FIXED[table]}) THEN RETURN NEW; END IF; "
        f"ELSIF TG_OP = 'DELETE' THEN IF NOT ({_owned(table)}) THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )
