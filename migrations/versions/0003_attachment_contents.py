"""Contents of attachments in the database; agencies that a reform dissolves; heads not yet sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment_body",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_attachment_body")),
    )
    op.execute(
        "alter table attachment_body alter content set storage external"
    )  # PDF and JPEG do not compress
    op.create_foreign_key(
        op.f("fk_attachment_sha256_attachment_body"), "attachment", "attachment_body", ["sha256"], ["sha256"]
    )
    op.add_column("agency", sa.Column("ends_on", sa.Date()))
    op.add_column(
        "dossier_snapshot", sa.Column("sealed", sa.Boolean(), server_default="false", nullable=False)
    )
    op.create_index(
        "ix_dossier_snapshot_unsealed",
        "dossier_snapshot",
        ["dossier_id"],
        postgresql_where=sa.text("not sealed"),
    )
