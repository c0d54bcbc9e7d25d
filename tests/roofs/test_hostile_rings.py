"""What a hostile or broken browser may send: a named problem every time, never a crash, never long work."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_app.roofs.errors import PROBLEM_TEXTS, ProblemCode
from portal_app.roofs.geometry import crossing_edges
from portal_app.roofs.rules import check_roof

LON, LAT = 8.5, 47.4


def judged(drawing, address_wgs84=None):
    """The check, after making sure that it is sayable and storable whatever it says."""
    check = check_roof(drawing, address_wgs84)
    assert check.is_valid != bool(check.problems)
    for problem in check.problems:
        text = PROBLEM_TEXTS[problem.code]
        assert text.title.format(**problem.values)
        assert text.advice.format(**problem.values)
        assert problem.at_wgs84 is None or all(math.isfinite(number) for number in problem.at_wgs84)
    for plane in check.planes:
        assert 3 <= plane.plan_area_m2 <= 5_000
    json.dumps(check.model_dump(mode="json"), allow_nan=False)
    return check


def codes(drawing):
    return {problem.code for problem in judged(drawing).problems}


near_m = st.floats(-30, 30, allow_nan=False).map(lambda metres: metres / 90_000)
corner = st.tuples(near_m.map(lambda d: LON + d), near_m.map(lambda d: LAT + d)).map(list)
wild_number = st.one_of(
    st.floats(),
    st.integers(),
    st.sampled_from([float("nan"), float("inf"), -float("inf"), 10**400, 180.0, -180.0, 85.0]),
    st.booleans(),
    st.none(),
    st.text(max_size=5),
)
wild_corner = st.one_of(
    st.lists(wild_number, max_size=4), wild_number, st.dictionaries(st.text(max_size=3), wild_number)
)
anything = st.recursive(
    st.one_of(wild_number, st.binary(max_size=5)),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)
keys = st.sampled_from(
    ["id", "ring", "holes", "name", "tilt_deg", "kind", "type", "geometry", "properties", "features"]
)


@given(st.lists(corner, min_size=3, max_size=40))
@settings(max_examples=150, deadline=None)
def test_random_rings_are_measured_or_named(ring):
    judged([{"id": "a", "ring": ring}])


@given(st.lists(corner, min_size=3, max_size=8), st.lists(corner, min_size=3, max_size=8))
@settings(max_examples=100, deadline=None)
def test_two_random_planes_are_measured_or_named(one, two):
    judged([{"id": "a", "ring": one}, {"id": "b", "ring": two, "holes": [one]}])


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=12))
@settings(max_examples=300, deadline=None)
def test_rings_on_a_grid_touch_fold_and_repeat_and_are_still_judged(corners):
    ring = [[LON + x * 5e-5, LAT + y * 5e-5] for x, y in corners]
    check = judged([{"id": "a", "ring": ring}])
    if any(problem.code == ProblemCode.CROSSING_EDGES for problem in check.problems):
        first, second = (int(check.problems[0].values[edge]) for edge in ("first", "second"))
        assert first < second


@given(st.lists(wild_corner, max_size=12), st.lists(wild_corner, max_size=6))
@settings(max_examples=200, deadline=None)
def test_wild_numbers_are_named(ring, hole):
    judged([{"id": "a", "ring": ring, "holes": [hole]}])


@given(anything | st.lists(st.dictionaries(keys, anything), max_size=4) | st.dictionaries(keys, anything))
@settings(max_examples=150, deadline=None)
def test_any_shape_of_data_is_named(drawing):
    assert not judged(drawing).is_valid


@given(st.floats(-180, 180), st.floats(-85, 85), st.floats(1e-9, 170), st.floats(1e-9, 80))
@settings(max_examples=150, deadline=None)
def test_boxes_of_any_size_anywhere_are_measured_or_named(lon, lat, width, height):
    judged([{"id": "a", "ring": [[lon, lat], [lon + width, lat], [lon + width, lat + height], [lon, lat + height]]}])


@given(st.tuples(st.floats(-180, 180), st.floats(-85, 85)))
@settings(max_examples=50, deadline=None)
def test_any_address_is_a_fair_question(address):
    box = [[LON, LAT], [LON + 1e-4, LAT], [LON + 1e-4, LAT + 1e-4], [LON, LAT + 1e-4]]
    assert codes_near(box, address) == {ProblemCode.FAR_FROM_ADDRESS}


def codes_near(ring, address):
    return {problem.code for problem in judged([{"id": "a", "ring": ring}], address).problems} or {
        ProblemCode.FAR_FROM_ADDRESS
    }


BOX = [[LON, LAT], [LON + 1e-4, LAT], [LON + 1e-4, LAT + 1e-4], [LON, LAT + 1e-4]]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**400, True, None, "8.5", 181, [8.5]])
def test_number_that_is_none_is_named(number):
    assert codes([{"id": "a", "ring": [[number, LAT], *BOX[1:]]}]) == {ProblemCode.BAD_COORDINATES}


@pytest.mark.parametrize("point", [[], [LON], [LON, LAT, 400.0], "8.5,47.4", {"lon": LON}, None])
def test_point_that_is_none_is_named(point):
    assert codes([{"id": "a", "ring": [point, *BOX[1:]]}]) == {ProblemCode.BAD_COORDINATES}


def test_date_line_is_named():
    around = [[179.9999, LAT], [-179.9999, LAT], [-179.9999, LAT + 1e-4], [179.9999, LAT + 1e-4]]
    assert codes([{"id": "a", "ring": around}]) == {ProblemCode.CROSSES_DATE_LINE}


def test_pole_is_named():
    assert codes([{"id": "a", "ring": [[0, 89], [1, 89], [1, 89.5]]}]) == {ProblemCode.BAD_COORDINATES}


@pytest.mark.parametrize(
    ("ring", "code"),
    [
        ([], ProblemCode.TOO_FEW_CORNERS),
        (BOX[:1], ProblemCode.TOO_FEW_CORNERS),
        (BOX[:2] * 1, ProblemCode.TOO_FEW_CORNERS),
        (BOX[:1] * 500, ProblemCode.TOO_FEW_CORNERS),
        ([BOX[0], BOX[2], BOX[0], BOX[2]], ProblemCode.CROSSING_EDGES),
        ("ring", ProblemCode.UNREADABLE),
        (None, ProblemCode.UNREADABLE),
    ],
)
def test_ring_that_is_none_is_named(ring, code):
    assert codes([{"id": "a", "ring": ring}]) == {code}


@pytest.mark.parametrize("plane_id", [None, "", 7, "a b", "<script>", "x" * 65, "é"])
def test_plane_without_a_proper_id_is_unreadable(plane_id):
    assert codes([{"id": plane_id, "ring": BOX}]) == {ProblemCode.UNREADABLE}


def test_same_id_twice_is_named():
    assert codes([{"id": "a", "ring": BOX}, {"id": "a", "ring": BOX}]) == {ProblemCode.DUPLICATE_PLANE}


@pytest.mark.parametrize("tilt_deg", [-1, 86, float("nan"), "30", True, 10**400])
def test_pitch_that_is_none_is_named(tilt_deg):
    assert codes([{"id": "a", "ring": BOX, "tilt_deg": tilt_deg}]) == {ProblemCode.BAD_TILT}


@pytest.mark.parametrize("name", ["x" * 61, "two\nlines", "\x00", 5, ["South"]])
def test_name_that_is_none_is_named(name):
    assert codes([{"id": "a", "ring": BOX, "name": name}]) == {ProblemCode.BAD_NAME}


@pytest.mark.parametrize("more", [{"kind": "obstacle"}, {"kind": 3}, {"holes": "none"}, {"holes": ["none"]}])
def test_unknown_parts_are_unreadable(more):
    assert codes([{"id": "a", "ring": BOX, **more}]) == {ProblemCode.UNREADABLE}


def test_too_many_holes_are_named():
    assert codes([{"id": "a", "ring": BOX, "holes": [BOX] * 21}]) == {ProblemCode.TOO_MANY_POINTS}


@pytest.mark.parametrize(
    "drawing", [None, "roof", 5, {}, {"features": 5}, [None], [[]], {"features": [{"geometry": 5}]}]
)
def test_drawing_that_is_none_is_unreadable(drawing):
    assert codes(drawing) == {ProblemCode.UNREADABLE}


@pytest.mark.parametrize("drawing", [[], {"type": "FeatureCollection", "features": []}])
def test_empty_drawing_is_named(drawing):
    assert codes(drawing) == {ProblemCode.NO_PLANES}


MILLION = [[LON + i * 1e-9, LAT + (i % 7) * 1e-9] for i in range(1000)] * 1000


@pytest.mark.parametrize(
    "drawing",
    [
        [{"id": "a", "ring": MILLION}],
        [{"id": "a", "ring": BOX, "holes": [MILLION]}],
        [{"id": "a", "ring": BOX, "holes": [BOX] * 1_000_000}],
        [{"id": "a", "ring": BOX}] * 1_000_000,
        {
            "type": "FeatureCollection",
            "features": [{"id": "a", "geometry": {"type": "Polygon", "coordinates": [MILLION]}}],
        },
    ],
    ids=["ring", "hole", "holes", "planes", "feature"],
)
def test_a_million_points_are_refused(drawing):
    found = codes(drawing)
    assert found
    assert found <= {ProblemCode.TOO_MANY_POINTS, ProblemCode.TOO_MANY_PLANES}


def test_worst_drawing_within_the_limits_is_judged():
    def comb(teeth, x_deg):
        up = [[LON + x_deg + i * 1e-6, LAT + (i % 2) * 4e-4] for i in range(teeth)]
        return [*up, [LON + x_deg + teeth * 1e-6, LAT - 1e-4], [LON + x_deg - 1e-6, LAT - 1e-4]]

    drawing = [{"id": f"p{i}", "ring": comb(190, i * 1e-6)} for i in range(30)]
    assert not judged(drawing).is_valid


def test_simple_ring_crosses_nowhere():
    assert crossing_edges([(0, 0), (5, 0), (5, 5), (0, 5)]) is None


def test_feature_that_is_no_polygon_is_unreadable():
    point = {"type": "Feature", "id": "a", "geometry": {"type": "Point", "coordinates": [LON, LAT]}}
    assert codes({"type": "FeatureCollection", "features": [point]}) == {ProblemCode.UNREADABLE}


def test_ring_longer_than_its_own_limit_is_refused_unread():
    assert codes([{"id": "a", "ring": ["not looked at"] * 1_001}]) == {ProblemCode.TOO_MANY_CORNERS}
