"""Agencies, their units, and the people who hold posts in them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from store.tables.metadata import Moment, Sorted, metadata, text

agency = Table(
    "agency",
    metadata,
    Column("code", Text, primary_key=True),  # QĐ 20/2020/QĐ-TTg, e.g. H23.30.05
    text("name"),
    text("level"),  # ministry | province | district | commune
    Column("parent", Text, ForeignKey("agency.code")),
    Column("calendar", Text, ForeignKey("calendar.code")),  # null: the province's default
    text("address", ""),
    text("phone", ""),
    text("email", ""),
    Column("active", Boolean, nullable=False, server_default="true"),
    Column("ends_on", Date),  # last day it exists: a reform dissolves agencies, their dossiers stay
    Column("sort_key", Sorted, nullable=False),
)

unit = Table(
    "unit",
    metadata,
    Column("code", Text, primary_key=True),
    Column("agency", Text, ForeignKey("agency.code"), nullable=False, index=True),
    text("name"),
    text("kind", "division"),  # division | one_stop_shop
)

role = Table(
    "role",
    metadata,
    Column("code", Text, primary_key=True),
    text("name"),
    text("name_en", ""),
    Column("leads", Boolean, nullable=False, server_default="false"),  # sees the agencies below in aggregate
    Column("dispatches", Boolean, nullable=False, server_default="false"),  # assigns the work of others
)

account = Table(
    "account",
    metadata,
    Column("username", Text, primary_key=True),
    text("password_hash"),  # argon2id; "" = cannot log in by password
    text("kind"),
    text("name"),
    text("email", ""),
    text("phone", ""),
    text("id_number", ""),
    text("address", ""),
    text("language", "vi"),
    Column("active", Boolean, nullable=False, server_default="true"),
    Column("created_at", Moment, nullable=False),
    Column("sort_key", Sorted, nullable=False),
    Index("ix_account_id_number", "id_number", postgresql_where=sql("id_number <> ''")),
    CheckConstraint("kind in ('officer', 'citizen', 'business', 'admin', 'partner')", name="kind"),
)

post = Table(
    "post",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("account", Text, ForeignKey("account.username"), nullable=False, index=True),
    Column("agency", Text, ForeignKey("agency.code"), nullable=False),
    Column("role", Text, ForeignKey("role.code"), nullable=False),
    Column("unit", Text, ForeignKey("unit.code")),
    text("title", ""),  # as it stands under a signature: Chủ tịch, Trưởng phòng
    Column("held_from", Date, nullable=False),
    Column("held_to", Date),  # last day; null: still held
    Index(None, "agency", "role"),
)

# Accounts at the identity provider (docs/wire/oidc.md) that sign in to an account of ours.
identity = Table(
    "identity",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("account", Text, ForeignKey("account.username", ondelete="CASCADE"), nullable=False, index=True),
    Column("level", Integer, nullable=False),  # at the last sign-in
    Column("linked_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# Who does whose work while somebody is away: one row a post, both days included.
substitution = Table(
    "substitution",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("absent", Text, ForeignKey("account.username"), nullable=False, index=True),
    Column("substitute", Text, ForeignKey("account.username"), nullable=False, index=True),
    Column("agency", Text, ForeignKey("agency.code"), nullable=False),
    Column("role", Text, ForeignKey("role.code"), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("made_by", Text, ForeignKey("account.username"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),  # called off, or its last day over
    Column("settled_at", Moment),  # ended, and the substitute holds nothing of it any more
)

# A queue as its officer likes to see it: filters and columns under a name.
saved_view = Table(
    "saved_view",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("account", Text, ForeignKey("account.username"), nullable=False),
    text("queue"),  # <agency>:<role>
    text("name"),
    text("query"),  # as in the address: filter=overdue&procedure=1.004873&columns=…
    Column("shared", Boolean, nullable=False, server_default="false"),  # with everybody of the queue
    Index(None, "account", "queue", "name", unique=True),
    Index("ix_saved_view_shared", "queue", postgresql_where=sql("shared")),
)

# Pages' sessions and the API's bearer tokens: only a hash of the secret is kept.
access_token = Table(
    "access_token",
    metadata,
    Column("hash", LargeBinary, primary_key=True),  # sha256 of a 256-bit random secret
    Column("account", Text, ForeignKey("account.username", ondelete="CASCADE"), nullable=False, index=True),
    text("kind"),  # session | bearer
    Column(
        "level", Integer, nullable=False, server_default="0"
    ),  # of the identity behind it (engine.actor.Actor)
    text("provider_session", ""),  # `<issuer> <sid>`: the provider may end it
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

# For the rate limit of signing in: too many for one name or one address, and it must wait.
sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    text("username"),
    text("address"),
    Column("at", Moment, nullable=False),
    Index(None, "username", "at"),
    Index(None, "address", "at"),
)

# Somebody acts for somebody else (casework/mandates.py): a parent for a child, a person for a company, by authorisation.
# Personal data of the represented person: the representative's own, erasable, copied into a dossier's `$persons`.
mandate = Table(
    "mandate",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("representative", Text, ForeignKey("account.username"), nullable=False, index=True),
    text("capacity"),  # child | company | authorised
    text("name"),
    text("id_number", ""),
    Column("born_on", Date),
    text("phone", ""),
    text("address", ""),
    Column("paper", UUID(as_uuid=True)),  # attachment: the letter of authorisation
    Column("procedures", ARRAY(Text), nullable=False),  # what it is for; empty: everything
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),  # last day
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", Text, ForeignKey("account.username")),
    CheckConstraint("capacity in ('child', 'company', 'authorised')", name="capacity"),
    Index("ix_mandate_id_number", "id_number", postgresql_where=sql("id_number <> ''")),
)
