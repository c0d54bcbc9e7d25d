"""Opportunities: who sees which, how one begins, and the only way in which one moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import FromClause, Row, Select, bindparam, func, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from ..access import modules
from ..access.actors import Actor, Permission
from ..access.models import StaffMember
from ..company.service import company_snapshot
from ..core import audit
from ..core.clock import now
from ..core.database import UtcDateTime, insert_or_update, insert_row, table_of
from ..core.errors import ChangedMeanwhile, NotAllowed, NotFound
from ..core.events import publish
from ..core.live import account_topic, touch
from ..core.localized import in_language
from ..customers.models import Contact
from ..flows.models import Flow, Substage
from ..flows.tree import FlowTree, SubstageNode
from ..flows.trees import Place, first_substage, flow_of_substage, place_of_substage, read_trees
from . import rules
from .events import OpportunityCreated, OpportunityMoved
from .models import NumberSeries, Opportunity, SubstageChange
from .process import (
    Adviser,
    Home,
    Passage,
    Process,
    ProjectLine,
    current_step,
    first_name_of,
    needs_customer,
    outcome_of,
    place_of,
    stages_of,
    substages_of,
)
from .rules import LocationForm, OpportunityForm, WrongFlow

MOST_PROJECTS = 100


def visible_opportunities(actor: Actor) -> SelectOfScalar[Opportunity]:
    """Every query for opportunities begins here.

    A customer sees what belongs to the account, or to the contact alone where the company wants it so; staff see all
    or, without that permission, the ones they own.
    """
    whose, value = own_part(actor)
    return select(Opportunity).where(col(getattr(Opportunity, whose)) == value) if whose else select(Opportunity)


def own_part(actor: Actor) -> tuple[str, str]:
    """The column that says which opportunities the actor sees, with its value; no column: all of them."""
    if actor.is_customer:
        if modules.scope_of(company_snapshot().modules, "projects") == "contact":
            return "contact_id", actor.id
        return "account_id", actor.account_id
    return ("", "") if actor.can(Permission.SEE_ALL_OPPORTUNITIES) else ("owner_id", actor.id)


@cache
def _one(whose: str) -> SelectOfScalar[Opportunity]:
    """`visible_opportunities` for one id, built once: building it costs more than running it."""
    statement = select(Opportunity).where(Opportunity.id == bindparam("opportunity_id"))
    return statement.where(col(getattr(Opportunity, whose)) == bindparam("value")) if whose else statement


@cache
def _one_locked(whose: str) -> SelectOfScalar[Opportunity]:
    return _one(whose).with_for_update().execution_options(populate_existing=True)


def get_visible(session: Session, actor: Actor, opportunity_id: str) -> Opportunity:
    """The opportunity, or NotFound: unknown and forbidden look alike."""
    whose, value = own_part(actor)
    found = session.exec(_one(whose), params={"opportunity_id": opportunity_id, "value": value}).first()
    if found is None:
        raise NotFound
    return found


class Looking(NamedTuple):
    """A customer in front of one of their projects."""

    actor: Actor
    opportunity_id: str
    language: str


def get_visible_together(session: Session, customers: Sequence[Looking]) -> list[Opportunity | None]:
    """`get_visible` for several customers, by one query."""
    ids = {customer.opportunity_id for customer in customers}
    found = {row.id: row for row in session.exec(select(Opportunity).where(col(Opportunity.id).in_(ids)))} if ids else {}

    def seen_by(customer: Looking) -> Opportunity | None:
        row, (whose, value) = found.get(customer.opportunity_id), own_part(customer.actor)
        return row if row is not None and (not whose or getattr(row, whose) == value) else None

    return [seen_by(customer) for customer in customers]


def get_locked(session: Session, actor: Actor, opportunity_id: str) -> Opportunity:
    """`get_visible` as it is now, and nobody else changes it until this transaction ends.

    PostgreSQL locks the row; on SQLite the writing session holds the lock since its first statement. What this
    transaction holds already is not read again.
    """
    whose, value = own_part(actor)
    found = _held(session, opportunity_id)
    if found is None:
        found = session.exec(_one_locked(whose), params={"opportunity_id": opportunity_id, "value": value}).first()
        if found is not None:
            _locks_of(session, session.get_nested_transaction() or session.get_transaction())[found.id] = found
    if found is None or (whose and getattr(found, whose) != value):
        raise NotFound
    return found


_LOCKS = "locked_opportunities"


def _locks_of(session: Session, transaction: SessionTransaction | None) -> dict[str, Opportunity]:
    """What a transaction has locked. Each keeps its own: a savepoint that is taken back gives up its locks."""
    return session.info.setdefault(_LOCKS, WeakKeyDictionary()).setdefault(transaction, {})


def _held(session: Session, opportunity_id: str) -> Opportunity | None:
    """The opportunity, when this transaction or one around it has locked it."""
    transaction = session.get_nested_transaction() or session.get_transaction()
    while transaction is not None:
        found = _locks_of(session, transaction).get(opportunity_id)
        if found is not None and found in session:
            return found
        transaction = transaction.parent
    return None


# Beginning and moving


def next_number(session: Session) -> str:
    """The next number of the year. It is given with the transaction: one that fails leaves no gap."""
    year = rules.year_of(now(), company_snapshot().time_zone)
    column = col(NumberSeries.last)
    statement = insert_or_update(session, NumberSeries).values(year=year, last=1)
    statement = statement.on_conflict_do_update(index_elements=["year"], set_={"last": column + 1}).returning(column)
    return rules.number_text(year, session.execute(statement).scalar_one())


def create_opportunity(session: Session, actor: Actor, form: OpportunityForm) -> Opportunity:
    """A new opportunity in its flow's first substage (or in the one that the form names)."""
    if not actor.can(Permission.EDIT_OPPORTUNITIES):
        raise NotAllowed
    contact = session.get(Contact, form.contact_id)
    if contact is None:
        raise NotFound("contact_id")
    if form.substage_id:
        substage = session.get(Substage, form.substage_id)
    else:
        substage = first_substage(session, form.flow_id)
    if substage is None:
        raise NotFound("substage_id")
    if flow_of_substage(session, substage.id) != form.flow_id:
        raise WrongFlow("substage_id")
    owner_id = form.owner_id or (actor.id if actor.is_staff else None)
    if form.owner_id and session.get(StaffMember, form.owner_id) is None:
        raise NotFound("owner_id")
    number, address, at = next_number(session), form.address or contact.address, now()
    opportunity = Opportunity(
        number=number, flow_id=form.flow_id, account_id=contact.account_id, contact_id=contact.id, owner_id=owner_id,
        substage_id=substage.id, title=form.title, address=address, lon_deg=form.lon_deg, lat_deg=form.lat_deg,
        search_text=rules.search_text(number, form.title, contact.name, contact.email, address),
        entered_substage_at=at, created_at=at, changed_at=at)
    session.add(opportunity)
    session.flush()
    _write_history(session, actor, opportunity.id, None, substage, at, rules.CREATED, "")
    audit.record(session, actor.kind, actor.id, "create", "opportunity", opportunity.id, number=number,
                 flow_id=form.flow_id)
    publish(session, OpportunityCreated(opportunity_id=opportunity.id, contact_id=contact.id, flow_id=form.flow_id))
    touch(session, account_topic(contact.account_id))
    return opportunity


