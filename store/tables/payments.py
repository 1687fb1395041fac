"""Money: what the log says was paid, the sessions at the payment gateway, receipts' numbers, daily reconciliation."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.metadata import Moment, metadata, text

# One row a payment on record (events FeePaid, RefundOrdered, FeeRefunded).
fee_payment = Table(
    "fee_payment",
    metadata,
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), primary_key=True),
    Column("reference", Text, primary_key=True),  # mã tham chiếu giao dịch, ours
    Column("amount_vnd", BigInteger, nullable=False),
    Column("surplus_vnd", BigInteger, nullable=False),  # what no fee asked for
    Column("fees", JSONB, nullable=False),  # fee code -> đồng
    text("method"),  # online | cash | transfer
    text("receipt"),  # số biên lai
    text("gateway_reference", ""),
    Column("payer_digest", Text),  # answers row with who paid, where not the applicant
    Column("paid_at", Moment, nullable=False),
    text("paid_by"),  # account or partner that gave the command
    Column("refund_vnd", BigInteger, nullable=False, server_default="0"),  # the last refund ordered
    Column("refund_ordered_at", Moment),
    Column("refunded_at", Moment),
    # When the surplus alone had gone back. At most one more refund follows, of all the rest: a decision about the fees.
    Column("surplus_refunded_at", Moment),
    Index(None, "paid_at"),
    Index(
        "ix_fee_payment_going_back",
        "refund_ordered_at",
        postgresql_where=sql("refund_ordered_at is not null"),
    ),
)

# An attempt to pay online, from "pay" pressed to the gateway's word. Not in the log: nothing has happened yet.
payment_session = Table(
    "payment_session",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("dossier_id", BigInteger, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("amount_vnd", BigInteger, nullable=False),
    text("state", "created"),  # created | waiting | paid | failed | expired
    text("pay_url", ""),
    text("gateway_reference", ""),
    Column("began_by", Text),  # account; null: by code and secret
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("settled_at", Moment),
    text("code", ""),  # the gateway's last word
    Index(None, "created_at"),
    Index("ix_payment_session_open", "dossier_id", postgresql_where=sql("state in ('created', 'waiting')")),
)

# Receipts are numbered without gap, by agency and year: the row is locked until the payment commits.
receipt_counter = Table(
    "receipt_counter",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

# What the gateway's file of a day said against our record.
reconciliation = Table(
    "reconciliation",
    metadata,
    Column("day", Date, primary_key=True),  # local date
    Column("at", Moment, nullable=False),
    Column("ours", Integer, nullable=False),
    Column("ours_vnd", BigInteger, nullable=False),
    Column("theirs", Integer, nullable=False),
    Column("theirs_vnd", BigInteger, nullable=False),
    Column("differences", JSONB, nullable=False),  # [{kind, reference, dossier, ours, theirs}]
)
