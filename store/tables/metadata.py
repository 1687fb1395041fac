"""The one MetaData, and the column types that recur."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, MetaData, Text
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Moment = DateTime(timezone=True)
Sorted: TypeEngine[str] = Text(collation="C")  # compared by bytes: the same order on every server


def text(name: str, default: str | None = None, **options: object) -> Column[str]:
    """A text column that is never null; with `default`, also on the server."""
    extra = {} if default is None else {"server_default": default}
    return Column(name, Text, nullable=False, **extra, **options)  # type: ignore[arg-type]
