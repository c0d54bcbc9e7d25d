"""Correcting a roof by finger and by mouse; by keyboard alone: `test_keyboard_only.py`."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .entering import enter_as_customer
from .pages import Drawing
from .real_roofs import real_planes

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 860}}


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["finger", "mouse"])
def test_a_corner_is_taken_away_and_comes_back(people, portal, device):
    page = people.new_page(**device)
    enter_as_customer(page, portal, portal.reset("drawing")["email"])
    drawing = Drawing(page).open().start()
    plane = real_planes("r11")[0].corners
    drawing.zoom_to(20.5)
    drawing.draw_plane(plane)
    whole = drawing.total.inner_text()

    drawing.take_corner_away(plane[1])
    expect(drawing.total).not_to_have_text(whole)
    drawing.act(drawing.id("tool-undo"))
    expect(drawing.total).to_have_text(whole)
