"""The company's own folders of attachments; those that every company begins with need no row."""

import sqlalchemy as sa
from alembic import op

revision = "document_folders"
down_revision = "api_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_folder",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_folder")),
    )
    with op.batch_alter_table("document") as batch_op:
        batch_op.alter_column("folder", type_=sa.String(32), existing_type=sa.String(20), existing_nullable=False)


def downgrade() -> None:
    op.execute("UPDATE document SET folder = 'internal' WHERE folder IN (SELECT id FROM document_folder) "
               "AND folder NOT IN ('client', 'contracts', 'technical', 'authorities')")
    with op.batch_alter_table("document") as batch_op:
        batch_op.alter_column("folder", type_=sa.String(20), existing_type=sa.String(32), existing_nullable=False)
    op.drop_table("document_folder")
