"""Sessions: who is signed in on which browser. The cookie holds a random token, the database only its hash."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

from pydantic import BaseModel
from sqlalchemy import Connection, CursorResult, Row, and_, bindparam, or_, select, update
from sqlmodel import Session, col

from ..company.service import get_company
from ..config import settings
from ..core import audit
from ..core.clock import now
from ..core.crypto import hash_of, new_token
from ..core.database import only_looking
from ..core.errors import NotFound
from .actors import Actor
from .contacts import contact
from .models import PortalSession, StaffMember
from .rules import SEEN_EVERY, VIEW_LASTS


class OwnSession(BaseModel):
    """A browser that the reader is signed in on."""

    id: str
    device: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


def session_token_in(cookie_header: str) -> str:
    """The session token in a Cookie header; of two cookies of that name neither counts."""
    found = []
    for part in cookie_header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == settings.session_cookie:
            found.append(value)
    return found[0] if len(found) == 1 else ""


# -- beginning and ending --------------------------------------------------------------------------------------------


def open_session(session: Session, *, contact_id: str | None = None, staff_id: str | None = None, device: str = "",
                 replaces: str = "") -> str:
    """Signs one person in on one browser and gives the token for its cookie.

    `replaces` is the token that the browser had before: it ends, so that nobody goes on with what they planted.
    """
    if replaces:
        end_session(session, replaces)
    company = get_company(session)
    at, token = now(), new_token()
    ends_at = at + timedelta(days=company.session_days)
    session.add(PortalSession(
        token_hash=hash_of(token), contact_id=contact_id, staff_id=staff_id, device=device[:120], created_at=at,
        last_seen_at=at, expires_at=min(ends_at, at + timedelta(hours=company.session_idle_hours)), ends_at=ends_at,
    ))
    session.flush()
    return token


def open_view(session: Session, viewer: Actor, contact_id: str) -> tuple[str, datetime]:
    """Lets a staff member look at the portal as this contact sees it; the token, and when it ends whatever happens."""
    at, token = now(), new_token()
    ends_at = at + VIEW_LASTS
    session.add(PortalSession(token_hash=hash_of(token), contact_id=contact_id, viewer_id=viewer.id, created_at=at,
                              last_seen_at=at, expires_at=ends_at, ends_at=ends_at))
    session.flush()
    return token, ends_at


def end_session(session: Session, token: str) -> None:
    """Signs this one browser out."""
    session.execute(update(PortalSession).where(
        col(PortalSession.token_hash) == hash_of(token), col(PortalSession.revoked_at).is_(None),
    ).values(revoked_at=now()))


def _own(actor: Actor) -> Any:
    owner = PortalSession.contact_id if actor.is_customer else PortalSession.staff_id
    return and_(col(owner) == actor.id, col(PortalSession.viewer_id).is_(None), col(PortalSession.revoked_at).is_(None),
                col(PortalSession.expires_at) > now(), col(PortalSession.ends_at) > now())


def list_own_sessions(session: Session, actor: Actor) -> list[OwnSession]:
    """Where the actor is signed in; this browser first, then the last used."""
    rows = session.scalars(
        select(PortalSession).where(_own(actor)).order_by(col(PortalSession.last_seen_at).desc()).limit(50)
    )
    found = [
        OwnSession(id=row.id, device=row.device, created_at=row.created_at, last_seen_at=row.last_seen_at,
                   is_this=row.token_hash == actor.session_hash)
        for row in rows
    ]
    return sorted(found, key=lambda row: not row.is_this)


def revoke_session(session: Session, actor: Actor, session_id: str) -> None:
    """Ends one of the actor's own sessions."""
    done = cast(CursorResult, session.execute(
        update(PortalSession).where(_own(actor), col(PortalSession.id) == session_id).values(revoked_at=now())
    ))
    if done.rowcount != 1:
        raise NotFound
    audit.record(session, actor.kind, actor.id, "revoke", "session", session_id)


def revoke_all_sessions(session: Session, actor: Actor) -> None:
    """Signs the actor out everywhere, here too."""
    end_sessions_of(session, **{"contact_id" if actor.is_customer else "staff_id": actor.id})
    audit.record(session, actor.kind, actor.id, "revoke-all", "session")


def end_sessions_of(session: Session, *, contact_id: str | None = None, staff_id: str | None = None) -> None:
    """Ends what somebody has open, as when they may no longer enter."""
    theirs = (col(PortalSession.contact_id) == contact_id if contact_id
              else or_(col(PortalSession.staff_id) == staff_id, col(PortalSession.viewer_id) == staff_id))
    session.execute(update(PortalSession).where(
        theirs, col(PortalSession.revoked_at).is_(None),
    ).values(revoked_at=now()))


