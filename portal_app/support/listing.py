"""What staff and customers read of cases: the queue, the customer's list, one case.

The queue is read state by state, each from an index in the order that is asked for (as in `opportunities.listing`), so
that a page costs the same with many cases; counting stops at `MOST_COUNTED`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, select, union_all
from sqlmodel import Session, col

from ..access.actors import STAFF, Actor, Permission
from ..access.models import StaffMember
from ..core import cursors
from ..core.clock import now
from ..core.cursors import PageOf
from ..core.errors import NotAllowed
from ..core.forms import Form
from ..customers.models import Contact
from ..documents.service import FileView
from ..opportunities.models import Opportunity
from ..opportunities.service import list_own_projects, visible_opportunities
from . import rules
from .access import get_visible_case, own_condition, staff_branches
from .files import FILE, files_by_id, list_of_draft
from .models import Case, CaseMessage
from .rules import CaseState
from .schemas import (
    CaseRow,
    MessageView,
    NewCase,
    OwnCase,
    OwnCasePage,
    OwnCaseRow,
    ProjectChoice,
    StaffCase,
    StaffChoice,
)
from .service import PUBLIC, STATE, free_id, get_draft, list_assignees
from .types import list_choices, names_of_types

PAGE_SIZE = 25
OWN_PAGE_SIZE = 15
MOST_MESSAGES = 200
MOST_COUNTED = 500
MOST_ON_CARD = 20
NOBODY = "nobody"


class QueueFilters(Form):
    """What staff look for. `state` is active (not solved, not closed) unless they ask for one, or for all."""

    state: Literal["active", "all", "open", "waiting-for-customer", "waiting-for-us", "solved", "closed"] = "active"
    type_id: rules.Id = ""
    assignee: rules.Id = ""  # an id, or "nobody"
    is_overdue: bool = False
    sort: Literal["due", "changed"] = "due"


class Queue(BaseModel):
    rows: list[CaseRow] = []
    next: str = ""
    previous: str = ""
    count: int = 0
    is_more: bool = False


class QueueChoices(BaseModel):
    types: list[StaffChoice]
    assignees: list[StaffChoice]


# The queue


def list_queue(session: Session, actor: Actor, filters: QueueFilters, page: PageOf) -> Queue:
    """One page of the cases that the actor may see, by a constant number of queries."""
    branches, states, asked = staff_branches(actor), _states_of(filters), _filtered(filters)
    if not states:
        return Queue()
    by_change = filters.sort == "changed" and not filters.is_overdue
    name, is_descending = ("changed_at", True) if by_change else ("due_at", False)
    column = getattr(Case, name)
    backwards = bool(page.before)
    downwards = is_descending != backwards
    behind = cursors.behind(column, col(Case.id), downwards, page.before or page.after)
    parts = [_part([branch.in_state(state), *branch.conditions, *asked, *behind], column, downwards)
             for state in states for branch in branches]
    found = union_all(*parts).subquery()
    keys = (found.c.place, found.c.id)
    ids = list(session.scalars(select(found.c.id).order_by(*(key.desc() if downwards else key.asc() for key in keys))
                               .limit(PAGE_SIZE + 1)))
    rows = _rows(session, actor, ids)
    turned = cursors.turn([(cursors.Place(getattr(case, name), case.id), row) for row, case in rows], PAGE_SIZE,
                          after=page.after, before=page.before)
    count = sum(session.execute(select(*(
        cursors.count_up_to(MOST_COUNTED, _some([branch.in_state(state), *branch.conditions, *asked]))
        for state in states for branch in branches))).one())
    return Queue(rows=turned.rows, next=turned.next, previous=turned.previous, count=min(count, MOST_COUNTED),
                 is_more=count > MOST_COUNTED)


def _states_of(filters: QueueFilters) -> list[str]:
    """The states that the filters leave; only where it is our turn can something be overdue."""
    groups = {"active": rules.ACTIVE, "all": tuple(CaseState)}
    asked = groups.get(filters.state) or (CaseState(filters.state),)
    return [state.value for state in asked if not filters.is_overdue or state in rules.WITH_US]


def _filtered(filters: QueueFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.type_id:
        conditions.append(col(Case.type_id) == filters.type_id)
    if filters.assignee == NOBODY:
        conditions.append(col(Case.assignee_id).is_(None))
    elif filters.assignee:
        conditions.append(col(Case.assignee_id) == filters.assignee)
    if filters.is_overdue:
        conditions.append(col(Case.due_at) < now())
    return conditions


def _part(conditions: Sequence[ColumnElement[bool]], column: Any, is_descending: bool) -> Any:
    keys = (column, col(Case.id))
    return select(select(col(Case.id), column.label("place")).where(*conditions).order_by(
        *(key.desc() if is_descending else key.asc() for key in keys)).limit(PAGE_SIZE + 1).subquery())


def _some(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return select(1).select_from(Case).where(*conditions)


def count_with_us(session: Session, actor: Actor) -> int:
    """How many cases of the actor's queue wait for us; counting stops at 100."""
    if not actor.can(STAFF):
        raise NotAllowed
    return sum(session.execute(select(*(
        cursors.count_up_to(99, _some([branch.in_state(state), *branch.conditions]))
        for state in rules.WITH_US for branch in staff_branches(actor)))).one())


