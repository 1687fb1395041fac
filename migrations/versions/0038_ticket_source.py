"""Where a number of the waiting room was taken from, and which slips killed whoever signed them.

The previous release takes numbers without a source, which count as given at the counter.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket", sa.Column("source", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_slip_killer", "slip", ["ended_at"], postgresql_where=sa.text("problem = 'worker_killed'")
    )
