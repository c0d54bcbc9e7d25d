"""The demonstration's mailbox over HTTP, and that it is nowhere else."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from portal_app.api.mailbox import router
from portal_app.config import settings
from portal_app.core.clock import now
from portal_app.core.errors import NotFound
from portal_app.messaging import mailbox
from portal_app.messaging.models import MailboxMessage


@pytest.fixture
def browser(scope):
    app = FastAPI()
    app.include_router(router)
    with TestClient(app) as browser:
        yield browser


@pytest.fixture
def mails(scope) -> list[str]:
    ids = []
    with scope() as session:
        for number, to in enumerate(("a@example.com", "b@example.com", "a@example.com")):
            message = MailboxMessage(to_address=to, sender="Helianta <p@example.com>", subject=f"Mail {number}",
                                     html=f"<html><head></head><body><p>{number}</p></body></html>", text=str(number),
                                     arrived_at=now())
            session.add(message)
            ids.append(message.id)
    return ids


def test_testers_read_the_mails_newest_first(browser, mails):
    found = browser.get("/mailbox/messages.json").json()["messages"]
    assert [each["subject"] for each in found] == ["Mail 2", "Mail 1", "Mail 0"]
    found = browser.get("/mailbox/messages.json", params={"to": " A@example.com ", "limit": 1}).json()["messages"]
    assert [(each["to"], each["text"]) for each in found] == [("a@example.com", "2")]
    assert browser.get("/mailbox/messages.json", params={"limit": -5}).json()["messages"]


def test_a_mail_stands_in_a_frame_that_runs_nothing(browser, mails):
    answer = browser.get(f"/mailbox/{mails[1]}/mail.html")
    assert "<p>1</p>" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert '<base target="_blank">' in answer.text


@pytest.mark.parametrize("message_id", ["0" * 32, "x", "messages"])
def test_an_unknown_mail_is_not_found(browser, mails, message_id):
    assert browser.get(f"/mailbox/{message_id}/mail.html").status_code == 404


def test_the_page_lists_what_came_and_to_whom(scope, mails):
    with scope() as session:
        assert [row.subject for row in mailbox.list_rows(session, "b@example.com")] == ["Mail 1"]
        assert mailbox.list_addresses(session) == ["a@example.com", "b@example.com"]
        assert "html" not in mailbox.MessageRow.model_fields


def test_without_the_mailbox_there_is_no_sign_of_it(browser, mails, scope, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "mail_sender", "smtp")
    assert browser.get("/mailbox/messages.json").status_code == 404
    assert browser.get(f"/mailbox/{mails[0]}/mail.html").status_code == 404
    with scope() as session:
        for call in (lambda: mailbox.list_rows(session), lambda: mailbox.list_addresses(session)):
            with pytest.raises(NotFound):
                call()
