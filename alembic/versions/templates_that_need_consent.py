"""Templates that go only to customers who have agreed to news by e-mail"""

import sqlalchemy as sa
from alembic import op

revision = "templates_that_need_consent"
down_revision = "document_folders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("email_template") as batch_op:
        batch_op.add_column(sa.Column("needs_consent", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("email_template") as batch_op:
        batch_op.alter_column("needs_consent", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("email_template") as batch_op:
        batch_op.drop_column("needs_consent")
