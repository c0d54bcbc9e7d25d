"""Which part of the private store is looked through next"""

import sqlalchemy as sa
from alembic import op

revision = "store_sweep"
down_revision = "steps_that_ask_and_act"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store_sweep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_part", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_sweep")),
    )


def downgrade() -> None:
    op.drop_table("store_sweep")
