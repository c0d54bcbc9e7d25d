"""Where nothing is asked again there is no moment of it; whose turn it is comes from an index"""

import sqlalchemy as sa
from alembic import op

revision = "asked_again_has_a_moment"
down_revision = "templates_that_need_consent"
branch_labels = None
depends_on = None

ORDERS = {"created": "created_at", "changed": "changed_at", "entered": "entered_substage_at"}
opportunity = sa.table("opportunity", *map(sa.column, ("asked_again", "asked_again_at", "changed_at")))


TURN = ["substage_id", "asked_again_at", "step_sent_at"]


def _index_exceptions(column: str) -> None:
    exception = sa.text(f"step_sent_at IS NOT NULL OR {column} IS NOT NULL")
    for name, order in ORDERS.items():
        op.drop_index(f"ix_opportunity_exception_{name}", table_name="opportunity")
        op.create_index(f"ix_opportunity_exception_{name}", "opportunity", [order, "id"],
                        sqlite_where=exception, postgresql_where=exception)


def upgrade() -> None:
    op.execute(sa.update(opportunity).where(opportunity.c.asked_again.is_(None)).values(asked_again_at=None))
    op.execute(sa.update(opportunity).where(opportunity.c.asked_again.is_not(None), opportunity.c.asked_again_at.is_(None))
               .values(asked_again_at=opportunity.c.changed_at))
    _index_exceptions("asked_again_at")
    op.create_index("ix_opportunity_substage_turn", "opportunity", TURN)
    op.create_index("ix_opportunity_owner_turn", "opportunity", ["owner_id", *TURN])


def downgrade() -> None:
    for name in ("substage", "owner"):
        op.drop_index(f"ix_opportunity_{name}_turn", table_name="opportunity")
    _index_exceptions("asked_again")
