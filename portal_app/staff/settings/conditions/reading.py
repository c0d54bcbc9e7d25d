"""What the pages of conditions show, made from definitions, places and acceptances."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlmodel import Session

from ....access.actors import Actor
from ....company.service import company_snapshot
from ....core.localized import Localized, in_language, missing_languages
from ....flows.conditions import ConditionRow as Defined
from ....flows.conditions import get_condition, list_conditions
from ....flows.configuring import places_of_condition
from ....flows.draft import AGAIN_FLAG
from ....opportunities.usage import count_acceptances
from .schemas import ConditionRow, PlaceRow, VersionRow


class ConditionReading(BaseModel):
    """One condition as its page needs it."""

    row: ConditionRow
    version: int
    versions: list[VersionRow]
    places: list[PlaceRow]


def _zone() -> ZoneInfo:
    return ZoneInfo(company_snapshot().time_zone)


def day_of(at: datetime) -> str:
    return at.astimezone(_zone()).date().isoformat()


def day_starts(day: str) -> datetime | None:
    """The beginning of a day (ISO text) where the company is; None when it is no day."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), _zone())
    except ValueError:
        return None


def _row(defined: Defined, accepted: Mapping[str, int]) -> ConditionRow:
    present, coming = defined.in_effect, defined.coming
    count = sum(accepted.get(wording.version_id, 0) for wording in defined.wordings)
    return ConditionRow(
        id=defined.id, name=defined.name, number=present.number if present else 0,
        since=day_of(present.effective_at) if present else "", planned_number=coming.number if coming else 0,
        planned_at=day_of(coming.effective_at) if coming else "", place_count=len(defined.places),
        acceptance_count=count, is_archived=defined.is_archived, is_used=bool(count or defined.places))


def read_list(session: Session, actor: Actor) -> list[ConditionRow]:
    accepted = count_acceptances(session, actor)
    return sorted((_row(defined, accepted) for defined in list_conditions(session, actor)),
                  key=lambda row: row.is_archived)


def read_one(session: Session, actor: Actor, condition_id: str, language: str) -> ConditionReading:
    defined = get_condition(session, actor, condition_id)
    company = company_snapshot()
    accepted = count_acceptances(session, actor, condition_id)

    def missing(title: Localized, text: Localized) -> str:
        gaps = {*missing_languages(title, company.languages), *missing_languages(text, company.languages)}
        return ", ".join(code for code in company.languages if code in gaps).upper()

    versions = [
        VersionRow(id=wording.version_id, number=wording.number, status=wording.state,
                   effective_at=day_of(wording.effective_at), created_by=wording.created_by,
                   acceptance_count=accepted.get(wording.version_id, 0), title=wording.title, text=wording.text,
                   missing=missing(wording.title, wording.text))
        for wording in defined.wordings]
    places = [
        PlaceRow(flow_id=place.flow_id, flow_name=place.flow_name, asks_again=AGAIN_FLAG in place.flags,
                 stage_name=in_language(place.stage_name, language, company.default_language),
                 substage_name=in_language(place.substage_name, language, company.default_language))
        for place in places_of_condition(session, actor, condition_id)]
    return ConditionReading(row=_row(defined, accepted), version=defined.version, versions=versions, places=places)
