"""Numbers of a book that were taken for nothing come back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "result_book",
        sa.Column("returned", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
    )
