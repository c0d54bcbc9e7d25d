"""Login codes: six digits by mail.

Whether an address is known must not show, neither in an answer nor in the time it takes. So asking writes one row by
one statement whatever the address; the code is made, and mailed where there is somebody to mail it to, afterwards by
`issue_login_code`. Redeeming runs the same statements for both.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from ..company.service import get_company
from ..core import audit
from ..core.clock import now
from ..core.crypto import is_same, keyed_hash, new_code
from ..core.events import publish
from ..core.limits import demand
from .contacts import contact
from .errors import CodeEnded, CodeWrong
from .events import LoginCodeRequested
from .models import LoginCode
from .requests import claim_request, put_request, whole_or_not
from .rules import CODE_TRIES, REQUEST_PAUSE, address_key, code_key
from .sessions import open_session

REQUESTS_PER_CLIENT = "20/15minutes"
TRIES_PER_CLIENT = "60/15minutes"


def _address_hmac(email: str) -> str:
    return keyed_hash("login-address", address_key(email))


def _code_hmac(address_hmac: str, code: str) -> str:
    return keyed_hash("login-code", address_hmac, code)


def request_login_code(session: Session, email: str, client_address: str) -> int:
    """Asks for a code for this address; the old one ends. Gives the seconds until the next one can be asked for.

    At most one a minute per address: asked sooner, nothing changes. The answer is the same for every address.
    """
    demand(REQUESTS_PER_CLIENT, "login-code-request", client_address)
    at, key = now(), _address_hmac(email)
    is_new = put_request(session, LoginCode, key, {
        "contact_id": select(contact.c.id).where(contact.c.email == address_key(email), contact.c.is_active)
        .scalar_subquery(),
        "code_hmac": "", "tries": 0, "requested_at": at, "issued_at": None, "expires_at": None, "ended_at": None,
    })
    if is_new:
        return int(REQUEST_PAUSE.total_seconds())
    asked = session.execute(select(col(LoginCode.requested_at)).where(col(LoginCode.address_hmac) == key)).scalar_one()
    return max(1, math.ceil((asked + REQUEST_PAUSE - at).total_seconds()))


def issue_login_code(session: Session, left_alone: Collection[str] = ()) -> bool:
    """Makes the code of one waiting request, if there is one. Known contacts get it by mail in the same transaction.

    Many workers may call this at once; each request is claimed by one. Raises `NotIssued` when the mail can't be
    written: then there is no code either, and the request waits on.
    """
    at = now()
    lasts = timedelta(minutes=get_company(session).code_minutes)
    claimed = claim_request(session, LoginCode, col(LoginCode.contact_id), oldest=at - lasts,
                            left_alone=left_alone)
    if claimed is None:
        return False
    key, contact_id = claimed
    code = new_code()
    session.execute(update(LoginCode).where(col(LoginCode.address_hmac) == key).values(
        code_hmac=_code_hmac(key, code), expires_at=at + lasts,
    ).execution_options(synchronize_session=False))
    if contact_id is not None:
        with whole_or_not(key):
            publish(session, LoginCodeRequested(contact_id=contact_id, code=code))
    return True


def redeem_login_code(session: Session, email: str, code: str, device: str = "", *, client_address: str = "",
                      replaces: str = "") -> str | CodeWrong | CodeEnded:
    """A session token, or what was wrong.

    The error is returned, not raised: raising would roll the count of tries back.
    """
    if client_address:
        demand(TRIES_PER_CLIENT, "login-code-try", client_address)
    at, key = now(), _address_hmac(email)
    row = session.execute(  # counted before anything is compared
        update(LoginCode)
        .where(col(LoginCode.address_hmac) == key, col(LoginCode.ended_at).is_(None),
               col(LoginCode.expires_at) > at, col(LoginCode.tries) < CODE_TRIES)
        .values(tries=LoginCode.tries + 1)
        .returning(col(LoginCode.code_hmac), col(LoginCode.contact_id), col(LoginCode.tries))
        .execution_options(synchronize_session=False)
    ).one_or_none()
    stored, contact_id, tries = row or ("", None, CODE_TRIES)
    is_right = is_same(stored, _code_hmac(key, code_key(code)))
    if row is None:
        return CodeEnded()
    if not is_right or contact_id is None:
        return CodeWrong(CODE_TRIES - tries) if tries < CODE_TRIES else CodeEnded()
    is_first = session.execute(
        update(LoginCode)
        .where(col(LoginCode.address_hmac) == key, col(LoginCode.ended_at).is_(None),
               col(LoginCode.code_hmac) == stored,
               col(LoginCode.contact_id).in_(select(contact.c.id).where(contact.c.is_active)))
        .values(ended_at=at)
        .returning(col(LoginCode.contact_id))
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if is_first is None:
        return CodeEnded()
    audit.record(session, "customer", contact_id, "sign-in", "code")
    return open_session(session, contact_id=contact_id, device=device, replaces=replaces)


def end_codes_of(session: Session, contact_id: str) -> None:
    """Ends what was mailed before, as when the address changes."""
    session.execute(update(LoginCode).where(
        col(LoginCode.contact_id) == contact_id, col(LoginCode.ended_at).is_(None),
    ).values(ended_at=now()).execution_options(synchronize_session=False))
