"""Documents: versions, remarks, signed files, batches to sign, books of numbers; what the register of results holds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "result_book",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "book", "year", name=op.f("pk_result_book")),
    )
    op.create_table(
        "signing_batch",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("pin", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["account"], ["account.username"], name=op.f("fk_signing_batch_account_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_batch")),
    )
    op.create_index(op.f("ix_signing_batch_account_asked_at"), "signing_batch", ["account", "asked_at"])
    op.create_table(
        "document",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_document_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("dossier_id", "code", name=op.f("pk_document")),
        sa.UniqueConstraint("check_code", name=op.f("uq_document_check_code")),
    )
    op.create_table(
        "document_file",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("rooms", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_document_file_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "code", "sha256", name=op.f("pk_document_file")),
    )
    op.create_table(
        "document_remark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["by"], ["account.username"], name=op.f("fk_document_remark_by_account")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_document_remark_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_remark")),
    )
    op.create_index(op.f("ix_document_remark_dossier_id_code"), "document_remark", ["dossier_id", "code"])
    op.create_table(
        "document_version",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["by"], ["account.username"], name=op.f("fk_document_version_by_account")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_document_version_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "code", "number", name=op.f("pk_document_version")),
    )
    op.create_table(
        "result_initial",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_result_initial_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "code", "task_id", name=op.f("pk_result_initial")),
    )
    op.create_table(
        "signing",
        sa.Column("batch", sa.UUID(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("results", postgresql.JSONB(), nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["batch"], ["signing_batch.id"], name=op.f("fk_signing_batch_signing_batch")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_signing_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("batch", "task_id", name=op.f("pk_signing")),
    )
    op.create_index(op.f("ix_signing_dossier_id"), "signing", ["dossier_id"])
    op.add_column("result", sa.Column("agency", sa.Text(), server_default="", nullable=False))
    op.add_column("result", sa.Column("file", sa.Text(), server_default="", nullable=False))
    op.add_column("result", sa.Column("issued_on", sa.Date(), nullable=True))
    op.add_column("result", sa.Column("valid_to", sa.Date(), nullable=True))
    op.add_column("result", sa.Column("revoked_at", moment, nullable=True))
    op.add_column("result", sa.Column("revoke_digest", sa.Text(), nullable=True))
    op.add_column("result", sa.Column("replaced_by", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_result_register",
        "result",
        ["agency", "issued_on"],
        postgresql_where=sa.text("issued_on is not null"),
    )
