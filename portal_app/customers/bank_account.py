"""A customer's bank account. It is written whole, kept sealed and read masked, by its owner too and in the history. Staff
who may see payment data ask for the number itself, one at a time, and it is written down who did."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlmodel import Session, col

from ..access.actors import Actor, Permission
from ..access.attributes import open_attributes
from ..company.service import get_company
from ..core import audit, limits
from ..core.bank_accounts import masked_iban, spaced_iban
from ..core.errors import NotAllowed, NotFound
from ..core.events import publish
from ..core.sealed import SealBroken, seal, unseal
from .errors import IbanUnreadable
from .events import BankAccountChanged, ProfileUpdated
from .history import add_changes
from .models import BankAccount, Contact
from .rules import BankAccountForm
from .service import get_own_contact, get_visible_contact

CHANGES_PER_CUSTOMER = "10/hour"
LOOKS_PER_STAFF = "60/hour"


class ShownBankAccount(BaseModel):
    """What may be read of a bank account once it is saved."""

    holder: str
    iban_masked: str
    changed_at: datetime


def bank_account_of(session: Session, contact_id: str) -> ShownBankAccount | None:
    """Whoever calls has made sure that the reader may see the contact."""
    row = session.get(BankAccount, contact_id)
    return None if row is None else ShownBankAccount(
        holder=row.holder, iban_masked=masked_iban(row.iban_end), changed_at=row.changed_at)


def show_iban(session: Session, actor: Actor, contact_id: str) -> str:
    """The whole number, for staff who pay out or collect; the audit log says who saw whose."""
    if not (actor.is_staff and actor.can(Permission.SEE_PAYMENT_DATA)):
        raise NotAllowed
    account = session.get(BankAccount, get_visible_contact(session, actor, contact_id).id)
    if account is None:
        raise NotFound
    limits.demand(LOOKS_PER_STAFF, "see-bank-account", actor.id)
    audit.record(session, actor.kind, actor.id, "see", "bank_account", account.contact_id)
    try:
        return spaced_iban(unseal(account.sealed_iban))
    except SealBroken:
        raise IbanUnreadable from None


def _is_of(account: BankAccount, iban: str) -> bool:
    try:
        return unseal(account.sealed_iban) == iban
    except SealBroken:
        return False


def _locked(session: Session, actor: Actor) -> tuple[Contact, BankAccount | None]:
    """The actor's own contact and account, where the company lets customers change it."""
    contact = get_own_contact(session, actor)
    if "iban" not in open_attributes(get_company(session).customer_edits, BankAccount):
        raise NotAllowed
    limits.demand(CHANGES_PER_CUSTOMER, "bank-account", actor.id)
    session.scalars(select(col(Contact.id)).where(col(Contact.id) == contact.id).with_for_update()).one()  # one at a time
    return contact, session.get(BankAccount, contact.id, populate_existing=True)


def save_own_bank_account(session: Session, actor: Actor, form: BankAccountForm) -> bool:
    """Names the account or replaces it; False when it was so already."""
    contact, account = _locked(session, actor)
    changes = {"holder": (account.holder if account else "", form.holder)}
    if account is None or not _is_of(account, form.iban):
        changes["iban"] = (masked_iban(account.iban_end) if account else "", masked_iban(form.iban))
    elif account.holder == form.holder:
        return False
    session.merge(BankAccount(contact_id=contact.id, holder=form.holder, sealed_iban=seal(form.iban),
                              iban_end=form.iban[-4:]))
    _tell(session, actor, contact, "update", changes, masked_iban(form.iban))
    return True


def remove_own_bank_account(session: Session, actor: Actor) -> None:
    contact, account = _locked(session, actor)
    if account is None:
        raise NotFound
    session.delete(account)
    session.flush()
    _tell(session, actor, contact, "delete", {"holder": (account.holder, ""), "iban": (masked_iban(account.iban_end), "")})


def _tell(session: Session, actor: Actor, contact: Contact, verb: str, changes: dict[str, tuple[str, str]],
          iban_masked: str = "") -> None:
    """History, audit and events, of what was and is now of holder and number."""
    changed = {name: (before, after) for name, (before, after) in changes.items() if name == "iban" or before != after}
    add_changes(session, actor, contact.id, changed)
    audit.record(session, actor.kind, actor.id, verb, "bank_account", contact.id, changed=list(changed))
    publish(session, ProfileUpdated(contact_id=contact.id, attributes=list(changed)))
    publish(session, BankAccountChanged(contact_id=contact.id, iban_masked=iban_masked))
