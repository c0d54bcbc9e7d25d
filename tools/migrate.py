"""Brings the database to the newest migration; does nothing, quickly, when it is there."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal_app.config import ROOT
from portal_app.core.database import engine


def migrate_to_head() -> None:
    config = Config(str(ROOT / "alembic.ini"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine().connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    command.upgrade(config, "head")


if __name__ == "__main__":
    migrate_to_head()
