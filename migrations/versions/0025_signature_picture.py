"""What an officer's signature looks like."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signature_picture",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.username"], name=op.f("fk_signature_picture_account_account")
        ),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_signature_picture")),
    )
