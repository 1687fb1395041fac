"""What happened and who looked. `event_log`, `sealed_root` and `sealed_head` refuse UPDATE and DELETE by trigger."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from store.tables.metadata import Moment, metadata, text

# One row a command. `events` is `json`, not `jsonb`: the text is kept as it was hashed.
event_log = Table(
    "event_log",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    text("actor"),
    text("actor_kind"),
    text("command"),
    Column("events", JSON, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),  # of seq - 1; empty at the first
    Column("hash", LargeBinary, nullable=False),
)

# A root over the heads that moved since the last one, chained: cutting off a log's tail shows.
sealed_root = Table(
    "sealed_root",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("heads", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
)

sealed_head = Table(
    "sealed_head",
    metadata,
    Column("root_id", BigInteger, ForeignKey("sealed_root.id"), primary_key=True),
    Column("dossier_id", BigInteger, primary_key=True),
    Column("seq", Integer, nullable=False),
    Index(None, "dossier_id", "root_id"),
)

# One row a page view that shows personal data, with the dossiers seen.
look_log = Table(
    "look_log",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Moment, nullable=False),
    text("account"),
    text("page"),
    Column("dossiers", ARRAY(Text), nullable=False),
    Index("ix_look_log_dossiers", "dossiers", postgresql_using="gin"),
    Index(None, "account", "at"),
)
