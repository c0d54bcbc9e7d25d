"""Files that the virus scanner did not answer for: they wait where nobody gets them, and are shown to it again.

Which files are next stands in the database, so any number of workers share the work and a restart forgets nothing.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from sqlmodel import Session, col, select, update

from ..access.actors import SYSTEM
from ..config import settings
from ..core import audit, files
from ..core.clock import now
from ..core.database import run_read, run_write
from ..core.events import publish
from ..core.texts import LANGUAGES, translate
from ..customers.models import Contact
from .errors import VirusFound
from .events import DocumentChecked, DocumentRejected
from .intake import delete_content, in_thread
from .models import Document
from .purposes import purpose_of
from .rules import Review, Scan
from .scanner import scan

log = logging.getLogger(__name__)

LOOK_SECONDS = 30
AT_A_TIME = 10
LONGEST_WAIT = timedelta(hours=1)
CLAIMED_FOR = timedelta(minutes=5)


def wait_before(tries: int) -> timedelta:
    """One minute, then twice as long each time, at most an hour. It never gives up: nobody gets the file meanwhile."""
    return min(LONGEST_WAIT, timedelta(minutes=2 ** min(tries, 10)))


def has_waiting(session: Session) -> bool:
    return session.exec(select(Document.id).where(Document.scan == Scan.WAITING, col(Document.scan_next_at) <= now())
                        .limit(1)).first() is not None


def claim_waiting(session: Session) -> list[tuple[str, str]]:
    """Ids and keys of files whose turn it is; nobody else takes them for some minutes."""
    at = now()
    due = (select(Document.id).where(Document.scan == Scan.WAITING, col(Document.scan_next_at) <= at)
           .order_by(col(Document.scan_next_at)).limit(AT_A_TIME).with_for_update(skip_locked=True))
    rows = session.execute(
        update(Document).where(col(Document.id).in_(due), col(Document.scan) == Scan.WAITING)
        .values(scan_next_at=at + CLAIMED_FOR, scan_tries=col(Document.scan_tries) + 1)
        .returning(col(Document.id), col(Document.content_key)).execution_options(synchronize_session=False)).all()
    return [(row[0], row[1]) for row in rows]


def settle(session: Session, document_id: str, verdict: Scan) -> list[str]:
    """Writes down what the scanner said; gives the keys of what is to be deleted.

    What it found something in is no file any more: its row stays with the reason, its content goes, and whoever asked
    for it asks again.
    """
    document = session.get(Document, document_id, populate_existing=True)
    if document is None or document.scan != Scan.WAITING:
        return []
    if verdict is Scan.WAITING:
        document.scan_next_at = now() + wait_before(document.scan_tries)
        session.add(document)
        session.flush()
        return []
    document.scan, document.scan_next_at = verdict, None
    document.version += 1
    if verdict is Scan.INFECTED:
        _condemn(session, document)
    session.add(document)
    session.flush()
    audit.record(session, SYSTEM.kind, SYSTEM.id, f"scan-{verdict}", "document", document.id)
    publish(session, DocumentChecked(document_id=document.id, opportunity_id=document.opportunity_id))
    if verdict is Scan.INFECTED:
        return [key for key in (document.content_key, document.thumbnail_key) if key]
    return []


def _condemn(session: Session, document: Document) -> None:
    contact = session.get_one(Contact, document.contact_id)
    language = contact.language if contact.language in LANGUAGES else LANGUAGES[0]
    document.review, document.reviewed_at = Review.REJECTED, now()
    document.review_reason = translate(language, VirusFound.text)
    session.add(document)
    session.flush()
    purpose_of(document.purpose).rejected(session, SYSTEM, document)
    if document.uploaded_by_kind == "customer":
        publish(session, DocumentRejected(
            document_id=document.id, opportunity_id=document.opportunity_id, contact_id=document.contact_id,
            purpose=document.purpose, ref_id=document.ref_id, name=document.name, reason=document.review_reason,
            by_scanner=True))


def _scan_stored(key: str) -> Scan:
    try:
        return scan(files.stream(key))
    except FileNotFoundError:
        return Scan.WAITING


async def scan_waiting() -> int:
    """Shows the scanner what waits; gives how many it answered for."""
    answered = 0
    while await run_read(has_waiting):
        claimed = await run_write(claim_waiting)
        if not claimed:
            break
        verdicts = [await in_thread(_scan_stored, key) for _id, key in claimed]
        for (document_id, _key), verdict in zip(claimed, verdicts, strict=True):
            await delete_content(await run_write(settle, document_id, verdict))
        answered += sum(verdict is not Scan.WAITING for verdict in verdicts)
    return answered


async def scan_forever() -> None:
    """The background task of each worker."""
    while True:
        try:
            if settings.virus_scanner:
                await scan_waiting()
        except Exception:
            log.exception("could not show waiting files to the scanner")
        await asyncio.sleep(LOOK_SECONDS)