def get_queue_choices(session: Session, actor: Actor) -> QueueChoices:
    """What the filters of the queue offer."""
    staff_branches(actor)
    names = names_of_types(session, actor.language)
    return QueueChoices(types=[StaffChoice(id=key, name=name) for key, name in names.items()],
                        assignees=list_assignees(session))


def _rows(session: Session, actor: Actor, ids: Sequence[str]) -> list[tuple[CaseRow, Case]]:
    if not ids:
        return []
    at, names = now(), names_of_types(session, actor.language)
    found = session.execute(
        select(Case, col(Contact.name), col(StaffMember.name)).join(Contact, col(Contact.id) == col(Case.contact_id))
        .join(StaffMember, col(StaffMember.id) == col(Case.assignee_id), isouter=True).where(col(Case.id).in_(ids)))
    made = {case.id: (_row_of(case, contact_name, assignee_name or "", names, at), case)
            for case, contact_name, assignee_name in found}
    return [made[each] for each in ids if each in made]


def _row_of(case: Case, contact_name: str, assignee_name: str, names: dict[str, str], at: Any) -> CaseRow:
    state = CaseState(case.state)
    return CaseRow(
        id=case.id, number=case.number, title=case.title, type_name=names.get(case.type_id, ""),
        contact_name=contact_name, state=case.state, assignee_name=assignee_name, due_at=case.due_at,
        is_due=state in rules.WITH_US, is_overdue=rules.is_overdue(state, case.due_at, at), changed_at=case.changed_at)


def list_of_opportunity(session: Session, actor: Actor, opportunity_id: str) -> list[CaseRow]:
    """The cases of a project for staff, the latest change first."""
    if not actor.can(STAFF):
        raise NotAllowed
    visible = visible_opportunities(actor).where(Opportunity.id == opportunity_id).with_only_columns(col(Opportunity.id))
    ids = session.scalars(select(col(Case.id)).where(col(Case.opportunity_id).in_(visible))
                          .order_by(col(Case.changed_at).desc(), col(Case.id).desc()).limit(MOST_ON_CARD)).all()
    return [row for row, _ in _rows(session, actor, ids)]


# One case for staff


def get_staff_case(session: Session, actor: Actor, case_id: str) -> StaffCase:
    if not actor.can(STAFF):
        raise NotAllowed
    case = get_visible_case(session, actor, case_id)
    contact = session.get_one(Contact, case.contact_id)
    project = session.get(Opportunity, case.opportunity_id) if case.opportunity_id else None
    assignee = session.get(StaffMember, case.assignee_id) if case.assignee_id else None
    may_handle, state = actor.can(Permission.HANDLE_CASES), CaseState(case.state)
    messages, has_earlier = _messages(session, case, actor, with_notes=True)
    draft = get_draft(session, actor, case.id)
    return StaffCase(
        id=case.id, version=case.version, number=case.number, title=case.title, state=case.state,
        type_name=names_of_types(session, actor.language).get(case.type_id, ""), contact_name=contact.name,
        contact_email=contact.email, contact_phone=contact.phone, project_id=project.id if project else "",
        project_number=project.number if project else "", project_name=_project_name(project),
        assignee_id=case.assignee_id or "", assignee_name=assignee.name if assignee else "", opened_at=case.opened_at,
        due_at=case.due_at, is_due=state in rules.WITH_US, is_overdue=rules.is_overdue(state, case.due_at, now()),
        messages=messages, has_earlier=has_earlier, may_handle=may_handle,
        steps=[step.value for step in rules.STEPS_OF_STAFF[state]] if may_handle else [],
        assignees=list_assignees(session) if may_handle else [], draft=draft.text if draft else "")


