"""Whoever watches over the portal learns what is not as it should be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import FastAPI
from sqlalchemy import Connection, text
from starlette.testclient import TestClient

from portal_app.api.health import router
from portal_app.config import ROOT
from portal_app.core import database
from portal_app.core.clock import now
from portal_app.messaging.models import OutboxMail

HEAD = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini"))).get_current_head()


@pytest.fixture
def watcher(scope) -> TestClient:
    app = FastAPI()
    app.include_router(router)
    return TestClient(app)


@pytest.fixture
def at_revision(scope, empty_database):
    """Says which migration the database is at."""
    def write(connection: Connection, revision: str | None) -> None:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})

    def set_revision(revision: str | None) -> None:
        with empty_database.begin() as connection:
            write(connection, revision)

    yield set_revision
    with empty_database.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def put_mail(minutes_ago: int) -> None:
    at = now() - timedelta(minutes=minutes_ago)
    with database.session_scope() as session:
        session.add(OutboxMail(to_address="ana@example.com", subject="Welcome", html="", text="", next_attempt_at=at,
                               created_at=at))


def test_all_is_well(watcher: TestClient, at_revision):
    at_revision(HEAD)
    put_mail(minutes_ago=10)
    answer = watcher.get("/healthz")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["status"], found["database"], found["migrations"]) == ("ok", "ok", "ok")
    assert 600 <= found["mail"]["oldest_unsent_seconds"] < 660
    assert answer.headers["cache-control"] == "no-store"


def test_a_mail_that_waits_too_long_is_told(watcher: TestClient, at_revision):
    at_revision(HEAD)
    put_mail(minutes_ago=16)
    answer = watcher.get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["mail"]["status"]) == (503, "failing", "late")
    assert "ana@example.com" not in answer.text


def test_a_database_that_was_not_migrated_is_told(watcher: TestClient, at_revision):
    at_revision("initial_schema")
    answer = watcher.get("/healthz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "pending")


def test_a_database_that_does_not_answer_is_told_without_its_address(watcher: TestClient, monkeypatch: pytest.MonkeyPatch):
    def away() -> None:
        raise ConnectionError("postgresql://portal:secret@db/portal")

    monkeypatch.setattr(database, "_read_engine", away)
    answer = watcher.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "database": "ConnectionError"})
