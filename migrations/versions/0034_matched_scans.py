"""Which declared original each scan of a component belongs to.

The previous release leaves the column empty: its scans stand for the originals in order, as before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "component_given",
        sa.Column("matched", postgresql.ARRAY(sa.SmallInteger()), server_default="{}", nullable=False),
    )
