"""Accounts at the identity provider, and the sessions it opened."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("linked_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.username"], name=op.f("fk_identity_account_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
    )
    op.create_index(op.f("ix_identity_account"), "identity", ["account"])
    op.add_column("access_token", sa.Column("level", sa.Integer(), server_default="0", nullable=False))
    op.add_column("access_token", sa.Column("provider_session", sa.Text(), server_default="", nullable=False))
