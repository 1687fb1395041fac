"""Signing that waits for nobody under a lock, and work that is not tried for ever; who keeps whose key.

A batch that the previous release has in hand is signed by it in one piece, or taken up by this one from its waiting items.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("deaths", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_outbox_killer",
        "outbox",
        ["done_at"],
        postgresql_where=sa.text("deaths > 5 and done_at is not null"),
    )
    for table in ("signing", "scan_signing"):
        op.add_column(table, sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        op.create_index(
            f"ix_{table}_killer",
            table,
            ["ended_at"],
            postgresql_where=sa.text("problem = 'worker_killed'"),
        )
    op.create_table(
        "signing_call",
        sa.Column("batch", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("holder", postgresql.JSONB(), nullable=False),
        sa.Column("certificates", postgresql.ARRAY(sa.LargeBinary()), nullable=False),
        sa.Column("memory", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch"], ["signing_batch.id"], name=op.f("fk_signing_call_batch_signing_batch")
        ),
        sa.PrimaryKeyConstraint("batch", "number", name=op.f("pk_signing_call")),
    )
    op.create_table(
        "signing_piece",
        sa.Column("batch", sa.UUID(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("rooms", postgresql.JSONB(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("document_digest", sa.LargeBinary(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("attributes", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch"], ["signing_batch.id"], name=op.f("fk_signing_piece_batch_signing_batch")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_signing_piece_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("batch", "item", "code", name=op.f("pk_signing_piece")),
    )
    op.create_index(op.f("ix_signing_piece_dossier_id"), "signing_piece", ["dossier_id"])
    op.create_table(
        "reserved_number",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_reserved_number_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("agency", "book", "year", "number", name=op.f("pk_reserved_number")),
    )
    op.create_index(op.f("ix_reserved_number_dossier_id"), "reserved_number", ["dossier_id"])
    op.create_table(
        "signing_credential",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), server_default="", nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_signing_credential")),
    )
