"""Login links open the portal once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import Session, col

from portal_app.access import links, sessions
from portal_app.access.models import LoginLink, PortalSession
from portal_app.config import settings
from portal_app.core.clock import fixed
from portal_app.core.crypto import hash_of
from tests.access.conftest import at_once
from tests.factories import make_contact

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_link_opens_the_portal_where_it_leads(session: Session, company):
    person = make_contact(session)
    token = links.create_login_link(session, person.id, "/offers")
    redeemed = links.redeem_login_link(session, token, "Firefox · Linux")
    assert redeemed is not None
    actor = sessions.get_actor(session, f"{settings.session_cookie}={redeemed[0]}")
    assert actor is not None
    assert (actor.id, redeemed[1]) == (person.id, "/offers")


def test_only_the_hash_is_stored_of_at_least_128_bits(session: Session, company):
    token = links.create_login_link(session, make_contact(session).id)
    assert len(token) * 6 >= 128
    assert token not in str(session.get_one(LoginLink, hash_of(token)).model_dump())


def test_a_link_works_once(session: Session, company):
    token = links.create_login_link(session, make_contact(session).id)
    assert links.redeem_login_link(session, token) is not None
    assert links.redeem_login_link(session, token) is None


def test_a_link_works_as_often_as_the_company_says(session: Session, company):
    company.link_uses = 3
    token = links.create_login_link(session, make_contact(session).id)
    assert [links.redeem_login_link(session, token) is not None for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "é\0"])
def test_what_is_no_link_opens_nothing(session: Session, company, token: str):
    assert links.redeem_login_link(session, token) is None


def test_a_link_lasts_as_long_as_the_company_says(session: Session, company):
    company.link_minutes = 10
    with fixed(NOW):
        first, second = (links.create_login_link(session, make_contact(session).id) for _ in range(2))
    with fixed(NOW + timedelta(minutes=9, seconds=59)):
        assert links.redeem_login_link(session, first) is not None
    with fixed(NOW + timedelta(minutes=10)):
        assert links.redeem_login_link(session, second) is None


def test_an_inactive_contact_can_not_use_a_link(session: Session, company):
    person = make_contact(session)
    token = links.create_login_link(session, person.id)
    person.is_active = False
    session.add(person)
    session.flush()
    assert links.redeem_login_link(session, token) is None


def test_a_link_leads_nowhere_else(session: Session, company):
    with pytest.raises(ValueError, match="can't lead"):
        links.create_login_link(session, make_contact(session).id, "//evil.example")


def test_the_session_that_the_browser_had_ends(session: Session, company):
    planted = sessions.open_session(session, contact_id=make_contact(session).id)
    token = links.create_login_link(session, make_contact(session).id)
    assert links.redeem_login_link(session, token, replaces=planted) is not None
    assert sessions.list_valid_sessions(session, {hash_of(planted)}) == set()


def test_ended_links_open_nothing(session: Session, company):
    person = make_contact(session)
    token = links.create_login_link(session, person.id)
    links.end_links_of(session, person.id)
    assert links.redeem_login_link(session, token) is None


def _naive_redeem(session: Session, token: str, pause) -> str | None:
    """The control: looks first, then writes."""
    found = session.execute(select(col(LoginLink.contact_id)).where(
        col(LoginLink.token_hash) == hash_of(token), col(LoginLink.uses_left) > 0)).scalar_one_or_none()
    session.rollback()
    pause()
    if found is None:
        return None
    session.execute(update(LoginLink).where(col(LoginLink.token_hash) == hash_of(token)).values(uses_left=0))
    return sessions.open_session(session, contact_id=found)


def test_of_twenty_at_once_one_gets_in(scope, empty_database: Engine):
    with scope() as session:
        token = links.create_login_link(session, make_contact(session).id)

    def redeem(_: int) -> bool:
        with scope() as session:
            return links.redeem_login_link(session, token) is not None

    assert sorted(at_once(20, redeem)) == [False] * 19 + [True]
    with scope() as session:
        assert len(session.execute(select(col(PortalSession.id))).all()) == 1


def test_without_the_single_statement_more_than_one_gets_in(scope):
    """Shows that the test above would see it."""
    from threading import Barrier

    with scope() as session:
        token = links.create_login_link(session, make_contact(session).id)
    all_have_looked = Barrier(8)

    def redeem(_: int) -> bool:
        with scope() as session:
            return _naive_redeem(session, token, all_have_looked.wait) is not None

    assert sum(at_once(8, redeem)) > 1
