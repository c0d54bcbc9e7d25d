"""The places of the demonstration: a made-up street in Pozuelo and real buildings in Zurich, in lon/lat.

A `Frame` is a sheet of paper laid on the Web Mercator map: metres along and across the streets, turned like them.
"""

import json
import math
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

EARTH_RADIUS_M = 6_378_137.0
HALF_WORLD_M = math.pi * EARTH_RADIUS_M

LonLat = tuple[float, float]
Point = tuple[float, float]

HOUSE_ADDRESS = "Calle del Olivo 14, 28223 Pozuelo de Alarcón, Madrid"
HOUSE_WGS84: LonLat = (-3.8131, 40.4342)


def mercator(lon: float, lat: float) -> Point:
    return math.radians(lon) * EARTH_RADIUS_M, EARTH_RADIUS_M * math.asinh(math.tan(math.radians(lat)))


def lon_lat(x: float, y: float) -> LonLat:
    return math.degrees(x / EARTH_RADIUS_M), math.degrees(math.atan(math.sinh(y / EARTH_RADIUS_M)))


@dataclass(frozen=True)
class Frame:
    """Metres (true at its origin) from the origin, the first axis turned counter-clockwise from east."""

    origin: LonLat
    turned_deg: float
    scale: float = field(init=False)
    _x: float = field(init=False)
    _y: float = field(init=False)
    cos: float = field(init=False)
    sin: float = field(init=False)

    def __post_init__(self) -> None:
        x, y = mercator(*self.origin)
        turn = math.radians(self.turned_deg)
        for name, value in {
            "scale": math.cos(math.radians(self.origin[1])),
            "_x": x,
            "_y": y,
            "cos": math.cos(turn),
            "sin": math.sin(turn),
        }.items():
            object.__setattr__(self, name, value)

    def from_mercator(self, x, y):
        """Takes numbers or numpy arrays."""
        east, north = (x - self._x) * self.scale, (y - self._y) * self.scale
        return east * self.cos + north * self.sin, north * self.cos - east * self.sin

    def to_mercator(self, u, v):
        east, north = u * self.cos - v * self.sin, u * self.sin + v * self.cos
        return self._x + east / self.scale, self._y + north / self.scale

    def to_lon_lat(self, u: float, v: float) -> LonLat:
        return lon_lat(*self.to_mercator(u, v))


POZUELO = Frame(HOUSE_WGS84, 14)
ZURICH = Frame((8.54, 47.38), 14)

_SOUTH_EAVE_M, _NORTH_EAVE_M, _WEST_M, _EAST_M = -3.67, 3.67, -6.33, 6.33
_WING_M = (2.0, 4.17, 6.33)
_WING_END_M = -7.67
HOUSE_PLANES_M: dict[str, tuple[Point, ...]] = {
    "North": ((_WEST_M, 0), (_EAST_M, 0), (_EAST_M, _NORTH_EAVE_M), (_WEST_M, _NORTH_EAVE_M)),
    "South": ((_WEST_M, _SOUTH_EAVE_M), (_WING_M[0], _SOUTH_EAVE_M), (_WING_M[1], 0), (_WEST_M, 0)),
    "West wing": ((_WING_M[0], _WING_END_M), (_WING_M[1], _WING_END_M), (_WING_M[1], 0), (_WING_M[0], _SOUTH_EAVE_M)),
    "East wing": ((_WING_M[1], _WING_END_M), (_WING_M[2], _WING_END_M), (_WING_M[2], 0), (_WING_M[1], 0)),
}


def house_planes_wgs84() -> dict[str, list[LonLat]]:
    """Rings of the demonstration house at HOUSE_ADDRESS, by name: what a customer there would draw."""
    return {name: [POZUELO.to_lon_lat(*point) for point in ring] for name, ring in HOUSE_PLANES_M.items()}


@dataclass(frozen=True)
class SurveyedPlane:
    id: str
    rings_wgs84: tuple[tuple[LonLat, ...], ...]
    tilt_deg: float
    azimuth_deg: float | None


@dataclass(frozen=True)
class Building:
    """A real building of the survey."""

    id: str
    address: str
    centre_wgs84: LonLat
    planes: tuple[SurveyedPlane, ...]


@cache
def buildings() -> tuple[Building, ...]:
    rows = json.loads((Path(__file__).parent / "data" / "buildings.json").read_text("utf-8"))["buildings"]
    return tuple(_building(row) for row in rows)


def _building(row: dict) -> Building:
    planes = tuple(
        SurveyedPlane(
            id=plane["id"],
            rings_wgs84=tuple(tuple((lon, lat) for lon, lat in ring) for ring in plane["rings"]),
            tilt_deg=plane["tilt_deg"],
            azimuth_deg=plane["azimuth_deg"],
        )
        for plane in row["planes"]
    )
    corners = [corner for plane in planes for corner in plane.rings_wgs84[0]]
    centre = tuple((min(axis) + max(axis)) / 2 for axis in zip(*corners, strict=True))
    number = int(row["id"].removeprefix("b")) + 1
    return Building(row["id"], f"Sonnenweg {number}, 8000 Zürich", (centre[0], centre[1]), planes)


def demo_addresses() -> list[tuple[str, LonLat]]:
    """Addresses that the demonstration's own address search knows."""
    street = [
        (f"Calle del Olivo {number}, 28223 Pozuelo de Alarcón, Madrid", POZUELO.to_lon_lat((number - 14) / 2 * 19, 0))
        for number in (8, 10, 12, 16, 18)
    ]
    return [(HOUSE_ADDRESS, HOUSE_WGS84), *street, *((b.address, b.centre_wgs84) for b in buildings())]
