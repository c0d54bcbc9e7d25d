"""What the drawing page shows when it opens, and to whom."""

from __future__ import annotations

import pytest

from portal_app.core.ids import new_id
from portal_app.portal.views.drawing import place
from portal_app.portal.views.drawing.lines import (
    LONGEST_HISTORY,
    MOST_CORNERS_KEPT,
    remembered,
    steepness_of,
)
from portal_app.portal.views.drawing.state import DrawingState
from portal_app.portal.views.drawing.view import drawing as page
from portal_app.roofs import search, service
from tests.factories import actor_of, make_contact
from tests.handling import Reader
from tests.portal.drawing.page import HOUSE, Tab, collection, drafts, feature, move_to


def test_the_page_can_be_built():
    assert "roof-panel" in str(page())


def test_pitches_have_words():
    words = ["", "flat", "flat", "gentle", "normal", "steep", "steep"]
    assert [steepness_of(tilt_deg) for tilt_deg in (None, 0, 3, 15, 26, 42, 84)] == words


def test_the_history_stays_small_whatever_is_drawn():
    small, huge = collection(feature("a")), collection(*(feature(f"p{n}") for n in range(900)))
    assert remembered((small,) * 100) == (small,) * LONGEST_HISTORY
    assert len(remembered((huge,) * 10)) * 900 * 5 <= MOST_CORNERS_KEPT
    assert remembered((collection(*(feature("x") for _ in range(5000))),))


def test_the_first_time_it_explains_and_draws(tab: Tab):
    now = tab.now
    assert (now.stage, now.mode, now.is_guide_open, now.saved) == ("draw", "draw", True, "")
    assert (now.street, now.town) == ("Calle del Olivo 14", "28223 Pozuelo")
    assert (now.center, now.zoom, now.provider) == ([*HOUSE], place.HOUSE_ZOOM, "demo")
    assert not tab.send("close_guide").is_guide_open


@pytest.mark.parametrize("way", ["undo", "delete"])
def test_when_the_only_plane_is_gone_the_next_press_draws(tab: Tab, way):
    assert tab.draw(feature("a")).mode == "edit"
    now = tab.send(way)
    assert (now.planes, now.mode) == ([], "draw")


def test_what_was_said_of_the_drawing_goes_when_it_changes(tab: Tab):
    tab.send("located", {"found": False})
    assert tab.reader.notices == ["info"]
    tab.draw(feature("a"))
    assert tab.reader.notices == []


def test_a_draft_is_there_again_on_another_device(case, tab: Tab):
    tab.draw(feature("a", name="South"))
    other = Tab(actor_of(case[2]), case[1].id).now
    assert [(line.id, line.name, line.area_m2) for line in other.planes] == [("a", "South", pytest.approx(25, abs=0.01))]
    assert (other.mode, other.is_guide_open, other.saved, other.command["name"]) == ("edit", False, "saved", "fit")


def test_without_an_address_in_the_query_the_own_project_is_drawn(case):
    reader = Reader(actor_of(case[2]))
    reader.send(DrawingState, "load")
    assert reader.state(DrawingState).project == case[1].id


def test_foreign_unknown_and_malformed_projects_look_alike(case):
    stranger = actor_of(make_contact(case[0]))
    case[0].commit()
    for asked in (case[1].id, new_id(), "x", ""):
        reader = Reader(stranger, project=asked)
        reader.send(DrawingState, "load")
        found = reader.state(DrawingState)
        assert (found.is_missing, found.stage, found.project, found.features) == (True, "", "", service.NOTHING_DRAWN)


def test_when_it_is_not_the_customers_turn_nothing_can_be_drawn(case):
    session, opportunity, contact, substages = case
    move_to(session, opportunity, substages[1].id)
    tab = Tab(actor_of(contact), opportunity.id)
    assert tab.now.stage == "waiting"
    tab.draw(feature("a"))
    tab.send("send")
    assert drafts(session) == []


def test_a_house_whose_place_is_unknown_is_looked_for_by_its_address(case):
    session, opportunity, contact, _ = case
    opportunity.lon_deg = opportunity.lat_deg = None
    session.add(opportunity)
    session.commit()
    assert Tab(actor_of(contact), opportunity.id).now.center == [*HOUSE]
    opportunity.address = "nowhere at all"
    session.add(opportunity)
    session.commit()
    lost = Tab(actor_of(contact), opportunity.id).now
    assert (lost.is_searching, lost.zoom) == (True, place.LAND_ZOOM)


def test_a_search_that_does_not_answer_leaves_the_map_to_the_customer(case, monkeypatch: pytest.MonkeyPatch):
    session, opportunity, contact, _ = case
    opportunity.lon_deg = None
    session.add(opportunity)
    session.commit()
    monkeypatch.setattr(search, "_chosen", None)
    tab = Tab(actor_of(contact), opportunity.id)
    assert tab.now.is_searching
    assert tab.send("search", "olivo").search_error.id


def test_help_opens_and_closes(tab: Tab):
    assert tab.send("open_help").is_help_open
    assert not tab.send("close_help").is_help_open
