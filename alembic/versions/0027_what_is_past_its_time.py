"""What is past its time is found by an index, every hour.

Revision 0027, after 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0022"
branch_labels = None
depends_on = None

BY_INDEX = (
    ("absences", "last_day"),
    ("interviews", "closed_at"),
    ("lever_steps", "project_id", "decided_at"),
    ("nudges", "project_id", "decided_at"),
)


def upgrade() -> None:
    for table, *columns in BY_INDEX:
        op.create_index(_name(table, columns), table, columns)
    worded = sa.text("words_gone_at IS NULL")
    op.create_index(
        "ix_interviews_worded", "interviews", ["closed_at"], sqlite_where=worded, postgresql_where=worded
    )


def downgrade() -> None:
    op.drop_index("ix_interviews_worded", "interviews")
    for table, *columns in BY_INDEX:
        op.drop_index(_name(table, columns), table)


def _name(table: str, columns: list[str]) -> str:
    return "_".join(("ix", table, *columns))
