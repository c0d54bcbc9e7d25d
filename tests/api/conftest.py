"""The routes on a database of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session
from starlette.testclient import TestClient

from portal_app.access import passwords
from portal_app.access import staff_sign_in as staff
from portal_app.company import service as company_service
from portal_app.core import database
from tests.factories import make_company
from tests.serving import serve_from


@pytest.fixture
def scope(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Any]]:
    """The application's own sessions, on the database of this test, with a company."""
    serve_from(empty_database, monkeypatch)
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "_DUMMY", quick.hash("nobody has this password"))
    company_service.forget_snapshot()
    with database.session_scope() as session:
        make_company(session)

    @contextmanager
    def session_scope() -> Iterator[Session]:
        with database.session_scope() as session:
            yield session

    assert staff.session_scope is database.session_scope
    yield session_scope
    company_service.forget_snapshot()


@pytest.fixture
def client(scope) -> Iterator[TestClient]:
    """A browser before the routes of signing in."""
    from portal_app.api.access import router as access
    from portal_app.api.sign_in import router as sign_in

    app = FastAPI()
    app.include_router(access)
    app.include_router(sign_in)
    with TestClient(app, base_url="http://localhost:8000", follow_redirects=False,
                    raise_server_exceptions=True) as client:
        yield client
