"""Links to a digest's page.

Revision 0021, after 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0024"
branch_labels = None
depends_on = None

OWNERS = {"person_id": "people", "project_id": "projects", "workspace_id": "workspaces"}


def upgrade() -> None:
    op.create_table(
        "report_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.id"],
                name=op.f(f"fk_report_links_{column}_{target}"),
                ondelete="CASCADE",
            )
            for column, target in OWNERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_links")),
    )
    op.create_index(op.f("ix_report_links_person_id"), "report_links", ["person_id"])


def downgrade() -> None:
    op.drop_table("report_links")
