"""A roof is sent once, when it is whole."""

from __future__ import annotations

import pytest

from portal_app.portal.views.drawing.lines import (
    CLOSE_FIRST,
    DRAW_FIRST,
)
from portal_app.roofs.models import Roof
from tests.factories import actor_of
from tests.portal.drawing.page import Tab, feature, move_to, stored


def test_the_roof_is_sent_once_and_then_shown(case, tab: Tab):
    session, opportunity, contact, _ = case
    tab.draw(feature("a", tilt_deg=26))
    tab.send("send")
    now = tab.send("send")
    assert (now.stage, now.may_change, now.busy, bool(now.sent_at)) == ("sent", True, False, True)
    assert now.planes[0].edges_m == pytest.approx([5] * 4, abs=0.01)
    assert len(stored(session, Roof)) == 1
    tab.draw(feature("b"))
    assert [line.id for line in tab.now.planes] == ["a"]
    assert Tab(actor_of(contact), opportunity.id).now.stage == "sent"
    now = tab.send("change_again")
    assert (now.stage, now.mode, [line.id for line in now.planes]) == ("draw", "edit", ["a"])


def test_a_faulty_roof_is_not_sent(case, tab: Tab):
    tab.draw(feature("a"), feature("b", x_m=4))
    now = tab.send("send")
    assert (now.stage, now.faulty, tab.reader.notices, now.busy) == ("draw", 1, ["error"], False)
    assert stored(case[0], Roof) == []


def test_nothing_drawn_and_a_side_left_open_are_told_and_not_sent(case, tab: Tab):
    tab.send("send")
    assert tab.was_told(DRAW_FIRST)
    tab.draw(feature("a"))
    tab.send("count_corners", 2)
    now = tab.send("send")
    assert tab.was_told(CLOSE_FIRST)
    assert (now.stage, stored(case[0], Roof)) == ("draw", [])
    tab.send("count_corners", 0)
    assert tab.send("send").stage == "sent"


def test_what_was_sent_is_read_only_once_the_project_has_moved(case, tab: Tab):
    session, opportunity, contact, substages = case
    tab.draw(feature("a"))
    tab.send("send")
    move_to(session, opportunity, substages[1].id)
    later = Tab(actor_of(contact), opportunity.id)
    assert (later.now.stage, later.now.may_change) == ("sent", False)
    assert later.send("change_again").stage == "sent"
