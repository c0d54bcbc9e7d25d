"""The drawing page open in a tab, what is drawn there, and what is stored of it."""

from __future__ import annotations

from sqlmodel import Session, select

from portal_app.core.texts import text_id
from portal_app.opportunities.models import Opportunity
from portal_app.portal.views.drawing.state import DrawingState
from portal_app.roofs.geometry import TangentPlane
from portal_app.roofs.models import RoofDraft
from portal_app.ui.shell_state import ShellState
from tests.handling import Reader

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
