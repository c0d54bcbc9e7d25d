"""Who accepted which conditions, for staff."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session, col, select

from ..access.actors import Actor
from ..company.service import company_snapshot
from ..core.errors import NotFound
from ..core.localized import in_language
from ..flows.models import ConditionVersion
from .models import ConditionAcceptance
from .service import get_visible

MOST_ACCEPTANCES = 100


class AcceptanceLine(BaseModel):
    """One acceptance: the wording by its title, number and hash, the language in which it was read, and from where."""

    title: str
    number: int
    text_hash: str
    language: str
    contact_name: str
    client_address: str
    at: datetime


def list_acceptances(session: Session, actor: Actor, opportunity_id: str, language: str) -> list[AcceptanceLine]:
    """The acceptances of an opportunity, the newest first; staff only."""
    if not actor.is_staff:
        raise NotFound
    get_visible(session, actor, opportunity_id)
    rows = session.exec(
        select(ConditionAcceptance, ConditionVersion)
        .join(ConditionVersion, col(ConditionVersion.id) == ConditionAcceptance.condition_version_id)
        .where(ConditionAcceptance.opportunity_id == opportunity_id)
        .order_by(col(ConditionAcceptance.at).desc(), col(ConditionAcceptance.id).desc()).limit(MOST_ACCEPTANCES))
    fallback = company_snapshot().default_language
    return [AcceptanceLine(title=in_language(version.title, language, fallback), number=row.version_number,
                           **row.model_dump(include=set(AcceptanceLine.model_fields))) for row, version in rows]
