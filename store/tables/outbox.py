"""What others must be told, written in the business commit (store/outbox.py moves it)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Identity, Index, Integer, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from store.tables.metadata import Moment, metadata, text

# Payloads name digests and codes, never persons.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("job_id", UUID(as_uuid=True), nullable=False, unique=True),
    text("topic"),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id")),
    Column("payload", JSONB, nullable=False),
    Column("run_at", Moment, nullable=False),
    Column("dispatched_at", Moment),  # lease: sent again when it grows old
    Column("dispatches", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column(
        "deaths", Integer, nullable=False, server_default="0"
    ),  # workers that began it and were not heard of again
    text("last_error", ""),
    Column("done_at", Moment),
    Column("result", JSONB),
    Index("ix_outbox_waiting", "run_at", "id", postgresql_where=sql("done_at is null")),
    Index(None, "dossier_id"),
    Index("ix_outbox_killer", "done_at", postgresql_where=sql("deaths > 5 and done_at is not null")),
    Index("ix_outbox_given_up", "done_at", postgresql_where=sql("result ? 'given_up'")),
)

# What an admin did about work that had stopped: tried again, or settled with a note. Never changed.
halted_note = Table(
    "halted_note",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    text("kind"),  # job | document | scan
    text("ref"),  # outbox id, or batch:item
    text("topic", ""),
    Column("at", Moment, nullable=False),
    text("by"),
    Column("settled", Boolean, nullable=False),  # false: tried again
    text("note", ""),
    Index(None, "kind", "ref"),
)

notification = Table(
    "notification",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), index=True),
    Column("account", Text),  # shown on this account's pages
    text("channel"),  # email | page | webhook
    text("topic"),
    text("subject", ""),
    text("body", ""),
    text("place", ""),  # where it leads, if not to the dossier
    Column("read_at", Moment),
    Index(None, "account", "id"),
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    text("url"),
    text("secret"),  # HMAC key of the signature header
    Column("topics", ARRAY(Text), nullable=False),
    Column("active", Boolean, nullable=False, server_default="true"),
    text("created_by", ""),
    Column("created_at", Moment, nullable=False),
)
