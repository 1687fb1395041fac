"""Scans signed by the officer who made them."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("signed_by", sa.Text(), nullable=True))
    op.add_column("attachment", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_attachment_signed_by_account"), "attachment", "account", ["signed_by"], ["username"]
    )
    op.create_table(
        "scan_signing",
        sa.Column("batch", sa.UUID(), nullable=False),
        sa.Column("scan", sa.UUID(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("signed", sa.UUID(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch"], ["signing_batch.id"], name=op.f("fk_scan_signing_batch_signing_batch")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_scan_signing_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("batch", "scan", name=op.f("pk_scan_signing")),
    )
    op.create_index(op.f("ix_scan_signing_dossier_id"), "scan_signing", ["dossier_id"])
    op.create_index(op.f("ix_scan_signing_scan"), "scan_signing", ["scan"])
