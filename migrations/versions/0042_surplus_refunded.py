"""When the surplus of a payment alone went back: kept beside the refund of its fees, which may follow.

The previous release leaves the column empty and goes by the amount, as this one does with its rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fee_payment", sa.Column("surplus_refunded_at", sa.DateTime(timezone=True)))
    op.execute("""
        update fee_payment set surplus_refunded_at = refunded_at
        where refunded_at is not null and refund_vnd = surplus_vnd and fees <> '{}'
        """)
