"""Customers by CSV: a dry run with every error by line, then all or nothing. Importing a file twice changes nothing.

Others write meanwhile: on SQLite they wait for one transaction, which enters all customers and nothing else. The words
that find them are ten times as many rows; they follow in small transactions, and are completed after a restart.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import insert, select
from sqlmodel import Session, col

from ..access import desk
from ..access.actors import Actor, Permission
from ..company.service import get_company
from ..core import audit, limits
from ..core.clock import now
from ..core.database import read_scope, session_scope
from ..core.errors import NotAllowed, PortalError
from ..core.ids import TIME_DIGITS, new_id
from ..core.texts import msg, text_id
from .csv_rules import LineError, Reading, read_customers
from .models import Account, Announcement, Contact
from .rules import CustomerForm
from .search import write_missing_words

IMPORTS_PER_PERSON = "30/hour"
MOST_ERRORS_TOLD = 200
ADDRESSES_AT_ONCE = 5000
ROWS_AT_ONCE = 5000
LOOKED_AT_ONCE = 5000  # of contacts that nearly all have their words

Household = tuple[dict[str, Any], dict[str, Any]]  # the rows of account and contact


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
    households = _households([form for _, form in reading.rows])
    with session_scope() as session:
        known = enter_rows(session, actor, households, invites=invites)
    _write_words(min((contact["id"] for _, contact in households), default="")[:TIME_DIGITS])
    return _report(reading, known, is_done=True)


def _households(forms: Sequence[CustomerForm]) -> list[Household]:
    """The rows of account and contact for each form."""
    at, found = now(), []
    for form in forms:
        account_id = new_id()
        found.append((
            {"id": account_id, "name": form.account_name or form.name, "created_at": at},
            {"id": new_id(), "account_id": account_id, "email": form.email, "name": form.name, "phone": form.phone,
             "address": form.address, "language": form.language, "is_active": True, "created_at": at}))
    return found


def enter_rows(session: Session, actor: Actor, households: Sequence[Household], *, invites: bool = False) -> int:
    """Enters whoever is not here yet, by few big statements; gives how many were here already.

    The addresses are looked up in the same transaction; a customer who is entered at the same moment makes the whole
    import fail, and nothing of it stays.
    """
    known = known_addresses(session, [contact["email"] for _, contact in households])
    language = get_company(session).default_language
    fresh = [(account, {**contact, "language": contact["language"] or language})
             for account, contact in households if contact["email"] not in known]
    _insert(session, Account, [account for account, _ in fresh])
    _insert(session, Contact, [contact for _, contact in fresh])
    if invites:
        _insert(session, Announcement, [{"contact_id": contact["id"]} for _, contact in fresh])
    audit.record(session, actor.kind, actor.id, "import", "contact", new=len(fresh), known=len(known), invites=invites)
    session.flush()
    return len(known)


def _write_words(after: str) -> None:
    """The words of all contacts behind this id. It rests as long as it worked: others come to their turn in between."""
    place: str | None = after
    while place is not None:
        began = time.monotonic()
        with session_scope() as session:
            place = write_missing_words(session, place)
        time.sleep(time.monotonic() - began)


class _Looked:
    """How far this process has looked for contacts without words, which an import left that was stopped; None: done."""

    place: str | None = ""


def complete_words(session: Session, _left_alone: Collection[str] = ()) -> bool:
    """A part of what an import left undone; once after each start of a process."""
    if _Looked.place is not None:
        _Looked.place = write_missing_words(session, _Looked.place, LOOKED_AT_ONCE)
    return _Looked.place is not None


desk.QUIET_ISSUES.append(complete_words)


def _insert(session: Session, table: type, rows: Sequence[dict]) -> None:
    """Core statements: the mapper would send one for each row, and search words another."""
    target = table.__table__  # pyright: ignore[reportAttributeAccessIssue]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.connection().execute(insert(target), list(rows[start:start + ROWS_AT_ONCE]))

