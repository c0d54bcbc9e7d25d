"""Staff define what customers are asked for: fields of several kinds, terms in versions, and where they are asked."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from .entering import enter_as_staff
from .pages import FlowEditor, StaffConditions, StaffFields
from .pages.screen import begin_to_leave
from .support import Portal


def test_fields_are_defined_and_attached(portal: Portal, page: Page):
    made = portal.reset("empty")
    enter_as_staff(page, made, "administrator")
    fields = StaffFields(page)
    fields.define("Number", "Yearly consumption", "Your home", unit="kWh", minimum="500", maximum="20000")
    fields.begin("One choice")
    fields.label().fill("Roof covering")
    fields.label("de").fill("Dacheindeckung")
    fields.help().fill("Look from the street.")
    fields.choose_group("Your home")
    fields.id("save-field").click()
    expect(fields.page.get_by_test_id("options").get_by_role("alert").first).to_be_visible()
    fields.write_options("Tiles", "Slate", "Metal")
    fields.handle("Metal").press("ArrowUp")
    expect(fields.options.nth(1)).to_have_value("Metal")
    fields.save()
    expect(fields.options.nth(1)).to_have_value("Metal")
    fields.define("One file", "Photo of the meter", max_file_mb="20")
    fields.open()
    expect(fields.groups).to_have_text(["Your home", "Without a group"])
    expect(fields.names).to_have_text(["Yearly consumption", "Roof covering", "Photo of the meter"])
    fields.handle("Roof covering").press("ArrowUp")
    expect(fields.names).to_have_text(["Roof covering", "Yearly consumption", "Photo of the meter"])

    editor = FlowEditor(page).open_list().create("Home solar")
    name = "We have your request"
    expect(editor.title).to_have_text(name)
    editor.show_tab("Fields")
    editor.add("Yearly consumption", "Roof covering", "Photo of the meter")
    expect(editor.asked).to_have_text(["Roof covering", "Yearly consumption", "Photo of the meter"])
    editor.set_mode("Roof covering", "Required", "Read-only")
    expect(page.get_by_test_id("field-warning")).to_contain_text("Required, but customers can't write it here")
    editor.set_mode("Roof covering", who="Editable")
    expect(page.get_by_test_id("field-warning")).to_have_count(0)
    editor.set_mode("Yearly consumption", who="Read-only")
    editor.move_by_key("Photo of the meter", "ArrowUp")
    expect(editor.asked).to_have_text(["Roof covering", "Photo of the meter", "Yearly consumption"])
    editor.show_tab("Information")
    editor.choose_ball("The grid operator")
    expect(editor.preview).to_contain_text("With the grid operator")
    expect(editor.unsaved).to_contain_text("2 unsaved changes")
    editor.save()
    page.reload()
    expect(editor.title).to_have_text(name)
    expect(page.locator("#ball")).to_have_value("grid_operator")
    editor.show_tab("Fields")
    expect(editor.asked).to_have_text(["Roof covering", "Photo of the meter", "Yearly consumption"])
    expect(page.get_by_label("Roof covering: needed", exact=True)).to_have_value("required")
    expect(page.get_by_label("Yearly consumption: who writes", exact=True)).to_have_value("read-only")
    expect(editor.substages.filter(has_text=name)).to_contain_text("3 fields")

    fields.open()
    fields.menu("Roof covering", "Archive")
    expect(page.get_by_role("dialog")).to_contain_text("1 substage asks for it")
    page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    expect(fields.names).to_have_text(["Yearly consumption", "Photo of the meter"])


def test_a_condition_has_versions_and_is_attached(portal: Portal, page: Page):
    made = portal.reset("empty")
    enter_as_staff(page, made, "administrator")
    terms = StaffConditions(page).open("condition=new")
    page.locator("#condition-name").fill("Privacy")
    terms.id("save-version").click()
    expect(terms.title_field()).to_be_focused()  # the first of the lines that are wrong
    expect(terms.text).to_have_attribute("aria-invalid", "true")
    terms.create("Privacy", "Privacy policy", "We keep your data.")
    expect(terms.versions).to_have_count(1)
    expect(terms.versions.first).to_have_attribute("data-status", "in_effect")
    expect(terms.preview).to_contain_text("We keep your data.")
    terms.begin_version()
    terms.text.fill("We keep your data for ten years.")
    expect(terms.preview).to_contain_text("ten years")
    terms.plan((date.today() + timedelta(days=30)).isoformat())
    terms.save()
    expect(terms.versions).to_have_count(2)
    expect(terms.versions.first).to_have_attribute("data-status", "coming")
    expect(terms.preview).to_contain_text("We keep your data.")
    page.get_by_role("button", name="Read version 2").click()
    expect(terms.preview).to_contain_text("ten years")
    terms.open()
    expect(terms.rows.first).to_contain_text("Version 1, since")
    expect(terms.rows.first).to_contain_text("Version 2, from")

    editor = FlowEditor(page).open_list().create("Home solar")
    name = "We have your request"
    expect(editor.title).to_have_text(name)
    editor.show_tab("Conditions")
    editor.add("Privacy")
    editor.ask_again("Privacy").check()  # its state comes from the server, but a click shows at once
    expect(editor.ask_again("Privacy")).to_be_checked()
    editor.save()
    page.reload()
    expect(editor.title).to_have_text(name)
    editor.show_tab("Conditions")
    expect(editor.ask_again("Privacy")).to_be_checked()
    expect(editor.substages.filter(has_text=name)).to_contain_text("1 condition")
    terms.open()
    page.get_by_role("link", name="Privacy", exact=True).click()
    expect(terms.id("places")).to_contain_text("asks again")


def test_two_editors_of_one_list_lose_no_entry(portal: Portal, page: Page, people):
    made = portal.reset("empty")
    enter_as_staff(page, made, "administrator")
    fields = StaffFields(page)
    for label in ("Bank account", "Meter number", "Wishes"):
        fields.define("Short text", label)
    other_page = people.new_page()
    enter_as_staff(other_page, made, "administrator")
    mine = FlowEditor(page).open_list().create("Home solar")
    theirs = FlowEditor(other_page).open("Home solar")
    for editor, added in ((mine, "Bank account"), (theirs, "Meter number")):
        editor.show_tab("Fields")
        editor.add(added)
    theirs.save()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_test_id("meanwhile")).to_contain_text("saved this meanwhile")
    expect(mine.asked).to_have_count(2)
    mine.set_mode("Meter number", "Required")
    mine.save()
    theirs.set_mode("Meter number", who="Read-only")
    other_page.get_by_role("button", name="Save", exact=True).click()
    conflict = other_page.get_by_test_id("meanwhile")
    expect(conflict.get_by_role("button", name="Meter number · Required")).to_be_visible()
    conflict.get_by_role("button", name="Meter number · Required").click()
    expect(other_page.get_by_label("Meter number: needed", exact=True)).to_have_value("required")
    expect(theirs.asked).to_have_count(2)


def test_a_half_written_field_is_not_lost(portal: Portal, page: Page):
    made = portal.reset("empty")
    enter_as_staff(page, made, "administrator")
    fields = StaffFields(page).begin("Number")
    fields.label().fill("Half a quest")
    expect(page.locator(".unsaved")).to_contain_text("2 unsaved changes")  # the kind and the question
    begin_to_leave(page)
    expect(fields.label()).to_have_value("Half a quest")
    page.on("dialog", lambda question: question.accept())
    page.evaluate("sessionStorage.removeItem('token')")  # the name of this tab's memory on the server
    StaffConditions(page).open("condition=new")  # what is new on another page takes nothing of it
    expect(page.locator("#condition-name")).to_have_value("")
    fields.open("field=new")
    expect(fields.label()).to_have_value("Half a quest")


def test_who_may_not_change_reads_and_others_find_nothing(portal: Portal, people):
    made = portal.reset("empty")
    admin, viewer, installer = (people.new_page() for _ in range(3))
    enter_as_staff(admin, made, "administrator")
    StaffFields(admin).define("Date", "Moved in")
    StaffConditions(admin).create("Privacy", "Privacy policy", "We keep your data.")
    enter_as_staff(viewer, made, "viewer")
    fields = StaffFields(viewer).open()
    expect(fields.names).to_have_text(["Moved in"])
    expect(viewer.get_by_role("link", name="New field")).to_have_count(0)
    viewer.get_by_role("link", name="Moved in").click()
    expect(fields.label()).not_to_be_editable()
    terms = StaffConditions(viewer).open()
    viewer.get_by_role("link", name="Privacy", exact=True).click()
    expect(terms.preview).to_contain_text("We keep your data.")
    expect(terms.id("new-version")).to_have_count(0)
    enter_as_staff(installer, made, "installer")
    for path in (StaffFields.path, StaffConditions.path):
        installer.goto(path)
        expect(installer.get_by_role("heading", name="This page does not exist")).to_be_visible()
