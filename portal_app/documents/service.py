"""Documents: who sees which, what arrives, what staff decide. Content is never touched here, only rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from ..access import modules
from ..access.actors import SYSTEM, Actor, Permission
from ..company.service import company_snapshot
from ..core import audit
from ..core.clock import now
from ..core.errors import NotAllowed, NotFound
from ..core.events import publish
from ..opportunities.models import Opportunity
from ..opportunities.service import get_locked, visible_opportunities
from .errors import AlreadySent, NotYetChecked, QuotaReached, SentBackMeanwhile, TooManyFiles
from .events import DocumentAccepted, DocumentFiled, DocumentRejected, DocumentRemoved, DocumentStored
from .folders import get_open_folder
from .models import Document
from .purposes import Asked, Place, purpose_of, special_purposes
from .reading_result import Reading
from .rules import GONE, MAX_BYTES_OF_PROJECT, MOST_FILES_OF_PROJECT, READABLE, RejectForm, Review, Scan


class FileView(BaseModel):
    """A file as pages show it: no keys, no hashes."""

    id: str = ""
    name: str = ""
    kind: str = ""
    size_bytes: int = 0
    page_count: int = 0
    has_thumbnail: bool = False
    is_checking: bool = False  # the virus scanner has not answered yet: nobody gets it
    is_lost: bool = False  # its content is gone from the store
    review: str = Review.OPEN
    reason: str = ""
    reviewed_by: str = ""
    reviewed_at: str = ""
    uploaded_by: str = ""
    by_customer: bool = False
    created_at: str = ""
    is_public: bool = False
    folder: str = ""
    purpose: str = ""
    ref_id: str = ""
    opportunity_id: str = ""
    can_remove: bool = False


def visible_documents(actor: Actor) -> SelectOfScalar[Document]:
    """Every query for documents begins here: the general rule, and that of each purpose that has its own."""
    special = special_purposes()
    general = and_(col(Document.purpose).not_in([purpose.key for purpose in special]), *_general_rule(actor))
    rules = [and_(col(Document.purpose) == purpose.key, purpose.is_visible(actor))
             for purpose in special if purpose.is_visible]
    query = select(Document).where(or_(general, *rules))
    return query.where(col(Document.is_public)) if actor.is_customer else query


def _general_rule(actor: Actor) -> list[ColumnElement[bool]]:
    """Customers see what belongs to the projects that they see, and to their account (or to themselves, as the module
    says) where no project is named; staff see what belongs to the projects that they see."""
    projects = visible_opportunities(actor).with_only_columns(col(Opportunity.id))
    of_project: ColumnElement[bool] = col(Document.opportunity_id).in_(projects)
    if actor.is_customer:
        whose, value = _own_part(actor)
        return [col(getattr(Document, whose)) == value, or_(col(Document.opportunity_id).is_(None), of_project)]
    return [] if actor.can(Permission.SEE_ALL_OPPORTUNITIES) else [of_project]


def _own_part(customer: Actor) -> tuple[str, str]:
    """The column that says which documents a customer sees, with its value."""
    if modules.scope_of(company_snapshot().modules, "documents") == "contact":
        return "contact_id", customer.id
    return "account_id", customer.account_id


def _is_shown_to(actor: Actor, document: Document) -> bool:
    """The general rule for a document of a project that the actor sees."""
    if not actor.is_customer:
        return True
    whose, value = _own_part(actor)
    return document.is_public and getattr(document, whose) == value


def get_document(session: Session, actor: Actor, document_id: str) -> Document:
    """The document, or NotFound: unknown and forbidden look alike."""
    found = session.exec(visible_documents(actor).where(Document.id == document_id)).first()
    if found is None:
        raise NotFound
    return found


def get_readable(session: Session, actor: Actor, document_id: str) -> Document:
    """`get_document`, and its content may be handed out."""
    found = get_document(session, actor, document_id)
    if found.scan in tuple(GONE):
        raise NotFound
    if found.scan not in tuple(READABLE):
        raise NotYetChecked
    return found


def _time(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def file_view(session: Session, actor: Actor, document: Document) -> FileView:
    return FileView(
        id=document.id, name=document.name, kind=document.kind, size_bytes=document.size_bytes,
        page_count=document.page_count, has_thumbnail=bool(document.thumbnail_key) and document.scan in tuple(READABLE),
        is_checking=document.scan == Scan.WAITING, is_lost=document.scan == Scan.LOST,
        review=document.review, reason=document.review_reason,
        reviewed_by=document.reviewed_by, reviewed_at=_time(document.reviewed_at), uploaded_by=document.uploaded_by_name,
        by_customer=document.uploaded_by_kind == "customer", created_at=_time(document.created_at),
        is_public=document.is_public, folder=document.folder, purpose=document.purpose, ref_id=document.ref_id,
        opportunity_id=document.opportunity_id or "",
        can_remove=purpose_of(document.purpose).may_remove(session, actor, document))


def _views(session: Session, actor: Actor, documents: Iterable[Document]) -> list[FileView]:
    return [file_view(session, actor, document) for document in documents]


def list_files(session: Session, actor: Actor, purpose: str, ref_id: str) -> list[FileView]:
    """The files of one thing (a case), in the order in which they came."""
    rows = session.exec(visible_documents(actor).where(Document.purpose == purpose, Document.ref_id == ref_id)
                        .order_by(col(Document.created_at), col(Document.id)).limit(MOST_FILES_OF_PROJECT))
    return _views(session, actor, rows)


def list_files_of_projects(session: Session, purpose: str, ref_ids: Collection[str],
                           seen: Collection[tuple[Actor, str]]) -> dict[tuple[str, str], list[FileView]]:
    """The files of these things in each project, in the order in which they came; by the ids of reader and project.

    For a purpose of the general rule, and for projects that each reader was found to see.
    """
    rows = defaultdict[str | None, list[Document]](list)
    for row in session.exec(select(Document).where(
            Document.purpose == purpose, col(Document.ref_id).in_(ref_ids),
            col(Document.opportunity_id).in_({project_id for _, project_id in seen}),
    ).order_by(col(Document.created_at), col(Document.id))):
        rows[row.opportunity_id].append(row)
    return {(actor.id, project_id): _views(session, actor, [row for row in rows[project_id] if _is_shown_to(actor, row)])
            for actor, project_id in seen}


def list_files_by_id(session: Session, actor: Actor, ids: Sequence[str]) -> list[FileView]:
    """The files with these ids, in this order; what is not there or not visible is left out."""
    rows = session.exec(visible_documents(actor).where(col(Document.id).in_(ids[:MOST_FILES_OF_PROJECT])))
    views = {view.id: view for view in _views(session, actor, rows)}
    return [views[each] for each in ids if each in views]


def list_attachments(session: Session, actor: Actor, opportunity_id: str) -> list[FileView]:
    """Every file of a project that the actor sees, the newest first."""
    rows = session.exec(visible_documents(actor).where(Document.opportunity_id == opportunity_id)
                        .order_by(col(Document.created_at).desc(), col(Document.id).desc()).limit(MOST_FILES_OF_PROJECT))
    return _views(session, actor, rows)


# -- arriving and leaving ----------------------------------------------------------------------------------------------


def _used(session: Session, where: ColumnElement[bool]) -> tuple[int, int]:
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(col(Document.size_bytes)), 0)).select_from(Document)
        .where(where, col(Document.scan).not_in(GONE))).one()
    return int(row[0]), int(row[1])


def open_place(session: Session, actor: Actor, asked: Asked, size_bytes: int = 0) -> Place:
    """Where a file may go, if it may: authorised by its purpose, and within the quota."""
    place = purpose_of(asked.purpose).open(session, actor, asked)
    whole = (col(Document.opportunity_id) == place.opportunity_id if place.opportunity_id
             else and_(col(Document.opportunity_id).is_(None), col(Document.account_id) == place.account_id))
    count, size = _used(session, whole)
    if count >= MOST_FILES_OF_PROJECT or size + size_bytes > MAX_BYTES_OF_PROJECT:
        raise QuotaReached
    if place.ref_id:
        here, _size = _used(session, and_(whole, col(Document.purpose) == asked.purpose,
                                          col(Document.ref_id) == place.ref_id,
                                          col(Document.review) != Review.REJECTED))
        if here >= place.allowance.most_files:
            raise TooManyFiles(most=place.allowance.most_files)
    return place


def add_document(session: Session, actor: Actor, asked: Asked, reading: Reading, scan: Scan, content_key: str,
                 thumbnail_key: str) -> Document:
    """Writes the row of a file whose content has been stored, and tells the room that it is for.

    The project is locked, so that files that arrive at the same moment do not exceed what fits.
    """
    opportunity_id = purpose_of(asked.purpose).open(session, actor, asked).opportunity_id
    if opportunity_id:
        get_locked(session, SYSTEM, opportunity_id)  # its purpose has said who may: a case has other people than a project
    place = open_place(session, actor, asked, reading.size_bytes)
    at = now()
    document = Document(
        opportunity_id=place.opportunity_id, account_id=place.account_id, contact_id=place.contact_id,
        purpose=asked.purpose, ref_id=place.ref_id, folder=place.folder, is_public=place.is_public, name=reading.name,
        kind=reading.kind, size_bytes=reading.size_bytes, content_hash=reading.content_hash, content_key=content_key,
        thumbnail_key=thumbnail_key, width_px=reading.width_px, height_px=reading.height_px,
        page_count=reading.page_count, scan=scan, scan_next_at=at if scan == Scan.WAITING else None,
        uploaded_by_kind=actor.kind, uploaded_by_id=actor.id, uploaded_by_name=actor.name, created_at=at)
    session.add(document)
    session.flush()
    audit.record(session, actor.kind, actor.id, "upload", "document", document.id, purpose=document.purpose,
                 kind=document.kind, size_bytes=document.size_bytes, content_hash=document.content_hash, scan=str(scan))
    purpose_of(asked.purpose).stored(session, actor, document)
    publish(session, DocumentStored(document_id=document.id, opportunity_id=document.opportunity_id,
                                    purpose=document.purpose, ref_id=document.ref_id, by_customer=actor.is_customer))
    return document


def remove_document(session: Session, actor: Actor, document_id: str) -> list[str]:
    """Deletes the row and gives the keys of what is to be deleted from the store once this is committed."""
    document = get_document(session, actor, document_id)
    if document.opportunity_id:
        get_locked(session, SYSTEM, document.opportunity_id)
    document = session.get(Document, document_id, populate_existing=True)  # as it is now: somebody may have decided on it
    if document is None:
        raise NotFound
    if not purpose_of(document.purpose).may_remove(session, actor, document):
        raise AlreadySent if actor.is_customer and document.uploaded_by_id == actor.id else NotFound
    purpose_of(document.purpose).removed(session, actor, document)
    publish(session, DocumentRemoved(document_id=document.id, opportunity_id=document.opportunity_id,
                                     purpose=document.purpose, ref_id=document.ref_id))
    audit.record(session, actor.kind, actor.id, "remove", "document", document.id, content_hash=document.content_hash)
    session.delete(document)
    session.flush()
    return [key for key in (document.content_key, document.thumbnail_key) if key]


# -- what staff decide -------------------------------------------------------------------------------------------------


def _for_review(session: Session, actor: Actor, document_id: str) -> Document:
    document = get_document(session, actor, document_id)
    if not actor.is_staff:
        raise NotFound
    if not actor.can(Permission.REVIEW_DOCUMENTS):
        raise NotAllowed
    if document.opportunity_id:
        get_locked(session, actor, document.opportunity_id)
    session.refresh(document)
    return document


def set_public(session: Session, actor: Actor, document_id: str, is_public: bool) -> Document:
    """Whether the customer sees the file; a private one is never served to them."""
    document = _for_review(session, actor, document_id)
    if document.is_public != is_public:
        document.is_public = is_public
        document.version += 1
        session.add(document)
        audit.record(session, actor.kind, actor.id, "show" if is_public else "hide", "document", document.id)
        _tell_filed(session, document)
    session.flush()
    return document


def move_to_folder(session: Session, actor: Actor, document_id: str, folder_id: str) -> Document:
    """Who sees the file stays as it is."""
    document = _for_review(session, actor, document_id)
    if document.folder != folder_id:
        folder = get_open_folder(session, folder_id)
        audit.record(session, actor.kind, actor.id, "file", "document", document.id, before=document.folder,
                     after=folder.id)
        document.folder = folder.id
        document.version += 1
        session.add(document)
        _tell_filed(session, document)
    session.flush()
    return document


def _tell_filed(session: Session, document: Document) -> None:
    publish(session, DocumentFiled(document_id=document.id, opportunity_id=document.opportunity_id,
                                   folder=document.folder, is_public=document.is_public))


def accept_document(session: Session, actor: Actor, document_id: str) -> Document:
    document = _for_review(session, actor, document_id)
    if document.review == Review.ACCEPTED:
        return document
    if document.review == Review.REJECTED:
        raise SentBackMeanwhile
    if document.scan == Scan.WAITING:
        raise NotYetChecked  # nobody has read it yet
    _decide(session, actor, document, Review.ACCEPTED, "")
    publish(session, DocumentAccepted(document_id=document.id, opportunity_id=document.opportunity_id,
                                      contact_id=document.contact_id))
    return document


def reject_document(session: Session, actor: Actor, document_id: str, form: RejectForm) -> Document:
    """Sends a file back with its reason: the customer sees both, gets a mail, and the field that asked is open again."""
    document = _for_review(session, actor, document_id)
    if document.uploaded_by_kind != "customer":
        raise NotFound  # there is nobody to send it back to
    if document.review == Review.REJECTED:
        return document
    _decide(session, actor, document, Review.REJECTED, form.reason)
    purpose_of(document.purpose).rejected(session, actor, document)
    publish(session, DocumentRejected(
        document_id=document.id, opportunity_id=document.opportunity_id, contact_id=document.contact_id,
        purpose=document.purpose, ref_id=document.ref_id, name=document.name, reason=form.reason))
    return document


def _decide(session: Session, actor: Actor, document: Document, review: Review, reason: str) -> None:
    document.review, document.review_reason = review, reason
    document.reviewed_by, document.reviewed_at = actor.name, now()
    document.version += 1
    session.add(document)
    session.flush()
    audit.record(session, actor.kind, actor.id, str(review), "document", document.id)
