"""What every table shares: names of constraints, aware instants, the workspace column."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Enum, ForeignKey, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored and returned in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; pass an aware one")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant(), date: Date()}  # noqa: RUF012


Id = String(32)
Sequence = BigInteger().with_variant(Integer, "sqlite")


class WorkspaceScoped:
    """A row that belongs to one workspace; every query on it is narrowed to the session's workspace."""

    @declared_attr
    def workspace_id(cls) -> Mapped[str]:  # noqa: N805
        return mapped_column(Id, ForeignKey("workspaces.id", ondelete="CASCADE"), nullable=False)


def choice(enum: type[StrEnum], length: int = 20) -> Any:
    """A column of an enumeration's values, as text."""
    return Enum(enum, native_enum=False, length=length, values_callable=lambda e: [m.value for m in e])


def foreign(target: str, *, index: bool = False) -> Any:
    """A column that points to another table's id and goes with its row."""
    return mapped_column(Id, ForeignKey(target, ondelete="CASCADE"), index=index)
