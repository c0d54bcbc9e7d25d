"""Reads a drawing that came from a browser, which may hold anything, and finds what is wrong with each plane alone."""

import math
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from . import geometry
from .errors import LonLat, ProblemCode, RoofProblem

PLANE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class RoofLimits(BaseModel):
    """What a plausible roof is. Distances are from the address, or between planes when no address is known."""

    model_config = ConfigDict(frozen=True)

    planes: int = 60
    holes_per_plane: int = 20
    corners_per_ring: int = 200
    raw_points_per_ring: int = 1_000
    raw_points: int = 6_000
    name_letters: int = 60
    highest_tilt_deg: float = 85
    highest_latitude_deg: float = 85
    same_point_m: float = 0.001
    lowest_area_m2: float = 3
    highest_area_m2: float = 5_000
    overlap_tolerance_m2: float = 0.05
    furthest_m: float = 300


class DrawnPlane(BaseModel):
    """A plane whose parts have the right types. Rings run as drawn and are open: no corner comes twice."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str = ""
    tilt_deg: float | None = None
    outline_wgs84: tuple[LonLat, ...]
    holes_wgs84: tuple[tuple[LonLat, ...], ...] = ()


class _Faulty(Exception):
    """Ends the reading of one plane."""

    def __init__(self, code: ProblemCode, at_wgs84: LonLat | None = None, **values: str | int | float):
        self.code, self.at_wgs84, self.values = code, at_wgs84, values


def drawn_planes_of_features(collection: object) -> object:
    """The map's GeoJSON as the list of planes that `read_planes` takes. Judges nothing: misfits are passed on."""
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        return collection
    return [_plane_of_feature(feature) for feature in collection["features"]]


def _plane_of_feature(feature: object) -> object:
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        return feature
    properties = feature.get("properties")
    known = properties if isinstance(properties, dict) else {}
    plane: dict[str, Any] = {key: known[key] for key in ("kind", "name", "tilt_deg") if key in known}
    rings = feature["geometry"].get("coordinates")
    if feature["geometry"].get("type") == "Polygon" and isinstance(rings, list) and rings:
        plane |= {"ring": rings[0], "holes": rings[1:]}
    return {"id": feature.get("id"), **plane}


def read_planes(drawing: object, limits: RoofLimits) -> tuple[list[DrawnPlane], list[RoofProblem]]:
    """Planes that can be worked with, and the problems of the others. Counts before it looks: huge input is cheap."""
    if not isinstance(drawing, list | tuple):
        return [], [RoofProblem(code=ProblemCode.UNREADABLE)]
    if not drawing:
        return [], [RoofProblem(code=ProblemCode.NO_PLANES)]
    if len(drawing) > limits.planes:
        return [], [RoofProblem(code=ProblemCode.TOO_MANY_PLANES, values={"limit": limits.planes})]
    if sum(_raw_points(plane) for plane in drawing) > limits.raw_points:
        return [], [RoofProblem(code=ProblemCode.TOO_MANY_POINTS, values={"limit": limits.raw_points})]
    planes: dict[str, DrawnPlane] = {}
    problems: list[RoofProblem] = []
    for raw in drawing:
        plane_id = _plane_id(raw)
        try:
            if plane_id in planes:
                raise _Faulty(ProblemCode.DUPLICATE_PLANE)
            planes[plane_id] = _read_plane(plane_id, raw, limits)
        except _Faulty as fault:
            problems.append(
                RoofProblem(code=fault.code, plane_id=plane_id, at_wgs84=fault.at_wgs84, values=fault.values)
            )
    return list(planes.values()), problems


def _raw_points(raw: object) -> int:
    if not isinstance(raw, dict):
        return 0
    rings = [raw.get("ring"), *(raw["holes"][:100] if isinstance(raw.get("holes"), list) else [])]
    return sum(len(ring) for ring in rings if isinstance(ring, list | tuple))


