"""Consents per channel: given or withdrawn at any time, each with the words that were read (a log that only grows)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlmodel import Session, col

from ..access.actors import Actor
from ..company.service import get_company
from ..core import audit, limits
from ..core.errors import NotFound
from ..core.events import publish
from .errors import WordsChanged
from .events import ConsentChanged
from .models import ConsentEntry, Contact
from .rules import CHANNEL_TITLES, Channel, consent_words, words_hash
from .service import get_own_contact

MOST_SHOWN = 100
CHANGES_PER_CUSTOMER = "60/hour"


class ConsentRow(BaseModel):
    """One decision of the log."""

    id: str
    channel: str
    title: str
    is_given: bool
    at: datetime
    by_kind: str
    by_name: str
    words: str


class ChannelConsent(BaseModel):
    """How things stand for one channel; `at` is when it was decided last."""

    channel: str
    title: str
    is_given: bool = False
    at: datetime | None = None


class Consents(BaseModel):
    words: str
    words_hash: str
    channels: list[ChannelConsent]
    history: list[ConsentRow]


def consents_of(session: Session, contact_id: str) -> list[ConsentRow]:
    """The log of a contact, the latest first. Whoever calls has made sure that the reader may see the contact."""
    rows = session.scalars(
        select(ConsentEntry).where(col(ConsentEntry.contact_id) == contact_id)
        .order_by(col(ConsentEntry.at).desc(), col(ConsentEntry.id).desc()).limit(MOST_SHOWN))
    return [ConsentRow(id=row.id, channel=row.channel, title=CHANNEL_TITLES.get(row.channel, row.channel),
                       is_given=row.is_given, at=row.at, by_kind=row.by_kind, by_name=row.by_name, words=row.words)
            for row in rows]


def _latest(session: Session, contact_id: str, channel: str) -> ConsentEntry | None:
    return session.scalars(
        select(ConsentEntry)
        .where(col(ConsentEntry.contact_id) == contact_id, col(ConsentEntry.channel) == channel)
        .order_by(col(ConsentEntry.at).desc(), col(ConsentEntry.id).desc()).limit(1)).first()


def is_consent_given(session: Session, contact_id: str, channel: Channel) -> bool:
    """Whether the company may use this channel for more than the project itself."""
    latest = _latest(session, contact_id, channel)
    return latest is not None and latest.is_given


def _words(session: Session, language: str) -> str:
    company = get_company(session)
    return consent_words(company.consent_text, language, company.default_language, company.name)


def get_own_consents(session: Session, actor: Actor) -> Consents:
    """What the customer decided, for the channels that the company offers and those that are still given."""
    contact = get_own_contact(session, actor)
    offered = get_company(session).consent_channels
    channels = []
    for channel in Channel:
        latest = _latest(session, contact.id, channel)
        if channel in offered or (latest is not None and latest.is_given):
            channels.append(ChannelConsent(channel=channel.value, title=CHANNEL_TITLES[channel],
                                           is_given=latest is not None and latest.is_given,
                                           at=latest.at if latest else None))
    words = _words(session, actor.language)
    return Consents(words=words, words_hash=words_hash(words), channels=channels, history=consents_of(session, contact.id))


def set_consent(session: Session, actor: Actor, channel: str, is_given: bool, read_hash: str = "",
                client_address: str = "") -> None:
    """Gives or withdraws the consent for one channel.

    Only what was read can be consented to: `read_hash` is of the words on the customer's page. Withdrawing always works,
    also where the company no longer asks.
    """
    contact = get_own_contact(session, actor)
    limits.demand(CHANGES_PER_CUSTOMER, "consent", actor.id)
    if channel not in tuple(Channel) or (is_given and channel not in get_company(session).consent_channels):
        raise NotFound
    session.scalars(select(col(Contact.id)).where(col(Contact.id) == contact.id).with_for_update()).one()  # one at a time
    latest = _latest(session, contact.id, channel)
    if (latest is not None and latest.is_given) == is_given:
        return
    words = _words(session, actor.language)
    if is_given and words_hash(words) != read_hash:
        raise WordsChanged
    session.add(ConsentEntry(
        contact_id=contact.id, channel=channel, is_given=is_given, by_kind=actor.kind, by_id=actor.id,
        by_name=actor.name[:120], language=actor.language, words=words, words_hash=words_hash(words),
        client_address=client_address[:60]))
    audit.record(session, actor.kind, actor.id, "consent" if is_given else "withdraw-consent", "contact", contact.id,
                 channel=channel)
    publish(session, ConsentChanged(contact_id=contact.id, channel=channel, is_given=is_given))
