"""Staff walk a flow as a made-up customer: they see what would happen, and nothing of it does."""

from __future__ import annotations

from playwright.sync_api import expect

from .entering import enter_as_staff
from .pages import FlowEditor


def test_a_walk_shows_what_would_happen_and_leaves_nothing(people, portal):
    made = portal.reset("request")
    page = people.new_page()
    enter_as_staff(page, made)
    mails = len(portal.mails_to(made["email"]))
    FlowEditor(page).open("Home solar")
    page.get_by_test_id("walk-flow").click()
    place, passages = page.get_by_test_id("walk-place"), page.get_by_test_id("walk-passage")
    expect(place).to_have_text("We have your request")
    expect(passages).to_contain_text(["A customer and a project are created"])
    page.get_by_test_id("walk-colleague").click()
    expect(place).to_have_text("Tell us about your home")
    page.get_by_test_id("walk-act").click()
    expect(passages).to_have_count(3)
    expect(place).to_have_text("Draw your roof")
    page.get_by_test_id("walk-act").click()
    expect(place).to_have_text("We check your roof")
    expect(passages.last).to_contain_text("E-mail “Drawing received” goes out")

    page.get_by_role("button", name="One step back").click()
    expect(place).to_have_text("Draw your roof")
    page.get_by_role("button", name="From the beginning").click()
    expect(passages).to_have_count(1)
    page.get_by_role("button", name="Close the rehearsal").click()
    expect(page.get_by_test_id("walk-panel")).to_have_count(0)
    page.goto("/staff/customers")
    expect(page.get_by_text(made["email"]).first).to_be_visible()
    expect(page.get_by_text("Alex Example")).to_have_count(0)
    assert len(portal.mails_to(made["email"])) == mails
