"""The account page without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import actor_of, make_company, make_contact
from handling import Reader, served
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal_app.access import sessions
from portal_app.core.crypto import hash_of
from portal_app.portal.account.state import AccountState
from portal_app.portal.account.view import account
from portal_app.portal.sign_in.view import sign_in

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
