"""What lies in a queue by procedure, what runs on a version and what stands still, told from indexes alone.

Rows that the previous release writes meanwhile have no procedure; queries read theirs from the dossier.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("procedure_code", sa.Text()))
    # Done tasks stay without: nobody asks, and a province has ten millions of them.
    op.execute(
        "update task set procedure_code = d.procedure_code from dossier d where d.id = task.dossier_id and task.state < 2"
    )
    op.create_index(
        "ix_task_procedure",
        "task",
        ["agency", "procedure_code", "role", "element_id"],
        postgresql_where=sa.text("state < 2"),
        postgresql_include=["sort_at", "assignee"],
    )
    op.create_index(
        "ix_dossier_running",
        "dossier",
        ["procedure_code", "procedure_version"],
        postgresql_where=sa.text("not closed"),
    )
    op.create_index(
        "ix_dossier_incident", "dossier", ["id"], postgresql_where=sa.text("incident is not null")
    )