def _write_history(session: Session, actor: Actor, opportunity_id: str, from_substage_id: str | None,
                   to: Substage | Place, at: datetime, cause: str, note: str) -> None:
    insert_row(
        session, SubstageChange, opportunity_id=opportunity_id, from_substage_id=from_substage_id, to_substage_id=to.id,
        to_stage_id=to.stage_id, to_name=to.public_name, moved_by_kind=actor.kind, moved_by_id=actor.id,
        moved_by_name=actor.name, cause=cause, note=note, at=at)


_opportunity = table_of(Opportunity)
_AT = bindparam("at", type_=UtcDateTime)
_MOVE = (update(_opportunity).where(_opportunity.c.id == bindparam("moved"))
         .values(substage_id=bindparam("to"), entered_substage_at=_AT, changed_at=_AT, step_sent_at=None,
                 version=_opportunity.c.version + 1))
_MOVED = ("substage_id", "entered_substage_at", "changed_at", "step_sent_at", "version")


def move(session: Session, actor: Actor, opportunity: Opportunity, substage_id: str, cause: str, note: str = "", *,
         expected_substage_id: str = "") -> Opportunity:
    """The only way to another substage: locks the row, writes history and audit, and tells it.

    What a customer's act leads to is moved by the system in the customer's name: `Actor(kind="system", id=…, name=…)`.
    Moving to where it stands changes nothing. Who moves by hand names the substage that they saw
    (`expected_substage_id`), so that nobody moves on from a step that somebody else has left meanwhile.
    """
    if not actor.can(Permission.MOVE_OPPORTUNITIES):
        raise NotAllowed
    locked = get_locked(session, actor, opportunity.id)
    if expected_substage_id and locked.substage_id != expected_substage_id:
        raise ChangedMeanwhile
    substage = place_of_substage(session, substage_id)
    if substage.flow_id != locked.flow_id:
        raise WrongFlow
    before = locked.substage_id
    if before == substage_id:
        return locked
    session.flush()
    at = now()
    session.connection().execute(_MOVE, {"moved": locked.id, "to": substage_id, "at": at})
    session.expire(locked, _MOVED)
    _write_history(session, actor, locked.id, before, substage, at, cause, rules.clean_note(note))
    audit.record(session, actor.kind, actor.id, "move", "opportunity", locked.id, before=before, after=substage_id,
                 cause=cause)
    publish(session, OpportunityMoved(opportunity_id=locked.id, from_substage_id=before, to_substage_id=substage_id,
                                      cause=cause))
    return locked


