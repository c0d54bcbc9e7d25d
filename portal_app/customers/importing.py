"""Customers by CSV: a dry run with every error by line, then all or nothing. Importing a file twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel
from sqlalchemy import insert, select
from sqlmodel import Session, col

from ..access.actors import Actor, Permission
from ..company.service import get_company
from ..core import audit, limits
from ..core.clock import now
from ..core.database import read_scope, session_scope
from ..core.errors import NotAllowed, PortalError
from ..core.ids import new_id
from ..core.texts import msg, text_id
from .csv_rules import LineError, Reading, read_customers
from .models import Account, Announcement, Contact, ContactWord
from .rules import CustomerForm
from .search import words_of_contact

IMPORTS_PER_PERSON = "30/hour"
MOST_ERRORS_TOLD = 200
ADDRESSES_AT_ONCE = 5000
ROWS_AT_ONCE = 5000


class ErrorsLeft(PortalError):
    text = msg("There are errors in the file, so nothing was imported.")


class ToldError(BaseModel):
    """An error as the page shows it: the text travels as id and values."""

    line: int
    column: str
    text_id: str
    values: dict[str, str | int | float]


class ImportReport(BaseModel):
    """What a file would do or has done. `known` are customers who are here already; they stay as they are."""

    is_done: bool = False
    new: int = 0
    known: int = 0
    error_count: int = 0
    errors: list[ToldError] = []
    encoding: str = ""
    separator: str = ""
    ignored: list[str] = []


def _demand(actor: Actor) -> None:
    if not actor.can(Permission.IMPORT_CUSTOMERS):
        raise NotAllowed


def known_addresses(session: Session, addresses: Sequence[str]) -> set[str]:
    """Those of the addresses that customers have."""
    found: set[str] = set()
    for start in range(0, len(addresses), ADDRESSES_AT_ONCE):
        found.update(session.scalars(select(col(Contact.email)).where(
            col(Contact.email).in_(addresses[start:start + ADDRESSES_AT_ONCE]))))
    return found


def _report(reading: Reading, known: int, *, is_done: bool = False) -> ImportReport:
    def told(error: LineError) -> ToldError:
        return ToldError(line=error.line, column=error.column, text_id=text_id(error.text), values=dict(error.values))

    return ImportReport(
        is_done=is_done, new=len(reading.rows) - known, known=known, error_count=len(reading.errors),
        errors=[told(error) for error in sorted(reading.errors, key=lambda each: each.line)[:MOST_ERRORS_TOLD]],
        encoding=reading.encoding, separator=reading.separator, ignored=reading.ignored[:20])


def import_customers(actor: Actor, content: bytes, *, is_dry: bool, invites: bool = False) -> ImportReport:
    """Reads the file and, unless `is_dry`, enters all of it or nothing.

    Reading takes seconds for a big file and happens before any session, so that nobody waits for the database meanwhile.
    With `invites` each new customer is announced afterwards, a few at a time, and so gets the mail of new customers.
    """
    _demand(actor)
    limits.demand(IMPORTS_PER_PERSON, "import", actor.id)
    reading = read_customers(content)
    if is_dry or reading.errors:
        with read_scope() as session:
            known = known_addresses(session, [form.email for _, form in reading.rows])
        report = _report(reading, len(known))
        if not is_dry:
            raise ErrorsLeft
        return report
    with session_scope() as session:
        known = enter_rows(session, actor, [form for _, form in reading.rows], invites=invites)
    return _report(reading, known, is_done=True)


def enter_rows(session: Session, actor: Actor, forms: Sequence[CustomerForm], *, invites: bool = False) -> int:
    """Enters whoever is not here yet, by few big statements; gives how many were here already.

    The addresses are looked up in the same transaction; a customer who is entered at the same moment makes the whole
    import fail, and nothing of it stays.
    """
    _demand(actor)
    known = known_addresses(session, [form.email for form in forms])
    language, at = get_company(session).default_language, now()
    accounts, contacts, found_by = [], [], []
    for form in forms:
        if form.email in known:
            continue
        account_id, contact_id = new_id(), new_id()
        accounts.append({"id": account_id, "name": form.account_name or form.name, "created_at": at})
        contact = {"id": contact_id, "account_id": account_id, "email": form.email, "name": form.name,
                   "phone": form.phone, "address": form.address, "language": form.language or language,
                   "is_active": True, "created_at": at}
        contacts.append(contact)
        found_by += [{"contact_id": contact_id, "word": word} for word in words_of_contact(contact)]
    for table, rows in ((Account, accounts), (Contact, contacts), (ContactWord, found_by)):
        _insert(session, table, rows)
    if invites:
        _insert(session, Announcement, [{"contact_id": contact["id"]} for contact in contacts])
    audit.record(session, actor.kind, actor.id, "import", "contact", new=len(contacts), known=len(known), invites=invites)
    session.flush()
    return len(known)


def _insert(session: Session, table: type, rows: Sequence[dict]) -> None:
    """Core statements: the mapper would send one for each row, and search words another."""
    target = table.__table__  # pyright: ignore[reportAttributeAccessIssue]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.connection().execute(insert(target), list(rows[start:start + ROWS_AT_ONCE]))

