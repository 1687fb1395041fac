"""Who acts for whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "mandate",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("representative", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), server_default="", nullable=False),
        sa.Column("born_on", sa.Date()),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("paper", sa.UUID()),
        sa.Column("procedures", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("revoked_at", moment),
        sa.Column("revoked_by", sa.Text()),
        sa.CheckConstraint(
            "capacity in ('child', 'company', 'authorised')", name=op.f("ck_mandate_capacity")
        ),
        sa.ForeignKeyConstraint(
            ["representative"], ["account.username"], name=op.f("fk_mandate_representative_account")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["account.username"], name=op.f("fk_mandate_revoked_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index(op.f("ix_mandate_representative"), "mandate", ["representative"])
    op.create_index(
        "ix_mandate_id_number", "mandate", ["id_number"], postgresql_where=sa.text("id_number <> ''")
    )
    op.add_column("dossier", sa.Column("mandate", sa.UUID()))
    op.create_foreign_key(op.f("fk_dossier_mandate_mandate"), "dossier", "mandate", ["mandate"], ["id"])
    op.create_index(op.f("ix_dossier_mandate"), "dossier", ["mandate"])
