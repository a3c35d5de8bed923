"""Stated need, real need and usage apart; what an interview promises; codes to read an explanation.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "anonymous_results",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_anonymous_results_campaign_id_campaigns"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_anonymous_results_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anonymous_results")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("anonymous_results", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_anonymous_results_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "needs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("interview_id", sa.String(length=32), nullable=False),
        sa.Column("layer", sa.String(length=20), nullable=False),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("served", sa.Integer(), nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interviews.id"],
            name=op.f("fk_needs_interview_id_interviews"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_needs_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
        sa.UniqueConstraint("interview_id", "layer", name=op.f("uq_needs_interview_id_layer")),
    )
    op.create_table(
        "results",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("interview_id", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=81), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("choice", sa.String(length=40), nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interviews.id"],
            name=op.f("fk_results_interview_id_interviews"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_results_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint("interview_id", "item", name=op.f("uq_results_interview_id_item")),
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("privacy", sa.String(length=20), server_default="confidential", nullable=False)
        )
        batch_op.add_column(
            sa.Column("seeks_blockers", sa.Boolean(), server_default=sa.true(), nullable=False)
        )

    with op.batch_alter_table("interviews", schema=None) as batch_op:
        batch_op.add_column(sa.Column("usage", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("code_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("interviews", schema=None) as batch_op:
        batch_op.drop_column("code_until")
        batch_op.drop_column("usage")

    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_column("seeks_blockers")
        batch_op.drop_column("privacy")

    op.drop_table("results")
    op.drop_table("needs")
    with op.batch_alter_table("anonymous_results", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_anonymous_results_campaign_id"))

    op.drop_table("anonymous_results")
