"""What applicant and officers wrote to each other (words in `answers`, by digest), and how far each has read."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from store.tables.metadata import Moment, metadata, text

conversation = Table(
    "conversation",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("no", Integer, primary_key=True),  # the dossier's command that posted it
    Column("at", Moment, nullable=False),
    text("author"),  # account
    text("agency"),  # who speaks; "" the applicant
    text("digest"),
    Column("attachments", ARRAY(Text), nullable=False),
)

conversation_read = Table(
    "conversation_read",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("account", Text, primary_key=True),
    Column("no", Integer, nullable=False),  # the last one seen
)
