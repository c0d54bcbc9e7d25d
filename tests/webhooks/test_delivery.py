"""Every committed message arrives under one id, however often it is tried and whoever dies in between."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from portal_app.core import clock
from portal_app.core.clock import now
from portal_app.core.sealed import seal
from portal_app.webhooks import calling, delivery, rules
from portal_app.webhooks.calling import Answer
from portal_app.webhooks.delivery import CLAIM_SECONDS, claim_due, deliver_due, forget_old, note_answer, secrets_of
from portal_app.webhooks.models import DELIVERED, FAILED, SENDING, WAITING, WebhookAttempt, WebhookEndpoint, WebhookMessage
from tests.webhooks import worker
from tests.webhooks.conftest import message_now, put_endpoint, put_message
from tests.webhooks.receiver import Receiver
from tests.workers import Worker


def deliver(at=None, call=calling.call) -> int:
    with clock.fixed(at or now()):
        return asyncio.run(deliver_due(call))


def tries(engine: Engine) -> list[WebhookAttempt]:
    with Session(engine) as session:
        return list(session.exec(select(WebhookAttempt).order_by(WebhookAttempt.at)))  # pyright: ignore[reportArgumentType]


def test_a_message_arrives_signed_and_is_told(served: Engine, receiver: Receiver):
    endpoint = put_endpoint(served, receiver.url)
    receiver.secret = secrets_of(endpoint, now())[0]
    message = put_message(served, endpoint, body='{"type":"step.entered","data":{"name":"Lucía"}}')
    assert deliver() == 1
    assert deliver() == 0
    assert receiver.taken == {message.id: message.body}
    path, headers, _ = receiver.requests[0]
    assert path == "/in?from=portal"
    assert headers["content-type"] == "application/json; charset=utf-8"
    done = message_now(served, message.id)
    assert (done.status, done.attempts, done.claim, done.last_error) == (DELIVERED, 1, "", "")
    assert [(each.status_code, each.error) for each in tries(served)] == [(204, "")]


def test_the_old_secret_still_counts_for_a_day(served: Engine, receiver: Receiver):
    before = rules.write_secret(b"before" * 6)
    endpoint = put_endpoint(served, receiver.url, old_sealed_secret=seal(before),
                            old_secret_until=now() + timedelta(hours=24))
    receiver.secret = before
    first = put_message(served, endpoint)
    deliver()
    second = put_message(served, endpoint)
    deliver(now() + timedelta(hours=25))
    assert message_now(served, first.id).status == DELIVERED
    assert message_now(served, second.id).last_error == calling.REFUSED


def test_without_its_secret_nothing_goes_out_unsigned_and_the_log_says_why(served: Engine, receiver: Receiver):
    """The deployment's secret was changed, and the one before was not kept."""
    message = put_message(served, put_endpoint(served, receiver.url, sealed_secret="sealed under a secret that is gone"))
    other = put_message(served, put_endpoint(served, receiver.url))
    assert deliver() == 2
    assert receiver.taken == {other.id: other.body}
    told = message_now(served, message.id)
    assert (told.status, told.last_error) == (WAITING, calling.UNREADABLE)
    assert calling.UNREADABLE in calling.REASONS


def test_a_failure_waits_longer_each_time_and_ends_after_days(served: Engine, receiver: Receiver):
    message = put_message(served, put_endpoint(served, receiver.url))
    at = began = now()
    for attempt in range(1, rules.MOST_ATTEMPTS):
        receiver.answers = [(500, {})]
        assert deliver(at) == 1
        waiting = message_now(served, message.id)
        assert (waiting.status, waiting.attempts, waiting.last_error) == (WAITING, attempt, calling.REFUSED)
        assert deliver(waiting.next_attempt_at - timedelta(seconds=0.1)) == 0
        at = waiting.next_attempt_at
    assert timedelta(days=3) < at - began < timedelta(days=4)
    receiver.answers = [(500, {})]
    deliver(at)
    assert message_now(served, message.id).status == FAILED
    assert deliver(at + timedelta(days=30)) == 0
    assert {headers["webhook-id"] for _, headers, _ in receiver.requests} == {message.id}
    assert len(tries(served)) == rules.MOST_ATTEMPTS


