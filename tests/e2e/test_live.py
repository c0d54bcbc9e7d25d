"""Open pages follow what others do, within two seconds, and leave alone what somebody is typing."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .entering import enter_as_customer, enter_as_staff
from .pages import Cases, FlowEditor, Home, Offers, StaffFields, StaffInbox, StaffPortalSettings, StaffProject, StepForm
from .support import wait_until

SOON_MS = 2_000
ASK_NOTHING = "WebSocket.prototype.send = () => {}"
COUNT_EVENTS = """() => { window.asked = 0; const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { if (/^42.*refresh/.test(data)) window.asked += 1; send.call(this, data) } }"""


def test_a_customers_home_follows_what_staff_do(people, portal):
    made = portal.reset("offers")
    page, desk = people.new_page(), people.new_page()
    home = enter_as_customer(page, portal, made["email"]).open()
    step = home.current_step.inner_text()
    enter_as_staff(desk, made)
    StaffProject(desk).open_project(made["opportunity"]).move_to("We plan your system")
    expect(home.current_step).not_to_have_text(step, timeout=SOON_MS)
    expect(home.do_it).to_have_count(0)
    expect(home.notices.locator("[data-kind=ok]")).to_have_count(1)


def test_a_customers_home_follows_what_staff_write_about_its_step(people, portal):
    made = portal.reset("offers")
    page, desk = people.new_page(), people.new_page()
    home = enter_as_customer(page, portal, made["email"]).open()
    enter_as_staff(desk, made)
    editor = FlowEditor(desk).open("Home solar")
    editor.choose(home.current_step.inner_text())
    expect(editor.name()).to_have_value(home.current_step.inner_text())
    editor.name().fill("Take your time")
    editor.write_description("All three fit your roof.")
    editor.save()
    expect(home.current_step).to_have_text("Take your time", timeout=SOON_MS)
    expect(home.id("current-step")).to_contain_text("All three fit your roof.")
    expect(home.notices.locator("li")).to_have_count(0)  # the project itself has not moved


def test_a_customers_home_follows_where_staff_put_its_step_without_asking(people, portal):
    made = portal.reset("offers")
    page, desk = people.new_page(), people.new_page()
    home = enter_as_customer(page, portal, made["email"]).open()
    enter_as_staff(desk, made)
    editor = FlowEditor(desk).open("Home solar")
    step = home.current_step.inner_text()
    expect(editor.handle(step)).to_be_visible()
    page.evaluate(ASK_NOTHING)
    editor.add_stage("Your garden", "We look at your trees")
    expect(home.way.filter(has_text="Your garden")).to_have_count(1, timeout=SOON_MS)
    editor.choose(step)
    editor.choose_view("None, information only")
    editor.save()
    expect(home.do_it).to_have_count(0, timeout=SOON_MS)
    expect(home.id("turn")).to_have_text("With us")
    expect(home.notices.locator("li")).to_have_count(0)  # the project itself has not moved


def test_a_form_follows_its_labels_and_keeps_what_is_typed(people, portal):
    made = portal.reset("ten-steps")
    page, desk = people.new_page(), people.new_page()
    enter_as_customer(page, portal, made["email"])
    wishes = made["fields"]["wishes"]
    step = StepForm(page).open_project(made["opportunity"])
    enter_as_staff(desk, made, "administrator")
    fields = StaffFields(desk).open(f"field={wishes}")
    expect(fields.label()).to_be_visible()
    page.evaluate(ASK_NOTHING)
    step.fill(wishes, "Half a sentence that must not be lo")
    fields.label().fill("What should we know?")
    fields.save()
    expect(step.place(wishes)).to_contain_text("What should we know?", timeout=SOON_MS)
    expect(step.notices.locator("li")).to_have_count(0)
    fields.choose_group("About you")
    fields.save()
    expect(step.notices.locator("[data-kind=info]")).to_have_count(1, timeout=SOON_MS)
    expect(step.control(wishes)).to_have_value("Half a sentence that must not be lo")


def test_a_project_page_follows_but_never_under_an_open_question(people, portal):
    made = portal.reset("offers")
    page, desk = people.new_page(), people.new_page()
    enter_as_staff(desk, made)
    project = StaffProject(desk).open_project(made["opportunity"])
    enter_as_customer(page, portal, made["email"])
    offers = Offers(page).open()
    project.act(desk.locator(".move-menu summary"))
    project.act(project.id("move-to").first)
    desk.locator("#note").fill("Half a sentence that must not be lo")
    before = project.substage.inner_text()
    offers.decline("too_expensive")
    expect(project.notices.locator("[data-kind=info]")).to_be_visible(timeout=SOON_MS)
    expect(desk.locator("#note")).to_have_value("Half a sentence that must not be lo")
    assert project.substage.inner_text() == before  # what the question was about stays in sight
    desk.keyboard.press("Escape")
    expect(project.history.filter(has_text="declined")).not_to_have_count(0)


def test_staff_are_told_at_once_and_the_bell_counts(people, portal):
    made = portal.reset("offers")
    page, desk = people.new_page(), people.new_page()
    enter_as_staff(desk, made, "sales")
    inbox = StaffInbox(desk).open()
    expect(inbox.bell.locator(".bell-count")).to_have_count(0)
    enter_as_customer(page, portal, made["email"])
    Offers(page).open().decline("too_expensive")
    expect(inbox.new_lines).to_have_count(1, timeout=SOON_MS)
    expect(inbox.bell.locator(".bell-count")).to_have_text("1", timeout=SOON_MS)
    expect(inbox.bell).to_have_accessible_name("Inbox, new: 1")
    inbox.follow()
    expect(StaffProject(desk).substage).to_be_visible()
    expect(desk).to_have_url(re.compile(f"id={made['opportunity']}"))
    expect(inbox.bell.locator(".bell-count")).to_have_count(0)
    inbox.open()
    expect(inbox.lines).to_have_count(1)
    expect(inbox.new_lines).to_have_count(0)


def test_who_chose_mail_gets_mail(people, portal):
    made = portal.reset("offers")
    page, desk = people.new_page(), people.new_page()
    enter_as_staff(desk, made, "sales")
    inbox = StaffInbox(desk)
    inbox.choose("offer", "email")
    enter_as_customer(page, portal, made["email"])
    Offers(page).open().decline("too_expensive")
    mail = portal.wait_for_mail(made["staff"]["sales"], "declined")
    assert f"/staff/project?id={made['opportunity']}" in mail.text
    inbox.open()
    expect(inbox.lines).to_have_count(0)


def test_a_place_that_is_closed_goes_from_the_menu_and_the_open_page_says_so(people, portal):
    made = portal.reset("cases")
    page, desk = people.new_page(), people.new_page()
    enter_as_customer(page, portal, made["email"])
    cases = Cases(page)
    page.goto("/cases?new=1")
    cases.ready().fill(text="Half a sentence that must not be lo")
    cases.kept("Half a sentence that must not be lo")
    places = page.get_by_role("navigation", name="Main", exact=True).locator("a[href='/cases']")
    enter_as_staff(desk, made)
    settings = StaffPortalSettings(desk).open()
    settings.open_place("cases", False)
    expect(cases.id("closed")).to_be_visible()
    expect(places).to_have_count(0)
    page.reload()
    expect(cases.id("closed")).to_be_visible()
    settings.open_place("cases", True)
    expect(page.locator("#text")).to_have_value("Half a sentence that must not be lo")
    expect(places).to_have_count(1)


def test_a_page_that_shows_something_else_asks_for_nothing(people, portal):
    made = portal.reset("two-households")
    page, other, desk = people.new_page(), people.new_page(), people.new_page()
    enter_as_customer(other, portal, made["neighbour"]["email"]).open()
    home = enter_as_customer(page, portal, made["email"]).open()
    enter_as_staff(desk, made)
    other.evaluate(COUNT_EVENTS)
    step = home.current_step.inner_text()
    StaffProject(desk).open_project(made["opportunity"]).move_to("We plan your system")
    expect(home.current_step).not_to_have_text(step, timeout=SOON_MS)
    assert other.evaluate("window.asked") == 0
    StaffProject(desk).open_project(made["neighbour"]["opportunity"]).move_to("We plan your system")
    assert wait_until(lambda: other.evaluate("window.asked") > 0)  # the measure measures
    expect(Home(other).do_it).to_have_count(0)
