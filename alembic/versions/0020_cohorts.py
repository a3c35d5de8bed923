"""Cohorts: who is counted together in a digest. Thresholds have a least value.

Revision 0020, after 0014. Pages published before are not kept: they could be subtracted from each other, and from those to
come. On the way down the new ones go, since the old code cannot read them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0014"
branch_labels = None
depends_on = None

LEAST = {"figure_threshold": 5, "word_threshold": 10}


def upgrade() -> None:
    op.execute(sa.table("digests").delete())
    op.create_table(
        "cohorts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("unknown", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_cohorts_campaign_id_campaigns"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_cohorts_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_cohorts_campaign_id_number")),
    )
    op.add_column("interviews", sa.Column("cohort", sa.Integer(), nullable=True))
    for column, least in LEAST.items():
        campaigns = sa.table("campaigns", sa.column(column, sa.Integer))
        too_low = campaigns.c[column] < least
        op.execute(campaigns.update().where(too_low).values({column: least}))
    with op.batch_alter_table("campaigns") as batch_op:
        batch_op.create_check_constraint(op.f("ck_campaigns_figures"), "figure_threshold >= 5")
        batch_op.create_check_constraint(op.f("ck_campaigns_words"), "word_threshold >= 10")


def downgrade() -> None:
    with op.batch_alter_table("campaigns") as batch_op:
        batch_op.drop_constraint(op.f("ck_campaigns_words"), type_="check")
        batch_op.drop_constraint(op.f("ck_campaigns_figures"), type_="check")
    op.drop_column("interviews", "cohort")
    op.drop_table("cohorts")
    op.execute(sa.table("digests").delete())
