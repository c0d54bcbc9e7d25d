"""Planes of real buildings, as a customer draws them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "data" / "real_roofs.geojson"
BUILDING = "b28"
PLANES = ("r11", "r12", "r13")  # three of a good size that touch only at their edges


@dataclass(frozen=True)
class RealPlane:
    name: str
    corners: tuple[tuple[float, float], ...]  # lon/lat; the first is not repeated at the end
    plan_area_m2: float


@cache
def _by_name() -> dict[str, RealPlane]:
    features = json.loads(FILE.read_text(encoding="utf-8"))["features"]
    return {feature["id"]: RealPlane(feature["id"], tuple(map(tuple, feature["geometry"]["coordinates"][0][:-1])),
                                     feature["properties"]["plan_area_m2"]) for feature in features}


def real_planes(*names: str, building: str = BUILDING) -> list[RealPlane]:
    return [_by_name()[f"{building}-{name}"] for name in names or PLANES]


def address_of(building: str = BUILDING) -> str:
    """Where the demonstration's address search finds the building."""
    return f"Sonnenweg {int(building.removeprefix('b')) + 1}, 8000 Zürich"
