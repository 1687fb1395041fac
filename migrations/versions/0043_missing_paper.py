"""What was on a hand-over list and did not come: named by who received the list, it waits at the counter again.

The previous release leaves the column empty: its lists come whole. A list of this release shows it the lines that came.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    missing = sa.Column("missing", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False)
    op.add_column("hand_over_list", missing)
    op.create_index(
        "ix_hand_over_list_missing",
        "hand_over_list",
        ["agency", "id"],
        postgresql_where=sa.text("missing <> '{}'"),
    )
