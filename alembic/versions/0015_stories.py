"""Testimonials with a gain, a reason and an origin; where they were shown; questions; champions who read them.

Revision 0015, after 0012.
"""

import json
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None

testimonials = sa.table("testimonials", sa.column("status", sa.String))


def _new() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("second_blocker", sa.String(length=20), nullable=True),
        sa.Column("persona", sa.String(length=64), nullable=True),
        sa.Column("gain", sa.Text(), nullable=True),
        sa.Column("before_minutes", sa.Integer(), nullable=True),
        sa.Column("after_minutes", sa.Integer(), nullable=True),
        sa.Column("before_steps", sa.Integer(), nullable=True),
        sa.Column("after_steps", sa.Integer(), nullable=True),
        sa.Column("effort", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("origin_id", sa.String(length=32), nullable=True),
    )


def upgrade() -> None:
    with op.batch_alter_table("testimonials", schema=None) as batch_op:
        for column in _new():
            batch_op.add_column(column)
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reviews", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "posted",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("testimonial_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        *_goes_with("posted", testimonial_id="testimonials", person_id="people", workspace_id="workspaces"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted")),
        sa.UniqueConstraint("testimonial_id", "key", name=op.f("uq_posted_testimonial_id_key")),
    )
    with op.batch_alter_table("posted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posted_person_id"), ["person_id"], unique=False)
    op.create_table(
        "story_questions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("share_id", sa.String(length=32), nullable=False),
        sa.Column("testimonial_id", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        *_goes_with(
            "story_questions",
            share_id="shares",
            testimonial_id="testimonials",
            author_id="people",
            workspace_id="workspaces",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_questions")),
        sa.UniqueConstraint("share_id", name=op.f("uq_story_questions_share_id")),
    )
    with op.batch_alter_table("story_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_questions_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_story_questions_testimonial_id"), ["testimonial_id"], unique=False
        )
    _remember_places()


def downgrade() -> None:
    for status, before in (("change_asked", "submitted"), ("replaced", "withdrawn")):
        op.execute(testimonials.update().where(testimonials.c.status == status).values(status=before))
    for table, columns in (("story_questions", ("testimonial_id", "author_id")), ("posted", ("person_id",))):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_index(batch_op.f(f"ix_{table}_{column}"))
        op.drop_table(table)
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_column("reviews")
    with op.batch_alter_table("testimonials", schema=None) as batch_op:
        for column in reversed(_new()):
            batch_op.drop_column(column.name)


def _goes_with(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="CASCADE"
        )
        for column, target in columns.items()
    ]


def _remember_places() -> None:
    """What was sent so far: stories given, texts to read, and pages of the week."""
    connection = op.get_bind()
    known = {row.id for row in connection.execute(sa.text("SELECT id FROM testimonials"))}
    stories = {
        (row.project_id, row.week): json.loads(row.page).get("story")
        for row in connection.execute(sa.text("SELECT project_id, week, page FROM digests"))
    }
    given = {
        f"share:{row.id}": row.testimonial_id
        for row in connection.execute(sa.text("SELECT id, testimonial_id FROM shares"))
    }
    sent = sa.text(
        "SELECT workspace_id, person_id, intent, args, dedupe FROM outbox WHERE updates IS NULL"
        " AND intent IN ('testimonial.share', 'testimonial.review', 'digest.weekly')"
    )
    rows = []
    for row in connection.execute(sent):
        args = json.loads(row.args)
        testimonial = {
            "testimonial.share": given.get(row.dedupe),
            "testimonial.review": args.get("testimonial"),
            "digest.weekly": stories.get((args.get("project"), args.get("week"))),
        }[row.intent]
        if testimonial in known:
            rows.append(
                {
                    "id": uuid4().hex,
                    "testimonial_id": testimonial,
                    "person_id": row.person_id,
                    "place": row.intent.removeprefix("testimonial.").removesuffix(".weekly"),
                    "key": row.dedupe,
                    "workspace_id": row.workspace_id,
                }
            )
    if rows:
        names = ("id", "testimonial_id", "person_id", "place", "key", "workspace_id")
        op.bulk_insert(sa.table("posted", *(sa.column(name) for name in names)), rows)
