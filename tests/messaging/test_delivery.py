"""Nothing that was committed is lost, nothing goes out twice under another id, whoever dies in between."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from portal_app.core import clock
from portal_app.core.clock import now
from portal_app.customers.service import set_active
from portal_app.messaging import delivery, senders
from portal_app.messaging.access_link import AccessBlocked, send_access_link
from portal_app.messaging.delivery import CLAIM_SECONDS, claim_due, deliver_due, deliver_forever, mark_sent
from portal_app.messaging.models import FAILED, SENDING, SENT, WAITING, OutboxMail
from portal_app.messaging.rules import MOST_ATTEMPTS
from portal_app.messaging.senders import Letter, ResendSender, SendFailed
from portal_app.messaging.service import list_mails
from portal_app.messaging.wake import Bell, ring_after_commit
from tests.factories import actor_of, make_company, make_opportunity, make_staff
from tests.messaging import worker
from tests.messaging.conftest import mail_now, put_mail
from tests.messaging.servers import ResendLike
from tests.workers import Worker


class Recorder:
    """A sender that remembers, and fails as it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.letters = list(failures), []
        self.sent = threading.Event()

    async def send(self, letter: Letter) -> str:
        self.letters.append(letter)
        if self.failures:
            raise self.failures.pop(0)
        self.sent.set()
        return "provider-1"


def deliver(sender, at=None) -> int:
    with clock.fixed(at or now()):
        return asyncio.run(deliver_due(sender))


def test_a_waiting_mail_is_sent_and_told(served: Engine):
    mail = put_mail(served)
    sender = Recorder()
    assert deliver(sender) == 1
    assert deliver(sender) == 0
    assert [letter.id for letter in sender.letters] == [mail.id]
    assert sender.letters[0].sender == "Helianta <portal@example.com>"
    done = mail_now(served, mail.id)
    assert (done.status, done.provider_id, done.html, done.claim) == (SENT, "provider-1", "<p>Hola</p>", "")
    assert done.sent_at


def test_what_is_secret_is_erased_once_it_is_delivered(served: Engine):
    mail = put_mail(served, is_secret=True)
    sender = Recorder(SendFailed(senders.BUSY, is_temporary=True))
    deliver(sender)
    assert mail_now(served, mail.id).html, "it still has to go out"
    deliver(sender, now() + timedelta(hours=1))
    done = mail_now(served, mail.id)
    assert (done.status, done.html, done.text) == (SENT, "", "")
    assert sender.letters[1].html == "<p>Hola</p>"


def test_a_way_in_is_not_sent_to_who_was_blocked_and_the_project_says_why(served: Engine):
    with Session(served) as session:
        make_company(session)
        opportunity = make_opportunity(session)
        contact_id, project_id, seller = opportunity.contact_id, opportunity.id, actor_of(make_staff(session))
        session.commit()
    way = put_mail(served, is_secret=True, contact_id=contact_id, opportunity_id=project_id)
    word = put_mail(served, contact_id=contact_id, opportunity_id=project_id)
    with Session(served) as session:  # after the two were written
        set_active(session, seller, contact_id, False)
        session.commit()
    sender = Recorder()
    deliver(sender)
    assert [letter.id for letter in sender.letters] == [word.id], "what leads nowhere is still told"
    assert mail_now(served, way.id).html == ""
    with Session(served) as session:
        [listed] = [mail for mail in list_mails(session, seller, project_id) if mail.id == way.id]
        with pytest.raises(AccessBlocked):
            send_access_link(session, seller, project_id)
        set_active(session, seller, contact_id, True)
        session.commit()
    assert (listed.status_title, listed.last_error, listed.can_retry) == ("Not sent", senders.LOCKED_OUT, False)
    put_mail(served, is_secret=True, contact_id=contact_id)
    assert (deliver(sender), len(sender.letters)) == (1, 2)


