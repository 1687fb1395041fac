"""Zalo, SMS and e-mail behind one log, with people's wishes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("dossier_id", sa.BigInteger()),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("rest", ARRAY(sa.Text()), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gateway_id", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'sent', 'delivered', 'failed', 'skipped', 'dead')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_delivery_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_dossier_id"), "delivery", ["dossier_id"])
    op.create_index(
        "ix_delivery_gateway_id", "delivery", ["gateway_id"], postgresql_where=sa.text("gateway_id <> ''")
    )
    op.create_index("ix_delivery_dead", "delivery", ["id"], postgresql_where=sa.text("state = 'dead'"))
    op.create_table(
        "notice_preference",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("zalo", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("sms", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("mail", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("optional", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("quiet_from", sa.Time(), server_default="21:00", nullable=False),
        sa.Column("quiet_to", sa.Time(), server_default="07:00", nullable=False),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.username"],
            name=op.f("fk_notice_preference_account_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "phone_opt_out",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_phone_opt_out")),
    )
