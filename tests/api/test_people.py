"""Confirming addresses, signing up and importing, over HTTP."""

from __future__ import annotations

from importlib import import_module

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlmodel import select
from starlette.testclient import TestClient

from portal_app.access import sessions
from portal_app.access.actors import Role
from portal_app.automations import listeners
from portal_app.company.models import ONLY, Company
from portal_app.company.service import forget_snapshot
from portal_app.config import settings
from portal_app.core import events
from portal_app.core.texts import text_id
from portal_app.customers.email_change import request_email_change
from portal_app.customers.events import EmailChangeRequested, SignUpRequested
from portal_app.customers.models import Contact
from portal_app.customers.rules import EmailForm, SignUpForm
from portal_app.customers.sign_up import issue_sign_up, request_sign_up
from portal_app.messaging.models import OutboxMail
from tests.factories import actor_of, make_contact, make_staff

assert listeners
FILE = b"name,email\nAna,ana@example.com\nBo,bo@example.com\n"


@pytest.fixture
def browser(scope):
    app = FastAPI()
    for name in ("confirm", "customers"):
        app.include_router(import_module(f"portal_app.api.{name}").router)
    with scope() as session:
        session.get_one(Company, ONLY).sign_up_is_open = True
    forget_snapshot()
    with TestClient(app, base_url="http://localhost:8000", follow_redirects=False) as client:
        yield client


@pytest.fixture
def caught(monkeypatch) -> list:
    """What is published, with its secrets."""
    found: list = []
    kept = {kind: [*events._listeners.get(kind, ()), lambda _s, each: found.append(each)]
            for kind in (EmailChangeRequested, SignUpRequested)}
    monkeypatch.setattr(events, "_listeners", {**events._listeners, **kept})
    return found


@pytest.fixture
def change(scope, caught) -> EmailChangeRequested:
    with scope() as session:
        person = make_contact(session, email="old@example.com", language="de")
        request_email_change(session, actor_of(person), EmailForm(email="new@example.com"))
    return caught[0]


def signed_in(scope, role: Role) -> dict[str, str]:
    with scope() as session:
        token = sessions.open_session(session, staff_id=make_staff(session, role).id)
    return {"cookie": f"{settings.session_cookie}={token}"}


# -- confirming ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("place", ["email", "sign-up"])
def test_looking_at_a_link_changes_nothing_and_reads_the_same(browser, scope, change, empty_database, method, place):
    written: list[str] = []

    def note(*args) -> None:
        if not args[2].startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(args[2])

    event.listen(empty_database, "before_cursor_execute", note)
    answers = [browser.request(method, f"/confirm/{place}/{token}") for token in (change.old_token, "x", "a/b", "%00")]
    event.remove(empty_database, "before_cursor_execute", note)
    assert written == []
    assert {(answer.status_code, answer.text, answer.headers["cache-control"]) for answer in answers} == {
        (200, answers[0].text, "no-store")}
    assert "<script" not in answers[0].text


def test_two_clicks_change_the_address_and_a_third_says_that_it_has_ended(browser, scope, change):
    assert "one more to go" in browser.post(f"/confirm/email/{change.new_token}").text
    assert "Your address is changed" in browser.post(f"/confirm/email/{change.old_token}").text
    again = browser.post(f"/confirm/email/{change.old_token}")
    assert (again.status_code, "This link has ended" in again.text) == (410, True)
    assert not any("set-cookie" in answer.headers for answer in (again,))
    with scope() as session:
        assert session.exec(select(Contact.email)).one() == "new@example.com"


def test_each_address_gets_its_own_link_in_the_customer_s_language(scope, change):
    with scope() as session:
        mails = {mail.to_address: mail for mail in session.exec(select(OutboxMail))}
    assert set(mails) == {"old@example.com", "new@example.com"}
    assert f"/confirm/email/{change.old_token}" in mails["old@example.com"].html
    assert f"/confirm/email/{change.new_token}" in mails["new@example.com"].html
    assert change.new_token not in mails["old@example.com"].html
    assert all(mail.is_secret and "Adresse" in mail.text for mail in mails.values())


# -- signing up ------------------------------------------------------------------------------------------------------


def test_known_and_unknown_addresses_get_the_same_answer(browser, scope, monkeypatch):
    async def later() -> None: ...

    monkeypatch.setattr("portal_app.access.desk.see_to_requests_soon", later)
    with scope() as session:
        make_contact(session, email="known@example.com")
    answers = [browser.post("/api/sign-up", json={"name": "Eva", "email": email, "phone": "", "address": ""})
               for email in ("known@example.com", "new@example.com")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "{}")}
    with scope() as session:
        while issue_sign_up(session):
            pass
        mails = {mail.to_address: mail for mail in session.exec(select(OutboxMail))}
    assert "/access/" in mails["known@example.com"].html
    assert "/confirm/sign-up/" in mails["new@example.com"].html


