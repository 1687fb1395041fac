"""A saved view of a queue may be shared with everybody who works there.

The previous release shows each officer only the own ones, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("saved_view", sa.Column("shared", sa.Boolean(), server_default="false", nullable=False))
    op.create_index("ix_saved_view_shared", "saved_view", ["queue"], postgresql_where=sa.text("shared"))
