"""Deleting a part of a flow where opportunities stand: refused with their number, or they move to a chosen substage."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, select

from ..access.actors import Actor
from ..flows import service as flows
from ..flows import trees
from ..flows.rules import FlowInUse, StillInUse
from .models import Opportunity
from .rules import SUBSTAGE_DELETED, NoTarget
from .service import count_by_substage, move


def _make_empty(session: Session, actor: Actor, flow_id: str, going: Collection[str], target_id: str) -> int:
    """Moves what stands in `going` to the target; gives how many moved. `StillInUse` without a target."""
    counts = count_by_substage(session, flow_id)
    count = sum(counts.get(substage_id, 0) for substage_id in going)
    if not count:
        return 0
    if not target_id:
        raise StillInUse("target", count=count)
    if target_id in going:
        raise NoTarget("target")
    standing = session.exec(select(Opportunity).where(col(Opportunity.substage_id).in_(going))
                            .order_by(col(Opportunity.id)))
    for opportunity in standing.all():
        move(session, actor, opportunity, target_id, SUBSTAGE_DELETED)
    return count


def delete_substage(session: Session, actor: Actor, substage_id: str, target_id: str = "") -> int:
    """Deletes a substage; gives how many opportunities were moved to the target."""
    flows.demand_modifying(actor)
    flow_id = trees.flow_of_substage(session, substage_id)
    count = _make_empty(session, actor, flow_id, [substage_id], target_id)
    flows.delete_substage(session, actor, substage_id)
    return count


def delete_stage(session: Session, actor: Actor, stage_id: str, target_id: str = "") -> int:
    """Deletes a stage with its substages; gives how many opportunities were moved to the target."""
    flows.demand_modifying(actor)
    flow_id, going = trees.substages_of_stage(session, stage_id)
    count = _make_empty(session, actor, flow_id, going, target_id)
    flows.delete_stage(session, actor, stage_id)
    return count


def delete_flow(session: Session, actor: Actor, flow_id: str) -> None:
    """Deletes a flow that no opportunity ever took, or says how many did."""
    flows.demand_modifying(actor)
    count = sum(count_by_substage(session, flow_id).values())
    if count:
        raise FlowInUse(count=count)
    flows.delete_flow(session, actor, flow_id)
