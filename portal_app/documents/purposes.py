"""What files are uploaded for: a registry, so that rooms above this one bring their own.

How to add a purpose
--------------------
1. In your room write three small functions and register them once, at import:

       from ..documents.purposes import Place, Purpose, register

       def _open(session, actor, asked):          # asked.project_id, asked.ref_id: as the client names them, parsed
           case = get_open_case(session, actor, parse_id(asked.ref_id))      # raises NotFound when it is not theirs
           return Place(opportunity_id=case.opportunity_id, account_id=case.account_id, contact_id=case.contact_id,
                        ref_id=case.id, folder=CLIENT, is_public=True, allowance=Allowance(most_files=20))

       register(Purpose("case", open=_open))

   `open` is asked twice: before the first byte is read, and again in the transaction that writes the row. It
   authorises; unknown and forbidden both raise `NotFound`. `is_public=False` is what no customer ever gets.
2. Optional: `stored(session, actor, document)` runs in the transaction in which the row was written, `removed(session,
   actor, document)` in the one that deletes it, `rejected(session, actor, document)` when staff send it back,
   `may_remove(session, actor, document) -> bool` is asked before deleting.
   `is_visible(actor)` is a condition for the query: who sees files of this purpose, where that is another rule than the
   general one (visible project or own account). What is not public is never a customer's, whatever it says.
3. Import the module in `portal_app/rooms.py` (`listen`), so that it is registered in every worker.
4. On the page: `c.upload(purpose="case", project=…, ref=State.case_id, files=State.files, on_changed=State.load)`;
   `files` is a list of `documents.service.FileView`, which `service.list_files(session, actor, purpose, ref_id)` gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement
from sqlmodel import Session

from ..access import modules
from ..access.actors import Actor, Permission
from ..company.service import company_snapshot
from ..core.errors import NotFound
from ..core.forms import parse_id
from ..opportunities.service import get_visible
from .folders import get_open_folder
from .models import Document
from .rules import CLIENT, INTERNAL, Allowance


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a client wants to put a file, in its own words: both are ids that nobody has checked."""

    purpose: str
    project_id: str = ""
    ref_id: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file belongs, checked."""

    account_id: str
    contact_id: str
    opportunity_id: str | None
    ref_id: str = ""
    folder: str = CLIENT
    is_public: bool = True
    allowance: Allowance = field(default_factory=Allowance)


def _nothing(session: Session, actor: Actor, document: Document) -> None:
    return None


def _own_unreviewed(session: Session, actor: Actor, document: Document) -> bool:
    """Who uploaded a file may take it back while nobody has decided on it; staff may remove what staff brought."""
    if actor.is_staff:
        return document.uploaded_by_kind == "staff" and actor.can(Permission.REVIEW_DOCUMENTS)
    return document.uploaded_by_id == actor.id and document.review == "open"


@dataclass(frozen=True, slots=True)
class Purpose:
    key: str
    open: Callable[[Session, Actor, Asked], Place]
    stored: Callable[[Session, Actor, Document], None] = _nothing
    removed: Callable[[Session, Actor, Document], None] = _nothing
    rejected: Callable[[Session, Actor, Document], None] = _nothing
    may_remove: Callable[[Session, Actor, Document], bool] = _own_unreviewed
    is_visible: Callable[[Actor], ColumnElement[bool]] | None = None


_purposes: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    _purposes[purpose.key] = purpose


def purpose_of(key: str) -> Purpose:
    """The purpose of that name; an unknown one is answered like a forbidden one."""
    found = _purposes.get(key)
    if found is None:
        raise NotFound
    return found


def special_purposes() -> list[Purpose]:
    """Those with a rule of their own for who sees a file."""
    return [purpose for purpose in _purposes.values() if purpose.is_visible]


def _open_project(session: Session, actor: Actor, asked: Asked) -> Place:
    """What somebody adds to a project unasked: customers into *Client documents*, staff into the folder they name."""
    opportunity = get_visible(session, actor, parse_id(asked.project_id))
    if actor.is_customer:
        if not modules.is_on(company_snapshot().modules, "documents"):
            raise NotFound
        folder, is_public = CLIENT, True
    elif actor.can(Permission.REVIEW_DOCUMENTS):
        chosen = get_open_folder(session, asked.folder or INTERNAL)
        folder, is_public = chosen.id, chosen.is_public
    else:
        raise NotFound
    return Place(opportunity.account_id, opportunity.contact_id, opportunity.id, folder=folder, is_public=is_public)


register(Purpose("project", open=_open_project))
