"""The board of ideas: what people propose, who supports it, what they add, and where it was shown.

Revision 0023, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None

STATUS = sa.Enum("open", "planned", "done", "declined", "hidden", "withdrawn", native_enum=False, length=20)
TARGETS = {
    "idea_id": "ideas",
    "person_id": "people",
    "author_id": "people",
    "project_id": "projects",
    "workspace_id": "workspaces",
}


def upgrade() -> None:
    op.create_table(
        "ideas",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("status", STATUS, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("joined_to", sa.String(length=32), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        *_rest("ideas", "project_id", "author_id"),
    )
    op.create_index(op.f("ix_ideas_project_id"), "ideas", ["project_id"])
    op.create_index(op.f("ix_ideas_author_id"), "ideas", ["author_id"])
    _about_an_idea("idea_supports", "person_id")
    _about_an_idea(
        "idea_comments",
        "person_id",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
    )
    _about_an_idea("idea_places", "key", sa.Column("key", sa.String(length=300), nullable=False))


def downgrade() -> None:
    for table in ("idea_places", "idea_comments", "idea_supports", "ideas"):
        op.drop_table(table)


def _about_an_idea(table: str, once_by: str, *columns: sa.Column[str]) -> None:
    """One row per idea and `once_by`, of a person."""
    op.create_table(
        table,
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("idea_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        *columns,
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        *_rest(table, "idea_id", "person_id"),
        sa.UniqueConstraint("idea_id", once_by, name=op.f(f"uq_{table}_idea_id_{once_by}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def _rest(table: str, *pointers: str) -> list[sa.Constraint]:
    keys: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(
            [column],
            [f"{TARGETS[column]}.id"],
            name=op.f(f"fk_{table}_{column}_{TARGETS[column]}"),
            ondelete="CASCADE",
        )
        for column in (*pointers, "workspace_id")
    ]
    return [*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
