"""Endpoints as staff set them, and what they see of how it went."""

import json
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.core.audit import AuditRow
from portal_app.core.clock import now
from portal_app.core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound
from portal_app.core.ids import new_id
from portal_app.core.sealed import unseal
from portal_app.webhooks import service
from portal_app.webhooks.models import DELIVERED, FAILED, WAITING, WebhookAttempt, WebhookEndpoint, WebhookMessage
from tests.factories import make_contact, make_staff
from tests.webhooks.conftest import form


@pytest.fixture
def admin(session: Session):
    from tests.factories import actor_of
    return actor_of(make_staff(session))


@pytest.fixture
def endpoint(session: Session, admin) -> WebhookEndpoint:
    endpoint_id, _ = service.create_endpoint(session, admin, form())
    return session.get_one(WebhookEndpoint, endpoint_id)


def test_the_secret_is_given_once_and_stored_sealed(session: Session, admin):
    endpoint_id, secret = service.create_endpoint(session, admin, form())
    assert secret.startswith("whsec_")
    row = session.get_one(WebhookEndpoint, endpoint_id)
    assert secret[6:] not in json.dumps(row.model_dump(), default=str)
    shown = service.list_endpoints(session, admin)[0].model_dump_json()
    assert secret[6:] not in shown
    assert row.sealed_secret not in shown
    assert unseal(row.sealed_secret) == secret
    assert all(secret[6:] not in json.dumps(each.detail) for each in session.exec(select(AuditRow)))


def test_a_renewed_secret_is_another_one(session: Session, admin, endpoint):
    before = endpoint.sealed_secret
    renewed = service.renew_secret(session, admin, endpoint.id)
    assert renewed == unseal(endpoint.sealed_secret) != unseal(before)
    assert endpoint.old_sealed_secret == before
    assert endpoint.old_secret_until > now() + timedelta(hours=23)


@pytest.mark.parametrize("url", ["http://hooks.example.com", "https://127.0.0.1/", "https://user:word@example.com/", "no"])
def test_an_address_that_may_not_be_called_is_refused_at_its_field(url):
    with pytest.raises(InvalidForm) as refused:
        form(url=url)
    assert list(refused.value.errors) == ["url"]


def test_who_saves_second_is_told(session: Session, admin, endpoint):
    service.save_endpoint(session, admin, endpoint.id, form(version=1, name="Accounts"))
    assert endpoint.name == "Accounts"
    with pytest.raises(ChangedMeanwhile):
        service.save_endpoint(session, admin, endpoint.id, form(version=1))


@pytest.mark.parametrize("role", [Role.SALES, Role.BACK_OFFICE, Role.INSTALLER, Role.VIEWER, None])
def test_only_who_may_sees_or_sets_webhooks(session: Session, endpoint, role):
    from tests.factories import actor_of
    actor = actor_of(make_staff(session, role) if role else make_contact(session))
    for call in (lambda: service.list_endpoints(session, actor), lambda: service.create_endpoint(session, actor, form()),
                 lambda: service.save_endpoint(session, actor, endpoint.id, form()),
                 lambda: service.switch_endpoint(session, actor, endpoint.id, False),
                 lambda: service.renew_secret(session, actor, endpoint.id),
                 lambda: service.delete_endpoint(session, actor, endpoint.id),
                 lambda: service.send_test(session, actor, endpoint.id),
                 lambda: service.list_messages(session, actor, endpoint.id),
                 lambda: service.replay_message(session, actor, new_id())):
        with pytest.raises(NotAllowed):
            call()


def test_what_is_not_there_is_not_found(session: Session, admin):
    for call in (lambda: service.save_endpoint(session, admin, new_id(), form()),
                 lambda: service.renew_secret(session, admin, new_id()),
                 lambda: service.delete_endpoint(session, admin, new_id()),
                 lambda: service.send_test(session, admin, new_id()),
                 lambda: service.replay_message(session, admin, new_id()),
                 lambda: service.enqueue_message(session, new_id(), "x", {}, {})):
        with pytest.raises(NotFound):
            call()


def test_who_the_customer_is_goes_only_where_staff_opened_it(session: Session, admin, endpoint):
    contact = {"name": "Lucía", "email": "lucia@example.com"}
    service.enqueue_message(session, endpoint.id, "step.entered", {"n": 1}, contact)
    service.save_endpoint(session, admin, endpoint.id, form(version=1, tells_contact=True))
    service.enqueue_message(session, endpoint.id, "step.entered", {"n": 2}, contact)
    first, second = session.exec(select(WebhookMessage).order_by(WebhookMessage.id)).all()
    assert json.loads(first.body)["data"] == {"n": 1}
    assert json.loads(second.body)["data"] == {"n": 2, "contact": contact}


def test_what_is_off_is_told_nothing_new(session: Session, admin, endpoint):
    service.switch_endpoint(session, admin, endpoint.id, False)
    assert service.enqueue_message(session, endpoint.id, "x", {}, {}) == ""
    with pytest.raises(service.EndpointIsOff):
        service.send_test(session, admin, endpoint.id)
    service.switch_endpoint(session, admin, endpoint.id, True)
    assert service.send_test(session, admin, endpoint.id)


def test_the_log_shows_every_try_and_pages(session: Session, admin, endpoint):
    ids = [service.send_test(session, admin, endpoint.id) for _ in range(service.PAGE_SIZE + 2)]
    session.add(WebhookAttempt(message_id=ids[-1], status_code=500, error="x", milliseconds=3))
    session.flush()
    first, second = (service.list_messages(session, admin, endpoint.id, page) for page in (0, 1))
    assert [each.id for each in (*first.messages, *second.messages)] == ids[::-1]
    assert (first.has_more, second.has_more) == (True, False)
    assert [(each.status_code, each.milliseconds) for each in first.messages[0].tries] == [(500, 3)]
    assert service.list_endpoints(session, admin)[0].waiting == len(ids)


@pytest.mark.parametrize("status", [FAILED, DELIVERED, WAITING])
def test_a_replay_keeps_id_and_words(session: Session, admin, endpoint, status):
    message = session.get_one(WebhookMessage, service.send_test(session, admin, endpoint.id))
    body = message.body
    message.status, message.attempts, message.next_attempt_at = status, 10, now() + timedelta(hours=5)
    session.add(message)
    session.flush()
    service.replay_message(session, admin, message.id)
    assert (message.status, message.attempts, message.body) == (WAITING, 0, body)
    assert message.next_attempt_at <= now()


def test_an_endpoint_goes_with_what_it_was_told(session: Session, admin, endpoint):
    service.send_test(session, admin, endpoint.id)
    service.delete_endpoint(session, admin, endpoint.id)
    session.expire_all()
    assert session.exec(select(WebhookMessage)).all() == []


def test_there_is_an_end_to_endpoints(session: Session, admin, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "MOST_ENDPOINTS", 1)
    service.create_endpoint(session, admin, form())
    with pytest.raises(service.TooManyEndpoints):
        service.create_endpoint(session, admin, form())
