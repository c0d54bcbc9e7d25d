"""Geometry of roof planes: a metric plane around a point, geodesic measures, where edges cross.

Areas and lengths are geodesic on WGS84: pyproj's `Geod` (C. Karney, "Algorithms for geodesics", J. Geodesy 87, 2013),
exact to far below a millimetre. Topology (crossing, overlap) needs no such care and runs in a tangent plane scaled by
the ellipsoid's radii of curvature at the origin, M along the meridian and N across it (J. Snyder, "Map Projections: a
Working Manual", USGS Professional Paper 1395, 1987, p. 24 f.). Around a house it is off by less than one part
in ten thousand, and as it only stretches lon/lat, it never changes which edges cross. Finding its two factors costs a
microsecond, a PROJ transformer for every address some milliseconds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Geod

from .errors import LonLat

WGS84_SEMI_MAJOR_M = 6_378_137.0
WGS84_FLATTENING = 1 / 298.257_223_563
ECCENTRICITY_SQUARED = WGS84_FLATTENING * (2 - WGS84_FLATTENING)

GEOD = Geod(ellps="WGS84")

Ring = Sequence[LonLat]


@dataclass(frozen=True, slots=True)
class TangentPlane:
    """Metres east and north of an origin. Longitudes are taken the short way around the globe."""

    origin: LonLat
    metres_per_lon: float
    metres_per_lat: float

    @classmethod
    def at(cls, lon: float, lat: float) -> "TangentPlane":
        sine = math.sin(math.radians(lat))
        bent = 1 - ECCENTRICITY_SQUARED * sine * sine
        across_m = WGS84_SEMI_MAJOR_M / math.sqrt(bent)
        meridian_m = WGS84_SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / bent**1.5
        degree = math.pi / 180
        return cls((lon, lat), across_m * math.cos(math.radians(lat)) * degree, meridian_m * degree)

    def to_metres(self, point: LonLat) -> tuple[float, float]:
        east_deg = (point[0] - self.origin[0] + 180) % 360 - 180
        return east_deg * self.metres_per_lon, (point[1] - self.origin[1]) * self.metres_per_lat

    def to_lon_lat(self, x_m: float, y_m: float) -> LonLat:
        return self.origin[0] + x_m / self.metres_per_lon, self.origin[1] + y_m / self.metres_per_lat

    def ring_to_metres(self, ring: Ring) -> list[tuple[float, float]]:
        return [self.to_metres(point) for point in ring]

    def distance_m(self, point: LonLat) -> float:
        return math.hypot(*self.to_metres(point))

    def polygon(self, outline: Ring, holes: Sequence[Ring] = ()) -> shapely.Polygon:
        return shapely.Polygon(self.ring_to_metres(outline), [self.ring_to_metres(hole) for hole in holes])


def signed_area(ring: Sequence[tuple[float, float]]) -> float:
    """Shoelace formula around the first point; positive when counter-clockwise."""
    x0, y0 = ring[0]
    twice = 0.0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    return twice / 2


def wound(ring: Ring, *, counter_clockwise: bool) -> tuple[LonLat, ...]:
    """The ring in the wanted direction, beginning with the same corner (RFC 7946: outlines counter-clockwise)."""
    if (signed_area(ring) > 0) == counter_clockwise:
        return tuple(ring)
    return (ring[0], *reversed(ring[1:]))


def geodesic_area_m2(outline: Ring, holes: Sequence[Ring] = ()) -> float:
    def area(ring: Ring) -> float:
        return abs(GEOD.polygon_area_perimeter([p[0] for p in ring], [p[1] for p in ring])[0])

    return area(outline) - sum(area(hole) for hole in holes)


def edge_lengths_m(ring: Ring) -> tuple[float, ...]:
    """Geodesic length of each edge; the last one closes the ring."""
    closed = [*ring, ring[0]]
    return tuple(GEOD.line_lengths([p[0] for p in closed], [p[1] for p in closed]))


def crossing_edges(ring: Sequence[tuple[float, float]]) -> tuple[int, int, tuple[float, float]] | None:
    """First two edges (counted from 0) that meet where they should not, and where; None for a simple ring.

    Takes plane coordinates. Compares all pairs at once, so the quadratic work is numpy's.
    """
    points = np.asarray(ring, dtype=float)
    count = len(points)
    starts, ends = points, np.roll(points, -1, axis=0)
    way = ends - starts
    between = starts[None, :, :] - starts[:, None, :]
    slope = _cross(way[:, None, :], way[None, :, :])
    with np.errstate(divide="ignore", invalid="ignore"):
        along_first = _cross(between, way[None, :, :]) / slope
        along_second = _cross(between, way[:, None, :]) / slope
    meets = (slope != 0) & (along_first >= 0) & (along_first <= 1) & (along_second >= 0) & (along_second <= 1)
    first, second = np.triu_indices(count, k=2)
    apart = ~((first == 0) & (second == count - 1))
    hits = np.flatnonzero(meets[first, second] & apart)
    if hits.size:
        one, two = int(first[hits[0]]), int(second[hits[0]])
        x_m, y_m = starts[one] + along_first[one, two] * way[one]
        return one, two, (float(x_m), float(y_m))
    return _folded_edges(points)


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def _folded_edges(points: np.ndarray) -> tuple[int, int, tuple[float, float]] | None:
    """Edges that lie on each other: no single point of crossing, so the tree of shapely finds them."""
    count = len(points)
    corners = [*map(tuple, points.tolist())]
    lines = [shapely.LineString(edge) for edge in zip(corners, [*corners[1:], corners[0]], strict=True)]
    for one, two in zip(*shapely.STRtree(lines).query(lines, predicate="intersects"), strict=True):
        if one < two:
            shared = lines[one].intersection(lines[two])
            neighbours = two - one == 1 or (one == 0 and two == count - 1)
            if shared.length > 0 or not neighbours:
                at = shared.representative_point()
                return int(one), int(two), (at.x, at.y)
    return None


def is_simple(ring: Sequence[tuple[float, float]]) -> bool:
    """Whether a ring in plane coordinates neither crosses nor touches itself."""
    return bool(shapely.Polygon(ring).is_valid)


def misplaced_hole(plane: TangentPlane, outline: Ring, holes: Sequence[Ring]) -> tuple[float, float] | None:
    """A corner in metres of a hole that leaves the outline or meets another hole."""
    whole = plane.polygon(outline)
    cut_out = [plane.polygon(hole) for hole in holes]
    for number, hole in enumerate(cut_out):
        if not whole.covers(hole) or any(
            hole.intersects(other) and not hole.touches(other) for other in cut_out[:number]
        ):
            x_m, y_m = hole.exterior.coords[0]
            return x_m, y_m
    return None


def overlaps(
    shapes: Sequence[shapely.Polygon], tolerance_m2: float
) -> list[tuple[int, int, float, tuple[float, float]]]:
    """Pairs of shapes (lower index first) that share more than the tolerance: area and a telling point of each."""
    found = []
    # Sound alone in its own plane, a shape may lose that by rounding in this common one.
    sound = [shape if shape.is_valid else shapely.make_valid(shape) for shape in shapes]
    for one, two in sorted(map(tuple, shapely.STRtree(sound).query(sound, predicate="intersects").T.tolist())):
        if one >= two:
            continue
        shared = sound[one].intersection(sound[two])
        if shared.area > tolerance_m2:
            inner = sound[one].buffer(-0.01)
            corner = next((c for c in shapely.get_coordinates(sound[two]) if inner.contains(shapely.Point(c))), None)
            at = shapely.Point(corner) if corner is not None else shared.point_on_surface()
            found.append((one, two, float(shared.area), (at.x, at.y)))
    return found
