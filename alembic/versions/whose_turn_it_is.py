"""A list by turn finds the projects where it is another's turn than their substage says."""

import sqlalchemy as sa
from alembic import op

revision = "whose_turn_it_is"
down_revision = "webhook_secrets_are_sealed"
branch_labels = None
depends_on = None

INDEXES = {"created": "created_at", "changed": "changed_at", "entered": "entered_substage_at"}
EXCEPTION = sa.text("step_sent_at IS NOT NULL OR asked_again IS NOT NULL")


def upgrade() -> None:
    for name, column in INDEXES.items():
        op.create_index(f"ix_opportunity_exception_{name}", "opportunity", [column, "id"],
                        sqlite_where=EXCEPTION, postgresql_where=EXCEPTION)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(f"ix_opportunity_exception_{name}", table_name="opportunity")
