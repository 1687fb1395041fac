"""Opinions, delegation, substitution, internal notes, saved views."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("asked", "asked_by", "owner", "delegated"):
        op.add_column("task", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "note",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_note_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("dossier_id", "seq", name=op.f("pk_note")),
    )
    op.create_table(
        "substitution",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("absent", sa.Text(), nullable=False),
        sa.Column("substitute", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["absent"], ["account.username"], name=op.f("fk_substitution_absent_account")
        ),
        sa.ForeignKeyConstraint(
            ["substitute"], ["account.username"], name=op.f("fk_substitution_substitute_account")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.username"], name=op.f("fk_substitution_made_by_account")
        ),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_substitution_agency_agency")),
        sa.ForeignKeyConstraint(["role"], ["role.code"], name=op.f("fk_substitution_role_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    op.create_index(op.f("ix_substitution_absent"), "substitution", ["absent"])
    op.create_index(op.f("ix_substitution_substitute"), "substitution", ["substitute"])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.username"], name=op.f("fk_saved_view_account_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(
        op.f("ix_saved_view_account_queue_name"), "saved_view", ["account", "queue", "name"], unique=True
    )
