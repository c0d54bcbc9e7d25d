"""Photos and files of cases: who may add one, and what the talk makes of it. Importing this is what registers them.

The form of a new case takes files before there is a case: they are stored under the id that it will have (`CaseDraft.
future_id`), and only who brought them sees them until it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select, update

from ..access.actors import Actor, Permission
from ..access.requests import insert_or_update
from ..core.clock import now
from ..core.errors import NotFound
from ..core.forms import parse_id
from ..documents.models import Document
from ..documents.purposes import Asked, Place, Purpose, register
from ..documents.rules import Allowance, Folder
from ..documents.service import FileView, list_files, list_files_by_id
from .access import get_visible_case, is_open_to_customers
from .models import Case, CaseDraft, CaseMessage
from .rules import CaseIsClosed, CaseState

PURPOSE = "case"
FILE = "file"
MOST_FILES = 20


def _open(session: Session, actor: Actor, asked: Asked) -> Place:
    """Customers add to their open cases and to the one that they are writing, staff to those that they may handle."""
    ref_id = parse_id(asked.ref_id)
    allowance = Allowance(most_files=MOST_FILES)
    if session.get(Case, ref_id) is None:
        if not actor.is_customer or not is_open_to_customers():
            raise NotFound
        draft = session.get(CaseDraft, (actor.id, ""))  # another device may have begun it, under another id
        future_id = draft.future_id if draft and draft.future_id else ref_id
        return Place(actor.account_id, actor.id, None, ref_id=future_id, folder=Folder.CLIENT, is_public=True,
                     allowance=allowance)
    case = get_visible_case(session, actor, ref_id)
    if not (actor.is_customer or actor.can(Permission.HANDLE_CASES)):
        raise NotFound
    if case.state == CaseState.CLOSED:
        raise CaseIsClosed
    return Place(case.account_id, case.contact_id, case.opportunity_id, ref_id=case.id, folder=Folder.CLIENT,
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


def _may_read(session: Session, actor: Actor, document: Document) -> bool:
    """What has not been sent yet is its writer's alone."""
    return (document.uploaded_by_id == actor.id and document.uploaded_by_kind == actor.kind) or session.get(
        Case, document.ref_id) is not None


def _may_remove(session: Session, actor: Actor, document: Document) -> bool:
    case = session.get(Case, document.ref_id)
    return (document.uploaded_by_id == actor.id and document.uploaded_by_kind == actor.kind
            and (case is None or case.state != CaseState.CLOSED))


register(Purpose(PURPOSE, open=_open, stored=_stored, may_remove=_may_remove, may_read=_may_read))


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
