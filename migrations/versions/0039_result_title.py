"""Which of several documents a result is, in words: a certified copy of the diploma, one of the household book.

The previous release leaves the column empty: its results are one document each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("result", sa.Column("title", sa.Text(), server_default="", nullable=False))
