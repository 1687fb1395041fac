"""When a substitution that ended left nothing in the substitute's hands: the clock tries until then.

The previous release leaves the column empty; the clock of this one goes through its rows once more, harmlessly. Of those
that ended before, only the ones are left to it where the substitute still holds a task of the queue.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("substitution", sa.Column("settled_at", sa.DateTime(timezone=True)))
    op.execute("""
        update substitution s set settled_at = s.ended_at
        where s.ended_at is not null and not exists (
            select 1 from task t
            where t.state < 2 and t.assignee = s.substitute and t.agency = s.agency and t.role = s.role)
        """)
