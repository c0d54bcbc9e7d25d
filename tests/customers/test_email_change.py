"""A new e-mail address counts once it is confirmed at both addresses; looking at a link uses nothing up."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from portal_app.access import links
from portal_app.access.actors import Role
from portal_app.core import events
from portal_app.core.clock import fixed, now
from portal_app.core.errors import NotAllowed, NotFound, TooManyRequests
from portal_app.core.events import EventRow
from portal_app.customers.email_change import (
    Confirmed,
    cancel_email_change,
    clear_email_changes,
    confirm_email,
    pending_change,
    request_email_change,
)
from portal_app.customers.errors import SameAddress
from portal_app.customers.events import AddressClaimed, EmailChangeRequested, ProfileUpdated
from portal_app.customers.models import Contact, ContactChange, EmailChange
from portal_app.customers.profile import decisions_for
from portal_app.customers.rules import CustomerForm, EmailForm
from portal_app.customers.service import set_active, update_contact
from tests.factories import actor_of, make_company, make_contact, make_staff

NEW = EmailForm(email="new@example.com")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list:
    found: list = []
    kinds = (EmailChangeRequested, AddressClaimed, ProfileUpdated)
    monkeypatch.setattr(events, "_listeners", {kind: [lambda _s, event: found.append(event)] for kind in kinds})
    return found


@pytest.fixture
def person(session: Session) -> Contact:
    make_company(session)
    return make_contact(session, email="old@example.com")


def asked(session: Session, person: Contact, told: list, form: EmailForm = NEW) -> EmailChangeRequested:
    request_email_change(session, actor_of(person), form)
    return [event for event in told if isinstance(event, EmailChangeRequested)][-1]


@pytest.mark.parametrize("first", ["old", "new"])
def test_both_addresses_confirm_in_any_order(session, person, told, first):
    event = asked(session, person, told)
    link = links.create_login_link(session, person.id)
    tokens = [event.old_token, event.new_token] if first == "old" else [event.new_token, event.old_token]
    assert confirm_email(session, tokens[0]) is Confirmed.ONE
    assert confirm_email(session, tokens[0]) is Confirmed.ENDED
    session.refresh(person)
    assert person.email == "old@example.com"
    waiting = pending_change(session, person.id)
    assert waiting is not None
    assert (waiting.is_old_confirmed, waiting.is_new_confirmed) == (first == "old", first == "new")
    assert confirm_email(session, tokens[1]) is Confirmed.BOTH
    session.refresh(person)
    assert person.email == "new@example.com"
    assert pending_change(session, person.id) is None
    assert links.redeem_login_link(session, link) is None  # it went to the old address
    row = session.exec(select(ContactChange)).one()
    assert (row.attribute, row.before, row.after, row.by_kind) == ("email", "old@example.com", "new@example.com", "customer")
    assert told[-1] == ProfileUpdated(contact_id=person.id, attributes=["email"])


def test_tokens_and_addresses_are_not_in_the_events(session, person, told):
    event = asked(session, person, told)
    stored = str([row.payload for row in session.exec(select(EventRow))])
    change = session.exec(select(EmailChange)).one()
    for secret in (event.old_token, event.new_token, "new@example.com"):
        assert secret not in stored
    assert event.old_token not in (change.old_token_hash, change.new_token_hash)


def test_asking_again_ends_what_was_mailed_before(session, person, told):
    first = asked(session, person, told)
    second = asked(session, person, told, EmailForm(email="newer@example.com"))
    assert confirm_email(session, first.old_token) is confirm_email(session, first.new_token) is Confirmed.ENDED
    assert confirm_email(session, second.old_token) is Confirmed.ONE


def test_it_can_be_called_off(session, person, told):
    event = asked(session, person, told)
    cancel_email_change(session, actor_of(person))
    assert confirm_email(session, event.new_token) is Confirmed.ENDED
    with pytest.raises(NotFound):
        cancel_email_change(session, actor_of(person))


def test_after_a_day_it_has_ended(session, person, told):
    event = asked(session, person, told)
    with fixed(now() + timedelta(hours=24, seconds=1)):
        assert confirm_email(session, event.old_token) is Confirmed.ENDED


def test_what_nobody_confirmed_is_forgotten(session, person, told):
    asked(session, person, told)
    clear_email_changes(session)
    assert len(session.exec(select(EmailChange)).all()) == 1
    with fixed(now() + timedelta(days=32)):
        clear_email_changes(session)
    assert session.exec(select(EmailChange)).all() == []


def test_an_address_of_somebody_else_does_not_show_and_cannot_be_taken(session, person, told):
    owner = make_contact(session, email="new@example.com")
    event = asked(session, person, told)
    assert event.new_token == ""
    assert told[-1] == AddressClaimed(contact_id=owner.id)
    assert pending_change(session, person.id) is not None
    assert confirm_email(session, event.old_token) is Confirmed.ONE
    assert confirm_email(session, "") is Confirmed.ENDED


def test_an_address_that_somebody_got_meanwhile_is_not_taken(session, person, told):
    event = asked(session, person, told)
    confirm_email(session, event.old_token)
    make_contact(session, email="new@example.com")
    assert confirm_email(session, event.new_token) is Confirmed.ENDED
    session.refresh(person)
    assert person.email == "old@example.com"


def test_staff_who_change_the_address_or_lock_out_end_it(session, person, told):
    seller = actor_of(make_staff(session, Role.SALES))
    event = asked(session, person, told)
    update_contact(session, seller, person.id, CustomerForm(name=person.name, email="third@example.com"))
    assert confirm_email(session, event.old_token) is Confirmed.ENDED
    event = asked(session, person, told)
    set_active(session, seller, person.id, False)
    assert confirm_email(session, event.old_token) is Confirmed.ENDED


def test_refusals(session, person, told):
    actor = actor_of(person)
    with pytest.raises(SameAddress):
        request_email_change(session, actor, EmailForm(email=" OLD@example.com"))
    for _ in range(5):
        request_email_change(session, actor, NEW)
    with pytest.raises(TooManyRequests):
        request_email_change(session, actor, NEW)
    with pytest.raises(NotFound):
        request_email_change(session, actor_of(make_staff(session)), NEW)


def test_a_company_may_keep_the_address_to_itself(session, told):
    make_company(session, customer_edits=decisions_for(["name", "phone", "address"]))
    with pytest.raises(NotAllowed):
        request_email_change(session, actor_of(make_contact(session)), NEW)


def test_of_many_clicks_at_once_one_completes(empty_database: Engine, monkeypatch):
    found: list[EmailChangeRequested] = []
    monkeypatch.setattr(events, "_listeners", {EmailChangeRequested: [lambda _s, event: found.append(event)]})
    with Session(empty_database, expire_on_commit=False) as session:
        make_company(session)
        person = make_contact(session, email="old@example.com")
        request_email_change(session, actor_of(person), NEW)
        session.commit()
    tokens = [found[0].old_token, found[0].new_token] * 8
    gate, outcomes = threading.Barrier(len(tokens)), []

    def click(token: str) -> None:
        gate.wait()
        with Session(empty_database) as session:
            outcome = confirm_email(session, token)
            session.commit()
        outcomes.append(outcome)

    threads = [threading.Thread(target=click, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == sorted([Confirmed.ONE, Confirmed.BOTH] + [Confirmed.ENDED] * 14)
    with Session(empty_database) as session:
        assert session.exec(select(Contact.email)).one() == "new@example.com"
        assert len(session.exec(select(ContactChange).where(col(ContactChange.attribute) == "email")).all()) == 1
