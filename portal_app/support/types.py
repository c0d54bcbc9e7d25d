"""The types of cases: what every company begins with, and how staff change them."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel
from sqlalchemy import func
from sqlmodel import Session, col, select

from ..access.actors import Actor, Permission
from ..company.service import company_snapshot
from ..core import audit
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, NotAllowed, NotFound
from ..core.localized import in_language, missing_languages
from ..core.texts import LANGUAGES, server_text, translate
from ..flows.rules import TooMany
from .models import Case, CaseType
from .rules import TypeForm, TypeInUse
from .schemas import TypeChoice, TypeRow

MOST_TYPES = 40
MOST_COUNTED = 500

# Name, hint, hours until an answer is due.
DEFAULT_TYPES = (
    (server_text("Question about my project"), server_text("Where it stands, what comes next, what it costs."), 24),
    (server_text("The system does not work as it should"),
     server_text("No power, a strange noise, an error on a display."), 8),
    (server_text("Damage or leak"), server_text("Something is broken, or water comes in."), 4),
    (server_text("Invoice or payment"), server_text("Something about an invoice is not clear or not right."), 48),
    (server_text("Something else"), server_text("Whatever fits nowhere else."), 48),
)


def ensure_case_types(session: Session) -> None:
    """Gives a company that has no types the usual ones, in every language."""
    if session.exec(select(CaseType.id).limit(1)).first() is not None:
        return
    session.add_all(
        CaseType(name={language: translate(language, name) for language in LANGUAGES},
                 hint={language: translate(language, hint) for language in LANGUAGES},
                 due_hours=due_hours, position=position)
        for position, (name, hint, due_hours) in enumerate(DEFAULT_TYPES))
    session.flush()


def name_in(texts: Mapping[str, str], language: str) -> str:
    return in_language(texts, language, company_snapshot().default_language)


def list_choices(session: Session, language: str) -> list[TypeChoice]:
    """What a new case can be about."""
    return [TypeChoice(id=row.id, name=name_in(row.name, language), hint=name_in(row.hint, language))
            for row in session.exec(_in_order().where(col(CaseType.is_archived).is_(False)))]


def names_of_types(session: Session, language: str) -> dict[str, str]:
    """All of them, also archived ones: old cases keep theirs."""
    return {row.id: name_in(row.name, language) for row in session.exec(_in_order())}


def _in_order():
    return select(CaseType).order_by(col(CaseType.position), col(CaseType.id))


class TypesPage(BaseModel):
    rows: list[TypeRow]
    languages: list[str]
    default_language: str


def _demand(actor: Actor) -> None:
    if not actor.can(Permission.EDIT_COMPANY):
        raise NotAllowed


def list_types(session: Session, actor: Actor) -> TypesPage:
    _demand(actor)
    company = company_snapshot()
    rows = list(session.exec(_in_order()))
    counts = _counts(session, [row.id for row in rows])
    return TypesPage(
        languages=list(company.languages), default_language=company.default_language,
        rows=[TypeRow(
            id=row.id, version=row.version, name=name_in(row.name, actor.language), names=row.name, hints=row.hint,
            due_hours=row.due_hours, is_archived=row.is_archived, count=counts.get(row.id, 0),
            missing=missing_languages(row.name, company.languages)) for row in rows])


def _counts(session: Session, type_ids: list[str]) -> dict[str, int]:
    """How many cases each has; counting stops, so that it costs the same with many."""
    if not type_ids:
        return {}
    numbers = session.exec(select(*(
        select(func.count()).select_from(
            select(1).select_from(Case).where(Case.type_id == type_id).limit(MOST_COUNTED).subquery()).scalar_subquery()
        for type_id in type_ids))).one()  # pyright: ignore[reportCallIssue, reportArgumentType]
    return dict(zip(type_ids, numbers if len(type_ids) > 1 else [numbers], strict=True))


def _locked(session: Session, type_id: str, version: int) -> CaseType:
    row = session.exec(select(CaseType).where(CaseType.id == type_id).with_for_update()
                       .execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    if row.version != version:
        raise ChangedMeanwhile
    return row


def _save(session: Session, actor: Actor, row: CaseType, verb: str) -> CaseType:
    row.changed_at = now()
    session.add(row)
    session.flush()
    audit.record(session, actor.kind, actor.id, verb, "case_type", row.id, due_hours=row.due_hours)
    return row


def create_type(session: Session, actor: Actor, form: TypeForm) -> str:
    """A new type at the end of the list; its id."""
    _demand(actor)
    count, last = session.exec(select(func.count(), func.max(CaseType.position)).select_from(CaseType)).one()
    if count >= MOST_TYPES:
        raise TooMany(count=MOST_TYPES)
    row = CaseType(name=form.name, hint=form.hint, due_hours=form.due_hours, position=0 if last is None else last + 1)
    return _save(session, actor, row, "create").id


def save_type(session: Session, actor: Actor, type_id: str, form: TypeForm) -> None:
    """Open cases keep the due time that they have."""
    _demand(actor)
    row = _locked(session, type_id, form.version)
    row.name, row.hint, row.due_hours = form.name, form.hint, form.due_hours
    row.version += 1
    _save(session, actor, row, "update")


def archive_type(session: Session, actor: Actor, type_id: str, version: int, is_archived: bool) -> None:
    """An archived type is offered no more; its cases stay. The last one cannot be archived."""
    _demand(actor)
    rows = session.exec(_in_order().with_for_update().execution_options(populate_existing=True)).all()
    row = next((each for each in rows if each.id == type_id), None)
    if row is None:
        raise NotFound
    if row.version != version:
        raise ChangedMeanwhile
    if is_archived and not [each for each in rows if not each.is_archived and each.id != type_id]:
        raise TypeInUse
    row.is_archived = is_archived
    row.version += 1
    _save(session, actor, row, "archive" if is_archived else "restore")


def move_type(session: Session, actor: Actor, type_id: str, position: int) -> None:
    """Puts a type at a place of the list (the first is 0)."""
    _demand(actor)
    rows = list(session.exec(_in_order().with_for_update().execution_options(populate_existing=True)))
    row = next((each for each in rows if each.id == type_id), None)
    if row is None:
        raise NotFound
    rows.remove(row)
    rows.insert(max(0, min(position, len(rows))), row)
    for place, each in enumerate(rows):
        each.position = place
        session.add(each)
    _save(session, actor, row, "move")
