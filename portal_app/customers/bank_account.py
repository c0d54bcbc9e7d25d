"""A customer's bank account. It is written whole and read masked: no page shows the number again, nor does the history."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlmodel import Session, col

from ..access.actors import Actor
from ..access.attributes import open_attributes
from ..company.service import get_company
from ..core import audit, limits
from ..core.bank_accounts import masked_iban
from ..core.clock import now
from ..core.errors import NotAllowed, NotFound
from ..core.events import publish
from .events import BankAccountChanged, ProfileUpdated
from .history import add_changes
from .models import BankAccount, Contact
from .rules import BankAccountForm
from .service import get_own_contact

CHANGES_PER_CUSTOMER = "10/hour"


class ShownBankAccount(BaseModel):
    """What may be read of a bank account once it is saved."""

    holder: str
    iban_masked: str
    changed_at: datetime


def bank_account_of(session: Session, contact_id: str) -> ShownBankAccount | None:
    """Whoever calls has made sure that the reader may see the contact."""
    row = session.get(BankAccount, contact_id)
    return None if row is None else ShownBankAccount(
        holder=row.holder, iban_masked=masked_iban(row.iban), changed_at=row.changed_at)


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
    if account is not None and (account.holder, account.iban) == (form.holder, form.iban):
        return False
    before = (account.holder, account.iban) if account is not None else ("", "")
    account = account or BankAccount(contact_id=contact.id, holder="", iban="")
    account.holder, account.iban, account.changed_at = form.holder, form.iban, now()
    session.add(account)
    session.flush()
    _tell(session, actor, contact, before, (form.holder, form.iban))
    return True


def remove_own_bank_account(session: Session, actor: Actor) -> None:
    contact, account = _locked(session, actor)
    if account is None:
        raise NotFound
    before = (account.holder, account.iban)
    session.delete(account)
    session.flush()
    _tell(session, actor, contact, before, ("", ""))


def _tell(session: Session, actor: Actor, contact: Contact, before: tuple[str, str], after: tuple[str, str]) -> None:
    """History, audit and events, of what is new of holder and number."""
    changed = [name for name, was, is_now in zip(("holder", "iban"), before, after, strict=True) if was != is_now]
    shown = {"holder": (before[0], after[0]), "iban": (masked_iban(before[1]), masked_iban(after[1]))}
    add_changes(session, actor, contact.id, {name: shown[name] for name in changed})
    audit.record(session, actor.kind, actor.id, "update" if after[1] else "delete", "bank_account", contact.id,
                 changed=changed)
    publish(session, ProfileUpdated(contact_id=contact.id, attributes=changed))
    publish(session, BankAccountChanged(contact_id=contact.id, iban_masked=shown["iban"][1]))
