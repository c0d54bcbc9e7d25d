"""The newer pages of staff without a mouse: what a step asks, what it does by itself, who is told, cases."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.documents.corpus import jpeg

from .entering import enter_as_customer, enter_as_staff
from .keys import press, tab_to, type_into
from .pages import (
    Attachments,
    Documents,
    FlowEditor,
    NewCustomer,
    StaffCases,
    StaffConditions,
    StaffFields,
    StaffInbox,
    StaffOffer,
    StaffProject,
    StaffWebhooks,
    StepActions,
)

TAB = "[role=tab]:not([tabindex='-1'])"


def go_to_tab(page: Page, part: str) -> None:
    """Of the flow editor: one stop of Tab, then arrow keys."""
    tab_to(page, TAB)
    for _ in range(5):
        if page.evaluate("document.activeElement.id") == f"part-{part}":
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(f"#part-{part}")).to_have_attribute("aria-selected", "true")


@pytest.fixture
def administrator(page: Page, portal) -> Page:
    enter_as_staff(page, portal.reset("cases"))
    return page


def test_a_field_and_a_condition_are_written_and_asked_for(administrator):
    page = administrator
    fields = StaffFields(page).open()
    press(page, "a[href$='field=new']")
    expect(fields.title).to_have_text("New field")
    tab_to(page, "input[name=kind]")
    page.keyboard.press("ArrowDown")
    expect(fields.label()).to_be_visible()
    type_into(page, "#label-en", "Number of your meter")
    press(page, "[data-testid=save-field]")
    expect(fields.id("places")).to_be_visible()

    terms = StaffConditions(page).open()
    press(page, "a[href$='condition=new']")
    expect(terms.text).to_be_visible()
    type_into(page, "#condition-name", "Privacy")
    type_into(page, "#title-en", "Privacy policy")
    type_into(page, "#condition-text", "We keep your data.")
    press(page, "[data-testid=save-version]")
    expect(terms.versions).to_have_count(1)

    editor = FlowEditor(page).open_list()
    press(page, "main a[href*='flow=']")
    expect(editor.substages.first).to_be_visible()
    for part, add in (("fields", "add-fields"), ("conditions", "add-conditions")):
        go_to_tab(page, part)
        press(page, f"[data-testid={add}]")
        press(page, "dialog input[type=checkbox]", "Space")
        press(page, "dialog .btn.solid")
        expect(editor.asked).to_have_count(1)
    press(page, ".unsaved .btn:last-child")
    expect(editor.saved).to_be_visible()


def test_a_step_gets_an_action_and_a_webhook_its_address(administrator):
    page = administrator
    FlowEditor(page).open_list()
    press(page, "main a[href*='flow=']")
    actions = StepActions(page)
    expect(page.get_by_test_id("substage").first).to_be_visible()
    go_to_tab(page, "actions")
    press(page, "[data-testid=edit-step-actions]")
    press(page, "[data-testid=add-notify_staff]")
    expect(actions.rows).to_have_count(1)
    tab_to(page, "[id^=action-][id$=-note]", "Shift+Tab")
    page.keyboard.type("Please call.")
    tab_to(page, "[id^=action-][id$=-audience]", "Shift+Tab")
    page.keyboard.press("ArrowDown")
    press(page, "[data-testid=save-step-actions]")
    expect(actions.sentences).to_have_count(1)

    hooks = StaffWebhooks(page).open()
    press(page, "[data-testid=new-webhook]")
    type_into(page, "#name", "Warehouse")
    type_into(page, "#url", "warehouse.example")
    page.keyboard.press("Enter")
    expect(page.locator("#url-error")).to_be_visible()
    tab_to(page, "#url", "Shift+Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("https://warehouse.example/told")
    page.keyboard.press("Enter")
    expect(hooks.id("secret")).to_be_visible()
    press(page, "dialog .btn.solid")
    expect(hooks.card("Warehouse")).to_be_visible()


def test_a_file_goes_back_and_a_flow_is_rehearsed(page, people, portal):
    made, customer = portal.reset("request"), people.new_page()
    enter_as_customer(customer, portal, made["email"])
    documents = Documents(customer).open()
    documents.give({"name": "bill.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    expect(documents.files).to_have_count(1)
    enter_as_staff(page, made)
    StaffProject(page).open(f"id={made['opportunity']}&tab=attachments")
    press(page, "[data-testid=send-back]")
    type_into(page, "#reason", "Page 2 is missing.")
    press(page, "[data-testid=confirm-send-back]")
    expect(Attachments(page).rows.filter(has_text="Page 2 is missing.")).to_have_count(1)

    FlowEditor(page).open_list()
    press(page, "main a[href*='flow=']")
    press(page, "[data-testid=walk-flow]")
    press(page, "[data-testid=walk-colleague]")
    expect(page.get_by_test_id("walk-passage")).to_have_count(2)


def test_a_case_is_answered_and_one_chooses_what_one_is_told(administrator):
    page = administrator
    StaffCases(page).open()
    press(page, "[data-testid=case-row] a")
    messages = page.get_by_test_id("case-message")
    expect(messages).to_have_count(4)
    type_into(page, "#text", "We come tomorrow at nine.")
    press(page, "[data-testid=send-answer]")
    expect(messages).to_have_count(5)

    inbox = StaffInbox(page)
    page.goto("/staff/inbox/choices")
    inbox.ready()
    tab_to(page, "[data-testid^=channel-]")
    page.keyboard.press("End")
    press(page, "[data-testid=save]")
    expect(inbox.notices.get_by_text("From now on")).to_be_visible()


def test_the_first_entry_that_was_refused_gets_the_focus(administrator):
    page = administrator
    NewCustomer(page).open().ready()
    type_into(page, "#name", "Rosa Prado")
    type_into(page, "#email", "rosa")
    press(page, "[data-testid=save-customer]")
    expect(page.locator("#email")).to_be_focused()
    expect(page.locator("#name")).to_have_value("Rosa Prado")


def test_an_entry_that_takes_the_place_of_its_list_is_read_from_its_heading(page, portal):
    made = portal.reset("offers")
    enter_as_staff(page, made)
    StaffOffer(page).open_project(made["opportunity"])
    press(page, "[data-testid=offer-row] a")
    expect(page.locator("#title")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_who_chooses_from_a_filter_stays_at_it(administrator):
    page = administrator
    StaffCases(page).open()
    expect(page.get_by_test_id("case-row")).to_have_count(1)
    tab_to(page, "#filter-state")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_test_id("case-row")).to_have_count(0)
    expect(page.locator("#filter-state")).to_be_focused()
