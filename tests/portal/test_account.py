"""The account page without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal_app.access import sessions
from portal_app.core.crypto import hash_of
from portal_app.core.texts import text_id
from portal_app.customers.models import Contact
from portal_app.portal.account.state import AccountState
from portal_app.portal.account.view import account
from portal_app.portal.sign_in.view import sign_in
from tests.factories import actor_of, make_company, make_contact
from tests.handling import Reader, served

assert served


@pytest.fixture
def people(served):
    make_company(served)
    mine, foreign = make_contact(served, phone="+34 600 000 001"), make_contact(served)
    tokens = [sessions.open_session(served, contact_id=mine.id, device=name) for name in ("Firefox", "Safari")]
    foreign_token = sessions.open_session(served, contact_id=foreign.id, device="not mine")
    served.commit()
    return replace(actor_of(mine), session_hash=hash_of(tokens[0])), tokens, foreign_token


def valid(served, *tokens: str) -> set[str]:
    found = sessions.list_valid_sessions(served, {hash_of(token) for token in tokens})
    served.rollback()  # or it would hold the write lock
    return found


def opened(actor) -> Reader:
    reader = Reader(actor)
    reader.send(AccountState, "load")
    return reader


@pytest.mark.parametrize("page", [account, sign_in])
def test_the_pages_can_be_built(page):
    assert "data-testid" in str(page())


def test_own_data_and_sessions_are_shown(people):
    actor, _, _ = people
    shown = opened(actor).state(AccountState).account
    assert (shown.name, shown.phone) == (actor.name, "+34 600 000 001")
    assert [(row.device, row.is_this) for row in shown.sessions] == [("Firefox", True), ("Safari", False)]


def test_another_browser_is_signed_out(people, served):
    actor, tokens, _ = people
    reader = opened(actor)
    other = reader.state(AccountState).account.sessions[1].id
    reader.send(AccountState, "end_session", other)
    assert [row.device for row in reader.state(AccountState).account.sessions] == ["Firefox"]
    assert valid(served, *tokens) == {hash_of(tokens[0])}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(session_id=st.one_of(st.none(), st.integers(), st.text(max_size=50), st.lists(st.text(max_size=3)),
                            st.text(alphabet="0123456789abcdef", min_size=32, max_size=32)))
def test_whatever_is_named_no_session_ends(people, served, session_id):
    actor, tokens, foreign_token = people
    opened(actor).send(AccountState, "end_session", session_id)
    assert len(valid(served, *tokens, foreign_token)) == 3


def test_a_foreign_session_is_not_there(people, served):
    actor, _, foreign_token = people
    from portal_app.access.models import PortalSession

    foreign_id = served.get_one(PortalSession, hash_of(foreign_token)).id
    served.rollback()
    opened(actor).send(AccountState, "end_session", foreign_id)
    assert valid(served, foreign_token)


# -- own data and consents -------------------------------------------------------------------------------------------


def test_only_what_was_changed_is_sent(people, served):
    actor, _, _ = people
    reader = opened(actor)
    contact = served.get_one(Contact, actor.id)
    contact.address = "Corrected by staff"
    served.commit()
    reader.send(AccountState, "save", {"name": actor.name, "phone": "+34 611 222 333", "address": "", "email": "x@x.xx"})
    served.refresh(contact)
    assert (contact.phone, contact.address, contact.email) == ("+34 611 222 333", "Corrected by staff", contact.email)
    assert contact.email != "x@x.xx"
    served.rollback()
    reader.send(AccountState, "save", {"name": actor.name, "phone": "+34 611 222 333", "address": "Corrected by staff"})
    assert reader.notices == ["ok", "info"]


def test_errors_stand_at_their_field_and_nothing_is_saved(people, served):
    actor, _, _ = people
    reader = opened(actor)
    reader.send(AccountState, "save", {"name": " ", "phone": "call me", "address": ""})
    assert set(reader.state(AccountState).field_errors) == {"name", "phone"}
    reader.send(AccountState, "send_email", {"email": ""})
    assert reader.state(AccountState).field_errors["email"].id == text_id("Please fill this in.")
    reader.send(AccountState, "send_email", {})
    assert reader.state(AccountState).field_errors["email"].id == text_id("Please fill this in.")


def test_each_form_keeps_its_own_errors(people):
    reader = opened(people[0])

    def wrong() -> set[str]:
        return set(reader.state(AccountState).field_errors)

    reader.send(AccountState, "save", {"name": " ", "phone": "call me", "address": ""})
    for part in ("email", "bank"):
        reader.send(AccountState, "open_part", part)
    reader.send(AccountState, "send_email", {"email": "nobody"})
    reader.send(AccountState, "save_bank", {"holder": "Ana", "iban": "ES91"})
    reader.send(AccountState, "read_again")
    reader.send(AccountState, "choose_tab", "personal")
    assert wrong() == {"name", "phone", "email", "iban"}
    reader.send(AccountState, "save", {"name": "Ana", "phone": "call me", "address": ""})
    assert wrong() == {"phone", "email", "iban"}
    reader.send(AccountState, "close_part", "email")
    assert wrong() == {"phone", "iban"}
    reader.send(AccountState, "save_bank", {"holder": "Ana", "iban": "ES91 2100 0418 4502 0005 1332"})
    assert wrong() == {"phone"}
    reader.send(AccountState, "choose_tab", "privacy")
    assert wrong() == set(), "the form is not there any more"


def test_a_new_address_waits_and_can_be_called_off(people, served):
    actor, _, _ = people
    reader = opened(actor)
    reader.send(AccountState, "send_email", {"email": "fresh@example.com"})
    assert reader.state(AccountState).pending.new_email == "fresh@example.com"
    reader.send(AccountState, "cancel_email")
    assert reader.state(AccountState).pending.new_email == ""


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(channel=st.one_of(st.none(), st.integers(), st.text(max_size=30), st.lists(st.text(max_size=3)),
                         st.sampled_from(["post", "messages"])),
       is_given=st.one_of(st.booleans(), st.none(), st.text(max_size=4)))
def test_whatever_is_sent_only_offered_channels_are_decided(people, served, channel, is_given):
    reader = opened(people[0])
    reader.send(AccountState, "decide", channel, is_given)
    assert reader.state(AccountState).decisions == []


def test_consents_follow_the_switch(people):
    reader = opened(people[0])
    for is_given in (True, False):
        reader.send(AccountState, "decide", "email", is_given)
        state = reader.state(AccountState)
        assert [row.is_given for row in state.channels if row.channel == "email"] == [is_given]
        assert state.decisions[0].is_given is is_given


@pytest.mark.parametrize(("asked", "shown"), [("privacy", "privacy"), ("", "personal"), ("x" * 200, "personal")])
def test_a_tab_can_be_linked_to(people, asked, shown):
    reader = Reader(people[0], tab=asked)
    reader.send(AccountState, "load")
    assert reader.state(AccountState).tab == shown
    reader.send(AccountState, "choose_tab", "nonsense")
    assert reader.state(AccountState).tab == shown


def test_what_staff_corrected_while_somebody_was_typing_is_not_taken_back(people, served):
    actor, _, _ = people
    reader = opened(actor)
    contact = served.get_one(Contact, actor.id)
    contact.address = "Corrected by staff"
    served.commit()
    reader.send(AccountState, "read_again")  # as when a page that is open follows the change; the field stays as it is
    reader.send(AccountState, "save", {"name": "New name", "phone": contact.phone, "address": ""})
    served.refresh(contact)
    assert (contact.name, contact.address) == ("New name", "Corrected by staff")
    served.rollback()


# -- payment data ----------------------------------------------------------------------------------------------------


def test_a_bank_account_is_added_replaced_and_removed(people):
    reader = opened(people[0])
    reader.send(AccountState, "open_part", "bank")
    reader.send(AccountState, "save_bank", {"holder": "Ana", "iban": "ES91 2100 0418 4502 0005 1333"})
    state = reader.state(AccountState)
    assert (set(state.field_errors), state.opened) == ({"iban"}, ["bank"])
    reader.send(AccountState, "save_bank", {"holder": "Ana", "iban": "ES91 2100 0418 4502 0005 1332"})
    assert (state.bank.holder, state.bank.iban_masked, state.opened) == ("Ana", "•••• 1332", [])
    assert "2100" not in str(reader.root.dict())
    reader.send(AccountState, "open_part", "bank-removal")
    assert state.opened == ["bank-removal"]
    reader.send(AccountState, "remove_bank")
    assert (state.bank.holder, state.opened) == ("", [])
    assert reader.notices == ["ok", "ok"]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(form=st.dictionaries(st.sampled_from(["holder", "iban", "contact_id"]), st.one_of(st.none(), st.text(max_size=90))))
def test_whatever_is_sent_no_bad_account_is_kept(people, form):
    reader = opened(people[0])
    reader.send(AccountState, "save_bank", form)
    assert reader.state(AccountState).bank.iban_masked == ""
