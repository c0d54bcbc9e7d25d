"""Staff in haste: a double press, the same mistake twice, a page left too early, a colleague who saves first."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.documents import corpus

from .entering import enter_as_customer, enter_as_staff
from .pages import Cases, NewCustomer, Offers, Profile, Screen, StaffOffer, StepForm
from .pages.screen import begin_to_leave
from .support import wait_until


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


def test_who_saves_an_offer_second_chooses_what_both_wrote_and_the_rest_comes_together(people, portal):
    made = portal.reset("offers")
    desks = [people.new_page(), people.new_page()]
    for desk, role in zip(desks, ("sales", "administrator"), strict=True):
        enter_as_staff(desk, made, role)
        desk.goto(f"/staff/offers?offer={made['offers'][0]}")
        expect(desk.locator("#title")).to_be_visible()
    first, second = (StaffOffer(desk).ready() for desk in desks)
    first.put(first.page.locator("#modules"), "21")
    for desk, name in ((first, "Theirs"), (second, "Mine")):
        desk.put(desk.page.locator("#title"), name)
    first.save()
    second.act(second.id("save"))
    meanwhile = second.id("meanwhile")
    expect(meanwhile.get_by_text("saved this meanwhile")).to_be_focused()
    expect(second.page.locator("#title")).to_have_value("Mine")
    meanwhile.get_by_role("button", name="Theirs").press("Enter")
    expect(second.page.locator("#title")).to_have_value("Theirs")
    expect(meanwhile).to_contain_text("What they wrote stays.")
    meanwhile.get_by_role("button", name="Mine").press("Enter")
    second.save()
    expect(meanwhile).to_have_count(0)
    first.page.reload()
    expect(first.page.locator("#title")).to_have_value("Mine")
    expect(first.page.locator("#modules")).to_have_value("21")


def test_an_offer_half_written_survives_a_server_that_forgot_it(page, portal):
    made = portal.reset("offers")
    enter_as_staff(page, made)
    page.goto(f"/staff/offers?offer={made['offers'][0]}")
    offer = StaffOffer(page).ready()
    offer.put(page.locator("#title"), "Half a title")
    expect(page.locator(".unsaved")).to_be_visible()
    page.on("dialog", lambda question: question.accept())
    page.evaluate("sessionStorage.removeItem('token')")  # the name of this tab's memory on the server
    page.reload()
    expect(page.locator(".unsaved")).to_be_visible()
    expect(page.locator("#title")).to_have_value("Half a title")


def test_after_a_save_one_goes_on_where_one_wrote(page, portal):
    enter_as_staff(page, portal.reset("request"), "administrator")
    page.goto("/staff/settings/portal")
    settings = Screen(page).ready()
    page.locator("#phone").fill("+34 911 222 333")
    expect(page.locator(".unsaved")).to_be_visible()
    settings.id("save-company").press("Enter")
    expect(page.locator(".unsaved")).to_have_count(0)
    expect(page.locator("#phone")).to_be_focused()
    settings.put(page.locator("#phone"), "")
    page.get_by_role("button", name="Discard").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


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


def test_a_choice_that_is_missing_is_told_where_it_is_made(page, portal):
    enter_as_customer(page, portal, portal.reset("offers")["email"])
    offers = Offers(page).open()
    offers.act(offers.id("decline"))
    offers.act(offers.id("decline-now"))
    expect(page.get_by_role("radiogroup", name="Why?")).to_be_focused()
    expect(page.locator("#reason-error")).to_have_text("Please choose one.")


def test_who_is_offline_keeps_the_page(page, portal):
    home = enter_as_customer(page, portal, portal.reset("request")["email"])
    banner = page.locator(".connection-banner")
    documents = page.get_by_role("main").get_by_role("link", name="Documents")
    page.context.set_offline(True)
    expect(banner).to_have_attribute("data-state", "lost")
    documents.click()
    page.context.set_offline(False)
    expect(banner).not_to_have_attribute("data-state", "lost")
    expect(home.greeting).to_be_visible()
    documents.click()
    expect(page).to_have_url(re.compile("/documents"))


def read_aloud(page: Page) -> str:
    """What stands in places whose changes are read aloud, as assistive technology gets the page."""
    nodes = {node["nodeId"]: node for node in
             page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]}

    def words(node: dict) -> str:
        own = node["name"]["value"] if node.get("role", {}).get("value") == "StaticText" else ""
        return own + "".join(words(nodes[child]) for child in node.get("childIds", ()))

    return " ".join(words(node) for node in nodes.values()
                    if not node["ignored"] and node.get("role", {}).get("value") == "status")


def test_what_binds_and_is_pressed_offline_is_not_done_later(people, portal):
    made = portal.reset("offers")
    page = people.new_page()
    enter_as_customer(page, portal, made["email"])
    banner = page.locator(".connection-banner")
    offers = Offers(page).open()
    offers.choose(0)
    offers.go_on()
    page.context.set_offline(True)
    offers.act(offers.order_button)
    expect(banner).to_have_text("No connection, so this was not done. Press it again once you are connected.")
    page.wait_for_function("at => at.matches(':popover-open')", arg=banner.element_handle())  # above the dialog
    assert wait_until(lambda: "No connection, so this was not done." in read_aloud(page)), "also to who does not see"
    page.context.set_offline(False)
    expect(banner).to_have_text("Connected again. What you pressed was not done: press it again.")
    assert wait_until(lambda: "Connected again." in read_aloud(page))
    desk = people.new_page()
    enter_as_staff(desk, made)
    StaffOffer(desk).open_project(made["opportunity"])
    expect(desk.locator('[data-testid="offer-row"][data-status="accepted"]')).to_have_count(0)
    offers.act(offers.order_button)
    expect(banner).to_have_attribute("data-state", "fine")
    expect(offers.ordered).to_be_visible()


def test_a_consent_that_is_given_offline_is_not_given(page, portal):
    enter_as_customer(page, portal, portal.reset("request")["email"])
    profile = Profile(page).open("tab=privacy")
    switch = profile.channel("email")
    page.context.set_offline(True)
    switch.focus()
    page.keyboard.press("Space")
    expect(page.locator(".connection-banner")).to_contain_text("this was not done")
    expect(switch).not_to_be_checked()
    page.context.set_offline(False)
    page.reload()
    profile.ready()
    expect(switch).not_to_be_checked()
    expect(profile.decisions).to_have_count(0)


def test_a_draft_of_a_case_is_not_called_kept_before_it_is(page, portal):
    enter_as_customer(page, portal, portal.reset("cases")["email"])
    cases = Cases(page).open("new=1")
    cases.fill(title="Water")
    cases.kept("")
    page.context.set_offline(True)
    cases.fill(text="Below the inverter.")
    expect(cases.id("kept")).to_be_hidden()
    cases.send()
    expect(page.locator(".connection-banner")).to_contain_text("this was not done")
    page.context.set_offline(False)
    cases.kept("Below the inverter.")
    expect(page.locator("#text")).to_have_value("Below the inverter.")


def test_a_connection_that_comes_back_leaves_failed_uploads_and_whoever_types_in_place(page, portal):
    made = portal.reset("ten-steps")
    enter_as_customer(page, portal, made["email"])
    sockets = []

    def stand_between(socket):
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket("**/_event/**", stand_between)
    page.route("**/api/files?*", lambda route: route.abort())
    form = StepForm(page).open_project(made["opportunity"])
    place = form.place(made["fields"]["bill"])
    place.get_by_test_id("choose-files").set_input_files(
        [{"name": "bill.jpg", "mimeType": "image/jpeg", "buffer": corpus.jpeg()}])
    failed = place.locator('[data-testid=arriving][data-step=failed]')
    expect(failed).to_be_visible()
    form.fill(made["fields"]["owner"], "Rosa")
    expect(form.status).to_have_attribute("data-status", "saved")
    before = form.control(made["fields"]["owner"]).element_handle()
    sockets[-1].close()
    page.wait_for_function("control => !control.isConnected", arg=before)  # the page has been read anew
    expect(failed).to_be_visible()
    page.keyboard.type(" Vega")
    expect(form.control(made["fields"]["owner"])).to_have_value("Rosa Vega")
    page.unroute("**/api/files?*")
    form.act(failed.locator(".acts button"))
    expect(place.get_by_test_id("file")).to_have_count(1)
