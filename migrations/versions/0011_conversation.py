"""Applicant and officers write to each other; items of a supplement request are ticked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "conversation",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("attachments", ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_conversation_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "no", name=op.f("pk_conversation")),
    )
    op.create_table(
        "conversation_read",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_conversation_read_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "account", name=op.f("pk_conversation_read")),
    )
    op.add_column("supplement_request", sa.Column("ticked", ARRAY(sa.Integer())))
