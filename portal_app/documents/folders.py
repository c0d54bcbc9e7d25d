"""The folders in which staff see a project's files: what every company begins with, and how staff change them.

A folder that nobody has changed has no row: it is as every company begins with.
"""

from __future__ import annotations

from pydantic import BaseModel
from sqlmodel import Session, func, select

from ..access.actors import Actor, Permission
from ..company.models import Company
from ..company.service import company_snapshot
from ..core import audit
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, NotAllowed, NotFound
from ..core.localized import in_language, missing_languages
from ..core.texts import LANGUAGES, server_text, translate
from ..flows.rules import demand_room, moved
from .models import Document, DocumentFolder
from .rules import CLIENT, INTERNAL, FolderForm, FolderInUse

MOST_FOLDERS = 40
MOST_COUNTED = 500

PRESETS = {
    CLIENT: server_text("Client documents"),
    "contracts": server_text("Contracts and offers"),
    "technical": server_text("Technical documents"),
    "authorities": server_text("Grid operator and authorities"),
    INTERNAL: server_text("Internal"),
}


class FolderRow(BaseModel):
    """A folder as Settings shows it."""

    id: str
    version: int
    name: str
    names: dict[str, str]
    is_public: bool
    is_archived: bool
    is_of_customers: bool
    missing: list[str]
    count: int


class FoldersPage(BaseModel):
    rows: list[FolderRow]
    languages: list[str]


def list_folders(session: Session) -> list[DocumentFolder]:
    """All of them in their order, also archived ones."""
    rows = {row.id: row for row in session.exec(select(DocumentFolder))}
    presets = [rows.pop(key, None) or _preset(key) for key in PRESETS]
    return sorted([*presets, *rows.values()], key=lambda folder: (folder.position, folder.id))


def _preset(key: str) -> DocumentFolder:
    name = {language: translate(language, PRESETS[key]) for language in LANGUAGES}
    return DocumentFolder(id=key, name=name, position=list(PRESETS).index(key), is_public=key == CLIENT, version=0)


def name_of(folder: DocumentFolder, language: str) -> str:
    return in_language(folder.name, language, company_snapshot().default_language)


def get_open_folder(session: Session, folder_id: str) -> DocumentFolder:
    """A folder that takes files."""
    found = next((each for each in list_folders(session) if each.id == folder_id and not each.is_archived), None)
    if found is None:
        raise NotFound
    return found


# -- Settings ---------------------------------------------------------------------------------------------------------


def list_for_settings(session: Session, actor: Actor) -> FoldersPage:
    _demand(actor)
    languages = company_snapshot().languages
    return FoldersPage(languages=list(languages), rows=[FolderRow(
        id=folder.id, version=folder.version, name=name_of(folder, actor.language), names=folder.name,
        is_public=folder.is_public, is_archived=folder.is_archived, is_of_customers=folder.id == CLIENT,
        missing=missing_languages(folder.name, languages), count=_count(session, folder.id))
        for folder in list_folders(session)])


def _count(session: Session, folder_id: str) -> int:
    """How many files it holds; counting stops, so that it costs the same with many."""
    some = select(1).select_from(Document).where(Document.folder == folder_id).limit(MOST_COUNTED).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def _demand(actor: Actor) -> None:
    if not actor.can(Permission.EDIT_COMPANY):
        raise NotAllowed


def _locked(session: Session, actor: Actor) -> list[DocumentFolder]:
    """All of them, for one change at a time; the company's row is the lock, since presets may have none."""
    _demand(actor)
    session.exec(select(Company.id).with_for_update()).first()
    return list_folders(session)


def _one_of(folders: list[DocumentFolder], folder_id: str, version: int | None = None) -> DocumentFolder:
    found = next((each for each in folders if each.id == folder_id), None)
    if found is None:
        raise NotFound
    if version is not None and found.version != version:
        raise ChangedMeanwhile
    return found


def _save(session: Session, actor: Actor, folder: DocumentFolder, verb: str) -> str:
    folder.version += 1
    folder.changed_at = now()
    session.add(folder)
    session.flush()
    audit.record(session, actor.kind, actor.id, verb, "document_folder", folder.id, is_public=folder.is_public)
    return folder.id


def create_folder(session: Session, actor: Actor, form: FolderForm) -> str:
    """A new folder at the end of the list; its id."""
    folders = _locked(session, actor)
    demand_room(len(folders), MOST_FOLDERS)
    folder = DocumentFolder(name=form.name, is_public=form.is_public, position=folders[-1].position + 1, version=0)
    return _save(session, actor, folder, "create")


def save_folder(session: Session, actor: Actor, folder_id: str, form: FolderForm) -> None:
    """Files that are in it stay as visible as they are."""
    folder = _one_of(_locked(session, actor), folder_id, form.version)
    folder.name, folder.is_public = form.name, form.is_public or folder.id == CLIENT
    _save(session, actor, folder, "update")


def archive_folder(session: Session, actor: Actor, folder_id: str, version: int, is_archived: bool) -> None:
    """An archived folder takes no more files; those that it holds stay in sight."""
    folder = _one_of(_locked(session, actor), folder_id, version)
    if folder.id == CLIENT:
        raise FolderInUse
    folder.is_archived = is_archived
    _save(session, actor, folder, "archive" if is_archived else "restore")


def move_folder(session: Session, actor: Actor, folder_id: str, position: int) -> None:
    """Puts a folder at a place among those that take files (the first is 0)."""
    folders = _locked(session, actor)
    folder = _one_of(folders, folder_id)
    for place, each in enumerate(moved([each for each in folders if not each.is_archived], folder, position)):
        each.position = place
        session.add(each)
    _save(session, actor, folder, "move")