# -- on every event --------------------------------------------------------------------------------------------------

# Built once: building it for every event would cost more than running it.
_TIME = PortalSession.__table__.c.expires_at.type  # pyright: ignore[reportAttributeAccessIssue]
_ACTORS = (
    select(col(PortalSession.token_hash), contact.c.id, contact.c.name, contact.c.language, contact.c.account_id,
           col(StaffMember.id), col(StaffMember.name), col(StaffMember.language), col(StaffMember.role),
           col(PortalSession.viewer_id))
    .select_from(PortalSession)
    .outerjoin(contact, contact.c.id == PortalSession.contact_id)
    .outerjoin(StaffMember, col(StaffMember.id) == PortalSession.staff_id)
    .where(
        col(PortalSession.revoked_at).is_(None),
        col(PortalSession.expires_at) > bindparam("at", type_=_TIME),
        col(PortalSession.ends_at) > bindparam("at", type_=_TIME),
        or_(contact.c.is_active, col(StaffMember.is_active)),
    )
)
_ACTOR = _ACTORS.where(col(PortalSession.token_hash) == bindparam("token_hash"))
_SEVERAL = _ACTORS.where(col(PortalSession.token_hash).in_(bindparam("token_hashes", expanding=True)))

# Hashes of sessions used since `save_seen` last ran in this process.
_seen: set[str] = set()


def get_actor(connection: Session | Connection, cookie_header: str) -> Actor | None:
    """Who is signed in with these cookies, or nobody. Runs on every event and request, and sees to it that who only looks
    writes nothing in the rest of it."""
    only_looking.set(False)
    token = session_token_in(cookie_header)
    if not token:
        return None
    row = connection.execute(_ACTOR, {"token_hash": hash_of(token), "at": now()}).one_or_none()
    if row is None:
        return None
    _seen.add(row[0])
    actor = _actor_of(row)
    only_looking.set(bool(actor.viewer_id))
    return actor


def _actor_of(row: Row) -> Actor:
    if row[1] is not None:
        return Actor("customer", row[1], row[2], row[3], account_id=row[4], session_hash=row[0], viewer_id=row[9] or "")
    return Actor("staff", row[5], row[6], row[7], role=row[8], session_hash=row[0])


def get_actors(session: Session, session_hashes: Collection[str]) -> dict[str, Actor]:
    """Who is signed in, by the hashes of their sessions; those that have ended are missing."""
    rows = session.execute(_SEVERAL, {"token_hashes": sorted(session_hashes), "at": now()})
    return {row[0]: _actor_of(row) for row in rows}


def save_seen(session: Session) -> int:
    """Writes down which sessions were used, so that the idle limit counts from there. A background task calls it."""
    used = sorted(_seen)
    _seen.difference_update(used)
    if not used:
        return 0
    at = now()
    idle = timedelta(hours=get_company(session).session_idle_hours)
    saved = 0
    for start in range(0, len(used), 500):
        saved += cast(CursorResult, session.execute(update(PortalSession).where(
            col(PortalSession.token_hash).in_(used[start:start + 500]),
            col(PortalSession.revoked_at).is_(None),
            col(PortalSession.last_seen_at) < at - SEEN_EVERY,
        ).values(last_seen_at=at, expires_at=at + idle))).rowcount
    return saved


def list_valid_sessions(session: Session, token_hashes: Collection[str]) -> set[str]:
    """Those of the given sessions that still let somebody in."""
    hashes, at, valid = sorted(token_hashes), now(), set()
    for start in range(0, len(hashes), 500):
        valid.update(session.scalars(
            select(col(PortalSession.token_hash))
            .outerjoin(contact, contact.c.id == PortalSession.contact_id)
            .outerjoin(StaffMember, col(StaffMember.id) == PortalSession.staff_id)
            .where(col(PortalSession.token_hash).in_(hashes[start:start + 500]),
                   col(PortalSession.revoked_at).is_(None),
                   col(PortalSession.expires_at) > at, col(PortalSession.ends_at) > at,
                   or_(contact.c.is_active, col(StaffMember.is_active)))
        ))
    return valid


def staff_among(session: Session, token_hashes: Collection[str]) -> set[str]:
    """Which of these sessions, ended or not, are of staff."""
    return set(session.scalars(select(col(PortalSession.token_hash)).where(
        col(PortalSession.token_hash).in_(token_hashes),
        or_(col(PortalSession.staff_id).is_not(None), col(PortalSession.viewer_id).is_not(None)))))
