"""Numbers of bank accounts are sealed; in clear stay their last four digits"""

import sqlalchemy as sa
from alembic import op

from portal_app.core.sealed import seal, unseal

revision = "bank_accounts_are_sealed"
down_revision = "whose_turn_it_is"
branch_labels = None
depends_on = None

account = sa.table("bank_account", *map(sa.column, ("contact_id", "iban", "sealed_iban", "iban_end")))


def upgrade() -> None:
    with op.batch_alter_table("bank_account") as batch_op:
        batch_op.add_column(sa.Column("sealed_iban", sa.String(255), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("iban_end", sa.String(4), nullable=False, server_default=""))
    connection = op.get_bind()
    for row in connection.execute(sa.select(account.c.contact_id, account.c.iban)).all():
        connection.execute(sa.update(account).where(account.c.contact_id == row.contact_id).values(
            sealed_iban=seal(row.iban), iban_end=row.iban[-4:]))
    with op.batch_alter_table("bank_account") as batch_op:
        batch_op.drop_column("iban")
        for name in ("sealed_iban", "iban_end"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("bank_account") as batch_op:
        batch_op.add_column(sa.Column("iban", sa.String(34), nullable=False, server_default=""))
    connection = op.get_bind()
    for row in connection.execute(sa.select(account.c.contact_id, account.c.sealed_iban)).all():
        connection.execute(sa.update(account).where(account.c.contact_id == row.contact_id).values(
            iban=unseal(row.sealed_iban)))
    with op.batch_alter_table("bank_account") as batch_op:
        batch_op.alter_column("iban", server_default=None)
        for name in ("sealed_iban", "iban_end"):
            batch_op.drop_column(name)
