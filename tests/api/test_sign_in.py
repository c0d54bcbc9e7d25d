"""Signing in by code and by password over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal_app.access import desk, errors, passwords, sessions
from portal_app.access.events import LoginCodeRequested, StaffResetRequested
from portal_app.access.models import LoginCode
from portal_app.access.staff_sign_in import create_staff_token
from portal_app.config import settings as config
from portal_app.core import events, forms, limits
from portal_app.core.errors import TooManyRequests
from portal_app.core.texts import text_id
from tests.factories import make_contact, make_staff

PASSWORD = " four horses on a hill "


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> list:
    found: list = []
    listener = [lambda _session, told: found.append(told)]
    monkeypatch.setattr(events, "_listeners", {LoginCodeRequested: listener, StaffResetRequested: listener})
    monkeypatch.setattr(desk, "see_to_requests_soon", desk.see_to_requests)  # so that it is done when the test goes on
    return found


@pytest.fixture
def email(scope) -> str:
    with scope() as session:
        return make_contact(session, language="es").email


@pytest.fixture
def staff_email(scope) -> str:
    with scope() as session:
        return make_staff(session, password_hash=passwords.hash_password(PASSWORD)).email


def actor_in(client: TestClient, scope):
    with scope() as session:
        return sessions.get_actor(session, f"{config.session_cookie}={client.cookies[config.session_cookie]}")


def told(answer) -> tuple[int, str, str]:
    error = answer.json()["error"]
    assert set(error) == {"id", "values", "field"}
    return answer.status_code, error["id"], error["field"]


# -- customers -----------------------------------------------------------------------------------------------------


def test_a_code_signs_in(client: TestClient, scope, email, mailed):
    answer = client.post("/api/sign-in/request", json={"email": email})
    assert (answer.status_code, answer.json()) == (200, {"wait_seconds": 60, "minutes": 5})
    answer = client.post("/api/sign-in/code", json={"email": email, "code": mailed[0].code})
    assert (answer.status_code, answer.json()) == (200, {"next": "/home"})
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "language=es" in answer.headers["set-cookie"]
    actor = actor_in(client, scope)
    assert actor is not None
    assert actor.is_customer


def test_known_and_unknown_addresses_get_the_same_bytes(client: TestClient, email, mailed):
    def seen(address: str) -> list[tuple[int, bytes, list[tuple[str, str]]]]:
        answers = [client.post("/api/sign-in/request", json={"email": address})]
        code = mailed[0].code
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        answers += [client.post("/api/sign-in/code", json={"email": address, "code": wrong}) for _ in range(6)]
        return [(a.status_code, a.content, sorted(a.headers.items())) for a in answers]

    assert seen(email) == seen("nobody@example.com")


def test_a_wrong_code_says_how_many_tries_are_left_and_the_count_stays(client: TestClient, scope, email, mailed):
    client.post("/api/sign-in/request", json={"email": email})
    wrong = f"{(int(mailed[0].code) + 1) % 1_000_000:06d}"
    answers = [client.post("/api/sign-in/code", json={"email": email, "code": wrong}) for _ in range(5)]
    assert [answer.json()["error"]["values"] for answer in answers] == [{"tries": n} for n in (4, 3, 2, 1)] + [{}]
    assert told(answers[0]) == (400, text_id(errors.CodeWrong.text), "code")
    assert told(answers[4]) == (400, text_id(errors.CodeEnded.text), "code")
    with scope() as session:
        assert session.exec(select(col(LoginCode.tries))).one() == 5
    assert client.post("/api/sign-in/code", json={"email": email, "code": mailed[0].code}).status_code == 400


@pytest.mark.parametrize("typed", ["12345", "1234567", "abcdef", "12 34"])
def test_what_can_not_be_a_code_costs_no_try(client: TestClient, scope, email, mailed, typed):
    client.post("/api/sign-in/request", json={"email": email})
    answer = client.post("/api/sign-in/code", json={"email": email, "code": typed})
    assert told(answer) == (422, text_id(errors.NOT_A_CODE), "code")
    with scope() as session:
        assert session.exec(select(col(LoginCode.tries))).one() == 0


def test_the_code_is_mailed_after_the_answer(client: TestClient, email, monkeypatch):
    order: list[str] = []

    async def later() -> None:
        order.append("mail")

    monkeypatch.setattr(desk, "see_to_requests_soon", later)
    from portal_app.api.sign_in import request_code

    sent = {"body": json.dumps({"email": email}).encode()}

    async def receive() -> dict:
        return {"type": "http.request", "body": sent["body"], "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        order.append(message["type"])

    async def ask() -> None:
        from fastapi import Request

        scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "client": ("203.0.113.7", 1),
                 "query_string": b""}
        await (await request_code(Request(scope, receive)))(scope, receive, send)

    asyncio.run(ask())
    assert order == ["http.response.start", "http.response.body", "mail"]


def test_a_mistyped_address_is_told_at_its_field(client: TestClient):
    assert told(client.post("/api/sign-in/request", json={"email": "no address"})) == (
        422, text_id(forms.EMAIL), "email")
    assert told(client.post("/api/sign-in/request", json={})) == (422, text_id(forms.REQUIRED), "email")


def test_one_client_can_not_ask_without_end(client: TestClient, monkeypatch):
    from portal_app.access import codes

    monkeypatch.setattr(codes, "REQUESTS_PER_CLIENT", "1/minute")
    limits.forget_all()
    client.post("/api/sign-in/request", json={"email": "a@example.com"})
    assert told(client.post("/api/sign-in/request", json={"email": "b@example.com"})) == (
        429, text_id(TooManyRequests.text), "")


def test_behind_a_proxy_each_client_counts_for_itself(client: TestClient, monkeypatch):
    from portal_app.access import codes

    monkeypatch.setattr(codes, "REQUESTS_PER_CLIENT", "1/minute")
    monkeypatch.setattr(config, "trusted_proxies", 1)
    limits.forget_all()
    for address in ("203.0.113.1", "203.0.113.2", "203.0.113.2"):
        answer = client.post("/api/sign-in/request", json={"email": f"{address}@example.com"},
                             headers={"x-forwarded-for": f"10.9.9.9, {address}"})
    assert answer.status_code == 429
    monkeypatch.setattr(config, "trusted_proxies", 0)
    limits.forget_all()
    answers = [client.post("/api/sign-in/request", json={"email": "c@example.com"},
                           headers={"x-forwarded-for": f"203.0.113.{n}"}).status_code for n in range(2)]
    assert answers == [200, 429]


# -- staff -----------------------------------------------------------------------------------------------------------


def test_staff_sign_in_by_password_with_its_spaces(client: TestClient, scope, staff_email):
    answer = client.post("/api/staff/sign-in", json={"email": staff_email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (200, {"next": "/staff"})
    actor = actor_in(client, scope)
    assert actor is not None
    assert actor.is_staff


def test_wrong_passwords_are_slowed_down(client: TestClient, staff_email):
    answers = [client.post("/api/staff/sign-in", json={"email": staff_email, "password": PASSWORD.strip()})
               for _ in range(6)]
    assert told(answers[0]) == (400, text_id(errors.SignInWrong.text), "password")
    assert told(answers[5]) == (400, text_id(errors.SignInTooSoon.text), "password")


def test_a_forgotten_password_is_set_anew(client: TestClient, scope, staff_email, mailed):
    known = client.post("/api/staff/reset", json={"email": staff_email})
    unknown = client.post("/api/staff/reset", json={"email": "nobody@example.com"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (200, b"{}")
    assert len(mailed) == 1
    token = mailed[0].token
    weak = client.post("/api/staff/password", json={"token": token, "password": "short"})
    assert told(weak) == (400, text_id(errors.PasswordTooShort.text), "password")
    new = "seven boats in the fog"
    assert client.post("/api/staff/password", json={"token": token, "password": new}).json() == {"next": "/staff"}
    assert actor_in(client, scope) is not None
    assert told(client.post("/api/staff/password", json={"token": token, "password": new})) == (
        400, text_id(errors.TokenEnded.text), "")
    assert client.post("/api/staff/sign-in", json={"email": staff_email, "password": new}).status_code == 200


def test_an_invitation_sets_the_first_password(client: TestClient, scope):
    with scope() as session:
        member = make_staff(session)
        token = create_staff_token(session, member.id, "invitation")
    answer = client.post("/api/staff/password", json={"token": token, "password": "seven boats in the fog"})
    assert answer.status_code == 200


# -- hostile ---------------------------------------------------------------------------------------------------------

ROUTES = ("/api/sign-in/request", "/api/sign-in/code", "/api/staff/sign-in", "/api/staff/reset", "/api/staff/password")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"1" * 9000, b"[" * 5000, b'{"email":"\\ud800"}'])
def test_what_is_no_form_is_an_error(client: TestClient, route: str, body: bytes):
    answer = client.post(route, content=body)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=60),
                   st.lists(st.text(max_size=5), max_size=3), st.just("nobody@example.com"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(route=st.sampled_from(ROUTES), body=st.fixed_dictionaries(
    {}, optional={"email": VALUES, "code": VALUES, "password": VALUES, "token": VALUES, "x": VALUES}))
def test_whatever_is_sent_nobody_gets_in(client: TestClient, scope, mailed, route: str, body: dict):
    limits.forget_all()
    answer = client.post(route, content=json.dumps(body))
    assert answer.status_code in (200, 400, 422)
    assert "set-cookie" not in answer.headers
    if answer.status_code == 200:
        assert route in ("/api/sign-in/request", "/api/staff/reset")


def test_a_sign_in_without_an_account_costs_as_much_as_one_with():
    """The hash that is compared then was made with the parameters of today."""
    assert not PasswordHasher().check_needs_rehash(passwords._DUMMY)
