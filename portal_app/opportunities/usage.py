"""What of the configuration projects already hold: answers of fields, acceptances of conditions. For staff who set it up."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from ..access.actors import Actor
from ..flows.service import demand_reading
from .models import Answer, AnswerChange, AnswerDraft, ConditionAcceptance


def fields_with_answers(session: Session, actor: Actor) -> set[str]:
    """The fields that some project has an answer, a draft or a history of: they can be archived, not deleted."""
    demand_reading(actor)
    found: set[str] = set()
    for table in (Answer, AnswerDraft, AnswerChange):
        found.update(session.exec(select(table.field_id).distinct()))
    return found


def has_answers(session: Session, actor: Actor, field_id: str) -> bool:
    """Whether some project has an answer, a draft or a history of the field."""
    demand_reading(actor)
    return any(session.exec(select(table.field_id).where(col(table.field_id) == field_id).limit(1)).first() is not None
               for table in (Answer, AnswerDraft, AnswerChange))


def count_acceptances(session: Session, actor: Actor, condition_id: str = "") -> dict[str, int]:
    """How often each version was accepted, by the version's id; of one condition or of all."""
    demand_reading(actor)
    statement = select(ConditionAcceptance.condition_version_id, func.count()).group_by(
        ConditionAcceptance.condition_version_id)
    if condition_id:
        statement = statement.where(ConditionAcceptance.condition_id == condition_id)
    return dict(session.exec(statement).all())
