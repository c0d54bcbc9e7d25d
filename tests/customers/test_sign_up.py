"""Signing up: the address is confirmed first, and whether it is known does not show."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from portal_app.access.models import PortalSession
from portal_app.access.requests import NotIssued
from portal_app.access.rules import REQUEST_PAUSE
from portal_app.core import events
from portal_app.core.clock import fixed, now
from portal_app.core.errors import InvalidForm, NotFound, TooManyRequests
from portal_app.core.events import EventRow
from portal_app.core.forms import parse
from portal_app.customers.events import AddressClaimed, CustomerRegistered, SignUpRequested
from portal_app.customers.models import Account, Contact, SignUpRequest
from portal_app.customers.rules import SignUpForm
from portal_app.customers.sign_up import clear_sign_ups, confirm_sign_up, issue_sign_up, request_sign_up
from tests.factories import make_company, make_contact

CLIENT = "203.0.113.7"


@pytest.fixture
def company(session: Session):
    return make_company(session, sign_up_is_open=True, default_language="it")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list:
    found: list = []
    kinds = (SignUpRequested, AddressClaimed, CustomerRegistered)
    monkeypatch.setattr(events, "_listeners", {kind: [lambda _s, event: found.append(event)] for kind in kinds})
    return found


def form(**values: str) -> SignUpForm:
    return parse(SignUpForm, {"name": "Eva Soler", "email": "Eva@Example.com", **values})


def token_of(session: Session, told: list, **values: str) -> str:
    request_sign_up(session, form(**values), CLIENT)
    assert issue_sign_up(session)
    return told[-1].token


def test_a_click_makes_the_customer_and_lets_them_in(session, company, told):
    token = token_of(session, told, phone="+34 600 000 000", address="Calle 1")
    assert session.exec(select(Contact)).all() == []
    opened = confirm_sign_up(session, token, "Firefox")
    assert opened
    person = session.exec(select(Contact)).one()
    assert (person.name, person.email, person.phone, person.address, person.language) == (
        "Eva Soler", "eva@example.com", "+34 600 000 000", "Calle 1", "it")
    assert session.exec(select(Account.name)).one() == "Eva Soler"
    assert session.exec(select(PortalSession.contact_id)).one() == person.id
    assert told[-1] == CustomerRegistered(contact_id=person.id)
    assert confirm_sign_up(session, token) is None
    assert session.exec(select(SignUpRequest)).all() == []


def test_name_address_and_token_are_not_in_the_events(session, company, told):
    token = token_of(session, told)
    stored = str([row.payload for row in session.exec(select(EventRow))])
    assert not any(secret in stored for secret in (token, "eva@example.com", "Eva Soler"))
    assert token not in session.exec(select(SignUpRequest.token_hash)).one()


def test_a_customer_who_signs_up_again_gets_their_way_in(session, company, told):
    person = make_contact(session, email="eva@example.com")
    request_sign_up(session, form(name="Somebody Else"), CLIENT)
    assert issue_sign_up(session)
    assert told == [AddressClaimed(contact_id=person.id)]
    assert not issue_sign_up(session)


def test_who_is_locked_out_gets_no_way_in(session, company, told):
    make_contact(session, email="eva@example.com", is_active=False)
    request_sign_up(session, form(), CLIENT)
    assert issue_sign_up(session)
    assert told == []


def test_who_was_entered_by_staff_meanwhile_gets_into_that_account(session, company, told):
    token = token_of(session, told)
    person = make_contact(session, email="eva@example.com", name="As staff wrote it")
    assert confirm_sign_up(session, token)
    assert session.exec(select(Contact.name)).one() == "As staff wrote it"
    assert session.exec(select(PortalSession.contact_id)).one() == person.id


def test_where_it_is_closed_nothing_is_there(session, told):
    company = make_company(session, sign_up_is_open=True)
    token = token_of(session, told)
    company.sign_up_is_open = False
    session.flush()
    with pytest.raises(NotFound):
        request_sign_up(session, form(), CLIENT)
    assert confirm_sign_up(session, token) is None
    assert session.exec(select(Contact)).all() == []


def test_links_end_after_a_day_and_requests_are_forgotten(session, company, told):
    token = token_of(session, told)
    with fixed(now() + timedelta(hours=24, seconds=1)):
        assert confirm_sign_up(session, token) is None
    with fixed(now() + timedelta(days=3)):
        clear_sign_ups(session)
    assert session.exec(select(SignUpRequest)).all() == []


def test_a_mail_that_can_not_be_written_leaves_the_request_waiting(session, company, monkeypatch):
    def failing(*_) -> None:
        raise OSError("no space left")

    request_sign_up(session, form(), CLIENT)
    with monkeypatch.context() as broken:
        broken.setattr(events, "_listeners", {SignUpRequested: [failing]})
        with pytest.raises(NotIssued) as failure, session.begin_nested():
            issue_sign_up(session)
    assert session.exec(select(SignUpRequest.token_hash, SignUpRequest.issued_at)).one() == ("", None)
    assert not issue_sign_up(session, [failure.value.key])
    assert issue_sign_up(session)
    assert session.exec(select(SignUpRequest.token_hash)).one()


def test_one_mail_a_minute_and_five_a_day_without_a_word(session, company, told):
    for minute in range(8):
        with fixed(now() + minute * (REQUEST_PAUSE + timedelta(seconds=1))):
            for _ in range(1 + (minute == 0)):
                request_sign_up(session, form(), f"203.0.113.{minute}")
                issue_sign_up(session)
    assert len(told) == 4  # the second within the first minute counted too, but sent nothing


def test_one_client_cannot_ask_for_many_addresses(session, company):
    for number in range(10):
        request_sign_up(session, form(email=f"a{number}@example.com"), CLIENT)
    with pytest.raises(TooManyRequests):
        request_sign_up(session, form(email="b@example.com"), CLIENT)


@pytest.mark.parametrize("name", ["Win at evil.example/prize", "see www.evil", "http://x", "<b>x</b>", "evil.com", "a@b.co"])
def test_a_name_carries_no_message_to_somebody_else_s_mailbox(name):
    with pytest.raises(InvalidForm) as error:
        form(name=name)
    assert set(error.value.errors) == {"name"}


@pytest.mark.parametrize("name", ["Dr. Eva Soler-Núñez", "O'Neill", "J. R. Müller", "Team Süd GmbH & Co. KG", "王小明"])
def test_names_of_people_pass(name):
    assert form(name=name).name == name


def test_of_many_clicks_at_once_one_makes_the_customer(empty_database: Engine, monkeypatch):
    found: list[SignUpRequested] = []
    monkeypatch.setattr(events, "_listeners", {SignUpRequested: [lambda _s, event: found.append(event)]})
    with Session(empty_database) as session:
        make_company(session, sign_up_is_open=True)
        request_sign_up(session, form(), CLIENT)
        issue_sign_up(session)
        session.commit()
    gate, opened = threading.Barrier(10), []

    def click() -> None:
        gate.wait()
        with Session(empty_database) as session:
            opened.append(confirm_sign_up(session, found[0].token))
            session.commit()

    threads = [threading.Thread(target=click) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len([token for token in opened if token]) == 1
    assert len(opened) == 10
    with Session(empty_database) as session:
        assert len(session.exec(select(Contact.id)).all()) == 1
