"""What a substage asks for: its fields in order, and the conditions that are in effect. For services of other rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import bindparam, exists
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, func, select

from ..access.actors import Actor, Permission
from ..company.service import company_snapshot
from ..core import audit, live
from ..core.clock import now
from ..core.database import table_of
from ..core.errors import ChangedMeanwhile, NotAllowed, NotFound
from ..core.localized import Localized
from ..core.texts import msg
from .field_forms import AskedCondition, AskedField, ContentsForm
from .fields import FieldKind, FieldSpec, Limits, Option
from .models import Condition, ConditionVersion, DynamicField, Stage, Substage, SubstageCondition, SubstageField
from .service import demand_reading


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
    today = company_today()
    return [spec_of(field, place.is_required, place.is_read_only).on(today) for place, field in rows]


def company_today() -> date:
    """The day that it is where the company is."""
    return now().astimezone(ZoneInfo(company_snapshot().time_zone)).date()


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


def wordings_of(session: Session, version_ids: Collection[str]) -> dict[str, ConditionVersion]:
    """Wordings by id, also those that others have replaced."""
    if not version_ids:
        return {}
    return {row.id: row for row in session.exec(select(ConditionVersion).where(col(ConditionVersion.id).in_(version_ids)))}


class Outline(NamedTuple):
    """What kind of step a substage is, and whether it asks for anything."""

    view_kind: str | None
    has_fields: bool
    has_conditions: bool


_substage, _field, _condition = map(table_of, (Substage, SubstageField, SubstageCondition))
_OUTLINE = (select_columns(_substage.c.view_kind, exists().where(_field.c.substage_id == _substage.c.id),
                           exists().where(_condition.c.substage_id == _substage.c.id))
            .where(_substage.c.id == bindparam("substage_id")))


def outline_of(session: Session, substage_id: str) -> Outline:
    """Most steps ask for nothing: they are spared the queries for it."""
    if session.autoflush:
        session.flush()
    return Outline(*session.execute(_OUTLINE, {"substage_id": substage_id}).one())


def contents_of(session: Session, substage_id: str) -> StepContents:
    """What a substage asks for, by two queries."""
    return StepContents(fields=fields_of(session, substage_id), conditions=conditions_of(session, substage_id))


def specs_by_id(session: Session, field_ids: Iterable[str]) -> dict[str, FieldSpec]:
    """Fields outside of any substage, in the order of their list, archived ones too, as they are asked today."""
    ids = sorted(set(field_ids))
    if not ids:
        return {}
    rows = session.exec(select(DynamicField).where(col(DynamicField.id).in_(ids))
                        .order_by(col(DynamicField.position), col(DynamicField.id)))
    today = company_today()
    return {row.id: spec_of(row).on(today) for row in rows}


# What staff save


class ContentsSavedMeanwhile(ChangedMeanwhile):
    """Somebody else saved first. `theirs` is what they saved, and `version` the substage's now."""

    text = msg("{name} saved this meanwhile. Your entries are still here.")

    def __init__(self, theirs: ContentsForm, version: int, name: str) -> None:
        super().__init__(name=name)
        self.theirs, self.version = theirs, version


def read_contents(session: Session, actor: Actor, substage_id: str) -> tuple[ContentsForm, int]:
    """What a substage asks for as the editor holds it, archived parts too, and the substage's version."""
    demand_reading(actor)
    substage = session.get(Substage, substage_id)
    if substage is None:
        raise NotFound
    return _saved(session, substage_id), substage.version


def _saved(session: Session, substage_id: str) -> ContentsForm:
    fields = session.exec(select(SubstageField).where(SubstageField.substage_id == substage_id)
                          .order_by(col(SubstageField.position), col(SubstageField.field_id)))
    conditions = session.exec(select(SubstageCondition).where(SubstageCondition.substage_id == substage_id)
                              .order_by(col(SubstageCondition.position), col(SubstageCondition.condition_id)))
    return ContentsForm(
        fields=[AskedField(field_id=row.field_id, is_required=row.is_required, is_read_only=row.is_read_only)
                for row in fields],
        conditions=[AskedCondition(condition_id=row.condition_id, asks_again=row.asks_again) for row in conditions])


def save_contents(session: Session, actor: Actor, substage_id: str, form: ContentsForm, version: int) -> Substage:
    """Saves which fields and conditions a substage asks for, in the form's order; `version` is the substage's that the
    editor began from. Raises `ContentsSavedMeanwhile` with what somebody else saved since.
    """
    demand_reading(actor)
    substage = session.exec(select(Substage).where(Substage.id == substage_id).with_for_update()
                            .execution_options(populate_existing=True)).first()
    if substage is None:
        raise NotFound
    before = _saved(session, substage_id)
    for is_changed, permission in ((before.fields != form.fields, Permission.EDIT_FIELDS),
                                   (before.conditions != form.conditions, Permission.EDIT_CONDITIONS)):
        if is_changed and not actor.can(permission):
            raise NotAllowed
    if substage.version != version:
        raise ContentsSavedMeanwhile(before, substage.version, substage.changed_by)
    _demand_known(session, form, before)
    session.execute(delete(SubstageField).where(col(SubstageField.substage_id) == substage_id))
    session.execute(delete(SubstageCondition).where(col(SubstageCondition.substage_id) == substage_id))
    session.add_all(SubstageField(substage_id=substage_id, position=n, **asked.model_dump())
                    for n, asked in enumerate(form.fields))
    session.add_all(SubstageCondition(substage_id=substage_id, position=n, **asked.model_dump())
                    for n, asked in enumerate(form.conditions))
    substage.version += 1
    substage.changed_at, substage.changed_by = now(), actor.name
    session.add(substage)
    session.flush()
    live.touch(session, live.flow_topic(session.get_one(Stage, substage.stage_id).flow_id))
    audit.record(session, actor.kind, actor.id, "save_contents", "substage", substage_id,
                 fields=[asked.field_id for asked in form.fields],
                 conditions=[asked.condition_id for asked in form.conditions])
    return substage


def tell_where_asked(session: Session, key: Any, row_id: str) -> None:
    """Pages of the flows that ask for a field or a condition follow when it changes; `key` is its column in their list."""
    flow_ids = session.scalars(
        select(Stage.flow_id).join(Substage, col(Substage.stage_id) == col(Stage.id))
        .join(key.class_, key.class_.substage_id == col(Substage.id)).where(key == row_id).distinct())
    live.touch(session, *map(live.flow_topic, flow_ids))


def _demand_known(session: Session, form: ContentsForm, before: ContentsForm) -> None:
    """`NotFound` for what does not exist, or is archived and was not there before."""
    for table, ids, kept in (
        (DynamicField, {a.field_id for a in form.fields}, {a.field_id for a in before.fields}),
        (Condition, {a.condition_id for a in form.conditions}, {a.condition_id for a in before.conditions}),
    ):
        fresh = ids - kept
        if fresh and set(session.exec(select(table.id).where(
                col(table.id).in_(sorted(fresh)), col(table.archived_at).is_(None)))) != fresh:
            raise NotFound