def test_a_temporary_failure_waits_longer_each_time_and_then_ends(served: Engine):
    mail = put_mail(served)
    at, waits = now(), []
    for attempt in range(1, MOST_ATTEMPTS):
        assert deliver(Recorder(SendFailed(senders.BUSY, is_temporary=True)), at) == 1
        waiting = mail_now(served, mail.id)
        assert (waiting.status, waiting.attempts, waiting.last_error) == (WAITING, attempt, senders.BUSY)
        waits.append((waiting.next_attempt_at - at).total_seconds())
        assert deliver(Recorder(), waiting.next_attempt_at - timedelta(seconds=0.1)) == 0
        at = waiting.next_attempt_at
    assert waits[0] < 6
    assert waits[8] > 600
    assert max(waits) <= 3600
    assert sum(waits) > 3600 * 4, "staff have hours to repair the sender"
    deliver(Recorder(SendFailed(senders.BUSY, is_temporary=True)), at)
    assert mail_now(served, mail.id).status == FAILED


def test_a_service_that_asks_to_wait_gets_its_time(served: Engine):
    mail, at = put_mail(served), now()
    deliver(Recorder(SendFailed(senders.BUSY, is_temporary=True, wait_seconds=300)), at)
    assert mail_now(served, mail.id).next_attempt_at >= at + timedelta(seconds=300)


def test_a_permanent_failure_ends_at_once_and_erases_what_is_secret(served: Engine):
    mail = put_mail(served, is_secret=True)
    deliver(Recorder(SendFailed(senders.BAD_RECIPIENT, is_temporary=False)))
    done = mail_now(served, mail.id)
    assert (done.status, done.last_error, done.html) == (FAILED, senders.BAD_RECIPIENT, "")


def test_an_unforeseen_error_is_tried_again(served: Engine):
    mail = put_mail(served)
    deliver(Recorder(RuntimeError("lucia@example.com")))
    waiting = mail_now(served, mail.id)
    assert (waiting.status, waiting.last_error) == (WAITING, senders.BROKEN)


def test_a_code_that_has_run_out_is_not_sent(served: Engine):
    mail = put_mail(served, expires_at=now() - timedelta(seconds=1), is_secret=True)
    sender = Recorder()
    deliver(sender)
    assert sender.letters == []
    assert (mail_now(served, mail.id).status, mail_now(served, mail.id).last_error) == (FAILED, delivery.TOO_LATE)


def test_many_workers_share_the_mails(served: Engine):
    ids = {put_mail(served, to_address=f"c{n}@example.com").id for n in range(30)}
    recorders = [Recorder() for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(lambda sender: asyncio.run(deliver_due(sender)), recorders)) == 30
    sent = [letter.id for sender in recorders for letter in sender.letters]
    assert len(sent) == 30
    assert set(sent) == ids


def test_a_claim_is_left_alone_until_it_is_stale(served: Engine):
    mail, at = put_mail(served), now()
    with clock.fixed(at), Session(served) as session:
        assert [row.id for row in claim_due(session)] == [mail.id]
        session.commit()
    assert mail_now(served, mail.id).status == SENDING
    assert deliver(Recorder(), at + timedelta(seconds=CLAIM_SECONDS - 1)) == 0
    sender = Recorder()
    assert deliver(sender, at + timedelta(seconds=CLAIM_SECONDS)) == 1
    assert [letter.id for letter in sender.letters] == [mail.id]


def test_a_worker_whose_claim_was_taken_over_changes_nothing(served: Engine):
    mail, at = put_mail(served), now()
    with clock.fixed(at), Session(served, expire_on_commit=False) as session:
        [slow] = claim_due(session)
        session.commit()
    deliver(Recorder(SendFailed(senders.BAD_RECIPIENT, is_temporary=False)), at + timedelta(seconds=CLAIM_SECONDS))
    with Session(served) as session:
        mark_sent(session, slow, "late")
        session.commit()
    assert mail_now(served, mail.id).status == FAILED


