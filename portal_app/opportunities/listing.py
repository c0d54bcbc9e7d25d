"""What staff read of opportunities: list, board, detail and figures.

Lists must cost the same with many rows. So a page is read from an index in the order that is asked for, goes on behind
the last row it showed (no offset), and counting stops at `MOST_COUNTED`. Of the parts of a filter (`turns`) the few rows
of all are put in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, PlainSerializer, StringConstraints
from sqlalchemy import ColumnElement, Row, Select, bindparam, select, union_all
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import Session, col

from ..access.actors import STAFF, Actor
from ..access.models import StaffMember
from ..company.service import company_snapshot
from ..core import cursors
from ..core.clock import now
from ..core.cursors import PageOf
from ..core.database import table_of
from ..core.errors import NotAllowed, NotFound
from ..core.forms import Form
from ..core.localized import in_language
from ..core.words import asked_words
from ..customers.models import Contact
from ..flows.models import Flow, Stage, Substage
from . import search
from .models import Opportunity
from .service import visible_opportunities
from .turns import Part, Turn, in_substage, parts_of_turn, turn_of, usual_turn

PAGE_SIZE = 25
COLUMN_SIZE = 8
MOST_COUNTED = 500
QUIET_DAYS = 14

Sort = Literal["changed", "created", "-created", "entered", "-entered"]
# As the browser's Date reads it in every browser.
Moment = Annotated[datetime, PlainSerializer(lambda at: at.isoformat(), return_type=str)]
Id = Annotated[str, StringConstraints(max_length=32)]

# Column and direction of each order; "changed" is the latest change first, "entered" the longest in its substage first.
_ORDERS: dict[str, tuple[str, bool]] = {
    "changed": ("changed_at", True), "-created": ("created_at", True), "created": ("created_at", False),
    "entered": ("entered_substage_at", False), "-entered": ("entered_substage_at", True),
}


class Filters(Form):
    """What staff look for; empty fields filter nothing."""

    search: Annotated[str, StringConstraints(max_length=120)] = ""
    flow_id: Id = ""
    stage_id: Id = ""
    owner_id: Id = ""
    turn: Literal["", Turn] = ""
    is_quiet: bool = False
    sort: Sort = "changed"


class Count(BaseModel):
    """A number of rows; counting stops, so that it costs the same with many rows."""

    number: int = 0
    is_more: bool = False


class OpportunityRow(BaseModel):
    id: str
    number: str
    title: str
    contact_name: str
    address: str
    flow_name: str
    stage_name: str
    substage_name: str
    turn: Turn
    owner_id: str
    owner_name: str
    entered_at: Moment
    changed_at: Moment
    days: int


class OpportunityPage(BaseModel):
    rows: list[OpportunityRow] = []
    next: str = ""
    previous: str = ""
    total: Count = Count()


class BoardColumn(BaseModel):
    stage_id: str
    name: str
    count: Count
    rows: list[OpportunityRow]


class Board(BaseModel):
    flow_id: str
    flow_name: str
    columns: list[BoardColumn]


class StageChoice(BaseModel):
    id: str
    name: str


class FlowChoice(BaseModel):
    id: str
    name: str
    stages: list[StageChoice]


class OwnerChoice(BaseModel):
    id: str
    name: str


class FilterChoices(BaseModel):
    flows: list[FlowChoice]
    owners: list[OwnerChoice]


def visible_to_staff(actor: Actor) -> list[ColumnElement[bool]]:
    """Conditions on `Opportunity` for staff: all, or only their own."""
    if not actor.can(STAFF):
        raise NotAllowed
    condition = visible_opportunities(actor).whereclause
    return [] if condition is None else [condition]


def text_in(texts: Mapping[str, str], actor: Actor) -> str:
    """A public text in the actor's language, else in the company's."""
    return in_language(texts, actor.language, company_snapshot().default_language)


def list_opportunities(session: Session, actor: Actor, filters: Filters, page: PageOf) -> OpportunityPage:
    """One page of what the actor may see, in the order and with the filters that are asked for."""
    conditions = visible_to_staff(actor)
    if filters.owner_id:
        conditions.append(col(Opportunity.owner_id) == filters.owner_id)
    parts = _parts_of(session, filters)
    if parts == []:
        return OpportunityPage()
    asked = asked_words(filters.search)
    if filters.search and not asked:
        return OpportunityPage()
    found, is_common = search.conditions(session, asked, MOST_COUNTED)
    conditions += found
    if filters.is_quiet:
        conditions.append(col(Opportunity.entered_substage_at) < now() - timedelta(days=QUIET_DAYS))
    column, is_descending = _order("entered" if filters.is_quiet else filters.sort)
    downwards = is_descending != bool(page.before)
    behind = cursors.behind(column, col(Opportunity.id), downwards, page.before or page.after)
    ids = _read_ids(session, conditions, behind, parts, column, downwards, PAGE_SIZE + 1)
    places = [(cursors.Place(getattr(found, column.key), row.id), row) for row, found in _rows(session, actor, ids)]
    turned = cursors.turn(places, PAGE_SIZE, after=page.after, before=page.before)
    return OpportunityPage(
        rows=turned.rows, next=turned.next, previous=turned.previous,
        total=Count(number=len(turned.rows), is_more=len(ids) > PAGE_SIZE or bool(behind)) if is_common
        else _count(session, conditions, parts),
    )


def board(session: Session, actor: Actor, flow_id: str = "") -> Board:
    """The stages of a flow with counts and the latest of each; without an id, the first flow."""
    conditions = visible_to_staff(actor)
    found = select(Flow).order_by(col(Flow.position), col(Flow.id)).limit(1)
    flow = session.scalars(found.where(col(Flow.id) == flow_id) if flow_id else found).first()
    if flow is None:
        if flow_id:
            raise NotFound
        return Board(flow_id="", flow_name="", columns=[])
    pairs = session.execute(
        select(Stage, col(Substage.id)).join(Substage, col(Substage.stage_id) == col(Stage.id), isouter=True)
        .where(col(Stage.flow_id) == flow.id).order_by(col(Stage.position), col(Substage.position))).all()
    stages: dict[str, Stage] = {}
    by_stage: dict[str, list[str]] = {}
    for stage, substage_id in pairs:
        stages[stage.id] = stage
        by_stage.setdefault(stage.id, []).extend([substage_id] if substage_id else [])
    substage_ids = [s for _, s in pairs if s]
    column = col(Opportunity.entered_substage_at)
    ids = _union(conditions, [], [in_substage(i) for i in substage_ids], column, True, COLUMN_SIZE)
    of_substage = _rows(session, actor, list(session.scalars(select(ids.c.id)))) if ids is not None else []
    counts = count_parts(session, actor, [(i, in_substage(i)) for i in substage_ids])
    columns = []
    for stage_id, members in by_stage.items():
        rows = [row for row, o in of_substage if o.substage_id in members]
        rows.sort(key=lambda row: (row.entered_at, row.id), reverse=True)
        columns.append(BoardColumn(stage_id=stage_id, name=text_in(stages[stage_id].public_name, actor),
                                   rows=rows[:COLUMN_SIZE], count=sum_of([counts[s] for s in members])))
    return Board(flow_id=flow.id, flow_name=flow.name, columns=columns)


def get_filter_choices(session: Session, actor: Actor) -> FilterChoices:
    """What the filters of the list offer."""
    sees_all = not visible_to_staff(actor)
    flows: dict[str, FlowChoice] = {}
    pairs = session.execute(
        select(Flow, Stage).join(Stage, col(Stage.flow_id) == col(Flow.id), isouter=True)
        .order_by(col(Flow.position), col(Flow.id), col(Stage.position))).all()
    for flow, stage in pairs:
        choice = flows.setdefault(flow.id, FlowChoice(id=flow.id, name=flow.name, stages=[]))
        if stage is not None:
            choice.stages.append(StageChoice(id=stage.id, name=text_in(stage.public_name, actor)))
    owners = select(col(StaffMember.id), col(StaffMember.name)).order_by(col(StaffMember.name))
    if not sees_all:
        owners = owners.where(col(StaffMember.id) == actor.id)
    return FilterChoices(flows=list(flows.values()),
                         owners=[OwnerChoice(id=i, name=name) for i, name in session.execute(owners)])


def count_of(number: int) -> Count:
    return Count(number=min(number, MOST_COUNTED), is_more=number > MOST_COUNTED)


def sum_of(counts: Sequence[Count]) -> Count:
    return Count(number=sum(c.number for c in counts), is_more=any(c.is_more for c in counts))


def count_parts(session: Session, actor: Actor, named: Sequence[tuple[Any, Part]]) -> dict[Any, Count]:
    """How many the actor sees in the parts of each name, each part counted up to `MOST_COUNTED`, in one query."""
    conditions = visible_to_staff(actor)
    if not named:
        return {}
    numbers = session.execute(select(*(_counted(part, conditions) for _, part in named))).one()
    counts: dict[Any, list[Count]] = {}
    for (name, _), number in zip(named, numbers, strict=True):
        counts.setdefault(name, []).append(count_of(number))
    return {name: sum_of(found) for name, found in counts.items()}


def _parts_of(session: Session, filters: Filters) -> list[Part] | None:
    """The parts that a filter by flow, stage and turn leaves; None when there is no such filter."""
    if not (filters.flow_id or filters.stage_id or filters.turn or filters.is_quiet):
        return None
    found = select(col(Substage.id), col(Substage.view_kind), col(Substage.ball)).join(
        Stage, col(Stage.id) == col(Substage.stage_id))
    if filters.flow_id:
        found = found.where(col(Stage.flow_id) == filters.flow_id)
    if filters.stage_id:
        found = found.where(col(Stage.id) == filters.stage_id)
    substages: list[tuple[str, Turn]] = [
        (substage_id, usual_turn(view_kind, ball)) for substage_id, view_kind, ball in session.execute(found)]
    if filters.is_quiet:
        substages = [(substage_id, usual) for substage_id, usual in substages if usual != "ended"]
    if filters.turn:
        return parts_of_turn(substages, filters.turn) if substages else []
    return [in_substage(substage_id) for substage_id, _ in substages]


def _order(sort: str) -> tuple[InstrumentedAttribute[Any], bool]:
    name, is_descending = _ORDERS[sort]
    return getattr(Opportunity, name), is_descending


def _ordered(statement: Any, column: Any, is_descending: bool) -> Any:
    keys = (column, col(Opportunity.id))
    return statement.order_by(*(key.desc() if is_descending else key.asc() for key in keys))


def _union(conditions: Sequence[ColumnElement[bool]], behind: Sequence[ColumnElement[bool]], parts: Sequence[Part],
           column: Any, is_descending: bool, limit: int) -> Any:
    """The first `limit` of each part, each read from its index."""
    firsts = [
        select(_ordered(select(col(Opportunity.id), column.label("place")).where(*part.with_(conditions), *behind),
                        column, is_descending).limit(limit).subquery())
        for part in parts
    ]
    return union_all(*firsts).subquery() if firsts else None


def _read_ids(session: Session, conditions: Sequence[ColumnElement[bool]], behind: Sequence[ColumnElement[bool]],
              parts: Sequence[Part] | None, column: Any, is_descending: bool, limit: int) -> list[str]:
    if parts is None:
        statement = _ordered(select(col(Opportunity.id)).where(*conditions, *behind), column, is_descending)
    else:
        found = _union(conditions, behind, parts, column, is_descending, limit)
        statement = select(found.c.id).order_by(*(
            key.desc() if is_descending else key.asc() for key in (found.c.place, found.c.id)))
    return list(session.scalars(statement.limit(limit)))


def _counted(part: Part, conditions: Sequence[ColumnElement[bool]]) -> Any:
    found = select(1).select_from(Opportunity).where(*part.with_(conditions))
    if part.is_few:  # else all the others would be gone through in an index that has what is asked of them
        found = found.order_by(col(Opportunity.changed_at))
    return cursors.count_up_to(MOST_COUNTED, found)


def _count(session: Session, conditions: list[ColumnElement[bool]], parts: list[Part] | None) -> Count:
    counted = [_counted(part, conditions) for part in ([Part([])] if parts is None else parts)]
    return count_of(sum(session.execute(select(*counted)).one()))


@cache
def _shown() -> Select:
    """What a line shows, built once: reading whole rows as objects would take most of the time of a page."""
    opportunity, contact, flow, stage, substage, staff = map(
        table_of, (Opportunity, Contact, Flow, Stage, Substage, StaffMember))
    names = ("id", "number", "title", "address", "owner_id", "substage_id", "entered_substage_at", "created_at",
             "changed_at", "asked_again_at", "step_sent_at")
    return (select(*(opportunity.c[name] for name in names), contact.c.name.label("contact_name"),
                   flow.c.name.label("flow_name"), stage.c.public_name.label("stage_name"),
                   substage.c.public_name.label("substage_name"), substage.c.view_kind, substage.c.ball,
                   staff.c.name.label("owner_name"))
            .select_from(opportunity.join(contact, contact.c.id == opportunity.c.contact_id)
                         .join(flow, flow.c.id == opportunity.c.flow_id)
                         .join(substage, substage.c.id == opportunity.c.substage_id)
                         .join(stage, stage.c.id == substage.c.stage_id)
                         .outerjoin(staff, staff.c.id == opportunity.c.owner_id))
            .where(opportunity.c.id.in_(bindparam("ids", expanding=True))))


def _rows(session: Session, actor: Actor, ids: Sequence[str]) -> list[tuple[OpportunityRow, Row]]:
    """The lines of these ids in their order, by one query, each with the columns that it was made of."""
    if not ids:
        return []
    today, made = now(), {}
    for row in session.execute(_shown(), {"ids": list(ids)}):
        made[row.id] = (OpportunityRow(
            id=row.id, number=row.number, title=row.title, contact_name=row.contact_name, address=row.address,
            flow_name=row.flow_name, stage_name=text_in(row.stage_name, actor),
            substage_name=text_in(row.substage_name, actor), turn=turn_of(row.view_kind, row.ball, row),
            owner_id=row.owner_id or "", owner_name=row.owner_name or "", entered_at=row.entered_substage_at,
            changed_at=row.changed_at, days=max(0, (today - row.entered_substage_at).days)), row)
    return [made[i] for i in ids if i in made]
