"""The kinds of user that every handler and route is tried with."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from portal_app.access.actors import Actor, Role
from portal_app.access.models import PortalSession
from portal_app.config import settings
from portal_app.core.clock import now
from portal_app.core.crypto import hash_of, new_token
from tests.factories import make_contact, make_staff

KINDS = ("nobody", "customer A", "customer B", "installer", "sales", "administrator")


def actor_for(kind: str) -> Actor | None:
    """An actor of a kind without a database, for what only asks for permissions."""
    if kind == "nobody":
        return None
    if kind.startswith("customer"):
        return Actor(kind="customer", id=kind, name=kind, language="en", account_id=kind)
    return Actor(kind="staff", id=kind, name=kind, language="en", role=kind)


def sign_in_everybody(session: Session) -> dict[str, str]:
    """A cookie header for each kind."""
    cookies = {"nobody": ""}
    for kind in KINDS[1:]:
        token = new_token()
        person = {"contact_id": make_contact(session).id} if kind.startswith("customer") else {
            "staff_id": make_staff(session, Role(kind)).id}
        end = now() + timedelta(hours=1)
        session.add(PortalSession(token_hash=hash_of(token), expires_at=end, ends_at=end, **person))
        cookies[kind] = f"{settings.session_cookie}={token}"
    session.flush()
    return cookies
