"""Payments: what was paid, sessions at the gateway, receipts' numbers, reconciliation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "fee_payment",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("surplus_vnd", sa.BigInteger(), nullable=False),
        sa.Column("fees", JSONB(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("gateway_reference", sa.Text(), server_default="", nullable=False),
        sa.Column("payer_digest", sa.Text()),
        sa.Column("paid_at", moment, nullable=False),
        sa.Column("paid_by", sa.Text(), nullable=False),
        sa.Column("refund_vnd", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refund_ordered_at", moment),
        sa.Column("refunded_at", moment),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_fee_payment_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "reference", name=op.f("pk_fee_payment")),
    )
    op.create_index(op.f("ix_fee_payment_paid_at"), "fee_payment", ["paid_at"])
    op.create_table(
        "payment_session",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="created", nullable=False),
        sa.Column("pay_url", sa.Text(), server_default="", nullable=False),
        sa.Column("gateway_reference", sa.Text(), server_default="", nullable=False),
        sa.Column("began_by", sa.Text()),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("settled_at", moment),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_payment_session_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_payment_session")),
    )
    op.create_index(op.f("ix_payment_session_dossier_id"), "payment_session", ["dossier_id"])
    op.create_index(op.f("ix_payment_session_created_at"), "payment_session", ["created_at"])
    op.create_index(
        "ix_payment_session_open",
        "payment_session",
        ["dossier_id"],
        postgresql_where=sa.text("state in ('created', 'waiting')"),
    )
    op.create_table(
        "receipt_counter",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "year", name=op.f("pk_receipt_counter")),
    )
    op.create_table(
        "reconciliation",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("ours_vnd", sa.BigInteger(), nullable=False),
        sa.Column("theirs", sa.Integer(), nullable=False),
        sa.Column("theirs_vnd", sa.BigInteger(), nullable=False),
        sa.Column("differences", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reconciliation")),
    )