def test_errors_stand_at_their_field(browser):
    for field, values, text in (("name", {"name": " "}, "Please fill this in."),
                                ("email", {"email": ""}, "Please fill this in."),
                                ("email", {"email": "x"}, "This does not look like an e-mail address."),
                                ("name", {"name": "see evil.com"}, "Please write just your name.")):
        answer = browser.post("/api/sign-up", json={"name": "Eva", "email": "eva@example.com", **values})
        assert (answer.status_code, answer.json()["error"]["field"], answer.json()["error"]["id"]) == (
            422, field, text_id(text))


def test_all_that_is_wrong_is_told_at_once(browser):
    answer = browser.post("/api/sign-up", json={"name": "", "email": "x", "phone": "call me"})
    assert [error["field"] for error in answer.json()["errors"]] == ["name", "email", "phone"]


def test_a_click_signs_up_and_in_and_only_once(browser, scope, caught):
    with scope() as session:
        request_sign_up(session, SignUpForm(name="Eva", email="eva@example.com", language="it"), "203.0.113.7")
        issue_sign_up(session)
    token = caught[0].token
    opened = browser.post(f"/confirm/sign-up/{token}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/home")
    assert settings.session_cookie in opened.headers["set-cookie"]
    again = browser.post(f"/confirm/sign-up/{token}", headers={"cookie": ""})
    assert (again.status_code, "set-cookie" in again.headers) == (410, False)


def test_where_it_is_closed_there_is_no_sign_up(browser, scope):
    with scope() as session:
        session.get_one(Company, ONLY).sign_up_is_open = False
    assert browser.post("/api/sign-up", json={"name": "Eva", "email": "eva@example.com"}).status_code == 404


# -- importing -------------------------------------------------------------------------------------------------------


def test_a_file_is_tried_and_then_imported(browser, scope):
    office = signed_in(scope, Role.BACK_OFFICE)
    dry = browser.post("/api/customers/import?dry=1", content=FILE, headers=office).json()["report"]
    assert (dry["is_done"], dry["new"]) == (False, 2)
    done = browser.post("/api/customers/import?dry=0", content=FILE, headers=office).json()["report"]
    assert (done["is_done"], done["new"]) == (True, 2)
    with scope() as session:
        assert len(session.exec(select(Contact)).all()) == 2


@pytest.mark.parametrize("query", ["", "?dry=", "?dry=1&dry=2", "?dry=no"])
def test_what_does_not_say_so_plainly_imports_nothing(browser, scope, query):
    browser.post(f"/api/customers/import{query}", content=FILE, headers=signed_in(scope, Role.BACK_OFFICE))
    with scope() as session:
        assert session.exec(select(Contact)).all() == []


def test_a_file_with_errors_is_refused_with_the_reason(browser, scope):
    office = signed_in(scope, Role.BACK_OFFICE)
    answer = browser.post("/api/customers/import?dry=0", content=FILE + b",x\n", headers=office)
    assert (answer.status_code, answer.json()["error"]["id"]) == (
        400, text_id("There are errors in the file, so nothing was imported."))
    answer = browser.post("/api/customers/import", content=b"PK\0\0", headers=office)
    assert answer.json()["error"]["id"] == text_id("This is no text file. Please save the table as CSV first.")


def test_never_more_is_read_than_may_be(browser, scope, monkeypatch):
    monkeypatch.setattr(import_module("portal_app.api.customers"), "MAX_BYTES", 1000)
    answer = browser.post("/api/customers/import", content=(b"x" * 500 for _ in range(10_000)),
                          headers=signed_in(scope, Role.BACK_OFFICE))
    assert answer.json()["error"]["id"] == text_id("This file is too large: at most {megabytes} MB.")


@pytest.mark.parametrize("role", [None, Role.SALES, Role.VIEWER, Role.INSTALLER])
def test_only_who_may_imports_or_gets_the_template(browser, scope, role):
    who = signed_in(scope, role) if role else {}
    assert browser.post("/api/customers/import?dry=0", content=FILE, headers=who).status_code == 403
    assert browser.get("/api/customers/import/template.csv", headers=who).status_code == 403


def test_the_template_is_a_download_in_the_reader_s_language(browser, scope):
    answer = browser.get("/api/customers/import/template.csv?lang=es", headers=signed_in(scope, Role.BACK_OFFICE))
    assert answer.headers["content-disposition"] == 'attachment; filename="customers.csv"'
    assert answer.content.decode("utf-8-sig").splitlines()[0].startswith("Nombre;")
