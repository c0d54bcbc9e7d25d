"""The ways out, against servers that speak the same protocols."""

import asyncio
import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from portal_app.config import Settings
from portal_app.messaging import senders
from portal_app.messaging.models import MailboxMessage
from portal_app.messaging.senders import (
    Letter,
    MailboxSender,
    ResendSender,
    SendFailed,
    SmtpSender,
    make_sender,
    sender_address,
)
from tests.messaging.servers import ResendLike, SmtpLike

LETTER = Letter(
    id="0192f0c4a1b27c3d8e4f5a6b7c8d9e0f", to_address="lucia@example.com",
    sender=sender_address("Sol, Luz & Compañía", "portal@helianta.example"), reply_to="hola@helianta.example",
    subject="Tu tejado, Lucía", html="<p>Hola, Lucía</p>", text="Hola, Lucía\n.\nfin",
    written_at=datetime(2026, 11, 5, 10, 30, tzinfo=UTC))


def resend_to(server: ResendLike) -> ResendSender:
    return ResendSender("re_test", f"http://127.0.0.1:{server.server_address[1]}/")


def smtp_to(server: SmtpLike, **options) -> SmtpSender:
    chosen = {"starttls": False, "domain": "helianta.example", **options}
    return SmtpSender("127.0.0.1", server.server_address[1], **chosen)


def send(sender: senders.Sender, letter: Letter = LETTER) -> str:
    return asyncio.run(sender.send(letter))


def failure_of(sender: senders.Sender) -> SendFailed:
    with pytest.raises(SendFailed) as failed:
        send(sender)
    assert failed.value.text in senders.REASONS, "pages translate only these"
    return failed.value


def test_resend_gets_everything_under_the_mails_id(resend_like: ResendLike):
    assert send(resend_to(resend_like)) == "re-0192f0c4"
    key, body, headers = resend_like.requests[0]
    assert key == LETTER.id
    assert headers["Authorization"] == "Bearer re_test"
    assert body["to"] == ["lucia@example.com"]
    assert body["from"] == LETTER.sender
    assert body["reply_to"] == "hola@helianta.example"
    assert (body["subject"], body["html"], body["text"]) == (LETTER.subject, LETTER.html, LETTER.text)


def test_resend_sends_once_however_often_it_is_asked(resend_like: ResendLike):
    sender = resend_to(resend_like)
    assert send(sender) == send(sender)
    assert len(resend_like.requests) == 2
    assert len(resend_like.sent) == 1


@pytest.mark.parametrize(("status", "body", "headers", "text", "is_temporary", "wait"), [
    (429, {"name": "rate_limit_exceeded", "message": "slow"}, {"retry-after": "7"}, senders.BUSY, True, 7),
    (429, {"name": "daily_quota_exceeded", "message": "slow"}, {"retry-after": "soon"}, senders.BUSY, True, 0),
    (401, {"name": "missing_api_key", "message": "key"}, {}, senders.NO_ACCESS, True, 60),
    (403, {"name": "invalid_api_key", "message": "key"}, {}, senders.NO_ACCESS, True, 60),
    (409, {"name": "concurrent_idempotent_requests", "message": "both"}, {}, senders.BUSY, True, 0),
    (409, {"name": "invalid_idempotent_request", "message": "other"}, {}, senders.REFUSED, False, 0),
    (422, {"name": "validation_error", "message": "Invalid `to` field."}, {}, senders.BAD_RECIPIENT, False, 0),
    (422, {"name": "validation_error", "message": "Invalid subject."}, {}, senders.REFUSED, False, 0),
    (500, {"name": "application_error", "message": "oops"}, {}, senders.BROKEN, True, 0),
    (503, {"name": "unavailable", "message": "oops"}, {}, senders.BROKEN, True, 0),
])
def test_resends_failures_are_told_in_words(resend_like: ResendLike, status, body, headers, text, is_temporary, wait):
    resend_like.answers.append((status, body, headers))
    failed = failure_of(resend_to(resend_like))
    assert (failed.text, failed.is_temporary, failed.wait_seconds) == (text, is_temporary, wait)


def test_an_answer_that_is_no_json_is_tried_again(resend_like: ResendLike):
    resend_like.answers.append((502, {}, {"content-type": "text/html"}))
    resend_like.raw = b"<html>bad gateway</html>"
    failed = failure_of(resend_to(resend_like))
    assert (failed.text, failed.is_temporary) == (senders.BROKEN, True)


def test_nobody_at_resends_address_is_temporary():
    failed = failure_of(ResendSender("re_test", "http://127.0.0.1:9"))
    assert (failed.text, failed.is_temporary) == (senders.UNREACHABLE, True)


