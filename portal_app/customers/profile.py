"""What customers change of themselves: their data and their consents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel
from sqlalchemy import select
from sqlmodel import Session, col

from ..access.actors import Actor
from ..access.attributes import Attribute, attributes_of, is_open, open_attributes
from ..company.service import get_company
from ..core import audit, limits
from ..core.errors import NotAllowed, NotFound
from ..core.events import publish
from .bank_account import ShownBankAccount, bank_account_of
from .consents import ConsentRow, consents_of
from .email_change import PendingChange, pending_change
from .events import ContactChanged, ProfileUpdated
from .history import ChangeRow, changes_of, keep_changes
from .models import BankAccount, Contact
from .rules import ProfileForm
from .service import CustomerRow, get_own_contact, get_visible_contact, save_contact

CHANGES_PER_CUSTOMER = "30/hour"
EDITED_TABLES = (Contact, BankAccount)


class Profile(BaseModel):
    """A customer's own data, and which of them they may change."""

    name: str
    email: str
    phone: str
    address: str
    language: str
    editable: list[str]
    pending: PendingChange | None
    bank_account: ShownBankAccount | None


class CustomerDetail(CustomerRow):
    """A contact as staff see it, with what was changed and consented to."""

    pending: PendingChange | None
    bank_account: ShownBankAccount | None
    changes: list[ChangeRow]
    consents: list[ConsentRow]


def list_editable(decisions: Mapping[str, bool]) -> dict[str, bool]:
    """Every attribute that can be opened to customers, and whether it is."""
    return {attribute.name: is_open(decisions, attribute) for attribute in _attributes()}


def decisions_for(opened: Iterable[str]) -> dict[str, bool]:
    """What the company's settings keep when just these attributes are open."""
    names = set(opened)
    return {attribute.key: attribute.name in names for attribute in _attributes()}


def _attributes() -> list[Attribute]:
    return [attribute for table in EDITED_TABLES for attribute in attributes_of(table).values()]


def get_own_profile(session: Session, actor: Actor) -> Profile:
    contact = get_own_contact(session, actor)
    decisions = get_company(session).customer_edits
    allowed = [name for name, opened in list_editable(decisions).items() if opened]
    return Profile(name=contact.name, email=contact.email, phone=contact.phone, address=contact.address,
                   language=contact.language, editable=sorted(allowed), pending=pending_change(session, contact.id),
                   bank_account=bank_account_of(session, contact.id))


def demand_editable(session: Session, attributes: Iterable[str]) -> None:
    """`NotAllowed` when the company keeps one of these to itself."""
    if set(attributes) - open_attributes(get_company(session).customer_edits, Contact):
        raise NotAllowed


def update_own_profile(session: Session, actor: Actor, form: ProfileForm) -> list[str]:
    """Changes what was sent, where the company lets customers; gives the names of what is new now.

    Publishes `ProfileUpdated`, which is the act `profile-updated`.
    """
    contact = get_own_contact(session, actor)
    limits.demand(CHANGES_PER_CUSTOMER, "profile", actor.id)
    contact = session.scalars(select(Contact).where(col(Contact.id) == contact.id).with_for_update()
                              .execution_options(populate_existing=True)).one()
    sent = form.model_dump(exclude_unset=True)
    changed = [name for name, value in sent.items() if getattr(contact, name) != value]
    if not changed:
        return []
    demand_editable(session, changed)
    before = {name: getattr(contact, name) for name in changed}
    save_contact(session, contact, {name: sent[name] for name in changed})
    keep_changes(session, actor, contact, before)
    audit.record(session, actor.kind, actor.id, "update", "contact", contact.id, changed=changed)
    publish(session, ContactChanged(contact_id=contact.id))
    publish(session, ProfileUpdated(contact_id=contact.id, attributes=changed))
    return changed


def get_customer_detail(session: Session, actor: Actor, contact_id: str) -> CustomerDetail:
    """A contact with the history of its data and consents; only for staff who may see the contact."""
    if not actor.is_staff:
        raise NotFound
    contact = get_visible_contact(session, actor, contact_id)
    return CustomerDetail(
        **contact.model_dump(include={"id", "name", "email", "phone", "address", "language", "is_active"}),
        pending=pending_change(session, contact.id), bank_account=bank_account_of(session, contact.id),
        changes=changes_of(session, contact.id), consents=consents_of(session, contact.id))
