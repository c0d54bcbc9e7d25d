"""Customers: found by staff, entered by staff, and what they decide themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select, false, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from ..access.actors import Actor, Permission
from ..access.codes import end_codes_of
from ..access.links import end_links_of
from ..access.models import StaffMember
from ..access.modules import scope_of
from ..access.sessions import end_sessions_of
from ..company.service import get_company
from ..core import audit
from ..core.clock import now
from ..core.errors import NotAllowed, NotFound
from ..core.events import publish
from ..core.texts import LANGUAGES
from . import search
from .errors import CustomerKnown
from .events import ContactChanged, CustomerRegistered
from .history import CLOSED, OPEN, add_changes, keep_changes
from .models import Account, Contact, EmailChange
from .rules import LONGEST_QUERY, PAGE_SIZE, CustomerForm


class CustomerRow(BaseModel):
    """A customer in the list of staff."""

    id: str
    name: str
    email: str
    phone: str
    address: str
    language: str
    is_active: bool


class CustomerPage(BaseModel):
    rows: list[CustomerRow]
    page: int
    has_more: bool


# -- seeing ----------------------------------------------------------------------------------------------------------


def visible_contacts(session: Session, actor: Actor) -> Select[Any]:
    """The contacts that the actor may see: customers themselves, or their household where the company says so; staff
    all of them if they see all opportunities, else none but through the opportunities they work on."""
    return select(Contact).where(_is_visible(session, actor))


def _is_visible(session: Session, actor: Actor) -> Any:
    if actor.is_customer:
        if scope_of(get_company(session).modules, "account") == "account":
            return col(Contact.account_id) == actor.account_id
        return col(Contact.id) == actor.id
    if actor.kind == "system" or actor.can(Permission.SEE_ALL_OPPORTUNITIES):
        return true()
    return false()


def get_visible_contact(session: Session, actor: Actor, contact_id: str) -> Contact:
    """The contact, or `NotFound` when there is none that this actor may see."""
    contact = session.scalars(visible_contacts(session, actor).where(col(Contact.id) == contact_id)).one_or_none()
    if contact is None:
        raise NotFound
    return contact


def get_own_contact(session: Session, actor: Actor) -> Contact:
    """The customer's own data."""
    if not actor.is_customer:
        raise NotFound
    return get_visible_contact(session, actor, actor.id)


def list_customers(session: Session, actor: Actor, query: str = "", page: int = 1) -> CustomerPage:
    """A page of customers, the newest first; `query` are beginnings of words of name, address, e-mail and phone.

    There is no count: it would read every row.
    """
    if not actor.can(Permission.SEE_ALL_OPPORTUNITIES):
        raise NotAllowed
    page = max(1, min(page, 4000))
    statement = visible_contacts(session, actor).where(*search.conditions(session, query[:LONGEST_QUERY]))
    found = session.scalars(
        statement.order_by(col(Contact.id).desc()).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)
    ).all()
    return CustomerPage(
        rows=[CustomerRow.model_validate(row, from_attributes=True) for row in found[:PAGE_SIZE]],
        page=page, has_more=len(found) > PAGE_SIZE,
    )


# -- entering --------------------------------------------------------------------------------------------------------


def _demand_edit(actor: Actor) -> None:
    if not actor.can(Permission.EDIT_CUSTOMERS):
        raise NotAllowed


def end_ways_in(session: Session, contact_id: str) -> None:
    """What was mailed to an address that counts no longer opens nothing."""
    end_links_of(session, contact_id)
    end_codes_of(session, contact_id)
    session.execute(update(EmailChange).where(
        col(EmailChange.contact_id) == contact_id, col(EmailChange.ended_at).is_(None),
    ).values(ended_at=now()).execution_options(synchronize_session=False))


def save_contact(session: Session, contact: Contact, values: Mapping[str, Any]) -> None:
    """Writes the contact with these values; when its address is another's, nothing is changed and the field is told."""
    try:
        with session.begin_nested():
            for name, value in values.items():
                setattr(contact, name, value)
            session.add(contact)
            session.flush()
    except IntegrityError:
        raise CustomerKnown("email") from None


def create_customer(session: Session, actor: Actor, form: CustomerForm, *, account_id: str | None = None,
                    opportunity_id: str | None = None, announce: bool = True) -> Contact:
    """A new contact with a new account, or in the account that is named; publishes `CustomerRegistered`.

    Without `announce` the caller publishes it, once there is the project that it shall name.
    """
    _demand_edit(actor)
    if account_id is None:
        account = Account(name=form.account_name or form.name)
        session.add(account)
    else:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound
    language = form.language or get_company(session).default_language
    contact = Contact(account_id=account.id, language=language,
                      **form.model_dump(exclude={"language", "account_name"}))
    session.flush()
    save_contact(session, contact, {})
    audit.record(session, actor.kind, actor.id, "create", "contact", contact.id)
    if announce:
        publish(session, CustomerRegistered(contact_id=contact.id, opportunity_id=opportunity_id))
    return contact


def _editable(session: Session, actor: Actor, contact_id: str) -> Contact:
    _demand_edit(actor)
    return get_visible_contact(session, actor, contact_id)


def update_contact(session: Session, actor: Actor, contact_id: str, form: CustomerForm,
                   began: Mapping[str, str] | None = None) -> Contact:
    """Changes a contact. With a new address, links and codes that went to the old one end.

    `began` is what the form was filled with: what stayed as it was there stays as the customer or a colleague may have
    made it meanwhile.
    """
    contact = _editable(session, actor, contact_id)
    values = form.model_dump(exclude={"account_name"})
    values["language"] = values["language"] or contact.language
    changed = [name for name, value in values.items() if value not in (getattr(contact, name), (began or {}).get(name))]
    if not changed:
        return contact
    before = {name: getattr(contact, name) for name in changed}
    save_contact(session, contact, {name: values[name] for name in changed})
    if "email" in changed:
        end_ways_in(session, contact.id)
    keep_changes(session, actor, contact, before)
    audit.record(session, actor.kind, actor.id, "update", "contact", contact.id, changed=changed)
    publish(session, ContactChanged(contact_id=contact.id))
    return contact


def set_active(session: Session, actor: Actor, contact_id: str, is_active: bool) -> None:
    """Lets a contact in or keeps them out; kept out, what they have open ends."""
    contact = _editable(session, actor, contact_id)
    if contact.is_active == is_active:
        return
    contact.is_active = is_active
    session.add(contact)
    session.flush()
    if not is_active:
        end_sessions_of(session, contact_id=contact.id)
        end_ways_in(session, contact.id)
    add_changes(session, actor, contact.id, {"access": (CLOSED, OPEN) if is_active else (OPEN, CLOSED)})
    audit.record(session, actor.kind, actor.id, "activate" if is_active else "deactivate", "contact", contact.id)
    publish(session, ContactChanged(contact_id=contact.id))


# -- what people decide themselves -----------------------------------------------------------------------------------


def set_language(session: Session, actor: Actor, language: str) -> None:
    """The language that the actor reads, in the portal and in mails."""
    if language not in LANGUAGES:
        raise NotFound
    table = Contact if actor.is_customer else StaffMember
    session.execute(update(table).where(col(table.id) == actor.id).values(language=language))
