"""Secrets of webhooks are sealed; before, they were made of a nonce and the deployment's secret"""

import base64
import hmac

import sqlalchemy as sa
from alembic import op

from portal_app.config import settings
from portal_app.core.sealed import seal

revision = "webhook_secrets_are_sealed"
down_revision = "bank_accounts_of_customers"
branch_labels = None
depends_on = None

endpoint = sa.table("webhook_endpoint", *map(sa.column, (
    "id", "nonce", "old_nonce", "old_nonce_until", "sealed_secret", "old_sealed_secret", "old_secret_until")))


def _made_of(endpoint_id: str, nonce: str) -> str:
    key = hmac.digest(settings.secret.encode(), f"webhook\0{endpoint_id}\0{nonce}".encode(), "sha256")
    return "whsec_" + base64.b64encode(key).decode()


def upgrade() -> None:
    with op.batch_alter_table("webhook_endpoint") as batch_op:
        for name in ("sealed_secret", "old_sealed_secret"):
            batch_op.add_column(sa.Column(name, sa.String(255), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(endpoint)).all():
        connection.execute(sa.update(endpoint).where(endpoint.c.id == row.id).values(
            sealed_secret=seal(_made_of(row.id, row.nonce)),
            old_sealed_secret=seal(_made_of(row.id, row.old_nonce)) if row.old_nonce else "",
            old_secret_until=row.old_nonce_until))
    with op.batch_alter_table("webhook_endpoint") as batch_op:
        for name in ("nonce", "old_nonce", "old_nonce_until"):
            batch_op.drop_column(name)
        for name in ("sealed_secret", "old_sealed_secret"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    """The nonces are gone: receivers need the secrets that are made anew."""
    with op.batch_alter_table("webhook_endpoint") as batch_op:
        batch_op.add_column(sa.Column("nonce", sa.String(43), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("old_nonce", sa.String(43), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("old_nonce_until", sa.DateTime(timezone=True), nullable=True))
    op.get_bind().execute(sa.update(endpoint).values(nonce=endpoint.c.id))
    with op.batch_alter_table("webhook_endpoint") as batch_op:
        for name in ("sealed_secret", "old_sealed_secret", "old_secret_until"):
            batch_op.drop_column(name)
        for name in ("nonce", "old_nonce"):
            batch_op.alter_column(name, server_default=None)
