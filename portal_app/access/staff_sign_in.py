"""Staff come in by e-mail and password, and choose the password by a link that was mailed to them.

Hashing happens between two sessions, never inside one, so each of these has its steps: `begin_…` and `finish_…` are
called with a session, the hash is checked in between. `sign_in_staff` and `set_staff_password` put the steps together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import case, delete, or_, select, update
from sqlmodel import Session, col

from ..core import audit
from ..core.clock import now
from ..core.crypto import hash_of, keyed_hash, new_token
from ..core.database import insert_or_update, session_scope
from ..core.events import publish
from ..core.limits import demand
from .actors import Role
from .errors import SignInTooSoon, SignInWrong, TokenEnded
from .events import StaffResetRequested
from .models import SignInDelay, StaffMember, StaffResetRequest, StaffToken
from .passwords import demand_good_password, hash_password, is_password
from .requests import claim_request, put_request, whole_or_not
from .rules import FREE_ATTEMPTS, GROWING_ATTEMPTS, INVITATION_LASTS, RESET_LASTS, address_key, delay_seconds
from .sessions import end_sessions_of, open_session

TRIES_PER_CLIENT = "60/15minutes"
RESETS_PER_CLIENT = "20/15minutes"

Scope = Callable[[], AbstractContextManager[Session]]


# -- e-mail and password ---------------------------------------------------------------------------------------------


def _pair_hmac(email: str, client_address: str) -> str:
    return keyed_hash("staff-sign-in", address_key(email), client_address)


def count_attempt(session: Session, email: str, client_address: str) -> None:
    """Counts an attempt of this client address for this account before its password is looked at.

    Raises `SignInTooSoon` while the pair has to wait. One statement decides, so of many at once only as many pass as
    may. Other client addresses are not held up: nobody can keep the owner of the account out.
    """
    at = now()
    columns = SignInDelay.__table__.c  # pyright: ignore[reportAttributeAccessIssue]
    statement = insert_or_update(session, SignInDelay).values(
        pair_hmac=_pair_hmac(email, client_address), attempts=1, next_at=at + timedelta(seconds=delay_seconds(1)))
    passed = session.execute(
        statement.on_conflict_do_update(
            index_elements=[columns.pair_hmac],
            set_={
                "attempts": columns.attempts + 1,
                "next_at": case(
                    {n: at + timedelta(seconds=delay_seconds(n + 1)) for n in range(GROWING_ATTEMPTS)},
                    value=columns.attempts,
                    else_=at + timedelta(seconds=delay_seconds(GROWING_ATTEMPTS)),
                ),
            },
            where=or_(columns.attempts < FREE_ATTEMPTS, columns.next_at <= at),
        )
        .returning(columns.attempts)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if passed is None:
        next_at = session.execute(
            select(columns.next_at).where(columns.pair_hmac == _pair_hmac(email, client_address))
        ).scalar_one()
        raise SignInTooSoon(max(1, math.ceil((next_at - at).total_seconds())))


def begin_sign_in(session: Session, email: str, client_address: str) -> tuple[str, str]:
    """Counts the attempt; gives id and hash of the active member with this address, or two empty texts."""
    count_attempt(session, email, client_address)
    row = session.execute(
        select(col(StaffMember.id), col(StaffMember.password_hash))
        .where(col(StaffMember.email) == address_key(email), col(StaffMember.is_active))
    ).one_or_none()
    return (row[0], row[1]) if row else ("", "")


def finish_sign_in(session: Session, staff_id: str, checked_hash: str, email: str, client_address: str, device: str,
                   replaces: str = "") -> str:
    """Signs in who was checked, unless the account changed since."""
    member = session.execute(
        select(col(StaffMember.id)).where(
            col(StaffMember.id) == staff_id, col(StaffMember.password_hash) == checked_hash, col(StaffMember.is_active))
    ).scalar_one_or_none()
    if member is None:
        raise SignInWrong
    session.execute(delete(SignInDelay).where(col(SignInDelay.pair_hmac) == _pair_hmac(email, client_address)))
    audit.record(session, "staff", staff_id, "sign-in", "password")
    return open_session(session, staff_id=staff_id, device=device, replaces=replaces)


def sign_in_staff(email: str, password: str, client_address: str, device: str = "", *, replaces: str = "",
                  scope: Scope = session_scope) -> str:
    """A session token, or `SignInWrong` or `SignInTooSoon`. Call it in a worker thread.

    Unknown addresses, members without a password and wrong passwords take the same steps.
    """
    demand(TRIES_PER_CLIENT, "staff-sign-in", client_address)
    with scope() as session:
        staff_id, stored = begin_sign_in(session, email, client_address)
    if not is_password(stored, password):
        raise SignInWrong
    with scope() as session:
        return finish_sign_in(session, staff_id, stored, email, client_address, device, replaces)


# -- invitation and reset --------------------------------------------------------------------------------------------


def create_staff_token(session: Session, staff_id: str, purpose: str) -> str:
    """A token for `/staff/password`; older ones of this member end."""
    at, token = now(), new_token()
    end_staff_tokens(session, staff_id)
    lasts = INVITATION_LASTS if purpose == "invitation" else RESET_LASTS
    session.add(StaffToken(token_hash=hash_of(token), staff_id=staff_id, purpose=purpose, created_at=at,
                           expires_at=at + lasts))
    session.flush()
    return token


def end_staff_tokens(session: Session, staff_id: str) -> None:
    session.execute(update(StaffToken).where(
        col(StaffToken.staff_id) == staff_id, col(StaffToken.used_at).is_(None),
    ).values(used_at=now()).execution_options(synchronize_session=False))


def request_staff_reset(session: Session, email: str, client_address: str) -> None:
    """Asks for a link to choose a new password: same statement and no answer, whoever's address it is."""
    demand(RESETS_PER_CLIENT, "staff-reset", client_address)
    put_request(session, StaffResetRequest, keyed_hash("staff-address", address_key(email)), {
        "staff_id": select(col(StaffMember.id))
        .where(col(StaffMember.email) == address_key(email), col(StaffMember.is_active)).scalar_subquery(),
        "requested_at": now(), "issued_at": None,
    })


