"""bank accounts of customers"""

import sqlalchemy as sa
from alembic import op

revision = "bank_accounts_of_customers"
down_revision = "store_sweep"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_account",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=70), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_bank_account_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_bank_account")),
    )


def downgrade() -> None:
    op.drop_table("bank_account")
