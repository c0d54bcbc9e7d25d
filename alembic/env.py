"""How migrations run: on the portal's own engine, batch mode on SQLite, every table known."""

from alembic import context
from sqlmodel import SQLModel

from portal_app import models
from portal_app.core.database import UtcDateTime, engine

assert models


def render_item(kind: str, item: object, autogen_context) -> str | bool:
    """Own column types are written as plain SQLAlchemy types: a migration must not depend on today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__module__.startswith("sqlmodel"):
        length = getattr(item, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    return False


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        return migrate(given)
    with engine().connect() as connection:
        migrate(connection)
        connection.commit()


def migrate(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
