"""One roof drawn in two tabs, or after its step has ended: nothing is lost."""

from __future__ import annotations

from tests.factories import actor_of
from tests.portal.drawing.page import Tab, drafts, feature, move_to


def test_two_tabs_lose_nothing(case, tab: Tab):
    other = Tab(actor_of(case[2]), case[1].id)
    tab.draw(feature("mine"))
    now = other.draw(feature("theirs"))
    assert (now.is_conflict, now.saved, now.selected) == (True, "failed", "theirs")
    other.draw(feature("theirs"), feature("second", x_m=7))
    other.send("send")
    assert drafts(case[0]) == [["mine"]]
    now = other.send("keep_mine")
    assert (now.is_conflict, [line.id for line in now.planes]) == (False, ["theirs", "second"])
    assert drafts(case[0]) == [["theirs", "second"]]
    assert [line.id for line in other.send("undo").planes] == ["mine"]


def test_the_other_drawing_can_be_shown_instead(case, tab: Tab):
    other = Tab(actor_of(case[2]), case[1].id)
    tab.draw(feature("mine"))
    other.draw(feature("theirs"))
    now = other.send("take_other")
    assert [line.id for line in now.planes] == ["mine"]
    assert [line.id for line in other.send("undo").planes] == ["theirs"]
    revision = other.now.revision
    assert other.send("keep_mine").revision == revision


def test_a_step_that_ended_meanwhile_is_told(case, tab: Tab):
    session, opportunity, _, substages = case
    move_to(session, opportunity, substages[1].id)
    now = tab.draw(feature("a"))
    assert (now.stage, tab.reader.notices, drafts(session)) == ("waiting", ["info"], [])
