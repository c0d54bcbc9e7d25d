"""A customer hears by mail that the bank account is another one. Staff write the words; that it goes out is not theirs to
choose. Imported by `portal_app.rooms`, which makes it listen."""

from __future__ import annotations

from sqlmodel import Session

from ..core.events import on
from ..core.texts import server_text, translate
from ..customers.events import BankAccountChanged
from ..customers.models import Contact
from .service import enqueue_template
from .variables import Use

REMOVED = server_text("none any more")


@on(BankAccountChanged)
def tell_of_bank_account(session: Session, event: BankAccountChanged) -> None:
    language = session.get_one(Contact, event.contact_id).language
    enqueue_template(
        session, "bank-account-changed", event.contact_id,
        {"client_bank_account": event.iban_masked or translate(language, REMOVED)}, cause=Use.BANK_ACCOUNT_CHANGED,
        leads_to="/account")
