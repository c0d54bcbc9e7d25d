"""A database that the whole process works on, as in production, and the servers that take mail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from portal_app.company.service import forget_snapshot
from portal_app.messaging.models import OutboxMail
from tests.messaging.servers import ResendLike, SmtpLike, running
from tests.serving import serve_from


@pytest.fixture
def served(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    serve_from(empty_database, monkeypatch)
    forget_snapshot()
    yield empty_database
    forget_snapshot()


@pytest.fixture
def resend_like() -> Iterator[ResendLike]:
    server = ResendLike()
    with running(server):
        yield server


@pytest.fixture
def smtp_like() -> Iterator[SmtpLike]:
    server = SmtpLike()
    with running(server):
        yield server


def put_mail(engine: Engine, **values) -> OutboxMail:
    """A committed mail that waits."""
    with Session(engine, expire_on_commit=False) as session:
        mail = OutboxMail(**{"to_address": "lucia@example.com", "from_name": "Helianta", "subject": "Hola",
                             "html": "<p>Hola</p>", "text": "Hola", **values})
        session.add(mail)
        session.commit()
        return mail


def mail_now(engine: Engine, mail_id: str) -> OutboxMail:
    with Session(engine, expire_on_commit=False) as session:
        return session.get_one(OutboxMail, mail_id)
