"""Staff in haste: a double press, the same mistake twice, a page left too early, a colleague who saves first."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .entering import enter_as_customer, enter_as_staff
from .pages import NewCustomer, Screen, StaffOffer
from .pages.screen import begin_to_leave


def _offers(page: Page, made: dict) -> StaffOffer:
    return StaffOffer(page).open_project(made["opportunity"])


def test_a_button_that_is_pressed_twice_counts_once(page, portal):
    made = portal.reset("offers")
    enter_as_staff(page, made)
    offers = _offers(page, made)
    expect(offers.rows).to_have_count(3)
    offers.id("new-offer").dblclick()
    expect(page.locator("#title")).to_be_visible()
    _offers(page, made)
    expect(offers.rows).to_have_count(4)


def test_the_same_mistake_leads_to_its_place_again(page, portal):
    enter_as_staff(page, portal.reset("request"))
    page.goto("/staff/customers/new")
    form = NewCustomer(page).ready()
    for _ in range(2):
        form.act(form.id("save-customer"))
        expect(page.locator("#name")).to_be_focused()


def test_who_leaves_a_form_half_written_is_asked(page, portal):
    enter_as_staff(page, portal.reset("request"))
    page.goto("/staff/customers/new")
    form = NewCustomer(page).ready()
    form.put(page.locator("#name"), "Half a name")
    begin_to_leave(page)
    expect(page.locator("#name")).to_have_value("Half a name")
    form.act(page.get_by_role("link", name="Cancel"))
    expect(page).to_have_url(re.compile("/staff/customers$"))


def test_who_saves_second_saves_again_and_both_are_there(people, portal):
    made = portal.reset("offers")
    desks = [people.new_page(), people.new_page()]
    for desk, role in zip(desks, ("sales", "administrator"), strict=True):
        enter_as_staff(desk, made, role)
        desk.goto(f"/staff/offers?offer={made['offers'][0]}")
        expect(desk.locator("#title")).to_be_visible()
    first, second = (StaffOffer(desk).ready() for desk in desks)
    first.put(first.page.locator("#modules"), "21")
    second.put(second.page.locator("#title"), "Mine")
    first.save()
    second.act(second.id("save"))
    expect(second.notices).to_contain_text("save again")
    second.save()
    first.page.reload()
    expect(first.page.locator("#title")).to_have_value("Mine")
    expect(first.page.locator("#modules")).to_have_value("21")


def test_a_page_of_the_other_door_leads_to_the_own_home(people, portal):
    made = portal.reset("request")
    desk, customer = people.new_page(), people.new_page()
    enter_as_staff(desk, made, "viewer")
    desk.goto("/account")
    expect(desk).to_have_url(re.compile("/staff$"))
    enter_as_customer(customer, portal, made["email"])
    customer.goto("/staff/projects")
    expect(customer).to_have_url(re.compile("/home"))
    desk.goto("/staff/settings/team")
    Screen(desk).ready()
    expect(desk.get_by_role("heading", name="You may not change this")).to_be_visible()


def test_a_page_of_another_build_keeps_what_was_typed_and_can_be_loaded_again(page, portal):
    enter_as_staff(page, portal.reset("request"))
    sockets = []

    def stand_between(socket):
        server = socket.connect_to_server()
        is_other = bool(sockets)
        socket.on_message(lambda said: server.send(
            re.sub(r'"state_schema":"\w*"', '"state_schema":"other"', said) if is_other else said))
        sockets.append(socket)

    page.route_web_socket("**/_event/**", stand_between)
    page.goto("/staff/customers/new")
    form = NewCustomer(page).ready()
    form.put(page.locator("#name"), "Half a name")
    sockets[0].close()
    banner = page.locator(".connection-banner")
    expect(banner).to_contain_text("The portal has been renewed.")
    expect(page.locator("#name")).to_have_value("Half a name")
    page.on("dialog", lambda asked: asked.accept())
    with page.expect_navigation():
        banner.get_by_role("button").click()
    expect(page.locator("#name")).to_have_value("")
