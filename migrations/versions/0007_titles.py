"""The title that somebody signs with."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("title", sa.Text(), server_default="", nullable=False))
