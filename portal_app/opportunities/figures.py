"""What staff see first: how many wait for whom, and what customers did last."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from pydantic import BaseModel
from sqlalchemy import select, union_all
from sqlmodel import Session, col

from ..access.actors import Actor
from ..core.clock import now
from ..core.events import EventRow
from ..customers.models import Contact
from ..flows.events import ActHappened
from ..flows.models import Substage
from ..flows.view_kinds import Act
from .listing import QUIET_DAYS, Count, Moment, count_parts, sum_of, visible_to_staff
from .models import Opportunity
from .turns import Turn, in_substage, parts_of_turn, usual_turn

MOST_ACTS = 8


class Figures(BaseModel):
    """Projects under way, by who has the ball (`with_others`: grid operator and authority); `quiet` are those without a
    move for `QUIET_DAYS`."""

    with_company: Count = Count()
    with_customers: Count = Count()
    with_others: Count = Count()
    quiet: Count = Count()
    ended: Count = Count()


class ActRow(BaseModel):
    id: str
    at: Moment
    act: str
    opportunity_id: str
    number: str
    contact_name: str
    address: str


def get_figures(session: Session, actor: Actor) -> Figures:
    """Counted up to `listing.MOST_COUNTED` per part, so that many rows cost no more."""
    substages: list[tuple[str, Turn]] = [(i, usual_turn(view_kind, ball)) for i, view_kind, ball in session.execute(
        select(col(Substage.id), col(Substage.view_kind), col(Substage.ball)))]
    by_turn = [(turn, part) for turn in get_args(Turn) for part in parts_of_turn(substages, turn)]
    long_ago = col(Opportunity.entered_substage_at) < now() - timedelta(days=QUIET_DAYS)
    quiet = [("quiet", in_substage(substage_id, long_ago)) for substage_id, usual in substages if usual != "ended"]
    counts = count_parts(session, actor, [*by_turn, *quiet])

    def together(*names: str) -> Count:
        return sum_of([counts.get(name, Count()) for name in names])

    return Figures(with_company=together("company"), with_customers=together("customer"), ended=together("ended"),
                   with_others=together("grid_operator", "authority"), quiet=together("quiet"))


def list_latest_acts(session: Session, actor: Actor) -> list[ActRow]:
    """What customers did last in the opportunities that the actor sees."""
    conditions = visible_to_staff(actor)
    names = _names_of_acts()
    if not names:
        return []
    visible = select(col(Opportunity.id)).where(col(Opportunity.id) == col(EventRow.opportunity_id), *conditions)
    parts = union_all(*(
        select(select(col(EventRow.id), col(EventRow.happened_at)).where(col(EventRow.name) == name, visible.exists())
               .order_by(col(EventRow.happened_at).desc(), col(EventRow.id).desc()).limit(MOST_ACTS).subquery())
        for name in names)).subquery()
    latest = select(parts.c.id).order_by(parts.c.happened_at.desc(), parts.c.id.desc()).limit(MOST_ACTS).subquery()
    found = session.execute(
        select(EventRow, Opportunity, col(Contact.name))
        .join(Opportunity, col(Opportunity.id) == col(EventRow.opportunity_id))
        .join(Contact, col(Contact.id) == col(Opportunity.contact_id))
        .where(col(EventRow.id).in_(select(latest.c.id)))
        .order_by(col(EventRow.happened_at).desc(), col(EventRow.id).desc()))
    return [ActRow(id=event.id, at=event.happened_at, act=str(event.payload.get("act", "")),
                   opportunity_id=opportunity.id, number=opportunity.number, contact_name=name,
                   address=opportunity.address) for event, opportunity, name in found]


def _names_of_acts() -> list[str]:
    """The events of all acts but asking for a code to sign in."""
    return sorted(event.__name__ for event in _kinds(ActHappened)
                  if event.model_fields["act"].default != Act.LOGIN_CODE)


def _kinds(event: type[ActHappened]) -> list[type[ActHappened]]:
    return [event, *(kind for direct in event.__subclasses__() for kind in _kinds(direct))]
