"""Roofs of opportunities: the drawing under way, sending it, and what staff and customer read of it.

Customers draw; staff look. A drawing that breaks a rule of `rules` never becomes a roof: `submit_roof` is the only way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import bindparam, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from ..access.actors import Actor
from ..core import audit
from ..core.clock import now
from ..core.database import insert_row, table_of
from ..core.errors import NotAllowed
from ..core.events import publish
from ..flows.contents import outline_of
from ..flows.view_kinds import Act, ViewKind
from ..opportunities.models import Opportunity
from ..opportunities.service import get_locked, get_visible
from ..opportunities.steps import demand_complete
from .errors import DrawingChangedMeanwhile, LonLat, RoofNotAtThisStep, RoofRefused
from .events import DrawingSubmitted
from .models import Roof, RoofDraft
from .rules import DEFAULT_LIMITS, MeasuredPlane, MeasuredRoof, as_features, measure_roof, read_drawing
from .validation import DrawnPlane, find_distance_problems

NOTHING_DRAWN: dict[str, Any] = {"type": "FeatureCollection", "features": []}


class Draft(BaseModel):
    """What was drawn so far; revision 0 when nothing was ever saved."""

    drawing: dict[str, Any] = NOTHING_DRAWN
    revision: int = 0
    changed_at: datetime | None = None


class RoofView(BaseModel):
    """A roof that was sent, as customer and staff read it."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: int
    planes: tuple[MeasuredPlane, ...]
    plan_area_m2: float
    true_area_m2: float | None = None
    submitted_at: datetime
    submitted_by: str = ""

    def as_features(self) -> dict[str, Any]:
        """GeoJSON for the map."""
        return as_features(self.planes)


class DrawingPage(BaseModel):
    """All that the drawing page shows, read in one go."""

    opportunity_id: str
    number: str
    address: str = ""
    place_wgs84: LonLat | None = None
    is_at_this_step: bool = False
    was_sent_for_this_step: bool = False
    draft: Draft = Draft()
    roof: RoofView | None = None


def place_of(opportunity: Opportunity) -> LonLat | None:
    if opportunity.lon_deg is None or opportunity.lat_deg is None:
        return None
    return opportunity.lon_deg, opportunity.lat_deg


def is_at_the_drawing_step(session: Session, opportunity: Opportunity) -> bool:
    return outline_of(session, opportunity.substage_id).view_kind == ViewKind.DRAWING


def get_drawing_page(session: Session, actor: Actor, opportunity_id: str) -> DrawingPage:
    """What the customer's page needs: whose turn it is, what was drawn, what was sent."""
    opportunity = get_visible(session, actor, opportunity_id)
    roof = _latest(session, opportunity.id)
    return DrawingPage(
        opportunity_id=opportunity.id, number=opportunity.number, address=opportunity.address,
        place_wgs84=place_of(opportunity),
        is_at_this_step=actor.is_customer and is_at_the_drawing_step(session, opportunity),
        was_sent_for_this_step=roof is not None and roof.submitted_at >= opportunity.entered_substage_at,
        draft=_draft_of(session, opportunity.id), roof=_view_of(roof) if roof else None)


def get_draft(session: Session, actor: Actor, opportunity_id: str) -> Draft:
    """What was drawn so far, or an empty draft."""
    return _draft_of(session, get_visible(session, actor, opportunity_id).id)


# Built once: every corner that somebody moves is kept.
_draft = table_of(RoofDraft)
_THIS_DRAFT = _draft.c.opportunity_id == bindparam("project")
_DRAFT = select_columns(_draft.c.drawing, _draft.c.revision, _draft.c.changed_at).where(_THIS_DRAFT)
_REVISION = select_columns(_draft.c.revision).where(_THIS_DRAFT)
_KEEP = update(_draft).where(_THIS_DRAFT).values(
    {name: bindparam(f"new_{name}") for name in ("drawing", "revision", "changed_at", "changed_by_id")})


def _draft_of(session: Session, opportunity_id: str) -> Draft:
    row = session.execute(_DRAFT, {"project": opportunity_id}).first()
    return Draft(**row._mapping) if row else Draft()


def _revision_of(session: Session, opportunity_id: str) -> int:
    return session.execute(_REVISION, {"project": opportunity_id}).scalar() or 0


def save_draft(session: Session, actor: Actor, opportunity_id: str, drawing: object, revision: int) -> int:
    """Keeps what was drawn so far and gives its new revision. `revision` is the one that this drawing began with.

    Raises `RoofRefused` for what cannot be read or is beyond all limits, `DrawingChangedMeanwhile` when another tab has
    saved since, `RoofNotAtThisStep` when it is not (or no longer) the time to draw.
    """
    if not actor.is_customer:
        raise NotAllowed
    readable = read_drawing(drawing)
    opportunity = get_locked(session, actor, opportunity_id)
    if not is_at_the_drawing_step(session, opportunity):
        raise RoofNotAtThisStep
    if _revision_of(session, opportunity.id) != revision:
        raise DrawingChangedMeanwhile
    return _write_draft(session, actor, opportunity.id, revision, readable)


