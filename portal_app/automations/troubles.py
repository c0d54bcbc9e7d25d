"""What comes by itself and what did not happen, as staff read it on the opportunity."""

from __future__ import annotations

from pydantic import BaseModel
from sqlmodel import Session, col, select

from ..access.actors import Actor, Permission
from ..company.service import company_snapshot
from ..core import audit
from ..core.clock import now
from ..core.errors import NotAllowed, NotFound
from ..core.localized import in_language
from ..flows.trees import get_flow_tree
from ..opportunities.models import Opportunity
from ..opportunities.service import get_visible
from .forms import ActionTexts, Places
from .models import ActionRow, ActionTrouble, PlannedAction
from .step_lists import substage_names
from .steps import times_of

MOST_SHOWN = 20


class TroubleLine(BaseModel):
    id: str
    reason: str
    step: str = ""
    at: str


def list_troubles(session: Session, actor: Actor, opportunity_id: str) -> list[TroubleLine]:
    """What is still open, the newest first. For who may see the opportunity, which the caller has asked."""
    if not actor.is_staff:
        raise NotFound
    rows = session.exec(
        select(ActionTrouble)
        .where(ActionTrouble.opportunity_id == opportunity_id, col(ActionTrouble.settled_at).is_(None))
        .order_by(col(ActionTrouble.at).desc(), col(ActionTrouble.id).desc()).limit(MOST_SHOWN))
    fallback = company_snapshot().default_language
    return [TroubleLine(id=row.id, reason=row.reason, step=in_language(row.detail.get("step"), actor.language, fallback),
                        at=row.at.isoformat()) for row in rows]


class PlannedLine(BaseModel):
    """What waits for its time; `left` is how often it comes at most."""

    action: ActionTexts
    due_at: str
    left: int = 1


def list_planned(session: Session, actor: Actor, opportunity_id: str) -> list[PlannedLine]:
    """What will happen by itself if the project stays where it is, the next first. The caller has asked who may see it."""
    if not actor.is_staff:
        raise NotFound
    rows = session.exec(
        select(PlannedAction, ActionRow).join(ActionRow, col(ActionRow.id) == col(PlannedAction.action_id))
        .where(PlannedAction.opportunity_id == opportunity_id)
        .order_by(col(PlannedAction.due_at), col(PlannedAction.id)).limit(MOST_SHOWN)).all()
    if not rows:
        return []
    flow_id = session.get_one(Opportunity, opportunity_id).flow_id
    names = substage_names(get_flow_tree(session, flow_id), actor.language, company_snapshot().default_language)
    places = Places(session, actor.language, names)
    return [PlannedLine(action=places.shown(action), due_at=planned.due_at.isoformat(),
                        left=times_of(action) - planned.runs if planned.is_repeated else 1) for planned, action in rows]


def settle_trouble(session: Session, actor: Actor, trouble_id: str) -> None:
    """Somebody has seen to it: it no longer stands on the opportunity."""
    if not actor.can(Permission.MOVE_OPPORTUNITIES):
        raise NotAllowed
    row = session.exec(select(ActionTrouble).where(ActionTrouble.id == trouble_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    get_visible(session, actor, row.opportunity_id)
    if row.settled_at is None:
        row.settled_at, row.settled_by = now(), actor.name
        session.add(row)
        session.flush()
        audit.record(session, actor.kind, actor.id, "settle", "action-trouble", row.id)
