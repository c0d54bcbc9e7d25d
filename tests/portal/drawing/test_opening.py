"""The drawing page without a browser: what it keeps, what it refuses, what it shows to whom."""

from __future__ import annotations

import copy

import pytest
from factories import actor_of, make_contact, make_flow, make_opportunity
from handling import Reader, served
from sqlmodel import Session, select

from portal_app.config import settings
from portal_app.core.ids import new_id
from portal_app.core.texts import text_id
from portal_app.opportunities.models import Opportunity
from portal_app.portal.views.drawing import place, state
from portal_app.portal.views.drawing.lines import (
    CLOSE_FIRST,
    DRAW_FIRST,
    LONGEST_HISTORY,
    MOST_CORNERS_KEPT,
    remembered,
    steepness_of,
)
from portal_app.portal.views.drawing.state import DrawingState
from portal_app.portal.views.drawing.view import drawing as page
from portal_app.roofs import search, service
from portal_app.roofs.geocoding import DemoIndex
from portal_app.roofs.geometry import TangentPlane
from portal_app.roofs.models import Roof, RoofDraft
from portal_app.ui.shell_state import ShellState

assert served
HOUSE = (-3.8131, 40.4342)
ADDRESS = "Calle del Olivo 14, 28223 Pozuelo"
FAR = "Sonnenweg 3, 8000 Zürich"


