"""Who published the English of a procedure version, and when. Of what is there already nobody knows: empty."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("procedure_version", sa.Column("english_by", sa.Text(), nullable=True))
    op.add_column("procedure_version", sa.Column("english_at", sa.DateTime(timezone=True), nullable=True))
