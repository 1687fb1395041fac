"""Statutory slips (Mẫu 01-04): numbers of the agencies' books, signed files."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slip",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="unsigned", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("file", sa.Text(), server_default="", nullable=False),
        sa.Column("batch", sa.UUID(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["signing_batch.id"], name=op.f("fk_slip_batch_signing_batch")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_slip_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("dossier_id", "seq", "paper", name=op.f("pk_slip")),
    )
    op.create_index(op.f("ix_slip_batch"), "slip", ["batch"])
