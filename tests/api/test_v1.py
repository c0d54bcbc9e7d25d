"""Other systems enter customers: with a key, once each, told in words what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlmodel import select
from starlette.testclient import TestClient

from portal_app.access.api_keys import ApiKeyForm, create_key
from portal_app.core import events
from portal_app.core.limits import forget_all
from portal_app.customers.events import CustomerRegistered
from portal_app.customers.models import Contact
from portal_app.opportunities.models import Opportunity, SubstageChange
from tests.factories import actor_of, make_flow, make_staff

v1 = import_module("portal_app.api.v1")  # the package calls its router so
ANA = {"name": "Ana Torres", "email": "ana@example.com", "address": "Calle del Olivo 3, Madrid"}


@pytest.fixture
def key(scope) -> str:
    forget_all()
    with scope() as session:
        return create_key(session, actor_of(make_staff(session)), ApiKeyForm(name="Website"))


@pytest.fixture
def flow(scope) -> str:
    with scope() as session:
        return make_flow(session)[0].id


@pytest.fixture
def send(scope) -> Callable[..., Response]:
    app = FastAPI()
    app.include_router(v1.router)
    system = TestClient(app, base_url="http://localhost:8000")

    def send(key: str, sent: object = None, *, path: str = "customers", **headers: str) -> Response:
        bearer = {"authorization": f"Bearer {key}"} if key else {}
        if sent is None:
            return system.get(f"/api/v1/{path}", headers={**bearer, **headers})
        return system.post(f"/api/v1/{path}", json=sent, headers={**bearer, **headers})

    return send


def test_a_customer_is_entered_with_a_project_and_told_of(scope, key, flow, send, monkeypatch):
    told: list[object] = []
    monkeypatch.setattr(events, "_listeners", {CustomerRegistered: [lambda _session, event: told.append(event)]})
    answer = send(key, {**ANA, "flow_id": flow, "phone": "+34 600 100 200", "language": "es"})
    assert answer.status_code == 201
    made = answer.json()
    assert made["is_new"]
    with scope() as session:
        contact = session.get_one(Contact, made["customer_id"])
        assert (contact.name, contact.language) == ("Ana Torres", "es")
        project = session.get_one(Opportunity, made["project_id"])
        assert (project.number, project.address, project.owner_id) == (made["project_number"], ANA["address"], None)
        began = session.exec(select(SubstageChange)).one()
        assert (began.moved_by_kind, began.moved_by_name) == ("key", "Website")
    assert told == [CustomerRegistered(contact_id=made["customer_id"], opportunity_id=made["project_id"])]


def test_the_same_customer_again_changes_nothing(scope, key, flow, send):
    first = send(key, ANA).json()
    again = send(key, {**ANA, "email": "ANA@example.com", "name": "Somebody Else"})
    assert (again.status_code, again.json()) == (200, {"customer_id": first["customer_id"], "is_new": False})
    with scope() as session:
        assert session.exec(select(Contact.name)).all() == ["Ana Torres"]
        assert len(session.exec(select(Opportunity)).all()) == 1


def test_the_processes_are_named(key, flow, send):
    found = send(key, path="flows").json()
    assert [each["id"] for each in found] == [flow]
    assert found[0]["name"]


@pytest.mark.parametrize("sent", [ANA, {}, {"email": "no"}])
def test_without_a_key_nobody_learns_anything(scope, key, flow, send, sent):
    answers = [send(wrong, sent) for wrong in ("", "pk_wrong", key[:-1])]
    answers.append(send("", sent, authorization=f"Basic {key}"))
    answers.append(send("", path="flows"))
    assert {(answer.status_code, answer.text) for answer in answers} == {
        (401, '{"errors":[{"field":"","message":"This key is not known here."}]}')}
    assert answers[0].headers["www-authenticate"] == "Bearer"
    with scope() as session:
        assert session.exec(select(Contact)).all() == []


def test_every_error_is_told_in_the_words_of_whoever_asks(scope, key, flow, send):
    answer = send(key, {"name": "", "email": "no", "wrong": 1}, **{"accept-language": "de"})
    assert answer.status_code == 422
    assert {each["field"]: each["message"] for each in answer.json()["errors"]} == {
        "name": "Bitte füllen Sie dieses Feld aus.", "email": "Das sieht nicht nach einer E-Mail-Adresse aus.",
        "wrong": "Das ist nicht gültig."}
    with scope() as session:
        assert session.exec(select(Contact)).all() == []


@pytest.mark.parametrize(("sent", "field", "status"), [
    ({**ANA, "flow_id": "0" * 32}, "flow_id", 404), ({**ANA, "owner_id": "0" * 32}, "owner_id", 404),
    ({**ANA, "email": 5}, "email", 422), ([], "name", 422), ("ana", "name", 422)])
def test_what_is_wrong_enters_nothing(scope, key, flow, send, sent, field, status):
    answer = send(key, sent)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    with scope() as session:
        assert session.exec(select(Contact)).all() == []


def test_without_a_process_there_is_a_reason(key, send):
    answer = send(key, ANA)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "flow_id")


def test_guessing_keys_and_too_many_requests_come_to_an_end(key, flow, send, monkeypatch):
    monkeypatch.setattr(v1, "WRONG_KEYS_PER_CLIENT", "2/minute")
    monkeypatch.setattr(v1, "REQUESTS_PER_KEY", "2/minute")
    assert [send("pk_wrong", path="flows").status_code for _ in range(3)] == [401, 401, 429]
    assert [send(key, path="flows").status_code for _ in range(3)] == [200, 200, 429]
