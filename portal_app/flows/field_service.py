"""The list of dynamic fields: what can be asked, and where it is asked. Staff define each field once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import CursorResult, func, update
from sqlalchemy import select as select_columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from ..access.actors import Actor, Permission
from ..core import audit
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound
from ..core.ids import new_id
from ..core.localized import Localized
from ..core.texts import msg
from . import rules
from .contents import company_today, spec_of, tell_where_asked
from .field_forms import KIND_IS_FIXED, FieldForm, demand_field, options_of
from .fields import FieldKind, FieldSpec
from .models import DynamicField, Flow, Stage, Substage, SubstageField
from .service import default_language, demand_reading

MOST_FIELDS = 500
SAVED_MEANWHILE = msg("{name} saved this meanwhile. Your entries are still here.")
KEY_LENGTH = 8  # of the end: ids begin with the time


class FieldSavedMeanwhile(ChangedMeanwhile):
    """Somebody else saved first. `theirs` is what they saved."""

    text = SAVED_MEANWHILE

    def __init__(self, theirs: FieldRow) -> None:
        super().__init__(name=theirs.changed_by)
        self.theirs = theirs


class Place(BaseModel):
    """A substage that asks for a field or a condition."""

    flow_id: str
    flow_name: str
    substage_id: str
    substage_name: Localized


class FieldRow(BaseModel):
    """A field in the list of staff."""

    spec: FieldSpec
    version: int
    position: int
    changed_at: datetime | None = None
    changed_by: str = ""
    places: list[Place] = []


def demand_editing(actor: Actor) -> None:
    demand_reading(actor)
    if not actor.can(Permission.EDIT_FIELDS):
        raise NotAllowed


def places_of(session: Session, table: Any, key: Any) -> dict[str, list[Place]]:
    """Where each row of `key` is asked for, by one query; for fields and for conditions."""
    found: dict[str, list[Place]] = {}
    rows = session.execute(
        select_columns(key, col(Flow.id), col(Flow.name), col(Substage.id), col(Substage.public_name))
        .select_from(table).join(Substage, col(Substage.id) == table.substage_id)
        .join(Stage, col(Stage.id) == Substage.stage_id).join(Flow, col(Flow.id) == Stage.flow_id)
        .order_by(col(Flow.position), col(Flow.id), col(Stage.position), col(Substage.position)))
    for row_id, flow_id, flow_name, substage_id, substage_name in rows:
        found.setdefault(row_id, []).append(Place(flow_id=flow_id, flow_name=flow_name, substage_id=substage_id,
                                                  substage_name=substage_name))
    return found


def _row_of(field: DynamicField, places: list[Place] | None = None) -> FieldRow:
    return FieldRow(spec=spec_of(field), version=field.version, position=field.position, changed_at=field.changed_at,
                    changed_by=field.changed_by, places=places or [])


def list_fields(session: Session, actor: Actor, *, with_archived: bool = True) -> list[FieldRow]:
    """All fields in their order with the places that ask for them, by two queries."""
    demand_reading(actor)
    statement = select(DynamicField).order_by(col(DynamicField.position), col(DynamicField.id))
    if not with_archived:
        statement = statement.where(col(DynamicField.archived_at).is_(None))
    places = places_of(session, SubstageField, col(SubstageField.field_id))
    return [_row_of(field, places.get(field.id)) for field in session.exec(statement)]


def _get(session: Session, field_id: str) -> DynamicField:
    field = session.get(DynamicField, field_id)
    if field is None:
        raise NotFound
    return field


def _values_of(form: FieldForm, before: DynamicField | None) -> dict[str, Any]:
    known = list(spec_of(before).options) if before else []
    options = options_of(form, known, [new_id()[-KEY_LENGTH:] for _ in form.options])
    limits = form.limits.for_kind(form.kind)
    return {
        "label": form.label, "help": form.help, "group_name": form.group_name,
        "options": [option.model_dump(exclude_defaults=True) for option in options],
        "limits": limits.model_dump(mode="json", exclude_defaults=True)}


def create_field(session: Session, actor: Actor, form: FieldForm) -> DynamicField:
    """A new field at the end of the list."""
    demand_editing(actor)
    demand_field(form, default_language(session), company_today())
    count, last = session.execute(select(func.count(), func.max(DynamicField.position)).select_from(DynamicField)).one()
    rules.demand_room(count, MOST_FIELDS)
    field = DynamicField(kind=form.kind.value, position=0 if last is None else last + 1, changed_by=actor.name,
                         **_values_of(form, None))
    session.add(field)
    session.flush()
    audit.record(session, actor.kind, actor.id, "create", "dynamic_field", field.id, kind=field.kind)
    return field


def save_field(session: Session, actor: Actor, field_id: str, form: FieldForm, version: int) -> DynamicField:
    """Saves a field, or raises `FieldSavedMeanwhile` with what somebody else saved since `version`."""
    demand_editing(actor)
    field = _get(session, field_id)
    if form.kind != FieldKind(field.kind):
        raise InvalidForm({"kind": (KIND_IS_FIXED, {})})
    demand_field(form, default_language(session), company_today())
    values = _values_of(form, field)
    changed = [name for name, value in values.items() if getattr(field, name) != value]
    result = session.execute(
        update(DynamicField).where(col(DynamicField.id) == field_id, col(DynamicField.version) == version)
        .values(**values, version=version + 1, changed_at=now(), changed_by=actor.name))
    assert isinstance(result, CursorResult)
    session.refresh(field)
    if not result.rowcount:
        raise FieldSavedMeanwhile(_row_of(field))
    tell_where_asked(session, SubstageField.field_id, field_id)
    audit.record(session, actor.kind, actor.id, "save", "dynamic_field", field_id, changed=changed)
    return field


def _archive(session: Session, actor: Actor, field: DynamicField, archived_at: datetime | None) -> DynamicField:
    field.archived_at, field.changed_at, field.changed_by = archived_at, now(), actor.name
    field.version += 1
    session.add(field)
    session.flush()
    tell_where_asked(session, SubstageField.field_id, field.id)
    audit.record(session, actor.kind, actor.id, "archive" if archived_at else "restore", "dynamic_field", field.id)
    return field


def archive_field(session: Session, actor: Actor, field_id: str) -> DynamicField:
    """No substage asks for it any more; its answers stay, and restoring it brings it back where it was asked."""
    demand_editing(actor)
    return _archive(session, actor, _get(session, field_id), now())


def restore_field(session: Session, actor: Actor, field_id: str) -> DynamicField:
    demand_editing(actor)
    return _archive(session, actor, _get(session, field_id), None)


def remove_field(session: Session, actor: Actor, field_id: str) -> Literal["deleted", "archived"]:
    """Deletes a field that nothing refers to; one that is or was in use is archived. The database knows which."""
    demand_editing(actor)
    field = _get(session, field_id)
    try:
        with session.begin_nested():
            session.delete(field)
            session.flush()
    except IntegrityError:
        session.refresh(field)
        _archive(session, actor, field, now())
        return "archived"
    audit.record(session, actor.kind, actor.id, "delete", "dynamic_field", field_id)
    return "deleted"


def move_field(session: Session, actor: Actor, field_id: str, position: int) -> None:
    """To another place in the list."""
    demand_editing(actor)
    ids = list(session.exec(select(DynamicField.id).order_by(col(DynamicField.position), col(DynamicField.id))
                            .with_for_update()))
    if field_id not in ids:
        raise NotFound
    for place, row_id in enumerate(rules.moved(ids, field_id, position)):
        session.execute(update(DynamicField).where(col(DynamicField.id) == row_id).values(position=place))
    session.expire_all()
    audit.record(session, actor.kind, actor.id, "reorder", "dynamic_field", field_id, position=position)
