"""Links that open the portal, and signing out, over HTTP."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlmodel import col
from starlette.testclient import TestClient

from portal_app.access import links, sessions
from portal_app.access.models import LoginLink, PortalSession
from portal_app.config import settings as config
from portal_app.core import limits
from portal_app.core.crypto import hash_of
from tests.factories import make_contact, make_staff

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def link(scope) -> str:
    with scope() as session:
        return links.create_login_link(session, make_contact(session, language="it").id, "/offers?project=1")


def open_sessions(scope) -> int:
    with scope() as session:
        return len(session.scalars(select(col(PortalSession.id)).where(col(PortalSession.revoked_at).is_(None))).all())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_a_link_changes_nothing(client: TestClient, scope, link, empty_database, method: str):
    written: list[str] = []

    def note(*args) -> None:
        if not args[2].startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(args[2])

    event.listen(empty_database, "before_cursor_execute", note)
    for _ in range(3):
        answer = client.request(method, f"/access/{link}")
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
    event.remove(empty_database, "before_cursor_execute", note)
    assert written == []
    assert open_sessions(scope) == 0


def test_the_page_is_the_same_for_every_token(client: TestClient, scope, link):
    client.post(f"/access/{links_of(scope)}")
    pages = {client.get(f"/access/{token}").text for token in (link, links_of(scope), "x", "a/b", "%00", "é" * 300)}
    assert len(pages) == 1
    page = pages.pop()
    assert "<script" not in page
    assert page.count("<button") == 1
    assert 'method="post"' in page


def links_of(scope) -> str:
    with scope() as session:
        return links.create_login_link(session, make_contact(session).id)


@pytest.mark.parametrize(("header", "language"), [
    ({"accept-language": "de-AT,de;q=0.9,en;q=0.5"}, "de"), ({"accept-language": "es"}, "es"),
    ({"cookie": "language=it", "accept-language": "de"}, "it"), ({}, "en"),
])
def test_the_page_speaks_the_reader_s_language(client: TestClient, header: dict[str, str], language: str):
    assert f'<html lang="{language}">' in client.get("/access/x", headers=header).text


def test_names_are_escaped(client: TestClient, scope):
    from portal_app.company.models import ONLY, Company
    from portal_app.company.service import forget_snapshot

    with scope() as session:
        session.get_one(Company, ONLY).name = '<b onload="x">&Co'
    forget_snapshot()
    assert "<b onload" not in client.get("/access/x").text


def test_the_button_opens_the_portal_where_the_link_leads(client: TestClient, scope, link):
    answer = client.post(f"/access/{link}", headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/offers?project=1")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{config.session_cookie}="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "language=it" in answer.headers["set-cookie"]
    with scope() as session:
        actor = sessions.get_actor(session, cookie.split(";")[0])
        stored = session.scalars(select(PortalSession)).one()
    assert actor is not None
    assert actor.language == "it"
    assert stored.device == "Firefox · Linux"


def test_behind_https_the_cookie_is_bound_to_the_host(client: TestClient, scope, link, monkeypatch):
    monkeypatch.setattr(config, "public_url", "https://portal.example.com")
    cookie = client.post(f"/access/{link}").headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_a_chosen_language_stays(client: TestClient, scope, link):
    answer = client.post(f"/access/{link}", headers={"cookie": "language=de"})
    assert not re.search(r"\blanguage=", answer.headers["set-cookie"])


@pytest.mark.parametrize("token", ["used", "unknown", "a/b", "%00", "%ff", "x" * 3000])
def test_what_has_ended_leads_to_a_code(client: TestClient, scope, link, token: str):
    client.post(f"/access/{link}")
    client.cookies.clear()
    answer = client.post(f"/access/{link if token == 'used' else token}")
    assert answer.status_code == 410
    assert 'action="/sign-in"' in answer.text
    assert 'name="why" value="link"' in answer.text
    assert "set-cookie" not in answer.headers


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(token=st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=300)
       .filter(lambda token: token not in (".", "..")))  # these are no part of an address: clients take them out
def test_any_token_gets_the_same_refusal(client: TestClient, scope, token: str):
    from urllib.parse import quote

    limits.forget_all()
    path = "/access/" + quote(token, safe="")
    assert client.post(path).status_code == 410


def test_one_client_can_not_try_links_without_end(client: TestClient, scope, link, monkeypatch):
    monkeypatch.setattr(import_module("portal_app.api.access"), "LINKS_PER_CLIENT", "2/minute")
    limits.forget_all()
    for _ in range(2):
        client.post("/access/x")
    assert client.post(f"/access/{link}").status_code == 410
    with scope() as session:
        assert session.scalars(select(col(LoginLink.uses_left))).one() == 1


def test_signing_in_again_ends_what_the_browser_had(client: TestClient, scope, link):
    client.post(f"/access/{link}")
    old = client.cookies[config.session_cookie]
    client.post(f"/access/{links_of(scope)}")
    assert client.cookies[config.session_cookie] != old
    with scope() as session:
        assert sessions.list_valid_sessions(session, {hash_of(old)}) == set()


def test_signing_out_ends_this_browser_only(client: TestClient, scope, link):
    client.post(f"/access/{link}")
    token = client.cookies[config.session_cookie]
    with scope() as session:
        actor = sessions.get_actor(session, f"{config.session_cookie}={token}")
        assert actor is not None
        sessions.open_session(session, contact_id=actor.id)
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert answer.headers["clear-site-data"] == '"storage"'
    assert config.session_cookie not in client.cookies
    assert open_sessions(scope) == 1


def test_signing_out_everywhere_ends_all(client: TestClient, scope, link):
    client.post(f"/access/{link}")
    with scope() as session:
        actor = sessions.get_actor(session, f"{config.session_cookie}={client.cookies[config.session_cookie]}")
        assert actor is not None
        sessions.open_session(session, contact_id=actor.id)
        sessions.open_session(session, contact_id=make_contact(session).id)
    assert client.post("/sign-out-everywhere").headers["location"] == "/sign-in"
    assert open_sessions(scope) == 1


def test_staff_leave_by_their_own_door(client: TestClient, scope):
    with scope() as session:
        token = sessions.open_session(session, staff_id=make_staff(session).id)
    client.cookies.set(config.session_cookie, token)
    assert client.post("/sign-out").headers["location"] == "/staff/sign-in"


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out-everywhere"])
def test_nobody_may_sign_out_too(client: TestClient, path: str):
    assert client.post(path).status_code == 303
    assert client.get(path).status_code == 405
