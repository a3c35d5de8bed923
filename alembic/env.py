"""Run by Alembic; `storage.migrate` passes the open connection in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum

from storage.models import Base
from storage.models.base import Instant


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Our own types as plain ones, so that a migration stays true when the code moves on."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render_item,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
