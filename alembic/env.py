"""How migrations run: on the portal's own engine, batch mode on SQLite, every table known."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection
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
    with _tables_may_be_rebuilt(connection), context.begin_transaction():
        context.run_migrations()


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a column by building the table anew, and dropping the old one is refused while others refer to it.

    Nothing is committed with a reference that leads nowhere.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")  # only outside of a transaction
    try:
        yield
        if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            raise RuntimeError(f"a migration leaves references that lead nowhere: {lost[:5]}")
        connection.commit()
    finally:
        connection.rollback()  # nothing is left to take back unless something failed
        driver.execute("PRAGMA foreign_keys=ON")


run()