def set_location(session: Session, actor: Actor, opportunity_id: str, form: LocationForm) -> Opportunity:
    """Where the house stands, as its customer found it on the map or staff know it."""
    if not (actor.is_customer or actor.can(Permission.EDIT_OPPORTUNITIES)):
        raise NotAllowed
    held = get_locked(session, actor, opportunity_id)
    contact = session.get_one(Contact, held.contact_id)
    held.lon_deg, held.lat_deg, held.address = form.lon_deg, form.lat_deg, form.address or held.address
    held.search_text = rules.search_text(held.number, held.title, contact.name, contact.email, held.address)
    held.changed_at = now()
    held.version += 1
    session.add(held)
    session.flush()
    audit.record(session, actor.kind, actor.id, "locate", "opportunity", held.id)
    return held


# What the customer reads


def columns_for_customers() -> tuple[Select, FromClause]:
    """What the pages of customers read of an opportunity, with its contact and its owner."""
    opportunity, contact, staff, flow = map(table_of, (Opportunity, Contact, StaffMember, Flow))
    names = ("id", "number", "title", "address", "flow_id", "substage_id", "entered_substage_at", "step_sent_at",
             "asked_again_at")
    statement = select_columns(
        *(opportunity.c[name] for name in names), flow.c.version.label("flow_version"), contact.c.name.label("client_name"),
        staff.c.name.label("adviser_name"), staff.c.email.label("adviser_email"), staff.c.phone.label("adviser_phone"),
    ).select_from(opportunity.join(contact, contact.c.id == opportunity.c.contact_id)
                  .join(flow, flow.c.id == opportunity.c.flow_id)
                  .outerjoin(staff, staff.c.id == opportunity.c.owner_id))
    return statement, opportunity


@cache
def _own_projects(whose: str) -> Select:
    """`visible_opportunities` for a customer, built once."""
    statement, opportunity = columns_for_customers()
    return (statement.where(opportunity.c[whose] == bindparam("value"))
            .order_by(opportunity.c.created_at.desc(), opportunity.c.id.desc()).limit(MOST_PROJECTS))


@cache
def _one_project(whose: str) -> Select:
    statement, opportunity = columns_for_customers()
    statement = statement.where(opportunity.c.id == bindparam("opportunity_id"))
    return statement.where(opportunity.c[whose] == bindparam("value")) if whose else statement


@cache
def _history() -> Select:
    change = table_of(SubstageChange)
    return (select_columns(change.c.to_stage_id, change.c.at).where(change.c.opportunity_id == bindparam("opportunity_id"))
            .order_by(change.c.at, change.c.id))


def _read_own(session: Session, actor: Actor) -> Sequence[Row]:
    """The rows of the customer's projects, the newest first."""
    if not actor.is_customer:
        raise NotAllowed
    whose, value = own_part(actor)
    return session.execute(_own_projects(whose), {"value": value}).all()


def get_process(session: Session, actor: Actor, opportunity_id: str, language: str) -> Process:
    """The customer's page of one project, by two queries (and one more for a flow that is new to this process)."""
    whose, value = own_part(actor)
    row = session.execute(_one_project(whose), {"opportunity_id": opportunity_id, "value": value}).first()
    if row is None:
        raise NotFound
    return process_of(row, _history_of(session, row.id), read_trees(session, {row.flow_id: row.flow_version})[row.flow_id],
                      language)


