"""The counter's desks: paper lists, collected results, post, non-boundary reception, certified copies, pages of papers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "non_boundary",
        sa.Column("procedure_code", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_non_boundary_agency_agency")),
        sa.ForeignKeyConstraint(
            ["procedure_code"], ["procedure.code"], name=op.f("fk_non_boundary_procedure_code_procedure")
        ),
        sa.PrimaryKeyConstraint("procedure_code", "agency", "effective_from", name=op.f("pk_non_boundary")),
    )
    op.create_table(
        "hand_over_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("to_agency", sa.Text(), nullable=False),
        sa.Column("to_role", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_hand_over_list_agency_agency")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.username"], name=op.f("fk_hand_over_list_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["account.username"], name=op.f("fk_hand_over_list_taken_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_list")),
    )
    op.create_index(
        "ix_hand_over_list_waiting",
        "hand_over_list",
        ["to_agency", "to_role"],
        unique=False,
        postgresql_where=sa.text("taken_at is null"),
    )
    op.create_index("uq_hand_over_list_number", "hand_over_list", ["agency", "day", "number"], unique=True)
    op.create_table(
        "hand_over_line",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_hand_over_line_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["hand_over_list.id"], name=op.f("fk_hand_over_line_list_id_hand_over_list")
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_hand_over_line")),
    )
    op.create_index(op.f("ix_hand_over_line_dossier_id"), "hand_over_line", ["dossier_id"], unique=False)
    op.create_index(op.f("ix_hand_over_line_list_id"), "hand_over_line", ["list_id"], unique=False)
    op.create_table(
        "collection",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), server_default="", nullable=False),
        sa.Column("signature", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("returned", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "relation in ('applicant', 'beneficiary', 'authorised')", name=op.f("ck_collection_relation")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_collection_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["officer"], ["account.username"], name=op.f("fk_collection_officer_account")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_collection")),
    )
    op.create_table(
        "shipment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("waybill", sa.Text(), server_default="", nullable=False),
        sa.Column("recipient", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("cod_vnd", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("postage_vnd", sa.BigInteger(), nullable=True),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trail", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.CheckConstraint("direction in ('pick_up', 'deliver')", name=op.f("ck_shipment_direction")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_shipment_dossier_id_dossier")),
        sa.ForeignKeyConstraint(
            ["ordered_by"], ["account.username"], name=op.f("fk_shipment_ordered_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
    )
    op.create_index(op.f("ix_shipment_dossier_id"), "shipment", ["dossier_id"], unique=False)
    op.create_index(
        "ix_shipment_waybill", "shipment", ["waybill"], unique=True, postgresql_where=sa.text("waybill <> ''")
    )
    op.create_table(
        "certified_copy",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signer", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("electronic", sa.Boolean(), nullable=False),
        sa.Column("fee_vnd", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_certified_copy_agency_agency")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_certified_copy_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["signer"], ["account.username"], name=op.f("fk_certified_copy_signer_account")
        ),
        sa.PrimaryKeyConstraint("agency", "year", "number", name=op.f("pk_certified_copy")),
    )
    op.create_index(op.f("ix_certified_copy_dossier_id"), "certified_copy", ["dossier_id"], unique=False)
    op.create_index("uq_certified_copy_line", "certified_copy", ["dossier_id", "line"], unique=True)

    op.add_column("ticket", sa.Column("field", sa.Text(), server_default="", nullable=False))
    op.add_column("component_given", sa.Column("pages", sa.Integer(), server_default="0", nullable=False))
    op.add_column("component_given", sa.Column("kept", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(
        "component_given", sa.Column("digitised", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.add_column("component_given", sa.Column("source", sa.Text(), server_default="", nullable=False))
    op.add_column("dossier", sa.Column("via", sa.Text()))
    op.create_foreign_key(op.f("fk_dossier_via_agency"), "dossier", "agency", ["via"], ["code"])
    op.create_index("ix_dossier_received", "dossier", ["agency", "received_at"])
    op.create_index(
        "ix_dossier_via", "dossier", ["via", "received_at"], postgresql_where=sa.text("via is not null")
    )
