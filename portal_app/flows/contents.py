"""What a substage asks for: its fields in order, and the conditions that are in effect. For services of other rooms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session, col, func, select

from ..core.clock import now
from ..core.localized import Localized
from .fields import FieldKind, FieldSpec, Limits, Option
from .models import Condition, ConditionVersion, DynamicField, SubstageCondition, SubstageField


class StepCondition(BaseModel):
    """A condition of a substage in the wording that is in effect.

    With `asks_again` an older wording that was accepted does not count.
    """

    condition_id: str
    version_id: str
    number: int
    title: Localized
    text: Localized
    text_hash: str
    asks_again: bool = False


class StepContents(BaseModel):
    fields: list[FieldSpec] = []
    conditions: list[StepCondition] = []


def spec_of(row: DynamicField, is_required: bool = False, is_read_only: bool = False) -> FieldSpec:
    return FieldSpec(
        id=row.id, kind=FieldKind(row.kind), label=row.label, help=row.help, group_name=row.group_name,
        options=tuple(Option(**option) for option in row.options), limits=Limits(**row.limits),
        is_required=is_required, is_read_only=is_read_only, is_archived=row.archived_at is not None)


def fields_of(session: Session, substage_id: str) -> list[FieldSpec]:
    """The fields of a substage, in order. An archived field is asked nowhere any more."""
    rows = session.exec(
        select(SubstageField, DynamicField).join(DynamicField, col(DynamicField.id) == SubstageField.field_id)
        .where(SubstageField.substage_id == substage_id, col(DynamicField.archived_at).is_(None))
        .order_by(col(SubstageField.position), col(SubstageField.field_id)))
    return [spec_of(field, place.is_required, place.is_read_only) for place, field in rows]


def conditions_of(session: Session, substage_id: str, at: datetime | None = None) -> list[StepCondition]:
    """The conditions of a substage in the wording of the moment; those without one yet, or archived, are left out."""
    at = at or now()
    in_effect = (select(func.max(ConditionVersion.number))
                 .where(ConditionVersion.condition_id == SubstageCondition.condition_id,
                        col(ConditionVersion.effective_at) <= at)
                 .correlate(SubstageCondition).scalar_subquery())
    rows = session.exec(
        select(SubstageCondition, ConditionVersion)
        .join(Condition, col(Condition.id) == SubstageCondition.condition_id)
        .join(ConditionVersion, col(ConditionVersion.condition_id) == Condition.id)
        .where(SubstageCondition.substage_id == substage_id, col(Condition.archived_at).is_(None),
               ConditionVersion.number == in_effect)
        .order_by(col(SubstageCondition.position), col(SubstageCondition.condition_id)))
    return [StepCondition(condition_id=version.condition_id, version_id=version.id, number=version.number,
                          title=version.title, text=version.text, text_hash=version.text_hash,
                          asks_again=place.asks_again) for place, version in rows]


def contents_of(session: Session, substage_id: str) -> StepContents:
    """What a substage asks for, by two queries."""
    return StepContents(fields=fields_of(session, substage_id), conditions=conditions_of(session, substage_id))


def specs_by_id(session: Session, field_ids: Iterable[str]) -> dict[str, FieldSpec]:
    """Fields outside of any substage, in the order of their list, archived ones too."""
    ids = sorted(set(field_ids))
    if not ids:
        return {}
    rows = session.exec(select(DynamicField).where(col(DynamicField.id).in_(ids))
                        .order_by(col(DynamicField.position), col(DynamicField.id)))
    return {row.id: spec_of(row) for row in rows}
