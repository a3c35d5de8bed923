"""What was told or asked once, what somebody has to mend, when groups were looked at, and what is no longer in the way.

Revision 0012, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lever_steps",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("interview_id", sa.String(length=32), nullable=False),
        sa.Column("lever", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Enum("yes", "no", "mended", native_enum=False, length=20), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        _foreign("lever_steps", "project_id", "projects"),
        _foreign("lever_steps", "person_id", "people"),
        _foreign("lever_steps", "interview_id", "interviews"),
        _foreign("lever_steps", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lever_steps")),
        sa.UniqueConstraint("interview_id", "lever", name=op.f("uq_lever_steps_interview_id_lever")),
    )
    op.create_index(op.f("ix_lever_steps_person_id"), "lever_steps", ["person_id"])
    op.create_table(
        "barriers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("blocker", sa.String(length=20), nullable=False),
        sa.Column("named_id", sa.String(length=32), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum("open", "taken", "fixed", "declined", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("not_yet", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        _foreign("barriers", "project_id", "projects"),
        _foreign("barriers", "named_id", "people"),
        _foreign("barriers", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barriers")),
    )
    op.create_index(op.f("ix_barriers_project_id"), "barriers", ["project_id"])
    op.create_table(
        "looks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        _foreign("looks", "project_id", "projects"),
        _foreign("looks", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
        sa.UniqueConstraint("project_id", "about", name=op.f("uq_looks_project_id_about")),
    )
    op.create_table(
        "manager_nudges",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("variant", sa.String(length=64), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        _foreign("manager_nudges", "project_id", "projects"),
        _foreign("manager_nudges", "person_id", "people"),
        _foreign("manager_nudges", "workspace_id", "workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manager_nudges")),
    )
    op.create_index(op.f("ix_manager_nudges_project_id"), "manager_nudges", ["project_id"])
    op.create_index(op.f("ix_manager_nudges_person_id"), "manager_nudges", ["person_id"])
    op.add_column("findings", sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True))


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_column("findings", "resolved_at")
    for table in ("manager_nudges", "looks", "barriers", "lever_steps"):
        op.drop_table(table)