def _project_name(project: Opportunity | None) -> str:
    return (project.title or project.address or project.number) if project else ""


def _messages(session: Session, case: Case, actor: Actor, *, with_notes: bool) -> tuple[list[MessageView], bool]:
    """The latest of a case in order, and whether there are earlier ones. Customers read what is public and the states."""
    wanted = select(CaseMessage).where(col(CaseMessage.case_id) == case.id)
    if not with_notes:
        wanted = wanted.where(col(CaseMessage.kind).in_((PUBLIC, STATE, FILE)))
    rows = session.scalars(wanted.order_by(col(CaseMessage.at).desc(), col(CaseMessage.id).desc())
                           .limit(MOST_MESSAGES + 1)).all()
    found = files_by_id(session, actor, [row.document_id for row in rows if row.document_id])
    shown = [MessageView(
        id=row.id, kind=row.kind, by=_by(row, actor), author_name=row.author_name, text=row.text, state=row.state,
        at=row.at, file=found.get(row.document_id or "", FileView()))
        for row in reversed(rows[:MOST_MESSAGES]) if row.document_id is None or row.document_id in found]
    return shown, len(rows) > MOST_MESSAGES


def _by(row: CaseMessage, actor: Actor) -> str:
    if row.author_id == actor.id and row.author_kind == actor.kind:
        return "me"
    return "customer" if row.author_kind == "customer" else "us"


# For customers


def list_own_cases(session: Session, actor: Actor, page: PageOf, language: str) -> OwnCasePage:
    """The customer's cases, the latest change first."""
    condition, column = own_condition(actor), col(Case.changed_at)
    downwards = not page.before
    keys = (column, col(Case.id))
    cases = session.scalars(
        select(Case).where(condition, *cursors.behind(column, col(Case.id), downwards, page.before or page.after))
        .order_by(*(key.desc() if downwards else key.asc() for key in keys)).limit(OWN_PAGE_SIZE + 1)).all()
    names = names_of_types(session, language)
    turned = cursors.turn([(cursors.Place(case.changed_at, case.id), OwnCaseRow(
        id=case.id, number=case.number, title=case.title, type_name=names.get(case.type_id, ""), state=case.state,
        changed_at=case.changed_at)) for case in cases], OWN_PAGE_SIZE, after=page.after, before=page.before)
    return OwnCasePage(rows=turned.rows, next=turned.next, previous=turned.previous)


def get_own_case(session: Session, actor: Actor, case_id: str, language: str) -> OwnCase:
    own_condition(actor)  # refuses whoever is no customer
    case = get_visible_case(session, actor, case_id)
    project = session.get(Opportunity, case.opportunity_id) if case.opportunity_id else None
    messages, has_earlier = _messages(session, case, actor, with_notes=False)
    steps, draft = rules.STEPS_OF_CUSTOMERS[CaseState(case.state)], get_draft(session, actor, case.id)
    return OwnCase(
        id=case.id, number=case.number, title=case.title, state=case.state, opened_at=case.opened_at,
        type_name=names_of_types(session, language).get(case.type_id, ""), project_id=project.id if project else "",
        project_name=_project_name(project), messages=messages, has_earlier=has_earlier,
        may_write=case.state != CaseState.CLOSED, may_close=CaseState.CLOSED in steps,
        may_reopen=CaseState.WAITING_FOR_US in steps, draft=draft.text if draft else "")


def get_new_case(session: Session, actor: Actor, opportunity_id: str, language: str, future_id: str = "") -> NewCase:
    """The form of a new case with what was written before; `opportunity_id` is the project that it was opened from,
    `future_id` the id that the page has given the case so far."""
    own_condition(actor)
    types, projects = list_choices(session, language), list_own_projects(session, actor, language)
    choices = [ProjectChoice(id=line.id, name=f"{line.number} · {line.title or line.address or line.flow_name}")
               for line in projects]
    draft = get_draft(session, actor, "")
    future_id = free_id(session, (draft.future_id if draft else "") or future_id)
    chosen = opportunity_id or (draft.opportunity_id if draft else "")
    known, known_types = {choice.id for choice in choices}, {choice.id for choice in types}
    if chosen not in known:
        chosen = choices[0].id if len(choices) == 1 else ""
    return NewCase(
        future_id=future_id, types=types, files=list_of_draft(session, actor, draft.future_id if draft else ""),
        projects=choices, opportunity_id=chosen, title=draft.title if draft else "",
        type_id=draft.type_id if draft and draft.type_id in known_types else "", text=draft.text if draft else "")
