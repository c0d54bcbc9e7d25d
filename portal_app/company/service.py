"""The company's settings: read on every page from a copy, changed by staff who may."""

from __future__ import annotations

import time
from functools import cache
from typing import Protocol

from sqlalchemy import Select, event
from sqlalchemy import select as select_columns
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from ..core import audit, files, live
from ..core.clock import now
from ..core.database import read_connection, read_scope, table_of
from ..core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound
from ..core.texts import msg
from .logo import LOGO_TYPE, process_logo
from .models import ONLY, Company
from .schemas import CompanyForm, CompanySnapshot, weak_pairs

EDIT_COMPANY = "company.edit"  # `access.Permission.EDIT_COMPANY`; this room is below access and cannot import it
SNAPSHOT_SECONDS = 2.0
UNREADABLE = msg("People could not read these pairs of colours: {pairs}. Please choose another colour.")


class Editor(Protocol):
    """What this room needs to know of an `access.Actor`."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    def can(self, permission: str) -> bool: ...


class _Kept:
    """The copy of this process and when it was last compared with the database."""

    copy: CompanySnapshot | None = None
    checked_at: float = 0.0


def get_company(session: Session) -> Company:
    return session.get_one(Company, ONLY)


def ensure_company(session: Session, name: str = "Portal", **values: object) -> Company:
    """The company's row; made when there is none yet."""
    company = session.get(Company, ONLY)
    if company is None:
        company = Company(**{"name": name, **values})  # pyright: ignore[reportArgumentType]
        session.add(company)
        session.flush()
        _refresh_after_commit(session)
    return company


@cache
def _version_statement() -> Select:
    company = table_of(Company)
    return select_columns(company.c.version).where(company.c.id == ONLY)


@cache
def _locked() -> SelectOfScalar[Company]:
    return select(Company).where(Company.id == ONLY).with_for_update().execution_options(populate_existing=True)


def company_snapshot() -> CompanySnapshot:
    """What the company decided, for every request. At most two seconds old; at once in the process that changed it.

    Before there is a company the defaults answer.
    """
    moment = time.monotonic()
    kept = _Kept.copy
    if kept is not None and moment - _Kept.checked_at < SNAPSHOT_SECONDS:
        return kept
    with read_connection() as connection:
        version = connection.execute(_version_statement()).scalar()
    if kept is None or kept.version != (version or 0):
        with read_scope() as session:
            company = session.get(Company, ONLY)
            kept = snapshot_of(company) if company else CompanySnapshot()
    _Kept.copy, _Kept.checked_at = kept, moment
    return kept


def snapshot_of(company: Company) -> CompanySnapshot:
    return CompanySnapshot.model_validate(company)


def read_company(session: Session) -> CompanySnapshot:
    """The settings as this session sees them: its own changes too, and never an older copy."""
    if session.autoflush:
        session.flush()
    kept, version = _Kept.copy, session.execute(_version_statement()).scalar()
    return kept if kept is not None and kept.version == version else snapshot_of(get_company(session))


def forget_snapshot() -> None:
    """The next reader asks the database."""
    _Kept.copy = None


live.the_hub.forget_with(live.COMPANY_TOPIC, forget_snapshot)


def _refresh_after_commit(session: Session) -> None:
    event.listen(session, "after_commit", lambda _session: forget_snapshot())  # also fires when a savepoint ends


def _demand_edit(actor: Editor) -> None:
    if not actor.can(EDIT_COMPANY):
        raise NotAllowed


def _lock(session: Session, version: int) -> Company:
    """The row, held until the commit; whoever read an older version is told."""
    company = session.exec(_locked()).one()
    if company.version != version:
        raise ChangedMeanwhile
    return company


def _save(session: Session, actor: Editor, company: Company, verb: str, changed: list[str]) -> Company:
    company.version += 1
    company.changed_at = now()
    session.add(company)
    audit.record(session, actor.kind, actor.id, verb, "company", ONLY, changed=changed)
    session.flush()
    live.touch(session, live.COMPANY_TOPIC)
    _refresh_after_commit(session)
    return company


def update_company(session: Session, actor: Editor, form: CompanyForm) -> Company:
    """Saves the settings of the portal; refuses colours that people could not read, by the name of the pair."""
    _demand_edit(actor)
    weak = weak_pairs(form.brand_color, form.sun_color)
    if weak:
        raise InvalidForm({"brand_color": (UNREADABLE, {"pairs": ", ".join(weak)})})
    company = _lock(session, form.version)
    changed = []
    for name, value in form.model_dump(exclude={"version"}).items():
        if getattr(company, name) != value:
            setattr(company, name, value)
            changed.append(name)
    return _save(session, actor, company, "update", changed) if changed else company


def set_logo(session: Session, actor: Editor, content: bytes) -> Company:
    """Replaces the logo by an uploaded picture."""
    _demand_edit(actor)
    picture = process_logo(content)  # before the first statement: it takes a while, and nobody waits for it
    company = _lock(session, get_company(session).version)
    _drop_file_after_commit(session, company.logo_key)
    company.logo_key, company.logo_type = files.store(picture), LOGO_TYPE
    return _save(session, actor, company, "set_logo", ["logo"])


def remove_logo(session: Session, actor: Editor) -> Company:
    _demand_edit(actor)
    company = _lock(session, get_company(session).version)
    _drop_file_after_commit(session, company.logo_key)
    company.logo_key = company.logo_type = ""
    return _save(session, actor, company, "remove_logo", ["logo"])


def read_logo() -> tuple[bytes, str, str]:
    """Content, content type and key of the logo, for anybody; NotFound when there is none."""
    snapshot = company_snapshot()
    if not snapshot.logo_key:
        raise NotFound
    try:
        return files.read(snapshot.logo_key), snapshot.logo_type, snapshot.logo_key
    except FileNotFoundError:  # replaced by another worker a moment ago
        raise NotFound from None


def _drop_file_after_commit(session: Session, key: str) -> None:
    if key:
        event.listen(session, "after_commit", lambda _session: files.delete(key), once=True)
