"""Files may belong to whoever holds a dossier's receipt, who has no account."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("fk_attachment_owner_account"), "attachment", type_="foreignkey")
    op.drop_constraint(op.f("fk_upload_owner_account"), "upload", type_="foreignkey")