def test_smtp_gets_the_same_message_each_time(smtp_like: SmtpLike):
    sender = smtp_to(smtp_like, user="portal", password="secret")
    assert send(sender) == f"<{LETTER.id}@helianta.example>"
    send(sender)
    assert any(command.startswith("AUTH PLAIN") for command in smtp_like.commands)
    first, second = (email.message_from_bytes(each, policy=email.policy.default) for each in smtp_like.messages)
    for name in ("Message-ID", "Date", "From", "To", "Subject"):
        assert first[name] == second[name]
    assert first["Message-ID"] == f"<{LETTER.id}@helianta.example>"
    assert first["To"] == "lucia@example.com"
    assert first["Reply-To"] == "hola@helianta.example"
    assert first["Subject"] == "Tu tejado, Lucía"
    assert first["Auto-Submitted"] == "auto-generated"
    plain, rich = first.iter_parts()
    assert plain.get_content().replace("\r\n", "\n").strip() == LETTER.text
    assert rich.get_content().strip() == LETTER.html


def test_smtp_without_a_reply_address(smtp_like: SmtpLike):
    send(smtp_to(smtp_like), replace(LETTER, reply_to=""))
    assert email.message_from_bytes(smtp_like.messages[0])["Reply-To"] is None


@pytest.mark.parametrize(("replies", "text", "is_temporary"), [
    ({"RCPT": "550 5.1.1 unknown"}, senders.BAD_RECIPIENT, False),
    ({"RCPT": "450 4.2.0 greylisted"}, senders.BUSY, True),
    ({"MAIL": "550 not you"}, senders.REFUSED, False),
    ({"MAIL": "451 later"}, senders.BUSY, True),
    ({"MESSAGE": "554 5.7.1 spam"}, senders.REFUSED, False),
    ({"MESSAGE": "452 full"}, senders.BUSY, True),
    ({"CONNECT": "421 busy"}, senders.BUSY, True),
    ({"CONNECT": "554 no"}, senders.REFUSED, False),
])
def test_smtps_failures_are_told_in_words(smtp_like: SmtpLike, replies, text, is_temporary):
    smtp_like.replies = replies
    failed = failure_of(smtp_to(smtp_like))
    assert (failed.text, failed.is_temporary) == (text, is_temporary)
    assert "example.com" not in failed.text


def test_a_wrong_password_or_no_encryption_is_for_staff_to_repair(smtp_like: SmtpLike):
    smtp_like.replies = {"AUTH": "535 wrong"}
    assert failure_of(smtp_to(smtp_like, user="portal", password="x")).text == senders.NO_ACCESS
    assert failure_of(smtp_to(smtp_like, starttls=True)).text == senders.NO_ACCESS


def test_a_lost_connection_is_temporary(smtp_like: SmtpLike):
    smtp_like.hangs_up_after = "MAIL"
    assert failure_of(smtp_to(smtp_like)).text == senders.UNREACHABLE
    assert failure_of(SmtpSender("127.0.0.1", 9)).is_temporary


def test_a_message_that_was_taken_is_sent_even_if_the_goodbye_fails(smtp_like: SmtpLike):
    smtp_like.hangs_up_after = "QUIT"
    send(smtp_to(smtp_like))
    assert len(smtp_like.messages) == 1


def test_implicit_tls_speaks_tls_at_once(smtp_like: SmtpLike, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(senders, "IMPLICIT_TLS_PORT", smtp_like.server_address[1])
    assert failure_of(smtp_to(smtp_like)).text == senders.UNREACHABLE, "a plain server is no TLS server"
    assert not smtp_like.messages


def test_the_mailbox_takes_a_mail_once(served: Engine):
    sender = MailboxSender()
    assert send(sender) == send(sender)
    with Session(served) as session:
        message = session.exec(select(MailboxMessage)).one()
    assert (message.to_address, message.subject, message.html) == (LETTER.to_address, LETTER.subject, LETTER.html)


def test_a_name_cannot_break_the_sender_open():
    assert sender_address("Sol\r\nBcc: x@evil.example", "a@b.example").count("\n") == 0


@pytest.mark.parametrize(("kind", "expected"), [
    ("mailbox", MailboxSender), ("resend", ResendSender), ("smtp", SmtpSender)])
def test_the_deployment_chooses(kind, expected):
    chosen = Settings(mail_sender=kind, resend_api_key="re_x", smtp_host="mail.example", mail_from="a@helianta.example")
    assert type(make_sender(chosen)) is expected
