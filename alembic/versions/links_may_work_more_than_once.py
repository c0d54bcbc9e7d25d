"""A company decides how often a login link works"""

import sqlalchemy as sa
from alembic import op

revision = "links_may_work_more_than_once"
down_revision = "asked_again_has_a_moment"
branch_labels = None
depends_on = None

login_link = sa.table("login_link", *map(sa.column, ("uses_left", "used_at", "expires_at")))


def upgrade() -> None:
    with op.batch_alter_table("company") as batch_op:
        batch_op.add_column(sa.Column("link_uses", sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("login_link") as batch_op:
        batch_op.add_column(sa.Column("uses_left", sa.Integer(), server_default="1", nullable=False))
    op.execute(sa.update(login_link).where(login_link.c.used_at.is_not(None)).values(uses_left=0))
    with op.batch_alter_table("login_link") as batch_op:
        batch_op.drop_column("used_at")


def downgrade() -> None:
    with op.batch_alter_table("login_link") as batch_op:
        batch_op.add_column(sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.update(login_link).where(login_link.c.uses_left == 0).values(used_at=login_link.c.expires_at))
    with op.batch_alter_table("login_link") as batch_op:
        batch_op.drop_column("uses_left")
    with op.batch_alter_table("company") as batch_op:
        batch_op.drop_column("link_uses")
