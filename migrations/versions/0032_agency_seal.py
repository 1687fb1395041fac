"""Pictures of the agencies' seals."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_seal",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_agency_seal_agency_agency")),
        sa.ForeignKeyConstraint(["set_by"], ["account.username"], name=op.f("fk_agency_seal_set_by_account")),
        sa.PrimaryKeyConstraint("agency", name=op.f("pk_agency_seal")),
    )
