"""Signing up: somebody becomes a customer once a person has clicked in the mail to their address.

Whether an address is known must not show. As with login codes, asking writes one row by one statement whatever the
address, and the mail is made afterwards by `issue_sign_up`: to somebody new the link that confirms, to a customer the way
in that they already have.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from ..access import desk
from ..access.actors import SYSTEM
from ..access.requests import claim_request, put_request, whole_or_not
from ..access.sessions import open_session
from ..company.service import get_company
from ..core import audit, limits
from ..core.clock import now
from ..core.crypto import hash_of, keyed_hash, new_token
from ..core.errors import NotFound
from ..core.events import publish
from .errors import CustomerKnown
from .events import AddressClaimed, SignedUp, SignUpRequested
from .models import Contact, SignUpRequest
from .rules import SIGN_UP_LASTS, CustomerForm, SignUpForm
from .service import create_customer

REQUESTS_PER_CLIENT = "10/15minutes"
REQUESTS_PER_ADDRESS = "5/day"
SEEN_TO_WITHIN = timedelta(hours=1)
KEPT = timedelta(days=2)


def _demand_open(session: Session) -> None:
    if not get_company(session).sign_up_is_open:
        raise NotFound


def request_sign_up(session: Session, form: SignUpForm, client_address: str) -> None:
    """Asks for the mail that confirms, at most once a minute and five times a day. Every address gets the same answer."""
    _demand_open(session)
    limits.demand(REQUESTS_PER_CLIENT, "sign-up", client_address)
    if not limits.is_allowed(REQUESTS_PER_ADDRESS, "sign-up-address", form.email):
        return  # silently: who owns the address has five mails, and who asks learns nothing
    language = form.language or get_company(session).default_language
    put_request(session, SignUpRequest, keyed_hash("sign-up-address", form.email), {
        "email": form.email, "name": form.name, "phone": form.phone, "address": form.address, "language": language,
        "token_hash": "", "requested_at": now(), "issued_at": None, "expires_at": None, "ended_at": None})


def issue_sign_up(session: Session, left_alone: Collection[str] = ()) -> bool:
    """Mails one waiting request, if there is one. Each is claimed by one of many workers.

    Raises `NotIssued` when the mail can't be written: then the request waits on.
    """
    at = now()
    claimed = claim_request(session, SignUpRequest, col(SignUpRequest.email), oldest=at - SEEN_TO_WITHIN,
                            left_alone=left_alone)
    if claimed is None:
        return False
    request = session.scalars(select(SignUpRequest).where(col(SignUpRequest.address_hmac) == claimed[0])
                              .execution_options(populate_existing=True)).one()
    known = session.execute(select(col(Contact.id), col(Contact.is_active))
                            .where(col(Contact.email) == request.email)).first()
    token = new_token()
    if known is None:
        request.token_hash, request.expires_at = hash_of(token), at + SIGN_UP_LASTS
    else:
        request.ended_at = at
    session.add(request)
    session.flush()
    with whole_or_not(request.address_hmac):
        if known is None:
            publish(session, SignUpRequested(email=request.email, name=request.name, language=request.language,
                                             token=token))
        elif known[1]:  # who is kept out gets no way in
            publish(session, AddressClaimed(contact_id=known[0]))
    return True


def confirm_sign_up(session: Session, token: str, device: str = "", *, replaces: str = "") -> str | None:
    """Makes the customer and signs them in; gives the session's token, or None when the link has ended.

    One statement decides and uses the link up. Where staff entered the customer meanwhile, it is the one they get into.
    """
    at = now()
    row = session.execute(
        update(SignUpRequest)
        .where(col(SignUpRequest.token_hash) == hash_of(token), col(SignUpRequest.ended_at).is_(None),
               col(SignUpRequest.expires_at) > at)
        .values(ended_at=at)
        .returning(col(SignUpRequest.email), col(SignUpRequest.name), col(SignUpRequest.phone),
                   col(SignUpRequest.address), col(SignUpRequest.language))
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None or not get_company(session).sign_up_is_open:
        return None
    email, name, phone, address, language = row
    try:
        contact = create_customer(session, SYSTEM, CustomerForm(name=name, email=email, phone=phone, address=address,
                                                                language=language))
        publish(session, SignedUp(contact_id=contact.id))
    except CustomerKnown:
        contact = session.scalars(select(Contact).where(col(Contact.email) == email, col(Contact.is_active))).one_or_none()
        if contact is None:
            return None
    session.execute(delete(SignUpRequest).where(col(SignUpRequest.email) == email)
                    .execution_options(synchronize_session=False))
    audit.record(session, "customer", contact.id, "sign-up", "contact", contact.id)
    return open_session(session, contact_id=contact.id, device=device, replaces=replaces)


def clear_sign_ups(session: Session) -> None:
    """Who did not confirm is forgotten."""
    session.execute(delete(SignUpRequest).where(col(SignUpRequest.requested_at) < now() - KEPT))


desk.ISSUES.append(issue_sign_up)
desk.CLEARINGS.append(clear_sign_ups)
