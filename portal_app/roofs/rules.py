"""Measures a drawn roof, or says what is wrong with it and where. The only way from a drawing to numbers."""

import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from shapely.geometry import Polygon

from . import geometry
from .errors import LonLat, ProblemCode, RoofProblem, RoofRefused
from .validation import (
    DrawnPlane,
    RoofLimits,
    drawn_planes_of_features,
    find_distance_problems,
    find_overlaps,
    find_plane_problem,
    read_planes,
)

DEFAULT_LIMITS = RoofLimits()

__all__ = [
    "DEFAULT_LIMITS", "MeasuredPlane", "MeasuredRoof", "RoofCheck", "RoofLimits", "as_features", "check_roof",
    "measure_roof", "read_drawing",
]  # fmt: skip


class MeasuredPlane(DrawnPlane):
    """One plane of a valid roof. Rings are open; the outline runs counter-clockwise seen from above."""

    plan_area_m2: float
    true_area_m2: float | None = None
    perimeter_m: float
    edge_lengths_m: tuple[float, ...]
    centroid_wgs84: LonLat
    label_wgs84: LonLat


class MeasuredRoof(BaseModel):
    """A roof that breaks no rule. `true_area_m2` is known when every plane's tilt is."""

    model_config = ConfigDict(frozen=True)

    planes: tuple[MeasuredPlane, ...]
    plan_area_m2: float
    true_area_m2: float | None = None

    def as_features(self) -> dict:
        """GeoJSON for the map and for export."""
        return as_features(self.planes)


class RoofCheck(BaseModel):
    """What can be said of a drawing while it is under way: the planes that are sound, and every problem found."""

    model_config = ConfigDict(frozen=True)

    planes: tuple[MeasuredPlane, ...] = ()
    problems: tuple[RoofProblem, ...] = ()

    @property
    def is_valid(self) -> bool:
        return bool(self.planes) and not self.problems

    @property
    def plan_area_m2(self) -> float:
        """Sum of the sound planes."""
        return sum(plane.plan_area_m2 for plane in self.planes)


def as_features(planes: Sequence[DrawnPlane]) -> dict:
    """GeoJSON of planes, as the map takes it."""
    return {"type": "FeatureCollection", "features": [_feature(plane) for plane in planes]}


def read_drawing(drawing: object, limits: RoofLimits = DEFAULT_LIMITS) -> dict:
    """An untrusted drawing as clean GeoJSON. It may be unfinished or wrong as a roof (nothing drawn, edges that cross,
    planes that overlap), but what cannot be read or is beyond the limits raises `RoofRefused`.
    """
    planes, problems = read_planes(drawn_planes_of_features(drawing), limits)
    problems = [problem for problem in problems if problem.code != ProblemCode.NO_PLANES]
    if problems:
        raise RoofRefused(tuple(problems))
    return as_features(planes)


def check_roof(drawing: object, address_wgs84: LonLat | None = None, limits: RoofLimits = DEFAULT_LIMITS) -> RoofCheck:
    """Check and measure an untrusted drawing: a list of `{id, ring, holes?, name?, tilt_deg?}` or the map's GeoJSON.

    Rings are lists of [lon, lat], closed or open. Never raises for what the drawing holds.
    """
    planes, problems = read_planes(drawn_planes_of_features(drawing), limits)
    sound: list[DrawnPlane] = []
    for plane in planes:
        problem = find_plane_problem(plane, limits)
        if problem:
            problems.append(problem)
        else:
            sound.append(plane)
    far = find_distance_problems(sound, address_wgs84, limits)
    problems += far
    far_ids = {problem.plane_id for problem in far}
    near = [plane for plane in sound if plane.id not in far_ids]
    overlapping = find_overlaps(near, limits)
    problems += overlapping
    faulty_ids = {problem.plane_id for problem in overlapping}
    return RoofCheck(
        planes=tuple(measure_plane(plane) for plane in near if plane.id not in faulty_ids), problems=tuple(problems)
    )


def measure_roof(
    drawing: object, address_wgs84: LonLat | None = None, limits: RoofLimits = DEFAULT_LIMITS
) -> MeasuredRoof:
    """The measured roof, or `RoofRefused` with every problem found: nothing invalid gets past this."""
    check = check_roof(drawing, address_wgs84, limits)
    if not check.is_valid:
        raise RoofRefused(check.problems)
    return MeasuredRoof(
        planes=check.planes,
        plan_area_m2=check.plan_area_m2,
        true_area_m2=_true_area_of(check.planes),
    )


def measure_plane(plane: DrawnPlane) -> MeasuredPlane:
    """Measures of a plane that is known to be sound."""
    outline = geometry.wound(plane.outline_wgs84, counter_clockwise=True)
    holes = tuple(geometry.wound(hole, counter_clockwise=False) for hole in plane.holes_wgs84)
    edges_m = geometry.edge_lengths_m(outline)
    area_m2 = geometry.geodesic_area_m2(outline, holes)
    flat = Polygon(outline, holes)
    centroid, label = flat.centroid, flat.point_on_surface()
    return MeasuredPlane(
        id=plane.id,
        name=plane.name,
        tilt_deg=plane.tilt_deg,
        outline_wgs84=outline,
        holes_wgs84=holes,
        plan_area_m2=area_m2,
        true_area_m2=None if plane.tilt_deg is None else area_m2 / math.cos(math.radians(plane.tilt_deg)),
        perimeter_m=sum(edges_m),
        edge_lengths_m=edges_m,
        centroid_wgs84=(centroid.x, centroid.y),
        label_wgs84=(label.x, label.y),
    )


def _true_area_of(planes: Sequence[MeasuredPlane]) -> float | None:
    areas = [plane.true_area_m2 for plane in planes if plane.true_area_m2 is not None]
    return sum(areas) if len(areas) == len(planes) else None


def _feature(plane: MeasuredPlane | DrawnPlane) -> dict:
    rings = [[list(point) for point in (*ring, ring[0])] for ring in (plane.outline_wgs84, *plane.holes_wgs84)]
    return {
        "type": "Feature",
        "id": plane.id,
        "geometry": {"type": "Polygon", "coordinates": rings},
        "properties": {"kind": "plane", "name": plane.name, "tilt_deg": plane.tilt_deg},
    }