def test_a_receiver_that_asks_to_wait_gets_its_time(served: Engine, receiver: Receiver):
    message, at = put_message(served, put_endpoint(served, receiver.url)), now()
    receiver.answers = [(429, {"retry-after": "300"})]
    deliver(at)
    assert message_now(served, message.id).next_attempt_at >= at + timedelta(seconds=300)


def test_no_redirect_is_followed(served: Engine, receiver: Receiver):
    message = put_message(served, put_endpoint(served, receiver.url))
    receiver.answers = [(307, {"location": receiver.url})]
    deliver()
    assert len(receiver.requests) == 1
    assert message_now(served, message.id).last_error == calling.MOVED


def test_who_is_gone_for_good_is_switched_off_and_what_waits_goes_on_waiting(served: Engine, receiver: Receiver):
    endpoint = put_endpoint(served, receiver.url)
    message, other = put_message(served, endpoint), put_message(served, endpoint, next_attempt_at=now() + timedelta(hours=1))
    receiver.answers = [(410, {})]
    deliver()
    assert message_now(served, message.id).status == FAILED
    with Session(served) as session:
        endpoint = session.get_one(WebhookEndpoint, endpoint.id)
        assert (endpoint.is_on, endpoint.switched_off_because) == (False, calling.ENDED)
    assert deliver(now() + timedelta(days=2)) == 0
    assert message_now(served, other.id).status == WAITING


