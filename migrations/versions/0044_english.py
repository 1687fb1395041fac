"""The English of a procedure version (its en.po), which may come later or be mended while the version never changes.

The previous release leaves both empty: its versions are Vietnamese, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("procedure_version", sa.Column("english", sa.LargeBinary(), nullable=True))
    op.add_column(
        "procedure_version", sa.Column("english_digest", sa.Text(), server_default="", nullable=False)
    )
