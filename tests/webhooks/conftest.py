"""A database that the whole process works on, and a receiver that keeps to the protocol."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from portal_app.config import settings
from portal_app.core.forms import parse
from portal_app.core.sealed import seal
from portal_app.webhooks import rules
from portal_app.webhooks.models import WebhookEndpoint, WebhookMessage
from portal_app.webhooks.service import EndpointForm
from tests.serving import serve_from
from tests.webhooks.receiver import Receiver, running


@pytest.fixture
def served(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    serve_from(empty_database, monkeypatch)
    return empty_database


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback may be called, as a test deployment allows it."""
    monkeypatch.setattr(settings, "webhook_test_networks", "127.0.0.0/8")


@pytest.fixture
def receiver(opened: None) -> Iterator[Receiver]:
    server = Receiver()
    with running(server):
        yield server


def form(**values) -> EndpointForm:
    return parse(EndpointForm, {"name": "Billing", "url": "https://hooks.example.com/in", **values})


def put_endpoint(engine: Engine, url: str, **values) -> WebhookEndpoint:
    with Session(engine, expire_on_commit=False) as session:
        endpoint = WebhookEndpoint(**{
            "name": "Billing", "url": url, "sealed_secret": seal(rules.write_secret(b"now" * 11)), **values})
        session.add(endpoint)
        session.commit()
        return endpoint


def put_message(engine: Engine, endpoint: WebhookEndpoint, **values) -> WebhookMessage:
    """A committed message that waits."""
    with Session(engine, expire_on_commit=False) as session:
        message = WebhookMessage(**{"endpoint_id": endpoint.id, "kind": "step.entered", "body": '{"type":"step.entered"}',
                                    **values})
        session.add(message)
        session.commit()
        return message


def message_now(engine: Engine, message_id: str) -> WebhookMessage:
    with Session(engine, expire_on_commit=False) as session:
        return session.get_one(WebhookMessage, message_id)
