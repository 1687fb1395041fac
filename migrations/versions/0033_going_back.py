"""What is on its way back to who paid it, few of all payments, stands in an index."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_fee_payment_going_back",
        "fee_payment",
        ["refund_ordered_at"],
        postgresql_where=sa.text("refund_ordered_at is not null"),
    )
