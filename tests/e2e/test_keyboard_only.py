"""The whole way of a customer without mouse or finger: sign in, draw, send, order."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.documents.corpus import jpeg

from .entering import enter_as_customer, enter_as_staff
from .keys import give_file, press, tab_to, type_into
from .pages import Cases, Documents, Drawing, Home, Offers, Profile, Screen, SignIn, StaffProject, StepForm
from .pages.screen import number_of
from .real_roofs import real_planes


def test_from_signing_in_to_the_order(page, people, portal):
    made = portal.reset("drawing")
    page.goto("/sign-in")
    SignIn(page).ready()
    tab_to(page, "input#email")
    page.keyboard.type(made["email"])
    page.keyboard.press("Enter")
    expect(SignIn(page).code_field).to_be_focused()
    page.keyboard.type(portal.wait_for_mail(made["email"], "code").code)
    page.keyboard.press("Enter")

    home = Home(page)
    expect(home.do_it).to_be_visible()
    home.ready()
    tab_to(page, "[data-testid=do-it]")
    page.keyboard.press("Enter")

    drawing = Drawing(page).ready()
    tab_to(page, "[data-testid=got-it]")
    page.keyboard.press("Enter")
    expect(drawing.id("roof-panel")).to_be_visible()
    plane = real_planes("r11")[0]
    if not page.evaluate("document.activeElement.matches('[data-testid=roof-map]')"):
        tab_to(page, "[data-testid=roof-map]", "Shift+Tab")
    expect(drawing.map).to_be_focused()
    page.keyboard.press("+")
    drawing.draw_plane_by_keyboard(plane.corners)
    drawing.expect_amount(drawing.total, plane.plan_area_m2, within=0.12)  # corners are set to within four pixels
    tab_to(page, "[data-testid=send-roof]")
    page.keyboard.press("Enter")
    expect(drawing.sent).to_be_visible()


def test_a_corner_follows_the_cross_and_is_taken_away(page, portal):
    enter_as_customer(page, portal, portal.reset("drawing")["email"])
    drawing = Drawing(page).open()
    press(page, "[data-testid=got-it]")
    expect(drawing.map).to_be_focused()
    press(page, "[data-testid=open-search]", "Enter")
    expect(drawing.id("address-input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawing.id("open-search")).to_be_focused()

    tab_to(page, "[data-testid=roof-map]")
    plane = real_planes("r11")[0].corners
    drawing.draw_plane_by_keyboard(plane)
    whole = number_of(drawing.total.inner_text())
    drawing.walk_to(plane[1])
    page.keyboard.press("Space")
    drawing.walk_to([sum(axis) / len(plane) for axis in zip(*plane, strict=True)])
    page.keyboard.press("Escape")  # it is where it was
    drawing.walk_to(plane[1])
    for _ in range(len(plane) - 3):
        before = drawing.total.inner_text()
        page.keyboard.press("Backspace")
        expect(drawing.total).not_to_have_text(before)
        drawing.walk_to(plane[2])
    assert number_of(drawing.total.inner_text()) < whole
    page.keyboard.press("Backspace")
    expect(drawing.said).to_have_text("A plane needs three corners")
    expect(drawing.said).to_contain_class("map-refusal")  # for whoever sees the map too, until something else is done
    page.keyboard.press("ArrowLeft")
    expect(drawing.said).not_to_contain_class("map-refusal")


def test_an_edge_gets_a_corner(page, portal):
    enter_as_customer(page, portal, portal.reset("drawing")["email"])
    drawing = Drawing(page).open()
    press(page, "[data-testid=got-it]")
    page.keyboard.press("+")
    plane = real_planes("r11")[0].corners
    drawing.draw_plane_by_keyboard(plane)
    whole = drawing.total.inner_text()
    on_edge = [sum(axis) / 2 for axis in zip(*plane[:2], strict=True)]
    inside = [sum(axis) / len(plane) for axis in zip(*plane, strict=True)]
    for last_key in ("Escape", "Space"):  # first the edge is as it was, then it has a corner
        drawing.walk_to(on_edge)
        page.keyboard.press("Space")
        expect(drawing.said).to_have_text("New corner picked up. Move the map, then press space")
        drawing.walk_to(inside)
        page.keyboard.press(last_key)
    expect(drawing.total).not_to_have_text(whole)
    drawing.act(drawing.id("tool-undo"))
    expect(drawing.total).to_have_text(whole)


def test_the_help_names_the_keys_as_they_are_called_on_the_readers_keyboard(page, portal):
    enter_as_customer(page, portal, portal.reset("drawing")["email"]).choose_language("it")
    Drawing(page).open().start()
    press(page, "[data-testid=open-help]")
    keys = page.locator("dialog kbd")
    expect(keys.get_by_text("Invio")).to_be_visible()
    expect(keys.get_by_text("Enter")).to_have_count(0)


def test_ordering(page, people, portal):
    made = portal.reset("offers")
    page.goto(portal.wait_for_mail(made["email"]).link)
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    Screen(page).ready()
    if "/offers" not in page.url:
        tab_to(page, "[data-testid=do-it]")
        page.keyboard.press("Enter")
    offers = Offers(page)
    expect(offers.cards).to_have_count(3)
    offers.ready()
    tab_to(page, "[data-testid=choose][aria-pressed=false]")
    page.keyboard.press("Space")
    tab_to(page, "[data-testid=continue]")
    page.keyboard.press("Enter")
    expect(offers.dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(offers.dialog).to_have_count(0)
    expect(offers.id("continue")).to_be_focused()
    page.keyboard.press("Enter")
    expect(offers.dialog).to_be_visible()
    tab_to(page, "[data-testid=order]")
    page.keyboard.press("Enter")
    expect(offers.ordered).to_be_visible()

    desk = people.new_page()
    enter_as_staff(desk, made)
    staff = StaffProject(desk).open_project(made["opportunity"])
    expect(staff.history.first).to_contain_text("because the offer was accepted")


# -- the other pages -------------------------------------------------------------------------------------------------


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "meter.jpg"
    path.write_bytes(jpeg())
    return path


def test_a_step_is_filled_in_and_sent(page, portal, photo):
    made = portal.reset("ten-steps")
    field = {key: f"#field-{id}" for key, id in made["fields"].items()}
    enter_as_customer(page, portal, made["email"])
    step = StepForm(page).open_project(made["opportunity"])
    type_into(page, field["owner"], "Ana Torres")
    type_into(page, field["phone"], "612345678")
    for part, text in (("street", "Calle del Olivo 14"), ("postal_code", "28223"), ("city", "Pozuelo de Alarcón")):
        type_into(page, f"{field['address']}-{part}", text)
    press(page, f"{field['roof_kind']}-place input", "Space")
    type_into(page, field["use_kwh"], "4200")
    give_file(page, f"{field['bill']}-place", photo)
    expect(step.place(made["fields"]["bill"]).get_by_test_id("file")).to_have_count(1)
    press(page, "[data-accept]", "Space")
    step.saved()
    press(page, "[data-testid=send-step]")
    expect(step.sent).to_be_visible()


def test_a_case_is_opened_answered_and_closed(page, portal, photo):
    made = portal.reset("request")
    enter_as_customer(page, portal, made["email"])
    cases = Cases(page).open()
    press(page, "[data-testid=new-case]")
    tab_to(page, "#type_id")
    page.keyboard.type("Damage")
    type_into(page, "#title", "Water under the inverter")
    type_into(page, "#text", "Since this morning.")
    give_file(page, "[aria-labelledby=files-label]", photo)
    expect(cases.files).to_have_count(1)
    press(page, "[data-testid=send-case]")
    expect(cases.heading).to_have_text("Water under the inverter")
    type_into(page, "#reply", "It is dry again.")
    press(page, "[data-testid=send-reply]")
    expect(cases.messages).to_have_count(2)
    press(page, "[data-testid=close-case]")
    press(page, "[data-testid=confirm-close]")
    expect(cases.id("reopen-case")).to_be_visible()


def test_own_data_are_corrected(page, portal):
    made = portal.reset("request")
    enter_as_customer(page, portal, made["email"])
    profile = Profile(page).open()
    type_into(page, "#phone", "612345678")
    press(page, "[data-testid=save-profile]")
    expect(profile.notices).to_contain_text("Saved")
    press(page, "[data-testid=change-email]")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type("ana.new@example.com")
    page.keyboard.press("Enter")
    expect(profile.id("pending-email")).to_be_visible()
    press(page, "[data-testid=change-bank]")
    expect(page.locator("#holder")).to_be_focused()
    type_into(page, "#iban", "DE89 3704 0044 0532 0130 00")
    page.keyboard.press("Enter")
    expect(profile.bank).to_contain_text("•••• 3000")
    press(page, "[data-testid=remove-bank]")
    press(page, "[data-testid=confirm-removal]")
    expect(profile.id("change-bank")).to_be_visible()
    tab_to(page, "#account-personal")
    page.keyboard.press("End")
    press(page, "[data-testid=channel-email] [role=switch]", "Space")
    expect(profile.decisions).to_have_count(1)


def test_a_document_is_given_looked_at_and_taken_back(page, portal, photo):
    made = portal.reset("request")
    enter_as_customer(page, portal, made["email"])
    documents = Documents(page).open()
    give_file(page, "[data-testid=upload]", photo)
    expect(documents.files).to_have_count(1)
    press(page, "[data-testid=file] button.thumb")
    expect(page.locator("dialog.viewer[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.viewer[open]")).to_have_count(0)
    press(page, "[data-testid=file] .iconbtn")
    expect(documents.files).to_have_count(0)
