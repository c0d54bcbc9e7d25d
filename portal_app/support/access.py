"""Which cases somebody may see. Every query for cases begins here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows
from sqlmodel.sql.expression import SelectOfScalar

from ..access import modules
from ..access.actors import STAFF, Actor, Permission
from ..company.service import company_snapshot
from ..core.errors import NotAllowed, NotFound
from ..opportunities.models import Opportunity
from .models import Case

MODULE = "cases"


def is_open_to_customers() -> bool:
    return modules.is_on(company_snapshot().modules, MODULE)


def own_condition(actor: Actor) -> ColumnElement[bool]:
    """A customer's cases: of the account, or of the contact alone where the company wants it so."""
    if not actor.is_customer:
        raise NotAllowed
    if not is_open_to_customers():
        raise NotFound
    if modules.scope_of(company_snapshot().modules, MODULE) == "contact":
        return col(Case.contact_id) == actor.id
    return col(Case.account_id) == actor.account_id


def staff_branches(actor: Actor) -> list[list[ColumnElement[bool]]]:
    """Sets of conditions; staff see the cases of all of them, and no case is in two.

    Who does not see all projects sees what is assigned to them, and the cases of the projects that they own. They are
    two, because one condition with an "or" could be read from no index.
    """
    if not actor.can(STAFF):
        raise NotAllowed
    if actor.can(Permission.SEE_ALL_OPPORTUNITIES):
        return [[]]
    mine = col(Case.assignee_id) == actor.id
    own_projects = select(col(Opportunity.id)).where(col(Opportunity.owner_id) == actor.id)
    return [[mine], [col(Case.opportunity_id).in_(own_projects),
                     or_(col(Case.assignee_id).is_(None), col(Case.assignee_id) != actor.id)]]


def visible_cases(actor: Actor) -> SelectOfScalar[Case]:
    cases = select_rows(Case)
    if actor.is_customer:
        return cases.where(own_condition(actor))
    branches = staff_branches(actor)
    if branches == [[]]:
        return cases
    return cases.where(or_(*(_all_of(branch) for branch in branches)))


def _all_of(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *others = conditions
    for other in others:
        first = first & other
    return first


def get_visible_case(session: Session, actor: Actor, case_id: str) -> Case:
    """The case, or NotFound: unknown and forbidden look alike."""
    found = session.exec(visible_cases(actor).where(Case.id == case_id)).first()
    if found is None:
        raise NotFound
    return found


def get_locked_case(session: Session, actor: Actor, case_id: str) -> Case:
    """`get_visible_case` as it is now, and nobody else changes it until this transaction ends."""
    found = session.exec(visible_cases(actor).where(Case.id == case_id).with_for_update(of=Case)
                         .execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found
