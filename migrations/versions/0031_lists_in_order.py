"""What waits at a counter or for a signature, the register of results and open dossiers stand in indexes in the order that they
are shown in: a page reads what it shows, however much there is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Only of open dossiers: what the previous release closes meanwhile is found in vain, no more.
    op.add_column("dossier_sight", sa.Column("open", sa.Boolean()))
    op.alter_column("dossier_sight", "open", server_default="true")
    op.execute(
        "update dossier_sight set open = true from dossier d where d.id = dossier_sight.dossier_id and not d.closed"
    )
    op.create_index(
        "ix_dossier_sight_search_open",
        "dossier_sight",
        ["agency", sa.text("to_tsvector('simple', search_key)")],
        postgresql_using="gin",
        postgresql_where=sa.text("open"),
    )
    op.create_index(
        "ix_task_waiting",
        "task",
        ["agency", "kind", "opened_at", "id"],
        postgresql_where=sa.text("state < 2 and kind in ('receive', 'return_result')"),
    )
    op.create_index(
        "ix_task_to_sign",
        "task",
        ["agency", "role", "sort_at", "id"],
        postgresql_where=sa.text("state < 2 and kind in ('sign', 'stamp')"),
    )
    op.create_index(
        "ix_dossier_received_on",
        "dossier",
        ["agency", "received_at"],
        postgresql_include=["id", "procedure_code", "procedure_version"],
    )
    op.drop_index("ix_dossier_received", "dossier")
    op.create_index(
        "ix_dossier_open", "dossier", ["agency", "received_at"], postgresql_where=sa.text("not closed")
    )
    op.create_index(
        "ix_result_issued",
        "result",
        ["agency", "issued_on", sa.text("length(number)"), "number", "dossier_id", "code"],
        postgresql_where=sa.text("issued_on is not null"),
    )
    op.drop_index("ix_result_register", "result")
