"""Conditions: terms that customers accept, in wordings that replace each other on a day."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, func, select

from ..access.actors import Actor, Permission
from ..core import audit
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, NotAllowed, NotFound
from ..core.localized import Localized
from . import rules
from .contents import tell_where_asked
from .field_forms import ConditionForm, WordingForm, demand_wording, text_hash
from .field_service import Place, places_of
from .models import Condition, ConditionVersion, SubstageCondition
from .service import default_language, demand_reading

MOST_CONDITIONS = 200


class Wording(BaseModel):
    """One version of a condition. `state`: what counts now, what will count, what counted."""

    version_id: str
    number: int
    title: Localized
    text: Localized
    text_hash: str
    effective_at: datetime
    created_at: datetime | None = None
    created_by: str = ""
    state: Literal["in_effect", "coming", "past"] = "past"


class ConditionRow(BaseModel):
    """A condition in the list of staff, with its wordings, the newest first."""

    id: str
    name: str
    version: int
    is_archived: bool = False
    wordings: list[Wording] = []
    places: list[Place] = []

    @property
    def in_effect(self) -> Wording | None:
        return next((wording for wording in self.wordings if wording.state == "in_effect"), None)

    @property
    def coming(self) -> Wording | None:
        return next((wording for wording in self.wordings if wording.state == "coming"), None)


def demand_editing(actor: Actor) -> None:
    demand_reading(actor)
    if not actor.can(Permission.EDIT_CONDITIONS):
        raise NotAllowed


def _wordings(versions: list[ConditionVersion], at: datetime) -> list[Wording]:
    in_effect = max((v.number for v in versions if v.effective_at <= at), default=0)
    return [Wording(
        version_id=v.id, number=v.number, title=v.title, text=v.text, text_hash=v.text_hash, effective_at=v.effective_at,
        created_at=v.created_at, created_by=v.created_by,
        state="in_effect" if v.number == in_effect else "coming" if v.number > in_effect else "past")
        for v in sorted(versions, key=lambda v: -v.number)]


def list_conditions(session: Session, actor: Actor, *, with_archived: bool = True) -> list[ConditionRow]:
    """All conditions by name, with wordings and places, by three queries."""
    demand_reading(actor)
    statement = select(Condition).order_by(func.lower(Condition.name), col(Condition.id))
    if not with_archived:
        statement = statement.where(col(Condition.archived_at).is_(None))
    versions: dict[str, list[ConditionVersion]] = {}
    for version in session.exec(select(ConditionVersion)):
        versions.setdefault(version.condition_id, []).append(version)
    places, at = places_of(session, SubstageCondition, col(SubstageCondition.condition_id)), now()
    return [ConditionRow(id=row.id, name=row.name, version=row.version, is_archived=row.archived_at is not None,
                         wordings=_wordings(versions.get(row.id, []), at), places=places.get(row.id, []))
            for row in session.exec(statement)]


def get_condition(session: Session, actor: Actor, condition_id: str) -> ConditionRow:
    found = next((row for row in list_conditions(session, actor) if row.id == condition_id), None)
    if found is None:
        raise NotFound
    return found


def _locked(session: Session, condition_id: str, version: int | None = None) -> Condition:
    row = session.exec(select(Condition).where(Condition.id == condition_id).with_for_update()
                       .execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise ChangedMeanwhile
    return row


def _touch(session: Session, actor: Actor, row: Condition, verb: str, **detail: object) -> Condition:
    row.version += 1
    session.add(row)
    session.flush()
    tell_where_asked(session, SubstageCondition.condition_id, row.id)
    audit.record(session, actor.kind, actor.id, verb, "condition", row.id, **detail)
    return row


def create_condition(session: Session, actor: Actor, form: ConditionForm) -> Condition:
    """A new condition with its first wording."""
    demand_editing(actor)
    demand_wording(form, default_language(session))
    rules.demand_room(session.exec(select(func.count()).select_from(Condition)).one(), MOST_CONDITIONS)
    row = Condition(name=form.name)
    session.add(row)
    session.flush()
    _write_wording(session, actor, row, form, 1)
    audit.record(session, actor.kind, actor.id, "create", "condition", row.id, name=row.name)
    return row


def _write_wording(session: Session, actor: Actor, row: Condition, form: WordingForm, number: int) -> ConditionVersion:
    at = now()
    version = ConditionVersion(
        condition_id=row.id, number=number, title=form.title, text=form.text, text_hash=text_hash(form.title, form.text),
        effective_at=max(form.effective_at or at, at), created_at=at, created_by=actor.name)
    session.add(version)
    session.flush()
    return version


def save_wording(session: Session, actor: Actor, condition_id: str, form: WordingForm, version: int) -> ConditionVersion:
    """A new wording. One that was already to come is replaced by it; what is or was in effect never changes.

    `version` is the condition's that the editor began from; `ChangedMeanwhile` when somebody else saved since.
    """
    demand_editing(actor)
    demand_wording(form, default_language(session))
    row = _locked(session, condition_id, version)
    at = now()
    in_effect = session.exec(select(func.max(ConditionVersion.number)).where(
        ConditionVersion.condition_id == condition_id, col(ConditionVersion.effective_at) <= at)).one() or 0
    session.execute(delete(ConditionVersion).where(  # nobody can have accepted what never was in effect
        col(ConditionVersion.condition_id) == condition_id, col(ConditionVersion.number) > in_effect))
    wording = _write_wording(session, actor, row, form, in_effect + 1)
    _touch(session, actor, row, "save", number=wording.number, hash=wording.text_hash)
    return wording


def rename_condition(session: Session, actor: Actor, condition_id: str, name: str, version: int) -> Condition:
    """The name that staff know it by."""
    demand_editing(actor)
    row = _locked(session, condition_id, version)
    row.name = rules.clean_line(name)[:120] or row.name
    return _touch(session, actor, row, "rename")


def archive_condition(session: Session, actor: Actor, condition_id: str) -> Condition:
    """No substage asks for it any more; what was accepted stays."""
    demand_editing(actor)
    row = _locked(session, condition_id)
    row.archived_at = now()
    return _touch(session, actor, row, "archive")


def restore_condition(session: Session, actor: Actor, condition_id: str) -> Condition:
    demand_editing(actor)
    row = _locked(session, condition_id)
    row.archived_at = None
    return _touch(session, actor, row, "restore")


def remove_condition(session: Session, actor: Actor, condition_id: str) -> Literal["deleted", "archived"]:
    """Deletes a condition that nobody accepted and no substage names; any other is archived."""
    demand_editing(actor)
    row = _locked(session, condition_id)
    try:
        with session.begin_nested():
            session.execute(delete(ConditionVersion).where(col(ConditionVersion.condition_id) == condition_id))
            session.delete(row)
            session.flush()
    except IntegrityError:
        session.refresh(row)
        archive_condition(session, actor, condition_id)
        return "archived"
    audit.record(session, actor.kind, actor.id, "delete", "condition", condition_id)
    return "deleted"
