"""Procedures and their immutable versions."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from store.tables.metadata import Moment, Sorted, metadata, text

procedure = Table(
    "procedure",
    metadata,
    Column("code", Text, primary_key=True),  # national code, e.g. 1.001193
    text("name"),
    text("name_en", ""),
    text("field"),
    text("level"),
    text("search_key"),
    Column("sort_key", Sorted, nullable=False),
    Index("ix_procedure_search", sql("to_tsvector('simple', search_key)"), postgresql_using="gin"),
)

procedure_version = Table(
    "procedure_version",
    metadata,
    Column("procedure_code", Text, ForeignKey("procedure.code"), primary_key=True),
    Column("version", Integer, primary_key=True),
    text("digest", unique=True),  # sha256 of the bundle's content (docs/dialect.md §1)
    Column("bundle", LargeBinary, nullable=False),  # the zip as it was checked
    Column("english", LargeBinary),  # en.po in force: published with the zip, or since
    text("english_digest", ""),  # sha256 of it; "" without
    Column("english_by", Text),  # who published it
    Column("english_at", Moment),
    Column("manifest", JSONB, nullable=False),  # what the catalogue shows
    Column("receiving", ARRAY(Text), nullable=False),  # agencies that receive, as of publication
    text("state", "published"),  # published | retired: no new dossiers
    text("decision_number"),
    Column("effective_from", Date, nullable=False),
    text("published_by"),
    Column("published_at", Moment, nullable=False),
    CheckConstraint("state in ('published', 'retired')", name="state"),
)

# Names of a version's human tasks, so that lists need no compiled definition.
procedure_step = Table(
    "procedure_step",
    metadata,
    Column("procedure_code", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("element_id", Text, primary_key=True),
    text("name"),
    text("kind"),
    text("role"),
    ForeignKeyConstraint(
        ["procedure_code", "version"], ["procedure_version.procedure_code", "procedure_version.version"]
    ),
)

publication_refusal = Table(
    "publication_refusal",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Moment, nullable=False),
    text("by"),
    text("procedure_code", ""),
    text("digest", ""),
    Column("findings", JSONB, nullable=False),
)

# How long dossiers really took, of the last year; agency "": of all agencies. Computed once a day (casework/durations.py).
procedure_duration = Table(
    "procedure_duration",
    metadata,
    Column("procedure_code", Text, primary_key=True),
    Column("agency", Text, primary_key=True),
    Column("finished", Integer, nullable=False),
    Column("median_minutes", Integer, nullable=False),
    Column("p90_minutes", Integer, nullable=False),
    Column("computed_at", Moment, nullable=False),
)
