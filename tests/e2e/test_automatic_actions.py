"""Steps that act by themselves, and other systems that are told of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.webhooks.receiver import Receiver, running

from .entering import enter_as_customer, enter_as_staff
from .pages import FlowEditor, StaffActions, StaffPortalSettings, StaffProject, StaffWebhooks, StepActions
from .support import Portal, wait_until

CHECK, PLAN = "We check your roof", "We plan your system"


@pytest.fixture
def receiver(portal: Portal) -> Iterator[Receiver]:
    if portal.log is None:
        pytest.skip("a deployment elsewhere cannot call this machine")
    server = Receiver()
    with running(server):
        yield server


@pytest.fixture
def made(portal: Portal) -> dict:
    return portal.reset("request")


@pytest.fixture
def desk(page: Page, made: dict) -> Page:
    enter_as_staff(page, made)
    return page


def panel_of(page: Page, substage: str) -> StepActions:
    editor = FlowEditor(page).open("Home solar")
    editor.choose(substage)
    expect(editor.title).to_have_text(substage)
    return StepActions(page).show()


def test_a_webhook_is_set_up_tried_and_signed(desk: Page, receiver: Receiver):
    webhooks = StaffWebhooks(desk).open()
    webhooks.act(webhooks.id("new-webhook"))
    webhooks.fill("CRM", "https://10.0.0.1/")
    expect(webhooks.form).to_contain_text("This address leads inside a private network, where webhooks never go.")
    webhooks.fill("CRM", "https://user:word@example.com/")
    expect(webhooks.form).to_contain_text("Please leave user name and password out of the address")
    expect(webhooks.form.get_by_label("Name", exact=True)).to_have_value("CRM")
    webhooks.fill("CRM", receiver.url)
    receiver.secret = webhooks.take_secret()
    desk.reload()
    expect(webhooks.card("CRM")).to_be_visible()
    assert receiver.secret not in desk.content()
    receiver.answers = [(500, {})]
    webhooks.act(webhooks.card("CRM").get_by_test_id("send-test"))
    first = webhooks.expect_delivery("portal.test", "waiting")
    expect(first).to_contain_text("The address did not take the message.")
    webhooks.act(first.get_by_test_id("replay"))
    webhooks.expect_delivery("portal.test", "delivered")
    assert len({headers["webhook-id"] for _, headers, _ in receiver.requests}) == 1
    assert len(receiver.taken) == 1, "the receiver has checked the signature by the secret that was shown"


def test_a_step_acts_by_itself_and_others_are_told(desk: Page, portal: Portal, made: dict, receiver: Receiver):
    receiver.secret = StaffWebhooks(desk).open().create("CRM", receiver.url)
    panel = panel_of(desk, CHECK).change()
    panel.choose(panel.add("send_template"), "E-mail", "Reminder of a step")
    panel.choose(panel.add("call_webhook"), "Webhook", "CRM")
    row = panel.add("notify_staff")
    panel.save()
    expect(row).to_contain_text("Please choose who is told.")
    panel.choose(row, "Whom", "Whoever looks after the project")
    row.get_by_label("What colleagues read").fill("Look at the roof")
    row = panel.add("move")
    panel.wait_days(row, "3")
    panel.choose(row, "To which substage", PLAN)
    panel.saved()
    expect(panel.sentences).to_have_text([
        "On entering: Send the e-mail “Reminder of a step”", "On entering: Call the webhook “CRM”",
        "On entering: Tell whoever looks after the project: “Look at the roof”",
        f"After 3 days here: Move to “Your offer · {PLAN}”"])

    portal.wait_for_mail(made["email"])
    before = len(portal.mails_to(made["email"]))
    project = StaffProject(desk).open_project(made["opportunity"])
    project.move_to(CHECK)
    mail = portal.wait_for_mail(made["email"], "A small step is waiting for you")
    assert CHECK in mail.subject
    assert len(portal.mails_to(made["email"])) == before + 1
    assert wait_until(lambda: bool(receiver.taken)), "no message came"
    [body] = map(json.loads, receiver.taken.values())
    assert body["type"] == "step.entered"
    assert body["data"]["opportunity"]["substage"]["name"] == CHECK
    assert made["email"] not in json.dumps(body)

    portal.let_hours_pass(71)
    project.open_project(made["opportunity"])
    expect(project.substage).to_have_text(CHECK)
    portal.let_hours_pass(2)
    expect(project.substage).to_have_text(PLAN)
    expect(project.history.first).to_contain_text("by itself after a time in the step")


def test_a_circle_is_not_saved_and_nothing_is_lost(desk: Page):
    panel = panel_of(desk, CHECK).change()
    panel.choose(panel.add("move"), "To which substage", PLAN)
    panel.saved()
    panel = panel_of(desk, PLAN).change()
    row = panel.add("move")
    panel.choose(row, "To which substage", CHECK)
    panel.save()
    expect(row).to_contain_text("These moves would lead round in a circle")
    FlowEditor(desk).choose(CHECK)  # what was begun waits
    expect(panel.sentences).to_have_count(1)
    expect(desk.get_by_text("Actions of 1 other step are not saved yet.")).to_be_visible()
    FlowEditor(desk).choose(PLAN)
    expect(panel.rows).to_have_count(1)
    panel.choose(panel.rows.first, "To which substage", "We book your home visit")
    panel.saved()
    expect(panel.sentences).to_have_text("On entering: Move to “Home visit · We book your home visit”")


def test_staff_see_what_comes_and_see_to_what_did_not_happen(people, portal: Portal):
    made = portal.reset("by-itself")
    page = people.new_page()
    enter_as_staff(page, made)
    project = StaffProject(page).open_project(made["opportunity"])
    expect(project.planned).to_contain_text("Tell whoever looks after the project: “This roof has waited for two days.”")
    expect(project.troubles).to_contain_text("An automatic e-mail was not written. Please check its template.")
    project.settle()
    page.reload()
    expect(project.planned).to_have_count(1)
    expect(project.troubles).to_have_count(0)


def test_a_customer_starts_again(people, portal: Portal, made: dict, desk: Page):
    editor = FlowEditor(desk).open("Home solar")
    editor.add_stage("Over", "It came to nothing")
    editor.choose_view("End of the process, failed")
    editor.save()
    StaffActions(desk).open().set("flow-reactivation", "Home solar", move_to="Your roof · Draw your roof")
    settings = StaffPortalSettings(desk).open()
    settings.act(settings.id("reactivation-switch"))
    settings.save()
    project = StaffProject(desk).open_project(made["opportunity"])
    project.move_to("It came to nothing")

    phone = people.new_page(viewport={"width": 360, "height": 740}, has_touch=True)
    home = enter_as_customer(phone, portal, made["email"])
    expect(home.id("ending-failed")).to_be_visible()
    home.act(home.id("start-again"))
    expect(home.current_step).to_have_text("Draw your roof")
    expect(project.substage).to_have_text("Draw your roof")
    expect(project.history.first).to_contain_text("because the customer starts again")
