"""The counter: an applicant met before is found by identifier; what was filed for somebody is noted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_answers_id_number",
        "answers",
        [sa.text("((body -> 'applicant') ->> 'id_number')")],
        postgresql_where=sa.text("form = '$persons'"),
    )
    op.create_table(
        "walk_in",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_walk_in_dossier_id_dossier")),
        sa.ForeignKeyConstraint(["officer"], ["account.username"], name=op.f("fk_walk_in_officer_account")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_walk_in")),
    )
