"""The way to the database.

`session_scope()` is for what writes: it commits once, at its end. `read_scope()` is for what only reads: it never
commits. On SQLite a writing session takes the write lock at its first statement (BEGIN IMMEDIATE), so that what it read
is still true when it writes; readers never wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, DateTime, Engine, Insert, Table, TypeDecorator, create_engine, event, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

from ..config import settings
from .errors import NothingChangesHere

log = logging.getLogger(__name__)

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


READS_ONLY, IMPATIENT = "reads_only", "impatient"  # execution options; the latter: no waiting for the write lock
PATIENCE_MS = 20_000
CACHED_KB = 16_000  # pages of SQLite that each connection keeps at most
# SQLite writes into a log first. Whoever commits when it is full brings it into the file and waits for the disk meanwhile,
# everybody in the event loop with them: it is done beside them (`keep_log_short`) before it is ever full.
LONGEST_LOG_PAGES = 20_000
LOG_SECONDS = 1.0


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL with the settings the portal relies on."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
    # Each connection has its own copy of pages: the one that was used last knows most of what is asked next.
    engine = create_engine(url, pool_use_lifo=True,
                           connect_args={"check_same_thread": False, "timeout": 20, "cached_statements": 1000})
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection, _record) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={PATIENCE_MS}", "foreign_keys=ON",
                   f"cache_size=-{CACHED_KB}", f"wal_autocheckpoint={LONGEST_LOG_PAGES}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(IMPATIENT):
        driver: Any = connection.connection.dbapi_connection
        driver.execute("PRAGMA busy_timeout=0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            driver.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    else:
        connection.exec_driver_sql("BEGIN" if options.get(READS_ONLY) else "BEGIN IMMEDIATE")


def shorten_log() -> None:
    """Brings what SQLite has in its log into the file; nobody who reads or writes waits for that."""
    connection = engine().raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    finally:
        connection.close()


async def keep_log_short(every_seconds: float = LOG_SECONDS) -> None:
    while engine().dialect.name == "sqlite":
        await asyncio.sleep(every_seconds)
        try:
            await asyncio.to_thread(shorten_log)
        except Exception:
            log.exception("what was written could not be brought into the database's file")


@cache
def engine() -> Engine:
    """The engine of this process, made at first use."""
    if settings.database.startswith("sqlite:///"):
        settings.data_folder.mkdir(parents=True, exist_ok=True)
    return make_engine(settings.database)


@cache
def _read_engine() -> Engine:
    return engine().execution_options(**{READS_ONLY: True})


@cache
def _impatient_engine() -> Engine:
    return engine().execution_options(**{IMPATIENT: True})


# Set while somebody who may only look is being served: whatever they ask for, nothing is written.
only_looking: ContextVar[bool] = ContextVar("only_looking", default=False)


def _demand_writing() -> None:
    if only_looking.get():
        raise NothingChangesHere


@contextmanager
def session_scope() -> Iterator[Session]:
    """A session that writes; commits at the end, rolls back on an error. Raises `NothingChangesHere` for who only looks."""
    _demand_writing()
    with Session(engine(), expire_on_commit=False) as session:
        yield session
        _demand_writing()  # once more: who it is may have come out within
        session.commit()


def reads_only(session: Session) -> bool:
    """Whether the session came from `read_scope()`."""
    return READS_ONLY in session.info


Model = Any  # a class of SQLModel; pyright takes it for something that can't be a key


@cache
def _insert_into(model: Model) -> tuple[Insert, dict[str, Callable[[], Any]]]:
    """The statement, built once, and what makes the values that nobody gives."""
    return insert(model.__table__), {name: field.default_factory or partial(field.get_default)
                                     for name, field in model.model_fields.items() if not field.is_required()}


def insert_row(session: Session, model: Model, /, **values: Any) -> None:
    """Adds a row that nobody looks at again, without an object of it: that costs a fifth. It is added at once: what it
    refers to is flushed already."""
    insert_rows(session, model, [values])


def insert_rows(session: Session, model: Model, rows: Sequence[dict[str, Any]]) -> None:
    """`insert_row` for many at once, which all name the same columns."""
    if reads_only(session):
        raise RuntimeError("a reading session was written to")
    statement, defaults = _insert_into(model)
    if rows:
        missing = [(name, make) for name, make in defaults.items() if name not in rows[0]]
        session.connection().execute(statement, [row | {name: make() for name, make in missing} for row in rows])


def table_of(model: Model) -> Table:
    """For statements that are built once and read columns: without classes they cost half."""
    return model.__table__


def insert_or_update(session: Session, table: type[SQLModel]) -> Any:
    """The insert statement of this database that knows `on_conflict_do_update`."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


@contextmanager
def read_scope() -> Iterator[Session]:
    """A session that only reads; what somebody adds to it is an error, not a loss."""
    with Session(_read_engine(), expire_on_commit=False, autoflush=False, info={READS_ONLY: True}) as session:
        yield session
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("a reading session was written to")


@contextmanager
def read_connection() -> Iterator[Connection]:
    """A bare connection for prebuilt statements on the hot path."""
    with _read_engine().connect() as connection:
        yield connection


P = ParamSpec("P")
T = TypeVar("T")
# Of each event loop: on SQLite one writes at a time anyway. Who waits here is next in their turn and keeps no thread; who
# waits for SQLite sleeps longer and longer, and may be overtaken.
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def _turn_to_write() -> AbstractAsyncContextManager[object]:
    if engine().dialect.name != "sqlite":
        return nullcontext()
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())


async def run_write(function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Calls `function(session, …)` in a worker thread and commits: a database that waits keeps nobody else waiting."""

    def call() -> T:
        with session_scope() as session:
            return function(session, *args, **kwargs)

    async with _turn_to_write():
        return await asyncio.to_thread(call)


async def run_taken_back(function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`run_write` for what only tries something out: whatever it writes is taken back, and nobody is told of it."""

    def call() -> T:
        _demand_writing()
        with Session(engine(), expire_on_commit=False) as session:
            try:
                return function(session, *args, **kwargs)
            finally:
                session.rollback()

    async with _turn_to_write():
        return await asyncio.to_thread(call)


async def run_read(function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Calls `function(session, …)` in a worker thread; nothing can be written."""
    return await asyncio.to_thread(_read, function, *args, **kwargs)


# A thread costs what three small queries cost: with a busy event loop it waits for its turn at every statement. What takes
# a few milliseconds is therefore done in the loop itself where the database is a file that makes nobody wait.


async def run_short_read(function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`run_read` for what takes a few milliseconds: on SQLite, where readers never wait, without a thread."""
    if engine().dialect.name == "sqlite":
        return _read(function, *args, **kwargs)
    return await asyncio.to_thread(_read, function, *args, **kwargs)


async def run_short_write(function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`run_write` for what takes a few milliseconds: on SQLite without a thread, unless somebody else writes just now."""
    _demand_writing()
    if engine().dialect.name == "sqlite":
        async with _turn_to_write():
            with Session(_impatient_engine(), expire_on_commit=False) as session:
                if _has_write_lock(session):
                    result = function(session, *args, **kwargs)
                    session.commit()
                    return result
    return await run_write(function, *args, **kwargs)


def _read(function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    with read_scope() as session:
        return function(session, *args, **kwargs)


def _has_write_lock(session: Session) -> bool:
    """Takes the write lock of SQLite without waiting for it."""
    try:
        session.connection()
    except OperationalError as error:
        if "locked" in str(error.orig) or "busy" in str(error.orig):
            return False
        raise
    return True