def _plane_id(raw: object) -> str:
    plane_id = raw.get("id") if isinstance(raw, dict) else None
    return plane_id if isinstance(plane_id, str) and PLANE_ID.fullmatch(plane_id) else ""


def _read_plane(plane_id: str, raw: Any, limits: RoofLimits) -> DrawnPlane:
    if not plane_id or raw.get("kind", "plane") != "plane":
        raise _Faulty(ProblemCode.UNREADABLE)
    holes = raw.get("holes") or []
    if not isinstance(holes, list | tuple):
        raise _Faulty(ProblemCode.UNREADABLE)
    if len(holes) > limits.holes_per_plane:
        raise _Faulty(ProblemCode.TOO_MANY_POINTS, limit=limits.raw_points)
    return DrawnPlane(
        id=plane_id,
        name=_read_name(raw.get("name"), limits),
        tilt_deg=_read_tilt(raw.get("tilt_deg"), limits),
        outline_wgs84=tuple(_read_ring(raw.get("ring"), limits)),
        holes_wgs84=tuple(tuple(_read_ring(hole, limits)) for hole in holes),
    )


def _read_name(value: object, limits: RoofLimits) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limits.name_letters or not value.isprintable():
        raise _Faulty(ProblemCode.BAD_NAME, limit=limits.name_letters)
    return value.strip()


def _read_tilt(value: object, limits: RoofLimits) -> float | None:
    if value is None:
        return None
    tilt_deg = _finite(value)
    if tilt_deg is None or not 0 <= tilt_deg <= limits.highest_tilt_deg:
        raise _Faulty(ProblemCode.BAD_TILT, lowest=0, highest=limits.highest_tilt_deg)
    return tilt_deg


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # an int with more digits than a float has room for
        return None
    return number if math.isfinite(number) else None


def _read_ring(raw: object, limits: RoofLimits) -> list[LonLat]:
    if not isinstance(raw, list | tuple):
        raise _Faulty(ProblemCode.UNREADABLE)
    if len(raw) > limits.raw_points_per_ring:
        raise _Faulty(ProblemCode.TOO_MANY_CORNERS, limit=limits.corners_per_ring)
    points = [_read_point(point, limits) for point in raw]
    if not points:
        raise _Faulty(ProblemCode.TOO_FEW_CORNERS)
    longitudes = [lon for lon, _ in points]
    if max(longitudes) - min(longitudes) > 180:
        raise _Faulty(ProblemCode.CROSSES_DATE_LINE, points[0])
    ring = without_repeats(points, limits.same_point_m)
    if len(ring) < 3:
        raise _Faulty(ProblemCode.TOO_FEW_CORNERS, points[0])
    if len(ring) > limits.corners_per_ring:
        raise _Faulty(ProblemCode.TOO_MANY_CORNERS, points[0], limit=limits.corners_per_ring)
    return ring


def _read_point(raw: object, limits: RoofLimits) -> LonLat:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise _Faulty(ProblemCode.BAD_COORDINATES)
    lon, lat = _finite(raw[0]), _finite(raw[1])
    if lon is None or lat is None or abs(lon) > 180 or abs(lat) > limits.highest_latitude_deg:
        raise _Faulty(ProblemCode.BAD_COORDINATES)
    return lon, lat


def without_repeats(points: Sequence[LonLat], same_point_m: float) -> list[LonLat]:
    """The ring opened, without repeated points. Corners on a straight line stay: a neighbour may end there."""
    plane = geometry.TangentPlane.at(*points[0])
    ring: list[LonLat] = []
    last_m: tuple[float, float] | None = None
    for point in points:
        here_m = plane.to_metres(point)
        if last_m is None or math.dist(last_m, here_m) > same_point_m:
            ring.append(point)
            last_m = here_m
    while len(ring) > 1 and math.dist(plane.to_metres(ring[-1]), plane.to_metres(ring[0])) <= same_point_m:
        ring.pop()
    return ring


