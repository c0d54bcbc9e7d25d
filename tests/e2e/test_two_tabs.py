"""Two tabs of one customer order at once: one outcome, one mail, one move."""

from __future__ import annotations

from playwright.sync_api import expect

from .entering import enter_as_customer, enter_as_staff
from .pages import Offers, StaffOffer, StaffProject
from .support import wait_until


def test_two_tabs_order_different_offers_and_one_of_them_counts(people, portal):
    made = portal.reset("offers")
    first = people.new_page()
    enter_as_customer(first, portal, made["email"])
    second = first.context.new_page()
    tabs = [Offers(first).open(), Offers(second).open()]
    mails = len(portal.mails_to(made["email"]))
    for number, tab in enumerate(tabs):
        tab.choose(number)
        tab.go_on()
    for tab in tabs:  # neither waits for the other's answer
        tab.order_button.evaluate("button => setTimeout(() => button.click(), 0)")
    for tab in tabs:
        expect(tab.ordered).to_be_visible()
        expect(tab.order_button).to_have_count(0)
    told = [tab.ordered.locator("p").first for tab in tabs]
    assert wait_until(lambda: len({words.inner_text().split(",")[0] for words in told}) == 1), "two orders are told"

    assert wait_until(lambda: len(portal.mails_to(made["email"])) > mails)
    desk = people.new_page()
    enter_as_staff(desk, made)
    project = StaffProject(desk).open_project(made["opportunity"])
    expect(project.history.filter(has_text="because the offer was accepted")).to_have_count(1)
    for status, count in (("accepted", 1), ("closed", 2)):
        expect(project.offers.and_(desk.locator(f"[data-status={status}]"))).to_have_count(count)
    assert len([m for m in portal.mails_to(made["email"]) if "order" in m.subject]) == 1


def test_an_offer_that_staff_withdraw_meanwhile_can_not_be_ordered(people, portal):
    made = portal.reset("offers")
    page, desk = people.new_page(), people.new_page()
    enter_as_customer(page, portal, made["email"])
    offers = Offers(page).open()
    offers.choose(0)
    title = offers.cards.first.locator("h2").inner_text()
    offers.go_on()
    enter_as_staff(desk, made)
    StaffOffer(desk).open(f"offer={offers.cards.first.get_attribute('data-offer')}").withdraw()
    offers.act(offers.order_button)
    expect(offers.cards).to_have_count(2)
    expect(offers.cards.filter(has_text=title)).to_have_count(0)
    expect(offers.ordered).to_have_count(0)
    expect(StaffProject(desk).open_project(made["opportunity"]).history.filter(has_text="accepted")).to_have_count(0)
