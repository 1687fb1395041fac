"""Slips that wait in an agency's tray: for a leader's signature where nobody gave them, for the seal.

The previous release leaves the columns empty: its slips wait in nobody's tray.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("slip", sa.Column("agency", sa.Text(), server_default="", nullable=False))
    op.add_column("slip", sa.Column("waits_for", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_slip_waiting",
        "slip",
        ["agency", "waits_for"],
        postgresql_where=sa.text("waits_for <> ''"),
    )
