"""What is drawn is measured, kept and taken back; what can't be is refused."""

from __future__ import annotations

import copy

import pytest

from portal_app.portal.views.drawing import state
from portal_app.roofs import service
from portal_app.roofs.models import RoofDraft
from tests.portal.drawing.page import HOUSE, Tab, collection, drafts, feature, stored


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


def test_an_unexpected_refusal_while_saving_is_told(tab: Tab, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_):
        raise state.NotFound

    monkeypatch.setattr(service, "save_draft", refuse)
    now = tab.draw(feature("a"))
    assert (now.saved, tab.reader.notices) == ("failed", ["error"])
