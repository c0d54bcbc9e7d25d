"""The virus scanner: clean and infected are what it says plainly; everything else waits where nobody gets it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from portal_app.config import settings
from portal_app.core import clock, files
from portal_app.core.errors import NotFound
from portal_app.documents.models import Document
from portal_app.documents.quarantine import claim_waiting, scan_waiting, settle, wait_before
from portal_app.documents.rules import Scan
from portal_app.documents.scanner import scan
from portal_app.documents.service import get_document, get_readable
from portal_app.messaging.models import OutboxMail
from portal_app.opportunities.answers import answers_of
from portal_app.opportunities.step_reading import get_step
from portal_app.opportunities.steps import submit_step
from tests.documents import corpus
from tests.documents.conftest import Case
from tests.documents.scanners import ClamdLike
from tests.messaging.servers import running
from tests.serving import serve_from


@pytest.fixture
def clamd(monkeypatch: pytest.MonkeyPatch) -> Iterator[ClamdLike]:
    server = ClamdLike()
    with running(server) as port:
        monkeypatch.setattr(settings, "virus_scanner", f"127.0.0.1:{port}")
        yield server


def test_without_a_scanner_nothing_is_asked():
    assert scan([b"x"]) is Scan.OFF


def test_clean_is_clean_and_a_virus_is_found_wherever_it_stands(clamd: ClamdLike):
    assert scan([corpus.jpeg()]) is Scan.CLEAN
    assert scan([bytes(200_000), corpus.EICAR, bytes(50)]) is Scan.INFECTED
    assert clamd.scanned == [len(corpus.jpeg()), 200_050 + len(corpus.EICAR)]


@pytest.mark.parametrize("answer", [
    b"stream: Can't allocate memory ERROR\0", b"", b"stream: OK", b"OK\0", b"stream: ok\0", b"stream: OK\0stream: X FOUND\0",
    b"garbage", b"stream: FOUND\0" * 500])
def test_whatever_is_not_plain_is_unsure(clamd: ClamdLike, answer: bytes):
    clamd.answer = answer
    assert scan([b"x"]) is Scan.WAITING


def test_more_than_the_scanner_takes_is_unsure(clamd: ClamdLike):
    clamd.limit = 1000
    assert scan([bytes(3_000_000)]) is Scan.WAITING


def test_nobody_there_is_unsure(monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for address in (f"127.0.0.1:{port}", "unix:/nowhere/clamd.sock", "127.0.0.1:no"):
        monkeypatch.setattr(settings, "virus_scanner", address)
        assert scan([b"x"]) is Scan.WAITING


def test_one_that_hangs_is_unsure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal_app.documents.scanner.ANSWER_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setattr(settings, "virus_scanner", f"127.0.0.1:{deaf.getsockname()[1]}")
        assert scan([b"x"]) is Scan.WAITING


# -- what waits ---------------------------------------------------------------------------------------------------------


def test_it_is_asked_again_more_and_more_seldom_and_never_given_up():
    waits = [wait_before(tries) for tries in range(12)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[-1] == timedelta(hours=1)
    assert waits == sorted(waits)


def test_a_waiting_file_is_claimed_once(case: Case):
    given = case.give(scan=Scan.WAITING)
    case.give(scan=Scan.CLEAN)
    assert claim_waiting(case.session) == [(given.id, given.content_key)]
    assert claim_waiting(case.session) == []
    with clock.fixed(clock.now() + timedelta(minutes=6)):  # whoever claimed it has died
        assert claim_waiting(case.session) == [(given.id, given.content_key)]


def test_clean_opens_it_and_unsure_lets_it_wait(case: Case):
    given = case.give(scan=Scan.WAITING)
    claim_waiting(case.session)
    assert settle(case.session, given.id, Scan.WAITING) == []
    case.session.refresh(given)
    assert given.scan == Scan.WAITING
    assert given.scan_next_at > clock.now()
    assert settle(case.session, given.id, Scan.CLEAN) == []
    assert get_readable(case.session, case.customer, given.id).id == given.id


def test_a_virus_that_is_found_later_is_deleted_told_and_asked_for_again(case: Case):
    given = case.give(purpose="field", ref_id=case.many, scan=Scan.WAITING, name="a.jpg")
    submit_step(case.session, case.customer, case.project.id)
    assert settle(case.session, given.id, Scan.INFECTED) == [given.content_key, given.thumbnail_key]
    with pytest.raises(NotFound):
        get_readable(case.session, case.customer, given.id)
    shown = get_document(case.session, case.customer, given.id)
    assert (shown.review, shown.review_reason) == (
        "rejected", "The virus scanner found something in this file, so we did not keep it.")
    assert answers_of(case.session, case.project.id)[case.many] is None
    assert get_step(case.session, case.customer, case.project.id, "en").state == "asked_again"
    (mail,) = case.session.exec(select(OutboxMail).where(OutboxMail.template_key == "document-rejected")).all()
    assert "a.jpg" in mail.subject
    assert settle(case.session, given.id, Scan.CLEAN) == []


@pytest.mark.anyio
async def test_the_background_task_shows_the_scanner_what_waits(
        clamd: ClamdLike, empty_database: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from tests.factories import make_company, make_contact, make_opportunity

    serve_from(empty_database, monkeypatch)
    monkeypatch.setattr(settings, "data_folder", tmp_path)
    keys = [files.store(content) for content in (corpus.jpeg(), corpus.EICAR, corpus.png())]
    with Session(empty_database) as session:
        make_company(session)
        contact = make_contact(session)
        project = make_opportunity(session, contact=contact)
        for key in keys:
            session.add(Document(
                opportunity_id=project.id, account_id=contact.account_id, contact_id=contact.id, purpose="project",
                folder="client", is_public=True, name="a.jpg", kind="jpeg", size_bytes=1, content_hash="0" * 64,
                content_key=key, scan=Scan.WAITING, scan_next_at=clock.now(), uploaded_by_kind="staff",
                uploaded_by_id="", uploaded_by_name=""))
        session.commit()
    assert await scan_waiting() == 3
    with Session(empty_database) as session:
        assert dict(session.exec(select(Document.content_key, Document.scan)).all()) == {
            keys[0]: "clean", keys[1]: "infected", keys[2]: "clean"}
    assert files.read(keys[0]) == corpus.jpeg()
    with pytest.raises(FileNotFoundError):
        files.read(keys[1])
