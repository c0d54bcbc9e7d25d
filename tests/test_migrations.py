"""One head; an empty and a filled database are brought to it on SQLite and PostgreSQL, and end as the models say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel, select

from portal_app import models
from portal_app.config import ROOT
from portal_app.core.database import make_engine
from portal_app.customers.models import Contact
from portal_app.demo.company import build_everything

assert models
CONFIG = Config(str(ROOT / "alembic.ini"))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_engine(request: pytest.FixtureRequest, tmp_path) -> Iterator[Engine]:
    """A database of its own without any table."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'bare.db'}")
        yield engine
        engine.dispose()
        return
    server = make_engine(request.getfixturevalue("postgresql_url"))
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS bare"))
        connection.execute(text("CREATE DATABASE bare"))
    engine = make_engine(server.url.set(database="bare").render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    server.dispose()


def _upgrade(engine: Engine, revision: str = "head") -> None:
    with engine.connect() as connection:
        config = Config(str(ROOT / "alembic.ini"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def _differences(engine: Engine) -> list:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, SQLModel.metadata)


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(CONFIG).get_heads()) == 1


def test_an_empty_database_ends_as_the_models_say(bare_engine):
    _upgrade(bare_engine)
    assert _differences(bare_engine) == []


def test_a_filled_database_keeps_what_it_holds(bare_engine):
    """Filled at the oldest revision whose tables the demonstration can be built in: today that is the first."""
    _upgrade(bare_engine)
    with Session(bare_engine) as session:
        build_everything(session)
        session.commit()
        names = sorted(session.exec(select(Contact.name)))
    _upgrade(bare_engine)
    with Session(bare_engine) as session:
        assert sorted(session.exec(select(Contact.name))) == names
    assert _differences(bare_engine) == []
