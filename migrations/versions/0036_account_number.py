"""Accounts are found by identifier: at the counter, and where a mandate names one."""

import sqlalchemy as sa

from store.migrate import index_beside_work

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_beside_work(
        "ix_account_id_number", "account", ["id_number"], postgresql_where=sa.text("id_number <> ''")
    )
