"""What did not happen by itself, as staff read it on the opportunity, until one of them has seen to it."""

from __future__ import annotations

from pydantic import BaseModel
from sqlmodel import Session, col, select

from ..access.actors import Actor, Permission
from ..core import audit
from ..core.clock import now
from ..core.errors import NotAllowed, NotFound
from ..opportunities.service import get_visible
from .models import ActionTrouble

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
    return [TroubleLine(id=row.id, reason=row.reason, step=str(row.detail.get("step", "")), at=row.at.isoformat())
            for row in rows]


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
