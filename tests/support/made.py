"""Cases for tests."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from sqlmodel import Session, select

from portal_app.core.clock import now
from portal_app.support.models import Case, CaseType
from portal_app.support.types import ensure_case_types
from tests.factories import make_contact

_numbers = count(1)


def make_types(session: Session) -> list[CaseType]:
    ensure_case_types(session)
    return list(session.exec(select(CaseType).order_by(CaseType.position)))  # pyright: ignore[reportArgumentType]


def make_case(session: Session, *, contact=None, type_id: str = "", due_at: datetime | None = None, **values) -> Case:
    """A row without messages, for lists."""
    contact = contact or make_contact(session)
    case = Case(**{
        "number": f"T-{next(_numbers):06d}", "type_id": type_id or make_types(session)[0].id,
        "account_id": contact.account_id, "contact_id": contact.id, "title": "The inverter hums", "state": "open",
        "due_at": due_at or now(), **values})
    session.add(case)
    session.flush()
    return case
