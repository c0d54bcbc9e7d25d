"""Staff build and change the way that their customers see: by pointer, by keyboard, and two of them at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portal_app.demo.accounts import PASSWORD, STAFF

from .entering import enter_as_staff
from .pages import FlowEditor
from .pages.screen import begin_to_leave
from .support import Portal

EMAILS = {person.key: person.email for person in STAFF}


def sign_in(page: Page, portal: Portal, who: str = "administrator") -> Page:
    enter_as_staff(page, {"staff": EMAILS, "password": PASSWORD, "url": portal.url}, who)
    return page


@pytest.fixture
def editor(portal: Portal, page: Page) -> FlowEditor:
    portal.reset("empty")
    return FlowEditor(sign_in(page, portal)).open_list().create("Home solar")


def test_a_flow_is_built_from_nothing(editor: FlowEditor):
    editor.expect_stages("Request")
    editor.expect_substages("We have your request")
    editor.add_stage("Your roof", "Draw your roof")
    editor.add_substage("Your roof", "We check your roof")
    editor.choose("Draw your roof")
    expect(editor.title).to_have_text("Draw your roof")
    editor.name("es").fill("Dibuja tu tejado")
    editor.write_description("It takes five minutes.")
    editor.choose_view("Drawing")
    expect(editor.unsaved).to_contain_text("3 unsaved changes")
    expect(editor.preview).to_contain_text("It takes five minutes.")
    expect(editor.preview).to_contain_text("Your turn")
    editor.save()
    editor.page.reload()
    editor.choose("Draw your roof")
    expect(editor.name("es")).to_have_value("Dibuja tu tejado")
    expect(editor.page.locator("#description")).to_have_value("It takes five minutes.")


@pytest.mark.parametrize("width", [360, 1280])
def test_who_adds_by_keyboard_goes_on_where_something_has_opened(editor: FlowEditor, width: int):
    page = editor.page
    page.set_viewport_size({"width": width, "height": 740})
    page.get_by_test_id("add-stage").press("Enter")
    expect(page.get_by_label("Name of the new stage")).to_be_focused()
    page.keyboard.type("Your roof")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of the new substage")).to_be_focused()
    page.keyboard.type("Draw your roof")
    page.keyboard.press("Enter")
    expect(editor.title).to_have_text("Draw your roof")
    at_the_desk = page.get_by_test_id("add-substage")  # where the next one begins; on a phone what was made comes into sight
    expect(editor.title if width == 360 else at_the_desk).to_be_focused()


def test_the_order_changes_by_pointer_keyboard_and_menu(editor: FlowEditor):
    editor.add_stage("Your roof", "Draw your roof")
    editor.add_stage("Your offer", "Choose your offer")
    editor.drag("Your offer", above="Your roof")
    editor.expect_stages("Request", "Your offer", "Your roof")
    editor.move_by_key("Your offer", "ArrowDown")
    editor.expect_stages("Request", "Your roof", "Your offer")
    expect(editor.handle("Your offer")).to_be_focused()
    expect(editor.page.get_by_text("Your offer is now number 3 of 3")).to_be_attached()
    editor.move_by_menu("Your offer", "Move up")
    editor.expect_stages("Request", "Your offer", "Your roof")
    editor.move_by_key("Draw your roof", "ArrowUp")  # on into the stage before
    editor.expect_substages("We have your request", "Choose your offer", "Draw your roof")
    editor.drag("Draw your roof", above="We have your request")
    editor.expect_substages("Draw your roof", "We have your request", "Choose your offer")
    editor.page.reload()
    editor.expect_substages("Draw your roof", "We have your request", "Choose your offer")


def test_a_draft_is_not_left_without_being_asked(editor: FlowEditor):
    editor.add_stage("Your roof", "Draw your roof")
    editor.name().fill("Draw it")
    editor.choose("We have your request")
    dialog = editor.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Keep writing").last.click()
    expect(editor.name()).to_have_value("Draw it")
    begin_to_leave(editor.page)
    expect(editor.name()).to_have_value("Draw it")
    editor.page.get_by_role("link", name="Projects").first.click()  # another page of the portal
    dialog.get_by_role("button", name="Keep writing").last.click()
    expect(editor.name()).to_have_value("Draw it")
    editor.choose("We have your request")
    dialog.get_by_role("button", name="Save and go on").click()
    expect(editor.title).to_have_text("We have your request")
    editor.expect_substages("We have your request", "Draw it")
    editor.name().fill("Never mind")
    expect(editor.unsaved).to_be_visible()
    editor.page.get_by_role("link", name="Projects").first.click()
    dialog.get_by_role("button", name="Discard them").click()
    editor.page.wait_for_url("**/staff/projects")


def test_a_draft_survives_a_server_that_forgot_it(editor: FlowEditor):
    editor.name().fill("Half a sent")
    expect(editor.unsaved).to_be_visible()
    editor.page.on("dialog", lambda question: question.accept())
    editor.page.evaluate("sessionStorage.removeItem('token')")  # the name of this tab's memory on the server
    editor.page.reload()
    expect(editor.unsaved).to_be_visible()
    expect(editor.name()).to_have_value("Half a sent")


def test_the_second_of_two_is_told_and_loses_nothing(editor: FlowEditor, portal: Portal, people):
    other = FlowEditor(sign_in(people.new_page(), portal)).open("Home solar")
    editor.name().fill("Ours")
    editor.name("de").fill("Unser")
    other.name().fill("Theirs")
    other.name("it").fill("Loro")
    other.save()
    editor.page.get_by_role("button", name="Save", exact=True).click()
    meanwhile = editor.page.get_by_test_id("meanwhile")
    expect(meanwhile).to_contain_text("saved this meanwhile")
    for language, text in (("en", "Ours"), ("de", "Unser"), ("it", "Loro")):
        expect(editor.name(language)).to_have_value(text)
    meanwhile.get_by_role("button", name="Theirs").click()
    expect(editor.name()).to_have_value("Theirs")
    meanwhile.get_by_role("button", name="Ours").click()
    expect(editor.name()).to_have_value("Ours")
    editor.save()
    editor.expect_substages("Ours")


def test_where_projects_stand_nothing_just_goes(portal: Portal, page: Page):
    portal.reset("request")
    editor = FlowEditor(sign_in(page, portal)).open("Home solar")
    name, other = editor.substage_names()[:2]
    editor._menu(name, "Delete")
    expect(page.get_by_role("dialog")).to_contain_text("1 project stands here")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    target = f"{editor.stage_names()[0]} · {other}"
    editor.delete(name, move_projects_to=target)
    expect(editor.substages.filter(has_text=other)).to_contain_text("1 project")
    expect(editor.substages.locator(f'b:text-is("{name}")')).to_have_count(0)


def test_who_may_not_change_reads_and_others_find_nothing(portal: Portal, people):
    portal.reset("request")
    viewer = FlowEditor(sign_in(people.new_page(), portal, "viewer")).open("Home solar")
    expect(viewer.page.get_by_text("Read only")).to_be_visible()
    expect(viewer.name()).not_to_be_editable()
    expect(viewer.page.get_by_role("button", name="Move ")).to_have_count(0)
    expect(viewer.page.get_by_test_id("add-stage")).to_have_count(0)
    address = viewer.page.url
    installer = sign_in(people.new_page(), portal, "installer")
    for path in (FlowEditor.PATH, address):
        installer.goto(path)
        expect(installer.get_by_role("heading", name="This page does not exist")).to_be_visible()