def feature(plane_id: str, x_m: float = 0, side_m: float = 5, **properties) -> dict:
    plane = TangentPlane.at(*HOUSE)
    ring = [list(plane.to_lon_lat(x_m + x, y)) for x, y in ((0, 0), (side_m, 0), (side_m, side_m), (0, side_m), (0, 0))]
    return {"type": "Feature", "id": plane_id, "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"kind": "plane", **properties}}


def collection(*features: dict) -> dict:
    return {"type": "FeatureCollection", "features": list(features)}


class Tab:
    """The page open in one tab."""

    def __init__(self, actor, opportunity_id: str) -> None:
        self.reader = Reader(actor, project=opportunity_id)
        self.send("load")

    def send(self, handler: str, *arguments) -> DrawingState:
        self.reader.send(DrawingState, handler, *arguments)
        return self.now

    @property
    def now(self) -> DrawingState:
        return self.reader.state(DrawingState)

    def was_told(self, text: str) -> bool:
        return text_id(text) in [notice.said.id for notice in self.reader.state(ShellState).notices]

    def draw(self, *features: dict, reason: str = "draw") -> DrawingState:
        about = {"reason": reason, "feature_id": features[-1]["id"], "revision": self.now.revision}
        return self.send("change", collection(*features), about)


@pytest.fixture
def geocoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_chosen", DemoIndex([(ADDRESS, HOUSE), (FAR, (8.54, 47.38))]))


@pytest.fixture
def case(served: Session, geocoder):
    substages = make_flow(served, ("Roof", [("Draw", "drawing"), ("Check", None)]))[1]
    contact = make_contact(served)
    opportunity = make_opportunity(served, contact=contact, substage=substages[0], address=ADDRESS, lon_deg=HOUSE[0],
                                   lat_deg=HOUSE[1])
    served.commit()
    return served, opportunity, contact, substages


@pytest.fixture
def tab(case) -> Tab:
    return Tab(actor_of(case[2]), case[1].id)


def move_to(session: Session, opportunity: Opportunity, substage_id: str) -> None:
    opportunity.substage_id = substage_id
    session.add(opportunity)
    session.commit()


def stored(session: Session, table):
    """The rows as they are now; the read ends at once, because on SQLite it keeps writers waiting."""
    rows = list(session.exec(select(table).execution_options(populate_existing=True)))
    session.commit()
    return rows


def drafts(session: Session) -> list[list[str]]:
    return [[feature["id"] for feature in row.drawing["features"]] for row in stored(session, RoofDraft)]


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


# Opening


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


# Drawing


def test_a_drawn_plane_is_measured_selected_and_saved(case, tab: Tab):
    now = tab.draw(feature("a"))
    assert now.total_m2 == pytest.approx(25, abs=0.01)
    assert (now.mode, now.selected, now.saved, now.sound, now.faulty) == ("edit", "a", "saved", 1, 0)
    assert drafts(case[0]) == [["a"]]


def test_overlapping_planes_are_marked_at_their_corner(tab: Tab):
    tab.draw(feature("a", name="South"))
    now = tab.draw(feature("a", name="South"), feature("b", x_m=4))
    assert (now.sound, now.faulty, now.statuses["b"]["state"]) == (1, 1, "error")
    mark = now.problems[0]
    assert (mark.plane_id, mark.title.values["other"], mark.title.values["area_m2"]) == ("b", "South", 5.0)
    assert abs(mark.lon - HOUSE[0]) < 1e-4
    assert [line.area_m2 is None for line in now.planes] == [False, True]


def test_a_change_drawn_on_an_older_state_is_dropped(case, tab: Tab):
    about = {"reason": "draw", "feature_id": "a", "revision": tab.now.revision - 1}
    assert tab.send("change", collection(feature("a")), about).planes == []
    assert drafts(case[0]) == []


@pytest.mark.parametrize(("features", "about"), [
    (None, None), ({}, {"reason": "draw"}), (collection(), {"reason": "explode", "feature_id": "a", "revision": 1}),
    (collection(), {"reason": "draw", "feature_id": ["a"], "revision": 1}),
    (collection(), {"reason": "draw", "feature_id": "a", "revision": "1"}),
])  # fmt: skip
def test_what_no_map_sends_is_dropped(case, tab: Tab, features, about):
    before = copy.deepcopy(tab.now.planes)
    tab.send("change", features, about)
    assert (tab.now.planes, drafts(case[0])) == (before, [])


def test_a_plane_with_too_many_corners_is_told_and_taken_back(case, tab: Tab):
    tab.draw(feature("a"))
    revision = tab.now.revision
    many = feature("b")
    many["geometry"]["coordinates"] = [[[HOUSE[0] + i * 1e-6, HOUSE[1] + i % 2 * 1e-6] for i in range(300)]]
    now = tab.draw(feature("a"), many)
    assert (now.revision, tab.reader.notices) == (revision + 1, ["error"])
    assert drafts(case[0]) == [["a"]]


def test_undo_redo_and_delete_are_a_history(case, tab: Tab):
    tab.draw(feature("a"))
    tab.draw(feature("a"), feature("b", x_m=6))
    assert [line.id for line in tab.send("undo").planes] == ["a"]
    assert [line.id for line in tab.send("request", "redo").planes] == ["a", "b"]
    assert not tab.now.can_redo
    tab.send("select", "a")
    assert [line.id for line in tab.send("request", "delete").planes] == ["b"]
    assert drafts(case[0]) == [["b"]]
    assert [line.id for line in tab.send("request", "undo").planes] == ["a", "b"]
    tab.send("undo")
    tab.send("undo")
    assert [line.id for line in tab.send("undo").planes] == []
    assert (tab.now.can_undo, tab.now.can_redo, drafts(case[0])) == (False, True, [[]])
    tab.send("request", "explode")
    assert tab.now.can_redo


def test_while_a_plane_is_drawn_undo_and_delete_are_the_maps(tab: Tab):
    tab.send("set_mode", "draw")
    tab.send("count_corners", 2)
    assert tab.send("undo").command["name"] == "undo_corner"
    assert tab.send("close_plane").command["name"] == "finish"
    assert tab.send("delete").command["name"] == "cancel"
    tab.send("count_corners", "many")
    assert tab.now.corners == 2
    assert tab.send("count_corners", 10**9).corners == 1000


def test_names_and_steepness_are_kept(case, tab: Tab):
    tab.draw(feature("a"))
    tab.send("rename", "a", " South ")
    now = tab.send("set_steepness", "steep")
    assert (now.selected_plane.name, now.selected_plane.tilt_deg, now.selected_plane.steepness) == ("South", 42, "steep")
    assert now.true_total_m2 == pytest.approx(25 / 0.7431, abs=0.01)
    assert now.features["features"][0]["properties"]["name"] == "South"
    kept = stored(case[0], RoofDraft)[0].drawing["features"][0]["properties"]
    assert (kept["name"], kept["tilt_deg"]) == ("South", 42)
    revision = now.revision
    for handler, arguments in (("rename", ("a", "South")), ("rename", ("x", "y")), ("rename", ("a", ["y"])),
                               ("set_steepness", ("steep",)), ("set_steepness", ("vertical",))):
        assert tab.send(handler, *arguments).revision == revision
    tab.send("rename", "a", "x" * 61)
    assert (tab.now.revision, tab.reader.notices) == (revision, ["error"])


def test_modes_are_those_of_the_page(tab: Tab):
    tab.draw(feature("a"))
    assert tab.send("set_mode", "draw").selected == ""
    assert tab.send("set_mode", "pan").mode == "draw"
    assert tab.send("select", "unknown").selected == ""


def test_edges_are_drawn_by_numbers(tab: Tab):
    now = tab.send("add_edge", {"length_m": "4,10", "angle_deg": "90"})
    assert (now.mode, now.command["name"], now.command["length_m"], now.command["angle_deg"]) == ("draw", "edge", 4.1, 90)
    count = now.command["count"]
    for bad in ({}, {"length_m": "far", "angle_deg": "1"}, {"length_m": "0", "angle_deg": "1"},
                {"length_m": "1", "angle_deg": "nan"}, {"length_m": "1", "angle_deg": "1", "more": "1"}):
        assert tab.send("add_edge", bad).field_errors
    assert tab.now.command["count"] == count


# Two tabs


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


# Sending


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


# Finding the house, pictures


def test_a_chosen_address_moves_the_map_and_the_project(case, tab: Tab):
    assert tab.send("open_search").is_searching
    now = tab.send("search", "zurich")
    assert [hit.label for hit in now.hits] == [FAR]
    tab.send("choose_address", "hostile")
    assert tab.now.is_searching
    now = tab.send("choose_address", now.hits[0].key)
    assert (now.is_searching, now.street, now.center) == (False, "Sonnenweg 3", [8.54, 47.38])
    assert stored(case[0], Opportunity)[0].address == FAR
    now = tab.draw(feature("a"))
    assert now.planes[0].is_faulty  # the roof is in another country now
    assert tab.send("search", "nowhere").hit_count == 0
    assert not tab.send("close_search").is_searching


def test_the_devices_place_is_where_the_house_is_until_something_is_drawn(case, tab: Tab):
    assert tab.send("locate").command["name"] == "locate"
    now = tab.send("located", {"found": True, "lon": 8.5, "lat": 47.3, "accuracy_m": 12})
    assert now.center == [8.5, 47.3]
    moved = stored(case[0], Opportunity)[0]
    assert (moved.lon_deg, moved.address) == (8.5, ADDRESS)
    tab.draw(feature("a"))
    tab.send("located", {"found": True, "lon": 1.5, "lat": 2.5})
    assert stored(case[0], Opportunity)[0].lon_deg == 8.5
    assert tab.now.center == [1.5, 2.5]
    assert tab.send("located", {"found": True, "lon": 1.5, "lat": 2.5}).center == [pytest.approx(1.5), 2.5]
    for answer in ({"found": False, "reason": "denied"}, None, {"found": True, "lon": "x"}, {"found": True, "lon": 999.0}):
        tab.send("located", answer)
    assert tab.reader.notices == ["info"]  # said again, it stands there once


def test_pictures_of_other_providers_can_be_chosen(case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "imagery", "swissimage, pnoa, demo, google")
    tab = Tab(actor_of(case[2]), case[1].id)
    assert [row.id for row in tab.now.providers] == ["pnoa", "demo"]  # Swiss pictures do not cover Spain, Google has no key
    assert tab.now.provider == "pnoa"
    tab.send("pictures_failed", "demo")
    assert not tab.now.has_no_picture
    assert tab.send("pictures_failed", "pnoa").has_no_picture
    assert not tab.send("draw_without_pictures").has_no_picture
    now = tab.send("choose_pictures", "demo")
    assert (now.provider, now.basemap["id"], now.has_no_picture) == ("demo", "demo", False)
    assert tab.send("choose_pictures", "google").provider == "demo"


def test_without_any_provider_it_says_that_there_is_no_picture(case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "imagery", "google")
    assert Tab(actor_of(case[2]), case[1].id).now.has_no_picture


def test_help_opens_and_closes(tab: Tab):
    assert tab.send("open_help").is_help_open
    assert not tab.send("close_help").is_help_open


def test_an_unexpected_refusal_while_saving_is_told(tab: Tab, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_):
        raise state.NotFound

    monkeypatch.setattr(service, "save_draft", refuse)
    now = tab.draw(feature("a"))
    assert (now.saved, tab.reader.notices) == ("failed", ["error"])
