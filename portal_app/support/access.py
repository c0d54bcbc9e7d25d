"""Which cases somebody may see. Every query for cases begins here."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
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


class Branch(NamedTuple):
    """Conditions under which staff see cases. `is_small`: few rows, which are found without the state."""

    conditions: list[ColumnElement[bool]]
    is_small: bool = False

    def in_state(self, state: str) -> ColumnElement[bool]:
        """The state as a condition. In a small branch it is one that no index answers: the index of the states would
        have the database walk through everybody's cases for the few that are meant."""
        column = col(Case.state)
        return func.coalesce(column, "") == state if self.is_small else column == state


def staff_branches(actor: Actor) -> list[Branch]:
    """Staff see the cases of all branches, and no case is in two.

    Who does not see all projects sees what is assigned to them, and the cases of the projects that they own. They are
    two, because one condition with an "or" could be read from no index.
    """
    if not actor.can(STAFF):
        raise NotAllowed
    if actor.can(Permission.SEE_ALL_OPPORTUNITIES):
        return [Branch([])]
    mine = col(Case.assignee_id) == actor.id
    own_projects = select(col(Opportunity.id)).where(col(Opportunity.owner_id) == actor.id)
    not_mine = or_(col(Case.assignee_id).is_(None), col(Case.assignee_id) != actor.id)
    return [Branch([mine]), Branch([col(Case.opportunity_id).in_(own_projects), not_mine], is_small=True)]


def visible_cases(actor: Actor) -> SelectOfScalar[Case]:
    cases = select_rows(Case)
    if actor.is_customer:
        return cases.where(own_condition(actor))
    branches = staff_branches(actor)
    if not branches[0].conditions:
        return cases
    return cases.where(or_(*(and_(*branch.conditions) for branch in branches)))


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
