"""Staff look at a customer's portal as the customer sees it, can change nothing there, and come back."""

from __future__ import annotations

from playwright.sync_api import expect

from .entering import enter_as_staff
from .pages import Home, Offers, Profile, StaffProject


def test_sales_look_as_the_customer_and_can_order_nothing(people, portal):
    made = portal.reset("offers")
    page = people.new_page()
    enter_as_staff(page, made, "sales")
    project = StaffProject(page).open_project(made["opportunity"])
    page.get_by_test_id("view-as").click()
    banner = page.get_by_test_id("view-banner")
    expect(banner).to_contain_text("Nothing can be changed here")
    expect(Home(page).greeting).to_be_visible()

    offers = Offers(page).open()
    expect(banner).to_be_visible()
    offers.choose(0)
    offers.go_on()
    offers.act(offers.order_button)
    expect(page.get_by_test_id("notices")).to_contain_text("Nothing can be changed here")
    expect(offers.ordered).to_have_count(0)

    banner.get_by_role("button").click()
    expect(page).to_have_url(f"{portal.url}/staff/project?id={made['opportunity']}")
    expect(project.history.filter(has_text="because the offer was accepted")).to_have_count(0)
    expect(page.get_by_test_id("view-banner")).to_have_count(0)


def test_a_switch_that_may_not_be_turned_falls_back_with_the_notice(page, portal):
    enter_as_staff(page, made := portal.reset("offers"), "sales")
    StaffProject(page).open_project(made["opportunity"])
    page.get_by_test_id("view-as").click()
    expect(Home(page).greeting).to_be_visible()
    switch = Profile(page).open("tab=privacy").channel("email")
    switch.focus()
    page.keyboard.press("Space")
    expect(page.get_by_test_id("notices")).to_contain_text("Nothing can be changed here")
    expect(switch).not_to_be_checked(timeout=4000)  # without an answer it would stand for eight seconds
