"""Who holds which post is a fact the engine knows (dispatchers): changing it raises the reference version."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create trigger reference_changed after insert or update or delete on post
        for each statement execute function raise_reference_version()
    """)