def issue_staff_reset(session: Session, left_alone: Collection[str] = ()) -> bool:
    """Sees to one waiting request, if there is one; members get their link by mail in the same transaction.

    Raises `NotIssued` when the mail can't be written: older links work on, and the request waits.
    """
    claimed = claim_request(session, StaffResetRequest, col(StaffResetRequest.staff_id), oldest=now() - RESET_LASTS,
                            left_alone=left_alone)
    if claimed is None:
        return False
    key, staff_id = claimed
    if staff_id is not None:
        with whole_or_not(key):
            token = create_staff_token(session, staff_id, "reset")
            publish(session, StaffResetRequested(staff_id=staff_id, token=token))
    return True


def find_staff_token(session: Session, token: str) -> StaffMember | None:
    """Whose token this is while it works. Changes nothing."""
    return session.execute(
        select(StaffMember).join(StaffToken, col(StaffToken.staff_id) == StaffMember.id).where(
            col(StaffToken.token_hash) == hash_of(token), col(StaffToken.used_at).is_(None),
            col(StaffToken.expires_at) > now(), col(StaffMember.is_active))
    ).scalar_one_or_none()


def finish_set_password(session: Session, token: str, password_hash: str, device: str = "", replaces: str = "") -> str:
    """Uses the token up, by one statement; all else that was open for this member ends. Gives a session token."""
    staff_id = session.execute(
        update(StaffToken)
        .where(col(StaffToken.token_hash) == hash_of(token), col(StaffToken.used_at).is_(None),
               col(StaffToken.expires_at) > now(),
               col(StaffToken.staff_id).in_(select(col(StaffMember.id)).where(col(StaffMember.is_active))))
        .values(used_at=now())
        .returning(col(StaffToken.staff_id))
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if staff_id is None:
        raise TokenEnded
    session.execute(update(StaffMember).where(col(StaffMember.id) == staff_id).values(password_hash=password_hash))
    end_staff_tokens(session, staff_id)
    end_sessions_of(session, staff_id=staff_id)
    audit.record(session, "staff", staff_id, "set-password", "staff", staff_id)
    return open_session(session, staff_id=staff_id, device=device, replaces=replaces)


def set_staff_password(token: str, password: str, device: str = "", *, replaces: str = "",
                       scope: Scope = session_scope) -> str:
    """Sets the password of the token's owner and signs them in. Call it in a worker thread."""
    with scope() as session:
        member = find_staff_token(session, token)
    if member is None:
        raise TokenEnded
    demand_good_password(password, member.email, member.name)
    password_hash = hash_password(password)
    with scope() as session:
        return finish_set_password(session, token, password_hash, device, replaces)


def add_first_administrator(session: Session, email: str, name: str, language: str = "en") -> StaffMember:
    """For set-up: the one member that nobody can invite."""
    member = StaffMember(email=address_key(email), name=name, role=Role.ADMINISTRATOR.value, language=language)
    session.add(member)
    session.flush()
    audit.record(session, "system", "", "create", "staff", member.id)
    return member
