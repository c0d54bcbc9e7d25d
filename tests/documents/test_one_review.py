"""Colleagues who decide on a file at the same moment: what they did last holds, and the customer is told just that."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from portal_app.access.actors import Actor, Role
from portal_app.core.errors import NotFound
from portal_app.core.events import EventRow
from portal_app.customers.models import Contact
from portal_app.documents import service
from portal_app.documents.errors import AlreadySent
from portal_app.documents.models import Document
from portal_app.documents.rules import RejectForm, Review
from portal_app.messaging.defaults import ensure_templates
from portal_app.messaging.models import OutboxMail
from tests.documents.conftest import Case
from tests.factories import actor_of, make_company, make_opportunity, make_staff
from tests.racing import at_once

MANY = 20


@pytest.fixture
def given(empty_database: Engine) -> tuple[Engine, Actor, str]:
    """A file that a customer gave unasked, and who decides on it."""
    with Session(empty_database, expire_on_commit=False) as session:
        make_company(session)
        ensure_templates(session)
        project = make_opportunity(session)
        contact = session.get_one(Contact, project.contact_id)
        case = Case(session, project, actor_of(contact), actor_of(contact), actor_of(make_staff(session, Role.BACK_OFFICE)),
                    "", "")
        document = case.give()
        session.commit()
    return empty_database, case.staff, document.id


def deciding(staff: Actor, document_id: str, count: int) -> list[Callable[[Session], object]]:
    """Accepting and sending back in turn."""
    return [lambda s: service.accept_document(s, staff, document_id),
            lambda s: service.reject_document(s, staff, document_id, RejectForm(reason="Too dark."))] * (count // 2)


def test_who_accepts_what_went_back_is_told_and_the_customer_has_one_mail(given):
    engine, staff, document_id = given
    ended = at_once(engine, deciding(staff, document_id, MANY))
    assert set(ended) <= {"done", "SentBackMeanwhile"}
    with Session(engine) as session:
        assert session.get_one(Document, document_id).review == Review.REJECTED
        assert session.exec(select(func.count()).select_from(OutboxMail)).one() == 1
        assert session.exec(select(func.count()).select_from(EventRow).where(EventRow.name == "DocumentRejected")).one() == 1


@pytest.mark.parametrize("decide", [service.accept_document, service.remove_document])
def test_who_takes_a_file_back_while_a_colleague_decides_on_it_is_told(given, monkeypatch: pytest.MonkeyPatch, decide):
    engine, staff, document_id = given
    if engine.dialect.name == "sqlite":
        pytest.skip("a writing session holds the lock from its first statement")
    with Session(engine) as session:
        customer = actor_of(session.get_one(Contact, session.get_one(Document, document_id).contact_id))
    lock = service.get_locked

    def be_overtaken(session: Session, *args) -> object:
        monkeypatch.setattr(service, "get_locked", lock)
        with Session(engine) as other:
            decide(other, staff if decide is service.accept_document else customer, document_id)
            other.commit()
        return lock(session, *args)

    monkeypatch.setattr(service, "get_locked", be_overtaken)
    with Session(engine) as session, pytest.raises(AlreadySent if decide is service.accept_document else NotFound):
        service.remove_document(session, customer, document_id)


def test_control_without_the_lock_both_would_count(given, monkeypatch: pytest.MonkeyPatch):
    """What the test above sees is the lock's doing. (On SQLite the lock is the transaction itself.)"""
    engine, staff, document_id = given
    if engine.dialect.name == "sqlite":
        pytest.skip("a writing session holds the lock from its first statement")
    looked, refresh = Barrier(2), Session.refresh

    def look(session: Session, row: object) -> None:
        refresh(session, row)
        looked.wait(20)

    monkeypatch.setattr(service, "get_locked", lambda *_: None)
    monkeypatch.setattr(Session, "refresh", look)
    assert at_once(engine, deciding(staff, document_id, 2)) == {"done": 2}