@pytest.mark.parametrize("raw", [b"", b"220 smtp.example ESMTP\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 2000])
def test_what_does_not_speak_http_is_a_failure_with_a_reason(served: Engine, receiver: Receiver, raw):
    message = put_message(served, put_endpoint(served, receiver.url))
    receiver.raw = raw
    deliver()
    assert message_now(served, message.id).last_error in (calling.NOT_HTTP, calling.UNREACHABLE)


def test_nobody_there_is_a_failure_with_a_reason(served: Engine, opened):
    message = put_message(served, put_endpoint(served, "http://127.0.0.1:9/"))
    deliver()
    assert message_now(served, message.id).last_error == calling.UNREACHABLE
    assert tries(served)[0].status_code == 0


def test_a_receiver_that_drips_is_cut_off(served: Engine, receiver: Receiver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calling, "WHOLE_SECONDS", 0.3)
    receiver.hold = threading.Event()
    message = put_message(served, put_endpoint(served, receiver.url))
    deliver()
    receiver.hold.set()
    assert message_now(served, message.id).last_error == calling.NO_ANSWER


@pytest.mark.parametrize(("url", "resolved"), [
    ("https://inside.example/", ["127.0.0.1"]), ("https://inside.example/", ["169.254.169.254"]),
    ("https://inside.example/", ["::1"]), ("https://inside.example/", ["::ffff:10.0.0.1"]),
    ("https://inside.example/", ["8.8.8.8", "192.168.0.1"]), ("https://inside.example/", ["fe80::1%eth0"]),
])
def test_a_name_that_leads_inside_is_not_called(url, resolved, monkeypatch: pytest.MonkeyPatch):
    called = []
    monkeypatch.setattr(calling.socket, "create_connection", lambda *arguments, **_: called.append(arguments))
    answer = calling.call(rules.parse_target(url), {}, "{}", resolve=lambda *_: resolved)
    assert answer == Answer(error=rules.INSIDE)
    assert called == []


def test_a_name_is_resolved_once_and_the_checked_address_is_called(monkeypatch: pytest.MonkeyPatch):
    """DNS rebinding: a second answer would lead inside, but nobody asks for it."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    called = []

    def connect(address, timeout):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(calling.socket, "create_connection", connect)
    target = rules.parse_target("https://rebinding.example/")
    assert calling.call(target, {}, "{}", resolve=lambda *_: answers.pop(0)).error == calling.UNREACHABLE
    assert called == [("93.184.215.14", 443)]
    assert answers == [["127.0.0.1"]]


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch):
    def unknown(*_):
        raise OSError

    target = rules.parse_target("https://nowhere.example/")
    assert calling.call(target, {}, "{}", resolve=unknown).error == calling.UNKNOWN_NAME


def test_many_workers_share_the_messages(served: Engine):
    endpoint = put_endpoint(served, "https://hooks.example.com/")
    ids = {put_message(served, endpoint).id for _ in range(30)}
    sent: list[str] = []

    def call(_, headers, __) -> Answer:
        sent.append(headers["webhook-id"])
        return Answer(204)

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(lambda _: asyncio.run(deliver_due(call)), range(6))) == 30
    assert len(sent) == 30
    assert set(sent) == ids


def test_a_claim_is_left_alone_until_it_is_stale_and_who_lost_it_changes_nothing(served: Engine):
    message, at = put_message(served, put_endpoint(served, "https://hooks.example.com/")), now()
    with clock.fixed(at), Session(served, expire_on_commit=False) as session:
        [slow] = claim_due(session)
        session.commit()
    assert message_now(served, message.id).status == SENDING
    assert deliver(at + timedelta(seconds=CLAIM_SECONDS - 1), lambda *_: Answer(204)) == 0
    assert deliver(at + timedelta(seconds=CLAIM_SECONDS), lambda *_: Answer(204)) == 1
    with Session(served) as session:
        note_answer(session, slow, Answer(500, calling.REFUSED), 1)
        session.commit()
    assert message_now(served, message.id).status == DELIVERED
    assert len(tries(served)) == 1


def test_an_error_of_our_own_is_tried_again(served: Engine):
    message = put_message(served, put_endpoint(served, "https://hooks.example.com/"))

    def broken(*_):
        raise RuntimeError

    deliver(call=broken)
    waiting = message_now(served, message.id)
    assert (waiting.status, waiting.last_error) == (WAITING, calling.BROKEN)


def test_old_messages_go(served: Engine):
    endpoint = put_endpoint(served, "https://hooks.example.com/")
    old = now() - timedelta(days=31)
    put_message(served, endpoint, status=DELIVERED, created_at=old)
    kept = {put_message(served, endpoint, status=WAITING, created_at=old).id,
            put_message(served, endpoint, status=FAILED).id}
    with Session(served) as session:
        forget_old(session)
        session.commit()
        assert {row.id for row in session.exec(select(WebhookMessage))} == kept


def started(engine: Engine, work: Callable[..., None], *arguments: str) -> Worker:
    return Worker(engine, work, *arguments, webhook_test_networks="127.0.0.0/8")


def test_killed_between_commit_and_call_it_is_told_after_the_restart(served: Engine, receiver: Receiver):
    endpoint = put_endpoint(served, receiver.url)
    first = started(served, worker.write, endpoint.id)
    message_id = first.answer()
    first.kill()
    assert receiver.requests == []
    assert started(served, worker.deliver).answer() == 1
    assert list(receiver.taken) == [message_id]
    assert message_now(served, message_id).status == DELIVERED


def test_killed_while_calling_it_keeps_its_id(served: Engine, receiver: Receiver):
    endpoint = put_endpoint(served, receiver.url)
    message = put_message(served, endpoint)
    receiver.hold = threading.Event()
    first = started(served, worker.deliver)
    assert receiver.arrived.wait(60), "the receiver has it, the worker does not know yet"
    first.kill()
    receiver.hold.set()
    assert message_now(served, message.id).status == SENDING
    assert deliver(now() + timedelta(seconds=CLAIM_SECONDS + 5)) == 1
    assert [headers["webhook-id"] for _, headers, _ in receiver.requests] == [message.id, message.id]
    assert list(receiver.taken) == [message.id], "one message, told twice"


def test_the_delivery_looks_by_itself_and_survives_an_error(served: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "POLL_SECONDS", 0.01)
    put_message(served, put_endpoint(served, "https://hooks.example.com/"))
    broken, done = [RuntimeError("the database is away")], threading.Event()
    has_due = delivery.has_due

    def fails_once(session):
        if broken:
            raise broken.pop()
        return has_due(session)

    def call(*_) -> Answer:
        done.set()
        return Answer(204)

    monkeypatch.setattr(delivery, "has_due", fails_once)

    async def play() -> None:
        task = asyncio.create_task(delivery.deliver_forever(call))
        assert await asyncio.to_thread(done.wait, 30)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(play())
