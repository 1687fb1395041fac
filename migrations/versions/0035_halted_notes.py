"""What admins did about work that had stopped in the background, and what was given up found quickly.

The previous release does not know the table and lists what is settled as before.
"""

import sqlalchemy as sa
from alembic import op

from store.migrate import index_beside_work

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_beside_work(
        "ix_outbox_given_up", "outbox", ["done_at"], postgresql_where=sa.text("result ? 'given_up'")
    )
    op.create_table(
        "halted_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halted_note")),
    )
    op.create_index(op.f("ix_halted_note_kind_ref"), "halted_note", ["kind", "ref"])
