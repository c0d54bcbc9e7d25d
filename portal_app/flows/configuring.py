"""What the flow editor reads and saves of a substage as a whole, and where staff ask for what they have defined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session, col, func, select

from ..access.actors import Actor
from ..core import audit
from ..core.clock import now
from ..core.drafts import listed, written
from ..core.errors import ChangedMeanwhile, NotFound
from ..core.forms import Form, parse
from ..core.localized import Localized
from . import conditions, field_service
from .contents import save_contents, tell_where_asked
from .draft import ACCEPTED, AGAIN_FLAG, ASKED, READ_ONLY_FLAG, REQUIRED_FLAG
from .field_forms import ContentsForm, GroupName
from .models import (
    Condition,
    ConditionVersion,
    DynamicField,
    Flow,
    Stage,
    Substage,
    SubstageCondition,
    SubstageField,
)
from .rules import SubstageForm
from .service import demand_reading, save_substage


class FieldHint(BaseModel):
    """A defined field, as far as whoever attaches it needs to know it."""

    id: str
    label: Localized
    group_name: Localized = {}
    kind: str = ""
    unit: str = ""
    is_archived: bool = False


class ConditionHint(BaseModel):
    """A condition and its wording in effect; `number` 0: none is."""

    id: str
    name: str
    number: int = 0
    since: datetime | None = None
    is_archived: bool = False


class Palette(BaseModel):
    """What substages may ask for."""

    fields: list[FieldHint] = []
    conditions: list[ConditionHint] = []


class AskedIn(BaseModel):
    """A substage that asks for a field or a condition; `flags` as in `draft`."""

    flow_id: str
    flow_name: str
    stage_name: Localized
    substage_id: str
    substage_name: Localized
    flags: str = ""


def get_palette(session: Session, actor: Actor) -> Palette:
    """Everything that is defined, archived things too: a substage may still have them."""
    demand_reading(actor)
    fields = session.exec(select(DynamicField).order_by(col(DynamicField.position), col(DynamicField.id)))
    in_effect = {version.condition_id: version for version in session.exec(
        select(ConditionVersion).where(col(ConditionVersion.effective_at) <= now()).order_by(col(ConditionVersion.number)))}
    known = session.exec(select(Condition).order_by(func.lower(Condition.name), col(Condition.id)))
    return Palette(
        fields=[FieldHint(id=row.id, label=row.label, group_name=row.group_name, kind=row.kind,
                          unit=str(row.limits.get("unit") or ""), is_archived=row.archived_at is not None)
                for row in fields],
        conditions=[ConditionHint(id=row.id, name=row.name, is_archived=row.archived_at is not None,
                                  number=in_effect[row.id].number if row.id in in_effect else 0,
                                  since=in_effect[row.id].effective_at if row.id in in_effect else None)
                    for row in known])


def lists_of_flow(session: Session, actor: Actor, flow_id: str) -> dict[str, tuple[str, str]]:
    """Fields and conditions of each substage of a flow, as drafts write lists; by two queries."""
    demand_reading(actor)
    asked: dict[str, list[tuple[str, str]]] = {}
    accepted: dict[str, list[tuple[str, str]]] = {}
    for row in session.exec(
            select(SubstageField).join(Substage, col(SubstageField.substage_id) == Substage.id)
            .join(Stage, col(Substage.stage_id) == Stage.id).where(Stage.flow_id == flow_id)
            .order_by(col(SubstageField.position), col(SubstageField.field_id))):
        asked.setdefault(row.substage_id, []).append((row.field_id, _field_flags(row)))
    for entry in session.exec(
            select(SubstageCondition).join(Substage, col(SubstageCondition.substage_id) == Substage.id)
            .join(Stage, col(Substage.stage_id) == Stage.id).where(Stage.flow_id == flow_id)
            .order_by(col(SubstageCondition.position), col(SubstageCondition.condition_id))):
        accepted.setdefault(entry.substage_id, []).append((entry.condition_id, AGAIN_FLAG * entry.asks_again))
    return {substage_id: (written(asked.get(substage_id, [])), written(accepted.get(substage_id, [])))
            for substage_id in {*asked, *accepted}}


def _field_flags(row: SubstageField) -> str:
    return REQUIRED_FLAG * row.is_required + READ_ONLY_FLAG * row.is_read_only


def places_of_field(session: Session, actor: Actor, field_id: str) -> list[AskedIn]:
    """The substages that ask for a field, in the order of the flows, with its mode there."""
    demand_reading(actor)
    rows = session.exec(
        select(SubstageField, Substage, Stage, Flow).join(Substage, col(SubstageField.substage_id) == Substage.id)
        .join(Stage, col(Substage.stage_id) == Stage.id).join(Flow, col(Stage.flow_id) == Flow.id)
        .where(SubstageField.field_id == field_id)
        .order_by(col(Flow.position), col(Flow.id), col(Stage.position), col(Substage.position), col(Substage.id)))
    return [_asked_in(flow, stage, substage, _field_flags(row)) for row, substage, stage, flow in rows]


def places_of_condition(session: Session, actor: Actor, condition_id: str) -> list[AskedIn]:
    """The substages in which a condition is accepted, in the order of the flows."""
    demand_reading(actor)
    rows = session.exec(
        select(SubstageCondition, Substage, Stage, Flow)
        .join(Substage, col(SubstageCondition.substage_id) == Substage.id)
        .join(Stage, col(Substage.stage_id) == Stage.id).join(Flow, col(Stage.flow_id) == Flow.id)
        .where(SubstageCondition.condition_id == condition_id)
        .order_by(col(Flow.position), col(Flow.id), col(Stage.position), col(Substage.position), col(Substage.id)))
    return [_asked_in(flow, stage, substage, AGAIN_FLAG * row.asks_again) for row, substage, stage, flow in rows]


def _asked_in(flow: Flow, stage: Stage, substage: Substage, flags: str) -> AskedIn:
    return AskedIn(flow_id=flow.id, flow_name=flow.name, stage_name=stage.public_name, substage_id=substage.id,
                   substage_name=substage.public_name, flags=flags)


def contents_form(asked: str, accepted: str) -> ContentsForm:
    """Two lists of a draft as the service takes them."""
    return parse(ContentsForm, {
        "fields": [{"field_id": field_id, "is_required": REQUIRED_FLAG in flags, "is_read_only": READ_ONLY_FLAG in flags}
                   for field_id, flags in listed(asked).items()],
        "conditions": [{"condition_id": condition_id, "asks_again": AGAIN_FLAG in flags}
                       for condition_id, flags in listed(accepted).items()]})


def save_step(session: Session, actor: Actor, substage_id: str, form: SubstageForm, lists: Mapping[str, str] | None,
              version: int) -> Substage:
    """Saves a substage as a whole, all of it or nothing: texts, view, who acts, and with `lists` what it asks for.

    Raises `SavedMeanwhile` when somebody else saved any of it since `version`.
    """
    substage = save_substage(session, actor, substage_id, form, version)
    if lists is not None:
        substage = save_contents(session, actor, substage_id, contents_form(lists[ASKED], lists[ACCEPTED]), version + 1)
    return substage


class GroupForm(Form):
    """What customers read above the fields of a group; empty: the fields have no group any more."""

    group_name: GroupName = {}


def rename_group(session: Session, actor: Actor, field_ids: Sequence[str], form: GroupForm) -> None:
    """Gives the fields of a group its new name; who is writing one of them is told when they save."""
    field_service.demand_editing(actor)
    rows = list(session.exec(select(DynamicField).where(col(DynamicField.id).in_(list(field_ids))).with_for_update()))
    if not rows:
        raise NotFound
    for row in rows:
        row.group_name, row.changed_at, row.changed_by = form.group_name, now(), actor.name
        row.version += 1
    session.add_all(rows)
    session.flush()
    for row in rows:
        tell_where_asked(session, SubstageField.field_id, row.id)
    audit.record(session, actor.kind, actor.id, "rename_group", "dynamic_field", rows[0].id, count=len(rows))


def withdraw_wording(session: Session, actor: Actor, condition_id: str, version: int) -> None:
    """Takes back a wording that is still to come: nobody has read it. What is or was in effect stays."""
    conditions.demand_editing(actor)
    row = session.exec(select(Condition).where(Condition.id == condition_id).with_for_update()
                       .execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise ChangedMeanwhile
    coming = session.exec(select(ConditionVersion).where(ConditionVersion.condition_id == condition_id,
                                                         col(ConditionVersion.effective_at) > now())).first()
    if coming is None:
        raise NotFound
    session.delete(coming)
    row.version += 1
    session.add(row)
    session.flush()
    audit.record(session, actor.kind, actor.id, "withdraw", "condition", condition_id, number=coming.number)
