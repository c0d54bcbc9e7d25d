"""A checked drawing as the panel and the map show it. Pure: no database, no state."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ....core.texts import msg
from ....roofs.errors import RoofProblem
from ....roofs.rules import RoofCheck
from ....ui.i18n import Said, say_values

Drawing = dict[str, Any]

# The pitch that a word stands for, and up to which pitch the word is used.
STEEPNESS: dict[str, tuple[float, float]] = {
    "flat": (3, 9), "gentle": (15, 20), "normal": (26, 34), "steep": (42, 90),
}  # fmt: skip
CANNOT_SEND = msg("Correct what is marked first. Then you can send your roof.")
CLOSE_FIRST = msg("Close the roof side that you began, or take it back. Then you can send your roof.")
DRAW_FIRST = msg("Draw at least one side of your roof. Then you can send it.")

STEEPNESS_NAMES = {"flat": msg("Flat"), "gentle": msg("Gentle"), "normal": msg("Normal"), "steep": msg("Steep")}


LONGEST_HISTORY = 60
MOST_CORNERS_AT_ONCE = 200
MOST_CORNERS_KEPT = 20_000  # in all drawings of the history together: a state must stay small, whatever is drawn


class PlaneLine(BaseModel):
    """A plane in the list. Areas are missing while something is wrong with it."""

    id: str = ""
    number: int = 0
    name: str = ""
    area_m2: float | None = None
    true_area_m2: float | None = None
    tilt_deg: float | None = None
    steepness: str = ""
    edges_m: list[float] = []
    problem: Said = Said()
    advice: Said = Said()
    is_faulty: bool = False


class ProblemMark(BaseModel):
    """A problem at its place on the map."""

    plane_id: str
    title: Said
    advice: Said
    lon: float
    lat: float


def why_not_sent(planes: list[PlaneLine], open_corners: int) -> str:
    """What comes before sending; empty when nothing does. A side that is not closed would be lost."""
    if open_corners:
        return CLOSE_FIRST
    if not planes:
        return DRAW_FIRST
    return CANNOT_SEND if any(line.is_faulty for line in planes) else ""


def steepness_of(tilt_deg: float | None) -> str:
    if tilt_deg is None:
        return ""
    return next((word for word, (_, up_to) in STEEPNESS.items() if tilt_deg < up_to), "steep")


def lines_of(drawing: Drawing, check: RoofCheck) -> list[PlaneLine]:
    """One line per drawn plane, in the order of drawing."""
    measured = {plane.id: plane for plane in check.planes}
    problems: dict[str, RoofProblem] = {}
    for problem in check.problems:
        problems.setdefault(problem.plane_id, problem)
    lines = []
    for number, feature in enumerate(drawing["features"], start=1):
        known, found = feature["properties"], problems.get(feature["id"])
        line = PlaneLine(id=feature["id"], number=number, name=known["name"], tilt_deg=known["tilt_deg"],
                         steepness=steepness_of(known["tilt_deg"]))
        if found:
            line.is_faulty, line.problem = True, say_values(found.title, found.values)
            line.advice = say_values(found.advice, found.values)
        elif plane := measured.get(feature["id"]):
            line.area_m2, line.true_area_m2 = round(plane.plan_area_m2, 2), _rounded(plane.true_area_m2)
            line.edges_m = [round(edge, 2) for edge in plane.edge_lengths_m]
        lines.append(line)
    return lines


def _rounded(area_m2: float | None) -> float | None:
    return None if area_m2 is None else round(area_m2, 2)


def marks_of(check: RoofCheck) -> list[ProblemMark]:
    return [
        ProblemMark(plane_id=problem.plane_id, title=say_values(problem.title, problem.values),
                    advice=say_values(problem.advice, problem.values), lon=problem.at_wgs84[0], lat=problem.at_wgs84[1])
        for problem in check.problems if problem.at_wgs84
    ]  # fmt: skip


def changed(drawing: Drawing, plane_id: str, **properties: Any) -> Drawing:
    """The drawing with other properties of one plane; the given drawing stays as it is, it may be in the history."""
    return {**drawing, "features": [
        {**feature, "properties": {**feature["properties"], **properties}} if feature["id"] == plane_id else feature
        for feature in drawing["features"]
    ]}  # fmt: skip


def without(drawing: Drawing, plane_id: str) -> Drawing:
    return {**drawing, "features": [feature for feature in drawing["features"] if feature["id"] != plane_id]}


def corners_of(drawing: Drawing) -> int:
    return sum(len(ring) for feature in drawing["features"] for ring in feature["geometry"]["coordinates"])


def is_small(drawing: object) -> bool:
    """Whether a drawing, as a client sent it, is checked within a few milliseconds."""
    try:
        return corners_of(drawing) <= MOST_CORNERS_AT_ONCE  # pyright: ignore[reportArgumentType]
    except (KeyError, TypeError, AttributeError):
        return False


def remembered(history: tuple[Drawing, ...]) -> tuple[Drawing, ...]:
    """The newest part of a history that may be kept; at least the last drawing."""
    kept, corners = [], 0
    for drawing in reversed(history[-LONGEST_HISTORY:]):
        corners += corners_of(drawing)
        if kept and corners > MOST_CORNERS_KEPT:
            break
        kept.append(drawing)
    return tuple(kept[::-1])
