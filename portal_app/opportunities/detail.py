"""One opportunity as staff see it: where it stands, how it came there, where it can go."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlmodel import Session, col

from ..access.actors import Actor
from ..access.models import StaffMember
from ..core.clock import now
from ..core.errors import NotFound
from ..core.forms import Form
from ..customers.history import ChangeRow, changes_of
from ..customers.models import Contact
from ..flows.models import Flow, Stage, Substage
from .listing import Moment, text_in, visible_to_staff
from .models import Opportunity, SubstageChange
from .rules import BY_HAND
from .service import get_visible, move
from .turns import Turn, turn_of

MOST_HISTORY = 200
MOST_CHANGES = 3


class MoveForm(Form):
    """A move by hand; `from_substage_id` is where the person saw the opportunity."""

    opportunity_id: str = Field(max_length=32)
    substage_id: str = Field(max_length=32)
    from_substage_id: str = Field(max_length=32)
    note: str = Field(default="", max_length=500)


Status = Literal["done", "current", "next"]


class SubstageChoice(BaseModel):
    """Where an opportunity can be moved to by hand."""

    id: str
    name: str
    is_current: bool


class StageStep(BaseModel):
    """A stage on the line at the top; `days` is how long it was stayed in, or has been (whole days)."""

    id: str
    name: str
    status: Status
    days: int = 0
    substages: list[SubstageChoice]


class HistoryRow(BaseModel):
    """One move: who, when, why."""

    id: str
    at: Moment
    is_first: bool
    to_name: str
    by_kind: str
    by_name: str
    cause: str
    note: str


class ContactCard(BaseModel):
    id: str
    name: str
    email: str
    phone: str
    address: str
    language: str


class OpportunityDetail(BaseModel):
    id: str
    number: str
    title: str
    address: str
    lon_deg: float | None
    lat_deg: float | None
    flow_id: str
    flow_name: str
    owner_id: str
    owner_name: str
    contact: ContactCard
    substage_id: str
    substage_name: str
    stage_name: str
    turn: Turn
    entered_at: Moment
    days: int
    created_at: Moment
    version: int
    stages: list[StageStep]
    history: list[HistoryRow]
    contact_changes: list[ChangeRow]


def get_detail(session: Session, actor: Actor, opportunity_id: str) -> OpportunityDetail:
    """The opportunity with its way and its history; `NotFound` also when the actor may not see it."""
    found = session.execute(
        select(Opportunity, Contact, Flow, col(StaffMember.name))
        .join(Contact, col(Contact.id) == col(Opportunity.contact_id))
        .join(Flow, col(Flow.id) == col(Opportunity.flow_id))
        .join(StaffMember, col(StaffMember.id) == col(Opportunity.owner_id), isouter=True)
        .where(col(Opportunity.id) == opportunity_id, *visible_to_staff(actor))).first()
    if found is None:
        raise NotFound
    opportunity, contact, flow, owner_name = found
    tree = session.execute(
        select(Stage, Substage).join(Substage, col(Substage.stage_id) == col(Stage.id), isouter=True)
        .where(col(Stage.flow_id) == flow.id).order_by(col(Stage.position), col(Substage.position))).all()
    changes = list(session.scalars(
        select(SubstageChange).where(col(SubstageChange.opportunity_id) == opportunity.id)
        .order_by(col(SubstageChange.at).desc(), col(SubstageChange.id).desc()).limit(MOST_HISTORY)))
    stage, substage = next(pair for pair in tree if pair[1] is not None and pair[1].id == opportunity.substage_id)
    return OpportunityDetail(
        id=opportunity.id, number=opportunity.number, title=opportunity.title, address=opportunity.address,
        lon_deg=opportunity.lon_deg, lat_deg=opportunity.lat_deg, flow_id=flow.id, flow_name=flow.name,
        owner_id=opportunity.owner_id or "", owner_name=owner_name or "",
        contact=ContactCard(id=contact.id, name=contact.name, email=contact.email, phone=contact.phone,
                            address=contact.address, language=contact.language),
        contact_changes=changes_of(session, contact.id, MOST_CHANGES),
        substage_id=substage.id, substage_name=text_in(substage.public_name, actor),
        stage_name=text_in(stage.public_name, actor), turn=turn_of(substage.view_kind, substage.ball, opportunity),
        entered_at=opportunity.entered_substage_at, days=_days(opportunity.entered_substage_at, now()),
        created_at=opportunity.created_at, version=opportunity.version,
        stages=_steps(tree, stage, substage, changes, actor),
        history=[HistoryRow(id=c.id, at=c.at, is_first=c.from_substage_id is None, by_kind=c.moved_by_kind,
                            to_name=text_in(c.to_name, actor), by_name=c.moved_by_name, cause=c.cause,
                            note=c.note) for c in changes])


def move_by_hand(session: Session, actor: Actor, form: MoveForm) -> None:
    """Moves to any substage of the flow, unless somebody else moved first."""
    opportunity = get_visible(session, actor, form.opportunity_id)
    move(session, actor, opportunity, form.substage_id, BY_HAND, form.note, expected_substage_id=form.from_substage_id)


def _days(since: datetime, until: datetime) -> int:
    return max(0, (until - since).days)


def _days_by_stage(changes: list[SubstageChange], present: datetime) -> dict[str, int]:
    """Whole days in each stage, all stays together; `changes` has the latest first."""
    seconds: dict[str, float] = {}
    until = present
    for change in changes:
        if change.to_stage_id:
            seconds[change.to_stage_id] = seconds.get(change.to_stage_id, 0) + (until - change.at).total_seconds()
        until = change.at
    return {stage_id: max(0, int(total // 86400)) for stage_id, total in seconds.items()}


def _steps(tree, current: Stage, substage: Substage, changes: list[SubstageChange], actor: Actor) -> list[StageStep]:
    days = _days_by_stage(changes, now())
    steps: dict[str, StageStep] = {}
    for stage, part in tree:
        status: Status = "done" if stage.position < current.position else "next"
        if stage.id == current.id:
            status = "current"
        step = steps.setdefault(stage.id, StageStep(
            id=stage.id, name=text_in(stage.public_name, actor), status=status,
            days=days.get(stage.id, 0) if status != "next" else 0, substages=[]))
        if part is not None:
            step.substages.append(SubstageChoice(id=part.id, name=text_in(part.public_name, actor),
                                                 is_current=part.id == substage.id))
    return list(steps.values())
