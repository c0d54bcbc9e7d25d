"""Files of cases through the real route: from the form into the talk, and who is answered as if there were nothing."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from portal_app.access.actors import Actor, Role
from portal_app.api import api
from portal_app.config import settings
from portal_app.core.ids import new_id
from portal_app.support import listing, service
from portal_app.support.rules import CaseForm
from tests.documents import corpus
from tests.factories import actor_of, make_company, make_contact, make_staff
from tests.handling import served

from .made import make_types

assert served
route = importlib.import_module("portal_app.api.files")  # the package's name `files` is the router


class Desk:
    def __init__(self, session: Session) -> None:
        self.session = session
        make_company(session)
        self.types = [each.id for each in make_types(session)]
        self.people: dict[str, Actor] = {
            "customer": actor_of(make_contact(session)), "stranger": actor_of(make_contact(session)),
            "sales": actor_of(make_staff(session, Role.SALES)), "viewer": actor_of(make_staff(session, Role.VIEWER)),
            "installer": actor_of(make_staff(session, Role.INSTALLER))}
        session.commit()
        self.client = TestClient(api)

    def send(self, who: str, ref: str, name: str = "leak.jpg"):
        return self.client.post("/api/files", params={"purpose": "case", "ref": ref, "name": name}, content=corpus.jpeg(),
                                headers={"cookie": who})

    def status(self, who: str, file_id: str) -> int:
        return self.client.get(f"/api/files/{file_id}", headers={"cookie": who}).status_code

    def kinds(self, case_id: str) -> list[str]:
        case = listing.get_own_case(self.session, self.people["customer"], case_id, "en")
        self.session.rollback()
        return [message.kind for message in case.messages]


@pytest.fixture
def desk(served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    monkeypatch.setattr(settings, "data_folder", tmp_path)
    made = Desk(served)
    monkeypatch.setattr(route, "get_actor", lambda _session, cookie: made.people.get(cookie))
    return made


def test_a_photo_goes_with_the_form_and_stands_in_the_talk_of_who_may_read_it(desk):
    future_id = new_id()
    answer = desk.send("customer", future_id)
    assert answer.status_code == 201
    file_id = answer.json()["id"]
    assert [desk.status(who, file_id) for who in ("customer", "sales", "stranger")] == [200, 404, 404]  # not sent yet
    case_id = service.open_case(desk.session, desk.people["customer"], CaseForm(
        type_id=desk.types[0], title="A leak", text="Look."))
    desk.session.commit()
    assert case_id == future_id
    assert desk.kinds(case_id) == ["public", "file"]
    assert [desk.status(who, file_id) for who in ("customer", "sales", "stranger", "installer")] == [200, 200, 404, 404]
    assert desk.send("sales", case_id, "plan.jpg").status_code == 201
    assert desk.kinds(case_id) == ["public", "file", "file"]


def test_whoever_may_not_write_on_a_case_gets_the_answer_of_an_unknown_one(desk):
    case_id = service.open_case(desk.session, desk.people["customer"], CaseForm(
        type_id=desk.types[0], title="A leak", text="Look."))
    desk.session.commit()
    refused = {who: desk.send(who, case_id).status_code for who in ("stranger", "viewer", "installer")}
    assert refused == dict.fromkeys(refused, 404)
    assert desk.send("sales", new_id()).status_code == 404
    assert desk.send("customer", "nonsense").status_code == 404
    assert desk.kinds(case_id) == ["public"]


def test_a_closed_case_takes_nothing(desk):
    case_id = service.open_case(desk.session, desk.people["customer"], CaseForm(
        type_id=desk.types[0], title="A leak", text="Look."))
    service.close_own(desk.session, desk.people["customer"], case_id)
    desk.session.commit()
    answer = desk.send("customer", case_id)
    assert answer.status_code not in (201, 404, 500)
    assert desk.kinds(case_id) == ["public", "state"]
