"""Actions that a page proposes, what happens to them, and what those concerned answer.

Revision 0022, after 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0023"
branch_labels = None
depends_on = None

STATES = ("proposed", "taken", "done", "resolved", "still", "declined", "expired")


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("proposal", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("state", sa.Enum(*STATES, native_enum=False, length=20), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone", sa.Integer(), nullable=True),
        sa.Column("less", sa.Integer(), nullable=True),
        sa.Column("still", sa.Integer(), nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        _foreign("actions", "project_id", "projects"),
        _foreign("actions", "owner_id", "people", "SET NULL"),
        _foreign("actions", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
    )
    op.create_index(op.f("ix_actions_project_id"), "actions", ["project_id"])
    op.create_table(
        "action_events",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("action_id", sa.String(length=32), nullable=False),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        _foreign("action_events", "action_id", "actions"),
        _foreign("action_events", "person_id", "people", "SET NULL"),
        _foreign("action_events", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_events")),
    )
    op.create_index(op.f("ix_action_events_action_id"), "action_events", ["action_id"])
    op.create_table(
        "action_answers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("action_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("answer", sa.Enum("gone", "less", "still", native_enum=False, length=20), nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        _foreign("action_answers", "action_id", "actions"),
        _foreign("action_answers", "person_id", "people"),
        _foreign("action_answers", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_action_answers_action_id"), "action_answers", ["action_id"])
    op.create_index(op.f("ix_action_answers_person_id"), "action_answers", ["person_id"])


def downgrade() -> None:
    for table in ("action_answers", "action_events", "actions"):
        op.drop_table(table)


def _foreign(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete=ondelete
    )
