"""An officer's own figures: finished tasks by who ended them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_task_done", "task", ["ended_by", "ended_at"], postgresql_where=sa.text("state = 2"))
