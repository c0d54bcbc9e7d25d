"""Photos and files of cases: who may add one, and what the talk makes of it. Importing this is what registers them.

The form of a new case takes files before there is a case: they are stored under the id that it will have (`CaseDraft.
future_id`), and only who brought them sees them until it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, delete, select, update

from ..access import desk
from ..access.actors import SYSTEM, Actor, Permission
from ..core import audit
from ..core.clock import now
from ..core.database import insert_or_update
from ..core.errors import NotFound
from ..core.forms import parse_id
from ..documents.models import Document
from ..documents.purposes import Asked, Place, Purpose, register
from ..documents.rules import CLIENT, Allowance
from ..documents.service import FileView, list_files, list_files_by_id
from .access import get_visible_case, is_open_to_customers, visible_cases
from .models import Case, CaseDraft, CaseMessage
from .rules import CaseIsClosed, CaseState

PURPOSE = "case"
FILE = "file"
MOST_FILES = 20
DRAFT_KEPT = timedelta(days=90)  # since somebody last wrote on a new case
UNSENT_KEPT = timedelta(days=2)
MOST_FORGOTTEN = 500


def _open(session: Session, actor: Actor, asked: Asked) -> Place:
    """Customers add to their open cases and to the one that they are writing, staff to those that they may handle."""
    ref_id = parse_id(asked.ref_id)
    allowance = Allowance(most_files=MOST_FILES)
    if session.get(Case, ref_id) is None:
        if not actor.is_customer or not is_open_to_customers():
            raise NotFound
        draft = session.get(CaseDraft, (actor.id, ""))  # another device may have begun it, under another id
        future_id = draft.future_id if draft and draft.future_id else ref_id
        return Place(actor.account_id, actor.id, None, ref_id=future_id, folder=CLIENT, is_public=True,
                     allowance=allowance)
    case = get_visible_case(session, actor, ref_id)
    if not (actor.is_customer or actor.can(Permission.HANDLE_CASES)):
        raise NotFound
    if case.state == CaseState.CLOSED:
        raise CaseIsClosed
    return Place(case.account_id, case.contact_id, case.opportunity_id, ref_id=case.id, folder=CLIENT,
                 is_public=True, allowance=allowance)


def _stored(session: Session, actor: Actor, document: Document) -> None:
    case = session.get(Case, document.ref_id)
    if case is not None:
        from .service import file_arrived  # it writes messages, and knows what follows

        file_arrived(session, actor, case, document.id)
        return
    values = {"future_id": document.ref_id, "changed_at": now()}
    statement = insert_or_update(session, CaseDraft).values(
        person_id=actor.id, case_id="", type_id="", opportunity_id="", title="", text="", **values)
    session.execute(statement.on_conflict_do_update(index_elements=["person_id", "case_id"], set_=values))


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    """Who sees the case sees its files; what has not been sent yet is its writer's alone."""
    own = and_(col(Document.uploaded_by_id) == actor.id, col(Document.uploaded_by_kind) == actor.kind)
    if actor.is_customer and not is_open_to_customers():
        return own
    return or_(own, col(Document.ref_id).in_(visible_cases(actor).with_only_columns(col(Case.id))))


def _may_remove(session: Session, actor: Actor, document: Document) -> bool:
    case = session.get(Case, document.ref_id)
    return (document.uploaded_by_id == actor.id and document.uploaded_by_kind == actor.kind
            and (case is None or case.state != CaseState.CLOSED))


register(Purpose(PURPOSE, open=_open, stored=_stored, may_remove=_may_remove, is_visible=_is_visible))


def forget_unsent(session: Session) -> None:
    """Clears new cases that nobody went on writing, and files of those that nobody can send any more. Only their rows:
    what then lies in the store without one is swept (`documents.sweep`)."""
    at = now()
    session.execute(delete(CaseDraft).where(col(CaseDraft.case_id) == "", col(CaseDraft.changed_at) < at - DRAFT_KEPT)
                    .execution_options(synchronize_session="fetch"))
    is_sent = select(Case.id).where(Case.id == Document.ref_id).exists()
    is_written = select(CaseDraft.person_id).where(CaseDraft.case_id == "", CaseDraft.future_id == Document.ref_id).exists()
    unsent = select(Document).where(Document.purpose == PURPOSE, col(Document.created_at) < at - UNSENT_KEPT, ~is_sent,
                                    ~is_written).limit(MOST_FORGOTTEN)
    for document in session.exec(unsent):
        audit.record(session, SYSTEM.kind, SYSTEM.id, "forget", "document", document.id, content_hash=document.content_hash)
        session.delete(document)
    session.flush()


desk.CLEARINGS.append(forget_unsent)


def take_over(session: Session, actor: Actor, case: Case) -> None:
    """The files of the form become the files of the case that it opened."""
    mine = (col(Document.purpose) == PURPOSE, col(Document.ref_id) == case.id, col(Document.contact_id) == actor.id)
    for document_id in session.exec(select(Document.id).where(*mine).order_by(col(Document.created_at), col(Document.id))):
        session.add(CaseMessage(case_id=case.id, kind=FILE, author_kind=actor.kind, author_id=actor.id,
                                author_name=actor.name, document_id=document_id, at=now()))
    if case.opportunity_id:
        session.execute(update(Document).where(*mine).values(opportunity_id=case.opportunity_id)
                        .execution_options(synchronize_session="fetch"))
    session.flush()


def list_of_draft(session: Session, actor: Actor, future_id: str) -> list[FileView]:
    """What has been added to a new case so far."""
    return list_files(session, actor, PURPOSE, future_id) if future_id else []


def files_by_id(session: Session, actor: Actor, ids: Iterable[str]) -> dict[str, FileView]:
    wanted = list(ids)
    return {file.id: file for file in list_files_by_id(session, actor, wanted)} if wanted else {}