def find_plane_problem(drawn: DrawnPlane, limits: RoofLimits) -> RoofProblem | None:
    """What is wrong with this plane's shape, looked at alone."""
    plane = geometry.TangentPlane.at(*drawn.outline_wgs84[0])

    def problem(code: ProblemCode, at_m: tuple[float, float] | None, **values: str | int | float) -> RoofProblem:
        at_wgs84 = plane.to_lon_lat(*at_m) if at_m else drawn.outline_wgs84[0]
        return RoofProblem(code=code, plane_id=drawn.id, at_wgs84=at_wgs84, values=values)

    for ring in (drawn.outline_wgs84, *drawn.holes_wgs84):
        ring_m = plane.ring_to_metres(ring)
        if not geometry.is_simple(ring_m):
            first, second, at_m = geometry.crossing_edges(ring_m) or (0, 1, ring_m[0])
            return problem(ProblemCode.CROSSING_EDGES, at_m, first=first + 1, second=second + 1)
    outline_area_m2 = geometry.geodesic_area_m2(drawn.outline_wgs84)
    if outline_area_m2 > limits.highest_area_m2:
        return problem(
            ProblemCode.TOO_LARGE, None, area_m2=round(outline_area_m2), limit_m2=round(limits.highest_area_m2)
        )
    if drawn.holes_wgs84:
        misplaced_m = geometry.misplaced_hole(plane, drawn.outline_wgs84, drawn.holes_wgs84)
        if misplaced_m:
            return problem(ProblemCode.HOLE_MISPLACED, misplaced_m)
    area_m2 = geometry.geodesic_area_m2(drawn.outline_wgs84, drawn.holes_wgs84)
    if area_m2 < limits.lowest_area_m2:
        return problem(ProblemCode.TOO_SMALL, None, area_m2=round(area_m2, 1), limit_m2=round(limits.lowest_area_m2, 1))
    return None


def find_distance_problems(
    planes: Sequence[DrawnPlane], address_wgs84: LonLat | None, limits: RoofLimits
) -> list[RoofProblem]:
    """Planes too far from the address; without an address, too far from the first plane."""
    if not planes:
        return []
    if address_wgs84:
        code, furthest_m, origin = ProblemCode.FAR_FROM_ADDRESS, limits.furthest_m, address_wgs84
    else:
        code, furthest_m, origin = ProblemCode.PLANES_FAR_APART, 2 * limits.furthest_m, planes[0].outline_wgs84[0]
    around = geometry.TangentPlane.at(*origin)
    problems = []
    for plane in planes:
        corner = max(plane.outline_wgs84, key=around.distance_m)
        if around.distance_m(corner) > furthest_m:
            _, _, distance_m = geometry.GEOD.inv(*origin, *corner)
            problems.append(
                RoofProblem(code=code, plane_id=plane.id, at_wgs84=corner, values={"distance_m": round(distance_m)})
            )
    return problems


def find_overlaps(planes: Sequence[DrawnPlane], limits: RoofLimits) -> list[RoofProblem]:
    """One problem per plane that lies on an earlier one, at its corner on the other plane if there is one."""
    if len(planes) < 2:
        return []
    around = geometry.TangentPlane.at(*planes[0].outline_wgs84[0])
    shapes = [around.polygon(plane.outline_wgs84, plane.holes_wgs84) for plane in planes]
    names = [plane.name or str(number) for number, plane in enumerate(planes, start=1)]
    problems = []
    for one, two, area_m2, at_m in geometry.overlaps(shapes, limits.overlap_tolerance_m2):
        problems.append(
            RoofProblem(
                code=ProblemCode.OVERLAP,
                plane_id=planes[two].id,
                at_wgs84=around.to_lon_lat(*at_m),
                values={"other": names[one], "other_id": planes[one].id, "area_m2": max(0.1, round(area_m2, 1))},
            )
        )
    return problems