def _write_draft(session: Session, actor: Actor, opportunity_id: str, revision: int, drawing: dict[str, Any]) -> int:
    """Puts the drawing in the place of the one with `revision` (0: there is none) and gives its own."""
    kept = {"drawing": drawing, "revision": revision + 1, "changed_at": now(), "changed_by_id": actor.id}
    if revision:
        session.connection().execute(_KEEP, {"project": opportunity_id} | {f"new_{name}": kept[name] for name in kept})
    else:
        insert_row(session, RoofDraft, opportunity_id=opportunity_id, **kept)
    return revision + 1


def submit_roof(session: Session, actor: Actor, opportunity_id: str, drawing: object,
                values: Mapping[str, Any] | None = None, accepted_version_ids: Collection[str] = (),
                client_address: str = "", language: str = "") -> RoofView:
    """Measures the drawing and stores it as the roof; what was sent already (a double click) is not sent again.

    `values` and `accepted_version_ids` are what else the step asks for (`steps.demand_complete`). Raises `RoofRefused`
    with everything that is wrong or `StepIncomplete` with all that is missing, and then nothing is stored;
    `RoofNotAtThisStep`.
    """
    if not actor.is_customer:
        raise NotAllowed
    measured = measure_roof(drawing)  # before the first statement: on SQLite nobody waits for it
    planes_hash = _hash_of(measured)
    opportunity = get_locked(session, actor, opportunity_id)
    is_now = is_at_the_drawing_step(session, opportunity)
    latest = _latest(session, opportunity.id)
    if latest and latest.planes_hash == planes_hash and (
        not is_now or latest.submitted_at >= opportunity.entered_substage_at
    ):
        return _view_of(latest)
    if not is_now:
        raise RoofNotAtThisStep
    _refuse_far_planes(measured, place_of(opportunity))
    demand_complete(session, actor, opportunity, values, accepted_version_ids, client_address, language,
                    Act.DRAWING_SUBMITTED)
    roof = Roof(
        opportunity_id=opportunity.id, version=(latest.version if latest else 0) + 1,
        planes=[plane.model_dump(mode="json") for plane in measured.planes], planes_hash=planes_hash,
        plan_area_m2=measured.plan_area_m2, true_area_m2=measured.true_area_m2, submitted_at=now(),
        contact_id=actor.id, contact_name=actor.name)
    session.add(roof)
    _write_draft(session, actor, opportunity.id, _revision_of(session, opportunity.id), measured.as_features())
    audit.record(session, actor.kind, actor.id, "submit", "roof", roof.id, version=roof.version,
                 planes=len(measured.planes), hash=planes_hash)
    publish(session, DrawingSubmitted(
        contact_id=actor.id, opportunity_id=opportunity.id, roof_id=roof.id, version=roof.version,
        plane_count=len(measured.planes), plan_area_m2=round(measured.plan_area_m2, 2)))
    return _view_of(roof)


def _refuse_far_planes(measured: MeasuredRoof, place_wgs84: LonLat | None) -> None:
    drawn = [DrawnPlane(id=plane.id, outline_wgs84=plane.outline_wgs84) for plane in measured.planes]
    problems = find_distance_problems(drawn, place_wgs84, DEFAULT_LIMITS)
    if problems:
        raise RoofRefused(tuple(problems))


def _hash_of(measured: MeasuredRoof) -> str:
    return hashlib.sha256(json.dumps(measured.as_features(), sort_keys=True).encode()).hexdigest()


def _latest(session: Session, opportunity_id: str) -> Roof | None:
    return session.exec(select(Roof).where(Roof.opportunity_id == opportunity_id)
                        .order_by(col(Roof.version).desc()).limit(1)).first()


def _view_of(roof: Roof) -> RoofView:
    return RoofView(
        id=roof.id, version=roof.version, planes=tuple(MeasuredPlane.model_validate(plane) for plane in roof.planes),
        plan_area_m2=roof.plan_area_m2, true_area_m2=roof.true_area_m2, submitted_at=roof.submitted_at,
        submitted_by=roof.contact_name)


def get_roof(session: Session, actor: Actor, opportunity_id: str) -> RoofView | None:
    """The roof as it was sent last, for whoever sees the opportunity."""
    roof = _latest(session, get_visible(session, actor, opportunity_id).id)
    return _view_of(roof) if roof else None
