"""A company for everybody who signs in, and sessions that commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlmodel import Session

from portal_app.access import passwords, sessions
from portal_app.access.models import StaffMember
from tests.access.signing_in import GOOD
from tests.factories import make_company, make_staff


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    sessions._seen.clear()


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm, without the time it takes on purpose."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "_DUMMY", quick.hash("nobody has this password"))


@pytest.fixture
def company(session: Session):
    return make_company(session)


@pytest.fixture
def scope(empty_database: Engine) -> Callable[[], Any]:
    """As `session_scope`, on the database of this test, with a company."""

    @contextmanager
    def session_scope() -> Iterator[Session]:
        with Session(empty_database, expire_on_commit=False) as session:
            yield session
            session.commit()

    with session_scope() as session:
        make_company(session)
    return session_scope


@pytest.fixture
def good_hash() -> str:
    return passwords.hash_password(GOOD)


@pytest.fixture
def member(scope, good_hash: str) -> StaffMember:
    with scope() as session:
        return make_staff(session, password_hash=good_hash)


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Calls `call(0)` … in threads that start together; gives what they gave."""
    gate = Barrier(count)

    def run(number: int) -> Any:
        gate.wait()
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
