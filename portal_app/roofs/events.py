"""What happens to roofs, told to whoever listens (automations)."""

from __future__ import annotations

from ..flows.events import ActHappened
from ..flows.view_kinds import Act


class DrawingSubmitted(ActHappened):
    """The customer sent the drawing of the roof; it is measured and stored as this version."""

    act: Act = Act.DRAWING_SUBMITTED
    roof_id: str
    version: int
    plane_count: int
    plan_area_m2: float
