"""What people said of the use of their data, who asked to be forgotten, and what was deleted after its time.

Revision 0024, after 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0025"
branch_labels = None
depends_on = None

PURPOSES = (
    "contact",
    "interview",
    "coaching",
    "stories",
    "usage",
    "help",
    "comparison",
    "language_model",
)


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.Enum(*PURPOSES, native_enum=False, length=20), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        _foreign("consents", "person_id", "people"),
        _foreign("consents", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("person_id", "purpose", name=op.f("uq_consents_person_id_purpose")),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        _foreign("erasures", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("workspace_id", "mark", name=op.f("uq_erasures_workspace_id_mark")),
    )
    op.create_table(
        "purges",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purges")),
    )
    op.create_index(op.f("ix_purges_purged_at"), "purges", ["purged_at"])
    op.add_column("interviews", sa.Column("words_gone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("export_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workspaces", sa.Column("erasure_key", sa.Text(), nullable=True))


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_column("workspaces", "erasure_key")
    op.drop_column("people", "export_until")
    op.drop_column("people", "corrected_at")
    op.drop_column("interviews", "words_gone_at")
    for table in ("purges", "erasures", "consents"):
        op.drop_table(table)
