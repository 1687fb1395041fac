"""What waits at a counter or for a signature, the register of results and open dossiers stand in indexes in the order that they
are shown in: a page reads what it shows, however much there is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
