"""Which roles sign or seal is kept in memory with the law: a published version raises the reference version.

The previous release reads its facts once more after a publication, harmlessly.
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create trigger reference_changed after insert or update or delete on procedure_step
        for each statement execute function raise_reference_version()
    """)
