"""Sessions that write commit once; sessions that read never do."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from portal_app.core import database, live
from portal_app.core.database import (
    IMPATIENT,
    insert_row,
    make_engine,
    read_scope,
    run_read,
    run_short_read,
    run_short_write,
    run_taken_back,
    run_write,
    shorten_log,
)
from portal_app.core.ids import ID_LENGTH, new_id
from portal_app.customers.models import Account, Contact
from tests.factories import make_contact, make_opportunity
from tests.serving import serve_from


def test_times_come_back_aware_and_in_utc(session: Session):
    at = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    contact = make_contact(session, created_at=at)
    session.expire_all()
    found = session.exec(select(Contact.created_at).where(Contact.id == contact.id)).one()
    assert found == at
    assert found.tzinfo == UTC


def test_an_opportunity_needs_its_customer(session: Session):
    opportunity = make_opportunity(session)
    assert len(opportunity.id) == ID_LENGTH


def test_ids_are_unique_and_grow():
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids[0][:8] <= ids[-1][:8]


def test_a_reading_session_that_is_written_to_is_an_error():
    with pytest.raises(RuntimeError, match="written"), read_scope() as session:
        session.add(Contact(account_id=new_id(), email="a@example.com", name="A"))


def test_a_commit_does_not_wait_for_the_file_which_gets_what_was_written_later(tmp_path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "log.db"
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE page (content TEXT)"))
    monkeypatch.setattr(database, "engine", lambda: engine)
    shorten_log()
    before = path.stat().st_size
    with engine.begin() as connection:  # twice what SQLite takes for a full log
        connection.execute(text("INSERT INTO page VALUES (:content)"), [{"content": "x" * 4000}] * 2000)
    assert path.stat().st_size == before
    shorten_log()
    assert path.stat().st_size > before + 2000 * 4000
    engine.dispose()


@pytest.fixture
def counted(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """A database of its own with one number."""
    engine = make_engine(f"sqlite:///{tmp_path / 'turns.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (number INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    serve_from(engine, monkeypatch)
    monkeypatch.setattr(database, "_impatient_engine", lambda: engine.execution_options(**{IMPATIENT: True}))
    yield engine
    engine.dispose()


def test_on_sqlite_writers_wait_for_their_turn_and_readers_do_not(counted):
    """Twenty write while nobody waits in a thread; a reader comes through while one of them writes."""
    writing, order, most = threading.Event(), [], []
    let_go = threading.Event()

    def write(session: Session, n: int) -> None:
        if n == 0:
            writing.set()
            assert let_go.wait(10)
        most.append(n)
        number = session.execute(text("SELECT number FROM counter")).scalar_one()
        session.execute(text("UPDATE counter SET number = :number"), {"number": number + 1})
        assert most == [n]  # nobody else is between a beginning and an end
        most.clear()
        order.append(n)

    def read(session: Session) -> int:
        return session.execute(text("SELECT number FROM counter")).scalar_one()

    async def everybody() -> tuple[int, int]:
        writers = [asyncio.create_task(run_write(write, n)) for n in range(20)]
        await asyncio.to_thread(writing.wait, 10)
        meanwhile = await asyncio.wait_for(run_read(read), 10)
        let_go.set()
        await asyncio.gather(*writers)
        return meanwhile, await run_read(read)

    assert asyncio.run(everybody()) == (0, 20)
    assert order == list(range(20))


def test_a_writer_that_fails_gives_the_turn_on(counted):
    def fail(session: Session) -> None:
        raise ValueError("no")

    async def everybody() -> list:
        return await asyncio.gather(*(run_write(fail) for _ in range(3)), return_exceptions=True)

    assert [type(found) for found in asyncio.run(everybody())] == [ValueError] * 3


def test_a_reading_session_refuses_a_row_without_an_object():
    with pytest.raises(RuntimeError, match="written"), read_scope() as session:
        insert_row(session, Account, name="A")


def _count_up(session: Session) -> tuple[int, int]:
    number = session.execute(text("UPDATE counter SET number = number + 1 RETURNING number")).scalar_one()
    return number, threading.get_ident()


def test_what_is_short_is_done_in_the_loop_and_committed(counted):
    async def both() -> tuple[tuple[int, int], int]:
        return await run_short_write(_count_up), await run_short_read(
            lambda session: session.execute(text("SELECT number FROM counter")).scalar_one())

    assert asyncio.run(both()) == ((1, threading.get_ident()), 1)


def test_a_short_write_that_fails_leaves_nothing_behind(counted):
    def fail(session: Session) -> None:
        _count_up(session)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(run_short_write(fail))
    assert asyncio.run(run_short_write(_count_up))[0] == 1


def test_a_short_write_waits_in_a_thread_while_another_process_writes(counted):
    """The loop goes on meanwhile: it is what ends the other one's writing."""
    other = counted.connect()
    other.execute(text("UPDATE counter SET number = 10"))

    async def everybody() -> tuple[int, int]:
        waiting = asyncio.create_task(run_short_write(_count_up))
        await asyncio.sleep(0)  # it has found the lock taken
        await asyncio.to_thread(other.commit)
        return await asyncio.wait_for(waiting, 10)

    number, thread = asyncio.run(everybody())
    other.close()
    assert number == 11
    assert thread != threading.get_ident()


def test_what_is_only_tried_out_is_taken_back_and_told_to_nobody(counted, monkeypatch):
    told: list[frozenset[str]] = []
    monkeypatch.setattr(live.the_hub, "tell_later", lambda topics, by: told.append(topics))

    def try_out(session: Session) -> int:
        live.touch(session, live.STAFF_TOPIC)
        return _count_up(session)[0]

    assert asyncio.run(run_taken_back(try_out)) == 1
    assert told == []
    assert asyncio.run(run_write(try_out)) == 1
    assert told == [frozenset({live.STAFF_TOPIC})]
