"""The whole way of a customer without mouse or finger: sign in, draw, send, order."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .entering import enter_as_staff
from .pages import Drawing, Home, Offers, SignIn, StaffProject
from .pages.screen import SLOW_MS
from .real_roofs import real_planes

MOST_TABS = 60


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until what is meant has the focus, which must be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => !!document.activeElement?.matches(selector)", selector):
            shown = page.evaluate(
                """() => { const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
                           return { seen: style.outlineStyle !== "none" || style.boxShadow !== "none"
                                          || at.matches(".vh, #code, [role=application]"),
                                    inside: box.width > 0 }; }""")
            assert shown == {"seen": True, "inside": True}, f"the focus on {selector} can't be seen"
            return
    raise AssertionError(f"Tab does not reach {selector}")


@pytest.fixture
def keyboard(people) -> Page:
    """A person without a mouse, who asked for less movement."""
    return people.new_page(reduced_motion="reduce")


def test_from_signing_in_to_the_order(keyboard, people, portal):
    page, made = keyboard, portal.reset("drawing")
    page.goto("/sign-in")
    SignIn(page).ready()
    tab_to(page, "input#email")
    page.keyboard.type(made["email"])
    page.keyboard.press("Enter")
    expect(SignIn(page).code_field).to_be_focused(timeout=SLOW_MS)
    page.keyboard.type(portal.wait_for_mail(made["email"], "code").code)
    page.keyboard.press("Enter")

    home = Home(page)
    expect(home.do_it).to_be_visible(timeout=SLOW_MS)
    home.ready()
    tab_to(page, "[data-testid=do-it]")
    page.keyboard.press("Enter")

    drawing = Drawing(page).ready()
    tab_to(page, "[data-testid=got-it]")
    page.keyboard.press("Enter")
    expect(drawing.id("roof-panel")).to_be_visible()
    plane = real_planes("r11")[0]
    shift_tab_to_map(page)
    page.keyboard.press("+")
    drawing.draw_plane_by_keyboard(plane.corners)
    # The keyboard sets corners to within four pixels
    assert drawing.amount(drawing.total) == pytest.approx(plane.plan_area_m2, rel=0.12)
    tab_to(page, "[data-testid=send-roof]")
    page.keyboard.press("Enter")
    expect(drawing.sent).to_be_visible(timeout=SLOW_MS)


def shift_tab_to_map(page: Page) -> None:
    for _ in range(MOST_TABS):
        if page.evaluate("document.activeElement?.dataset.testid === 'roof-map'"):
            return
        page.keyboard.press("Shift+Tab")
    raise AssertionError("the map can't be reached by keyboard")


def test_ordering(keyboard, people, portal):
    page, made = keyboard, portal.reset("offers")
    page.goto(portal.wait_for_mail(made["email"]).link)
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    Offers(page).ready()
    if "/offers" not in page.url:
        tab_to(page, "[data-testid=do-it]")
        page.keyboard.press("Enter")
    offers = Offers(page)
    expect(offers.cards).to_have_count(3, timeout=SLOW_MS)
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
    expect(offers.ordered).to_be_visible(timeout=SLOW_MS)

    desk = people.new_page()
    enter_as_staff(desk, made)
    staff = StaffProject(desk).open_project(made["opportunity"])
    expect(staff.history.first).to_contain_text("because the offer was accepted")
