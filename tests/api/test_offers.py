"""Offers as PDF: asked for again every time, unknown and forbidden alike, rendered once per version and language."""

from __future__ import annotations

import importlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from portal_app.access.actors import Actor, Role
from portal_app.api import api
from portal_app.core import clock, files
from portal_app.core.ids import new_id
from portal_app.offers import authoring, deciding, papers
from portal_app.offers.models import Offer, OfferFile
from tests.factories import actor_of, make_contact, make_staff
from tests.offers.made import NOW, Case, form, make_case, make_offer
from tests.serving import serve_from

route = importlib.import_module("portal_app.api.offers")  # the package's name `offers` is the router


@dataclass
class Served:
    engine: Engine
    case: Case
    shared: str
    draft: str
    people: dict[str, Actor]
    client: TestClient

    def get(self, who: str, offer_id: str, **query):
        return self.client.get(f"/api/offers/{offer_id}/pdf", params=query, headers={"cookie": who})

    def files(self) -> list[OfferFile]:
        with Session(self.engine) as session:
            return list(session.exec(select(OfferFile)))


@pytest.fixture
def served(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Served:
    serve_from(empty_database, monkeypatch)
    with clock.fixed(NOW), Session(empty_database, expire_on_commit=False) as session:
        case = make_case(session, language="es")
        shared, draft = make_offer(session, case), make_offer(session, case, shared=False)
        people = {"customer": case.customer, "sales": case.sales, "stranger": actor_of(make_contact(session)),
                  "installer": actor_of(make_staff(session, Role.INSTALLER))}
        session.commit()
    monkeypatch.setattr(route, "get_actor", lambda _session, cookie: people.get(cookie))
    return Served(empty_database, case, shared, draft, people, TestClient(api))


def test_the_customer_reads_the_pdf_in_the_own_language_unless_another_is_asked_for(served: Served):
    answer = served.get("customer", served.shared)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    number = served.case.opportunity.number
    assert answer.headers["content-disposition"] == f'inline; filename="offer-{number}-1-v1-es.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "v1-de.pdf" in served.get("customer", served.shared, lang="de").headers["content-disposition"]
    assert "v1-es.pdf" in served.get("customer", served.shared, lang="../x").headers["content-disposition"]


def test_unknown_forbidden_and_hidden_are_all_the_same_answer(served: Served):
    refused = [served.get(who, offer_id) for who, offer_id in (
        ("nobody", served.shared), ("stranger", served.shared), ("installer", served.shared),
        ("customer", served.draft), ("customer", new_id()), ("customer", "x"), ("customer", "0" * 33),
        ("stranger", new_id()), ("nobody", new_id()))]
    assert {(answer.status_code, answer.content, answer.headers["cache-control"]) for answer in refused} == {
        (404, b"", "no-store")}


def test_a_version_is_rendered_once_per_language(served: Served, monkeypatch: pytest.MonkeyPatch):
    rendered = []
    render = papers.render_pdf
    monkeypatch.setattr(papers, "render_pdf", lambda *args: rendered.append(args[2]) or render(*args))
    first = served.get("customer", served.shared).content
    assert served.get("sales", served.shared, lang="es").content == first
    served.get("sales", served.shared, lang="it")
    assert rendered == ["es", "it"]
    assert len(served.files()) == 2


def test_a_new_version_is_another_file(served: Served):
    served.get("customer", served.shared)
    with clock.fixed(NOW), Session(served.engine) as session:
        revision = session.get_one(Offer, served.shared).revision
        authoring.save_offer(session, served.case.sales, served.shared, revision, form(price_cents=5))
        session.commit()
    assert "v2-es.pdf" in served.get("customer", served.shared).headers["content-disposition"]
    assert len(served.files()) == 2


def test_a_lost_file_is_made_again_with_the_same_bytes(served: Served):
    first = served.get("customer", served.shared).content
    [lost] = served.files()
    files.delete(lost.file_key)
    assert served.get("customer", served.shared).content == first
    [again] = served.files()
    assert again.content_hash == lost.content_hash
    assert files.read(again.file_key) == first


def test_many_first_readers_leave_one_file(served: Served):
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: served.get("customer", served.shared), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(served.files()) == 1


def test_who_comes_second_keeps_the_first_file(served: Served):
    with Session(served.engine) as session:
        paper = papers.find_paper(session, served.case.customer, served.shared, "es")
        assert papers.keep_paper(session, paper, "a" * 40, b"1")
        assert not papers.keep_paper(session, paper, "b" * 40, b"1")


def test_staff_preview_a_draft_and_nothing_is_kept(served: Served):
    answer = served.get("sales", served.draft)
    assert answer.status_code == 200
    assert "v0-en.pdf" in answer.headers["content-disposition"]
    assert served.files() == []


def test_a_withdrawn_offer_is_closed_to_the_customer_and_open_to_staff(served: Served):
    with clock.fixed(NOW), Session(served.engine) as session:
        authoring.withdraw_offer(session, served.case.sales, served.shared)
        session.commit()
    assert served.get("customer", served.shared).status_code == 404
    assert served.get("sales", served.shared).status_code == 200


def test_what_was_ordered_stays_readable(served: Served):
    with clock.fixed(NOW), Session(served.engine) as session:
        deciding.accept_offer(session, served.case.customer, served.shared, 1, 121_000, "")
        session.commit()
    assert served.get("customer", served.shared).status_code == 200


def test_rendering_is_limited_and_reading_is_not(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(route, "RENDERINGS", "1/minute")
    assert served.get("customer", served.shared).status_code == 200
    assert served.get("customer", served.shared, lang="de").status_code == 429
    assert served.get("customer", served.shared).status_code == 200
