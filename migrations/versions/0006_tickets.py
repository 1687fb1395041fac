"""Queue tickets of the one-stop counters."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "ticket",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken_at", moment, nullable=False),
        sa.Column("called_at", moment),
        sa.Column("called_by", sa.Text()),
        sa.Column("ended_at", moment),
        sa.Column("absent", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_ticket_agency_agency")),
        sa.ForeignKeyConstraint(
            ["called_by"], ["account.username"], name=op.f("fk_ticket_called_by_account")
        ),
        sa.PrimaryKeyConstraint("agency", "day", "number", name=op.f("pk_ticket")),
    )