def test_killed_between_commit_and_send_it_is_sent_after_the_restart(served: Engine, resend_like: ResendLike):
    address = f"http://127.0.0.1:{resend_like.server_address[1]}"
    first = Worker(served, worker.write)
    mail_id = first.answer()
    first.kill()
    assert resend_like.requests == []
    assert Worker(served, worker.deliver, address).answer() == 1
    assert [key for key, *_ in resend_like.requests] == [mail_id]
    assert mail_now(served, mail_id).status == SENT


def test_killed_while_sending_it_keeps_its_id_and_is_sent_once(served: Engine, resend_like: ResendLike):
    address = f"http://127.0.0.1:{resend_like.server_address[1]}"
    mail = put_mail(served)
    resend_like.hold = threading.Event()
    first = Worker(served, worker.deliver, address)
    assert resend_like.arrived.wait(60), "the service has it, the worker does not know yet"
    first.kill()
    resend_like.hold.set()
    assert mail_now(served, mail.id).status == SENDING
    assert deliver(ResendSender("re_test", address), now() + timedelta(seconds=CLAIM_SECONDS + 5)) == 1
    assert [key for key, *_ in resend_like.requests] == [mail.id, mail.id]
    assert list(resend_like.sent) == [mail.id], "one mail, asked for twice"
    assert mail_now(served, mail.id).status == SENT


@pytest.fixture
def bell() -> Bell:
    return Bell()


async def _until(event: threading.Event) -> bool:
    return await asyncio.to_thread(event.wait, 30)


def test_a_commit_wakes_the_delivery_at_once(served: Engine, bell: Bell, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "POLL_SECONDS", 3600)

    async def play() -> None:
        sender = Recorder()
        first_look = asyncio.Event()
        loop = asyncio.get_running_loop()
        has_due = delivery.has_due

        def looked(session):
            loop.call_soon_threadsafe(first_look.set)
            return has_due(session)

        monkeypatch.setattr(delivery, "has_due", looked)
        task = asyncio.create_task(deliver_forever(lambda: sender, bell))
        await asyncio.wait_for(first_look.wait(), 30)

        def write() -> None:
            with Session(served) as session:
                session.add(OutboxMail(to_address="a@example.com", subject="s", html="h", text="t"))
                ring_after_commit(session, bell)
                ring_after_commit(session, bell)
                session.commit()

        await asyncio.to_thread(write)
        assert await _until(sender.sent)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(play())


@pytest.mark.parametrize(("late_seconds", "pauses"), [(0.0, 1), (0.02, delivery.MOST_PAUSES)])
def test_mail_waits_while_people_are_answered_but_not_for_ever(monkeypatch: pytest.MonkeyPatch, late_seconds, pauses):
    async def play() -> int:
        moment, slept = [0.0], []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            moment[0] += seconds + late_seconds

        with monkeypatch.context() as patch:
            patch.setattr(asyncio.get_running_loop(), "time", lambda: moment[0])
            patch.setattr(asyncio, "sleep", sleep)
            await delivery._quiet_moment()
        return len(slept)

    assert asyncio.run(play()) == pauses


def test_the_delivery_looks_by_itself_and_survives_an_error(served: Engine, bell: Bell,
                                                           monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "POLL_SECONDS", 0.01)
    put_mail(served)
    broken = [RuntimeError("the database is away")]
    has_due = delivery.has_due

    def fails_once(session):
        if broken:
            raise broken.pop()
        return has_due(session)

    monkeypatch.setattr(delivery, "has_due", fails_once)

    async def play() -> None:
        sender = Recorder()
        task = asyncio.create_task(deliver_forever(lambda: sender, bell))
        assert await _until(sender.sent)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(play())


def test_a_bell_that_nobody_hears_is_no_error(bell: Bell):
    bell.ring()

    async def hear() -> None:
        bell.listen()

    asyncio.run(hear())
    bell.ring()


def test_a_rolled_back_mail_never_existed(served: Engine):
    with Session(served) as session:
        session.add(OutboxMail(to_address="a@example.com", subject="s", html="h", text="t"))
        session.flush()
        session.rollback()
    assert deliver(Recorder()) == 0
    with Session(served) as session:
        assert session.exec(select(OutboxMail)).first() is None
