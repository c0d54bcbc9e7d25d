"""What does not exist and what belongs to somebody else look the same."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import expect

from .entering import enter_as_customer
from .pages import Screen


def test_an_unknown_page_says_so_in_the_readers_language(people, portal):
    portal.reset("request")
    page = people.new_page(locale="es-ES")
    answer = page.goto("/there/is/nothing")
    assert answer
    assert answer.status == 404
    Screen(page).ready()
    expect(page.locator("h1")).to_contain_text("no existe")
    expect(page.locator("main a")).to_have_attribute("href", "/home")


def test_a_foreign_project_reads_like_an_unknown_one(page, portal):
    made = portal.reset("two-households")
    enter_as_customer(page, portal, made["neighbour"]["email"])
    for path in ("/home", "/offers", "/drawing"):
        texts = []
        for project in (made["opportunity"], uuid.uuid4().hex, "x"):
            page.goto(f"{path}?project={project}")
            Screen(page).ready()
            expect(page.locator("main h1, main h2").filter(visible=True).last).to_be_visible()
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            texts.append(page.locator("main").inner_text())
        assert texts[0] == texts[1] == texts[2], path
        assert "Ana" not in texts[0]
        assert made["number"] not in texts[0]


def test_a_foreign_offer_pdf_answers_like_an_unknown_one(page, portal):
    made = portal.reset("two-households")
    enter_as_customer(page, portal, made["neighbour"]["email"])
    answers = []
    for offer in (made["offers"][0], uuid.uuid4().hex):
        answer = page.request.get(f"/api/offers/{offer}/pdf")
        answers.append((answer.status, answer.body(), re.sub("date=.*", "", answer.headers.get("content-type", ""))))
    assert answers[0] == answers[1]
    own = page.request.get(f"/api/offers/{made['neighbour']['offers'][0]}/pdf")
    assert own.status == 200
    assert own.body().startswith(b"%PDF")
