"""What an automatic action could not do names its step by language, as it is read; before only in the company's"""

import sqlalchemy as sa
from alembic import op

revision = "troubles_are_told_by_language"
down_revision = "links_may_work_more_than_once"
branch_labels = None
depends_on = None

company = sa.table("company", sa.column("default_language"))
trouble = sa.table("action_trouble", sa.column("id"), sa.column("detail", sa.JSON))


def upgrade() -> None:
    connection = op.get_bind()
    language = connection.execute(sa.select(company.c.default_language)).scalar()
    for row in connection.execute(sa.select(trouble)).all():
        if isinstance(step := row.detail.get("step"), str):
            connection.execute(sa.update(trouble).where(trouble.c.id == row.id).values(
                detail={**row.detail, "step": {language: step}}))


def downgrade() -> None:
    """The older version reads both."""