def get_home(session: Session, actor: Actor, opportunity_id: str, language: str) -> Home:
    """The customer's projects and the page of one of them (without an id, of the first), by as few queries as
    `get_process`."""
    rows = _read_own(session, actor)
    trees = read_trees(session, {row.flow_id: row.flow_version for row in rows})
    lines = project_lines(rows, trees, language)
    wanted = opportunity_id or (lines[0].id if lines else "")
    if not wanted:
        return Home()
    row = next((row for row in rows if row.id == wanted), None)
    process = (process_of(row, _history_of(session, row.id), trees[row.flow_id], language) if row
               else get_process(session, actor, wanted, language))
    return Home(process=process, projects=lines, flow_ids=set(trees))


def _history_of(session: Session, opportunity_id: str) -> list[Passage]:
    return [Passage(*passage) for passage in session.execute(_history(), {"opportunity_id": opportunity_id})]


def process_of(row: Row, history: Sequence[Passage], tree: FlowTree, language: str) -> Process:
    company = company_snapshot()
    fallback, time_zone = company.default_language, company.time_zone
    substage = tree.substage(row.substage_id)
    stage = tree.stage(substage.stage_id) if substage else None
    assert substage is not None
    assert stage is not None
    stages = stages_of(tree, substage.id, history, language, fallback, time_zone)
    return Process(
        opportunity_id=row.id, number=row.number, title=row.title, address=row.address,
        flow_name=tree.title(language, fallback),
        client_name=row.client_name, first_name=first_name_of(row.client_name), stages=stages,
        substages=substages_of(stage, substage.id, language, fallback),
        current=current_step(substage, row.entered_substage_at, language, fallback, time_zone, row.step_sent_at,
                             row.asked_again_at),
        step_number=[step.status for step in stages].index("current") + 1, step_count=len(stages),
        outcome=outcome_of(substage.view_kind),
        adviser=Adviser(name=row.adviser_name, email=row.adviser_email, phone=row.adviser_phone)
        if row.adviser_name else None)


def list_own_projects(session: Session, actor: Actor, language: str) -> list[ProjectLine]:
    """The actor's projects for the switcher: what still goes on first, then the newest first."""
    rows = _read_own(session, actor)
    return project_lines(rows, read_trees(session, {row.flow_id: row.flow_version for row in rows}), language)


def project_lines(rows: Sequence[Row], trees: Mapping[str, FlowTree], language: str) -> list[ProjectLine]:
    shared: dict[str, tuple[SubstageNode, dict[str, Any]]] = {}  # what is the same for all projects at one step
    lines = []
    for row in rows:
        if row.substage_id not in shared:
            shared[row.substage_id] = _step_of_line(trees[row.flow_id], row.substage_id, language)
        substage, told = shared[row.substage_id]
        lines.append(ProjectLine(
            id=row.id, number=row.number, title=row.title, address=row.address, **told,
            needs_customer=needs_customer(substage.view_kind, row.step_sent_at, row.asked_again_at)))
    return sorted(lines, key=lambda line: bool(line.outcome))


def _step_of_line(tree: FlowTree, substage_id: str, language: str) -> tuple[SubstageNode, dict[str, Any]]:
    fallback = company_snapshot().default_language
    substage = tree.substage(substage_id)
    assert substage is not None
    number, count = place_of(tree, substage.id, set())
    return substage, {
        "flow_name": tree.title(language, fallback),
        "step_name": in_language(substage.public_name, language, fallback),
        "step_number": number, "step_count": count, "outcome": outcome_of(substage.view_kind)}


# For staff


def count_by_substage(session: Session, flow_id: str) -> dict[str, int]:
    """How many opportunities stand in each substage of a flow, also those that the asking person does not see."""
    rows = session.exec(select(Opportunity.substage_id, func.count()).where(Opportunity.flow_id == flow_id)
                        .group_by(col(Opportunity.substage_id)))
    return dict(rows.all())


def count_by_flow(session: Session) -> dict[str, int]:
    rows = session.exec(select(Opportunity.flow_id, func.count()).group_by(col(Opportunity.flow_id)))
    return dict(rows.all())
