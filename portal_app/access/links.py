"""Login links: a random token by mail that opens the portal, once or as often as the company lets it."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, select, update
from sqlmodel import Session, col

from ..company.schemas import CompanySnapshot
from ..company.service import read_company
from ..core import audit
from ..core.clock import now
from ..core.crypto import hash_of, new_token
from ..core.database import insert_row
from .contacts import contact
from .models import LoginLink
from .rules import is_own_path
from .sessions import open_session


def create_login_link(session: Session, contact_id: str, leads_to: str = "/home",
                      company: CompanySnapshot | None = None) -> str:
    """The token of a new link for this contact; it leads to a page of the portal."""
    if not is_own_path(leads_to):
        raise ValueError(f"a login link can't lead to {leads_to!r}")
    token, at = new_token(), now()
    company = company or read_company(session)
    insert_row(session, LoginLink, token_hash=hash_of(token), contact_id=contact_id, leads_to=leads_to,
               uses_left=company.link_uses, created_at=at, expires_at=at + timedelta(minutes=company.link_minutes))
    return token


def redeem_login_link(session: Session, token: str, device: str = "", *, replaces: str = "") -> tuple[str, str] | None:
    """A session token and where to go, or None when the link has ended.

    One statement decides and counts the use, so of many at once no more get in than the link has uses left.
    """
    row = session.execute(
        update(LoginLink)
        .where(
            col(LoginLink.token_hash) == hash_of(token), col(LoginLink.uses_left) > 0,
            col(LoginLink.expires_at) > now(),
            col(LoginLink.contact_id).in_(select(contact.c.id).where(contact.c.is_active)),
        )
        .values(uses_left=col(LoginLink.uses_left) - 1)
        .returning(col(LoginLink.contact_id), col(LoginLink.leads_to))
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    audit.record(session, "customer", row[0], "sign-in", "link")
    return open_session(session, contact_id=row[0], device=device, replaces=replaces), row[1]


def end_links_of(session: Session, contact_id: str) -> None:
    """Ends what was mailed before, as when the address changes."""
    session.execute(update(LoginLink).where(col(LoginLink.contact_id) == contact_id).values(uses_left=0)
                    .execution_options(synchronize_session=False))


def expire_all_links(session: Session) -> int:
    """The time of every link is over; only the demonstration's testers ask for it. Gives their number."""
    done = cast(CursorResult, session.execute(
        update(LoginLink).where(col(LoginLink.expires_at) > now()).values(expires_at=now())
        .execution_options(synchronize_session=False)))
    return done.rowcount
