"""What goes outside to people: the log of deliveries, people's wishes, numbers that want nothing more."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Time,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from store.tables.metadata import Moment, metadata, text

# One row a way that was tried. The address is masked: whom it went to stands with the dossier, not here.
delivery = Table(
    "delivery",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), index=True),
    text("recipient"),  # applicant | petition:<code>
    text("topic"),
    text("channel"),  # zalo | sms | mail
    Column("rest", ARRAY(Text), nullable=False),  # ways to try next
    text("address", ""),  # masked
    # waiting | sent | delivered | failed: this way does not reach them | skipped | dead: given up
    text("state", "waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    text("gateway_id", ""),
    text("code", ""),  # the other side's word, or why it was skipped
    Column("changed_at", Moment, nullable=False),
    CheckConstraint("state in ('waiting', 'sent', 'delivered', 'failed', 'skipped', 'dead')", name="state"),
    Index("ix_delivery_gateway_id", "gateway_id", postgresql_where=sql("gateway_id <> ''")),
    Index("ix_delivery_dead", "id", postgresql_where=sql("state = 'dead'")),
)

notice_preference = Table(
    "notice_preference",
    metadata,
    Column("account", Text, ForeignKey("account.username", ondelete="CASCADE"), primary_key=True),
    Column("zalo", Boolean, nullable=False, server_default="true"),
    Column("sms", Boolean, nullable=False, server_default="true"),
    Column("mail", Boolean, nullable=False, server_default="true"),
    Column("optional", Boolean, nullable=False, server_default="true"),  # news that law does not demand
    Column("quiet_from", Time, nullable=False, server_default="21:00"),  # local; telephones stay silent
    Column("quiet_to", Time, nullable=False, server_default="07:00"),
)

# Answered STOP. A keyed digest of the number: the table cannot be read back into numbers.
phone_opt_out = Table(
    "phone_opt_out",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)
