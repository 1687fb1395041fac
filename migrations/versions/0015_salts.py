"""Digests of the event log are keyed with a salt a dossier, which erasure takes away.

Dossiers that the previous release files meanwhile get theirs from the column's default.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    salt = sa.Column("salt", postgresql.UUID(as_uuid=True), server_default=sa.text("gen_random_uuid()"))
    op.add_column("dossier", salt)
    op.execute("""
        update dossier d set salt = null
        where closed and not exists (select from answers a where a.dossier_id = d.id and a.body is not null)
    """)
