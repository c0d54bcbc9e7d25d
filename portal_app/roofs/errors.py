"""What can be wrong with a drawn roof, and how it is said. Each problem knows where on the map it is."""

from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from ..core.errors import ChangedMeanwhile, PortalError
from ..core.texts import msg


class ProblemCode(StrEnum):
    UNREADABLE = "unreadable"
    NO_PLANES = "no_planes"
    TOO_MANY_PLANES = "too_many_planes"
    TOO_MANY_POINTS = "too_many_points"
    DUPLICATE_PLANE = "duplicate_plane"
    BAD_NAME = "bad_name"
    BAD_TILT = "bad_tilt"
    BAD_COORDINATES = "bad_coordinates"
    CROSSES_DATE_LINE = "crosses_date_line"
    TOO_FEW_CORNERS = "too_few_corners"
    TOO_MANY_CORNERS = "too_many_corners"
    CROSSING_EDGES = "crossing_edges"
    HOLE_MISPLACED = "hole_misplaced"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    OVERLAP = "overlap"
    FAR_FROM_ADDRESS = "far_from_address"
    PLANES_FAR_APART = "planes_far_apart"


class ProblemText(NamedTuple):
    """What is wrong, and the way out: the two lines of the bubble at the faulty corner."""

    title: str
    advice: str


PROBLEM_TEXTS: dict[ProblemCode, ProblemText] = {
    ProblemCode.UNREADABLE: ProblemText(msg("This plane could not be read"), msg("Reload the page and draw it again.")),
    ProblemCode.NO_PLANES: ProblemText(msg("No plane is drawn yet"), msg("Draw at least one side of your roof.")),
    ProblemCode.TOO_MANY_PLANES: ProblemText(
        msg("More than {limit} planes"), msg("Draw only the sides where modules may go.")
    ),
    ProblemCode.TOO_MANY_POINTS: ProblemText(
        msg("This drawing has too many points"), msg("One point per corner is enough. Draw it again with fewer.")
    ),
    ProblemCode.DUPLICATE_PLANE: ProblemText(msg("The same plane came twice"), msg("Reload the page and try again.")),
    ProblemCode.BAD_NAME: ProblemText(
        msg("This name cannot be used"), msg("Use up to {limit} letters, digits or signs.")
    ),
    ProblemCode.BAD_TILT: ProblemText(
        msg("This pitch is not possible"), msg("Give a pitch between {lowest}° and {highest}°.")
    ),
    ProblemCode.BAD_COORDINATES: ProblemText(
        msg("A corner lies nowhere on the map"), msg("Remove this plane and draw it again.")
    ),
    ProblemCode.CROSSES_DATE_LINE: ProblemText(
        msg("This plane goes around the world"), msg("Remove it and draw it again.")
    ),
    ProblemCode.TOO_FEW_CORNERS: ProblemText(
        msg("A plane needs three corners"), msg("Add the corners that are missing.")
    ),
    ProblemCode.TOO_MANY_CORNERS: ProblemText(
        msg("More than {limit} corners"), msg("Draw this plane again with one point per corner.")
    ),
    ProblemCode.CROSSING_EDGES: ProblemText(
        msg("Two edges cross here"),
        msg("Edge {first} crosses edge {second}. Move a corner until they no longer do."),
    ),
    ProblemCode.HOLE_MISPLACED: ProblemText(
        msg("A cut-out does not fit"), msg("Keep it inside its plane and apart from other cut-outs.")
    ),
    ProblemCode.TOO_SMALL: ProblemText(
        msg("Too small: {area_m2} m²"),
        msg("A plane has at least {limit_m2} m². Move its corners outwards or remove it."),
    ),
    ProblemCode.TOO_LARGE: ProblemText(
        msg("Too large: {area_m2} m²"), msg("A plane has at most {limit_m2} m². Draw one roof side at a time.")
    ),
    ProblemCode.OVERLAP: ProblemText(
        msg("Overlaps plane {other} by {area_m2} m²"),
        msg("This corner lies on another plane. Move it to the line where the two meet."),
    ),
    ProblemCode.FAR_FROM_ADDRESS: ProblemText(
        msg("This is {distance_m} m from your address"),
        msg("Draw the roof of your house, or search the address again."),
    ),
    ProblemCode.PLANES_FAR_APART: ProblemText(
        msg("This plane is {distance_m} m from the others"), msg("Draw the planes of one house.")
    ),
}

LonLat = tuple[float, float]


class RoofProblem(BaseModel):
    """One thing that is wrong: which plane, where on the map, and the values its text names."""

    model_config = ConfigDict(frozen=True)

    code: ProblemCode
    plane_id: str = ""
    at_wgs84: LonLat | None = None
    values: dict[str, str | int | float] = {}

    @property
    def title(self) -> str:
        """The English sentence (message id) that says what is wrong."""
        return PROBLEM_TEXTS[self.code].title

    @property
    def advice(self) -> str:
        """The English sentence (message id) that says what to do."""
        return PROBLEM_TEXTS[self.code].advice


class RoofRefused(PortalError):
    """The drawing breaks rules; nothing of it is stored."""

    text = msg("Your roof cannot be sent yet. The marked places say why.")

    def __init__(self, problems: tuple[RoofProblem, ...]) -> None:
        super().__init__()
        self.problems = problems

    @property
    def summary(self) -> str:
        """For logs: which plane breaks which rule."""
        return ", ".join(f"{problem.plane_id}: {problem.code}" for problem in self.problems)


class AddressSearchFailed(PortalError):
    """The geocoder did not answer, or not in its own language."""

    text = msg("The address search does not answer. Try again, or move the map to your house.")


class RoofNotAtThisStep(PortalError):
    """The opportunity has left, or not yet reached, a substage where the roof is drawn."""

    text = msg("Your project is not at the step where the roof is drawn. Nothing was changed.")


class DrawingChangedMeanwhile(ChangedMeanwhile):
    """The drawing was saved from another tab or device since this one read it."""

    text = msg("This drawing was changed in another window or on another device. Choose which one you want to keep.")
