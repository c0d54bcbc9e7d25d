"""A process of ten steps is walked from end to end: five of them ask for documentation, each with an act of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from .entering import enter_as_customer, enter_as_staff
from .pages import Offers, StaffProject, StepForm
from .pages.screen import SLOW_MS
from .support import Portal

# The browser believes that it is connected, and nothing that it sends arrives: as in a tunnel.
SILENCE = "() => { window.sends = WebSocket.prototype.send; WebSocket.prototype.send = function () {}; }"
SPEECH = "() => { WebSocket.prototype.send = window.sends; }"


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, str]:
    """A bill as PDF, a photo as JPEG."""
    made = {}
    for name in ("bill.pdf", "roof.jpg"):
        Image.effect_noise((320, 240), 80).convert("RGB").save(tmp_path / name)
        made[name] = str(tmp_path / name)
    return made


def test_ten_steps_from_the_first_question_to_the_power(people, portal: Portal, papers: dict[str, str]):
    made = portal.reset("ten-steps")
    field, project = made["fields"], made["opportunity"]
    page, desk = people.new_page(viewport={"width": 360, "height": 740}, has_touch=True), people.new_page()
    enter_as_customer(page, portal, made["email"]).ready()
    enter_as_staff(desk, made)
    staff = StaffProject(desk)

    step = StepForm(page).open_project(project)
    step.send()  # nothing is there yet: all of it is named, and the focus goes there
    expect(step.summary).to_be_focused()
    step.fill(field["owner"], "Ana Torres")
    step.fill(field["phone"], "612 345 678")
    step.fill_address(field["address"], "Calle del Olivo 14", "28223", "Pozuelo de Alarcón")
    step.choose(field["roof_kind"], "Tiles")
    step.fill(field["use_kwh"], "4,200")
    step.choose(field["devices"], "Electric car", "Heat pump")
    step.give(field["bill"], papers["bill.pdf"])
    step.accept_all()
    step.saved()
    step.send_all()

    staff.open_project(project)
    expect(staff.substage).to_have_text("We plan your system")
    expect(desk.get_by_test_id("answers")).to_contain_text("4200 kWh")
    expect(desk.get_by_test_id("acceptance")).to_contain_text("Privacy information")
    step.open_project(project)  # now it is read, not changed
    expect(step.answers).to_have_count(3, timeout=SLOW_MS)
    staff.move_to("Choose your offer")

    _order(page, portal, staff, step, field, project)

    step.open_project(project)
    expect(step.answers.filter(has_text="Calle del Olivo 14")).to_be_visible(timeout=SLOW_MS)
    expect(step.control(field["owner"])).to_have_value("Ana Torres")  # asked before, known here
    step.fill(field["tax_id"], "12345678A")
    step.control(field["owner"]).focus()
    expect(step.error(field["tax_id"])).to_be_visible(timeout=SLOW_MS)
    step.fill(field["tax_id"], "12345678Z")
    step.send_all()

    step.open_project(project)
    step.fill(field["born"], "1980-05-17")
    step.fill(field["income"], "2,450.50")
    step.fill(field["iban"], "ES91 2100 0418 4502 0005 1332")
    step.send_all()

    step.open_project(project)
    expect(step.control(field["iban"])).to_have_value("ES9121000418450200051332")
    step.send_all()

    staff.open_project(project)
    expect(staff.substage).to_have_text("The town hall checks the permit")
    staff.move_to("Prepare the installation")

    step.open_project(project)
    step.fill(field["start"], "2027-03-01")
    step.choose(field["scaffold"], "Yes")
    step.give(field["photos"], papers["roof.jpg"])
    step.send_all()

    staff.open_project(project)
    expect(staff.substage).to_have_text("The grid operator connects you")
    staff.move_to("Your roof makes power")
    page.goto(f"/home?project={project}")
    expect(page.get_by_test_id("ending-success")).to_be_visible(timeout=SLOW_MS)


def _order(page: Page, portal: Portal, staff: StaffProject, step: StepForm, field: dict, project: str) -> None:
    """The offer can't be ordered before its step has what it asks for."""
    offers = Offers(page)
    offers.open(f"project={project}")
    expect(offers.id("continue")).to_be_visible(timeout=SLOW_MS)  # on a phone one of the cards is shown at a time
    offers.act(offers.id("continue"))
    expect(step.summary).to_be_focused()
    step.fill(field["email"], "ana@example.com")
    step.accept_all()
    step.saved()
    offers.order()


def test_what_is_typed_without_a_connection_is_not_lost(people, portal: Portal):
    made = portal.reset("ten-steps")
    page, other = people.new_page(), people.new_page(locale="de-DE")
    enter_as_customer(page, portal, made["email"]).ready()
    other.context.add_cookies([
        *(cookie for cookie in page.context.cookies() if cookie.get("name") == "session"),
        {"name": "language", "value": "de", "url": portal.url}])
    wishes, cost = made["fields"]["wishes"], made["fields"]["bill_cost"]
    step = StepForm(page).open_project(made["opportunity"])
    page.evaluate(SILENCE)
    step.fill(wishes, "Typed in a tunnel")
    step.fill(cost, "84.50")
    expect(step.status).to_have_attribute("data-status", "waiting", timeout=SLOW_MS)
    page.evaluate(SPEECH)
    step.saved()
    elsewhere = StepForm(other).open_project(made["opportunity"])
    expect(elsewhere.control(wishes)).to_have_value("Typed in a tunnel")
    expect(elsewhere.control(cost)).to_have_value("84,5")


def test_a_box_that_is_ticked_without_a_connection_is_told_once_it_is_back(people, portal: Portal):
    made = portal.reset("ten-steps")
    page = people.new_page()
    enter_as_customer(page, portal, made["email"]).ready()
    step = StepForm(page).open_project(made["opportunity"])
    done = step.done.inner_text()
    page.evaluate(SILENCE)
    step.accept_all()
    expect(step.status).to_have_attribute("data-status", "waiting", timeout=SLOW_MS)
    expect(step.done).to_have_text(done)
    page.evaluate(SPEECH)
    step.saved()  # nothing else was typed
    expect(step.done).not_to_have_text(done)
