"""Complaints and proposals with their register; ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)

    def words(name: str, default: str | None = None) -> sa.Column:
        return sa.Column(name, sa.Text(), server_default=default, nullable=False)

    op.create_table(
        "petition",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        words("code"),
        words("secret"),
        words("kind"),
        words("title"),
        words("body"),
        words("name", ""),
        words("phone", ""),
        words("email", ""),
        words("address", ""),
        sa.Column("account", sa.Text()),
        sa.Column("about", sa.Text()),
        words("dossier", ""),
        sa.Column("may_publish", sa.Boolean(), server_default="false", nullable=False),
        words("state", "received"),
        sa.Column("received_at", moment, nullable=False),
        sa.Column("clock_from", moment, nullable=False),
        sa.Column("refuse_due_at", moment, nullable=False),
        sa.Column("supplement_due_at", moment, nullable=False),
        sa.Column("answer_due_at", moment, nullable=False),
        sa.Column("publish_due_at", moment),
        sa.Column("agency", sa.Text()),
        sa.Column("answered_at", moment),
        words("answer", ""),
        sa.Column("published", sa.Boolean()),
        sa.Column("published_at", moment),
        sa.Column("liked", sa.Boolean()),
        sa.Column("escalated_at", moment),
        sa.CheckConstraint(
            "state in ('received', 'supplement', 'refused', 'assigned', 'answered')",
            name=op.f("ck_petition_state"),
        ),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name=op.f("fk_petition_account_account")),
        sa.ForeignKeyConstraint(["about"], ["agency.code"], name=op.f("fk_petition_about_agency")),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_petition_agency_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition")),
        sa.UniqueConstraint("code", name=op.f("uq_petition_code")),
    )
    op.create_index(op.f("ix_petition_account_id"), "petition", ["account", "id"])
    op.create_index(op.f("ix_petition_agency_id"), "petition", ["agency", "id"])
    op.create_index(
        "ix_petition_open_due",
        "petition",
        ["answer_due_at"],
        postgresql_where=sa.text("state in ('received', 'assigned') and escalated_at is null"),
    )
    op.create_index(
        "ix_petition_published", "petition", ["published_at"], postgresql_where=sa.text("published")
    )
    op.create_table(
        "petition_step",
        sa.Column("petition_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        words("by", ""),
        words("what"),
        words("note", ""),
        words("agency", ""),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_step_petition_id_petition")
        ),
        sa.PrimaryKeyConstraint("petition_id", "no", name=op.f("pk_petition_step")),
    )
    op.create_table(
        "petition_counter",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_petition_counter")),
    )
    op.create_table(
        "rated",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_rated_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_rated")),
    )
    op.create_table(
        "rating",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        words("agency"),
        words("procedure_code"),
        sa.Column("month", sa.Date(), nullable=False),
        words("level"),
        words("comment", ""),
        sa.CheckConstraint("level in ('RHL', 'HL', 'BT', 'KHL', 'RKHL')", name=op.f("ck_rating_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    op.create_index(op.f("ix_rating_agency_month"), "rating", ["agency", "month"])
    op.add_column("notification", sa.Column("place", sa.Text(), server_default="", nullable=False))
