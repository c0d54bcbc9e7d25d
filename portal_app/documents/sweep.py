"""The private store and the tables say the same: what no row names is deleted, and rows whose file is gone say so.

The store is looked through part by part, all of it once a day. Whose turn a part is stands in the database, so any number
of workers share the work. Whatever is younger than `LEFT_ALONE` may still be under way and is never touched.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, SQLModel, col, select, update

from ..access.actors import SYSTEM
from ..config import settings
from ..core import audit, files
from ..core.clock import now
from ..core.database import insert_or_update, run_read, run_write
from ..core.events import publish
from ..core.fields import is_file_key
from ..core.files import PARTS, Stored
from .events import DocumentChecked
from .intake import forget_half_arrived, in_thread
from .models import Document, StoreSweep
from .rules import READABLE, Scan

log = logging.getLogger(__name__)

LOOK_SECONDS = 60
LEFT_ALONE = timedelta(days=2)
BETWEEN_PARTS = timedelta(days=1) / len(PARTS)
NEWEST_ASKED = 5


class Findings(NamedTuple):
    """What a part of the store holds too much, and the ids of documents whose file is gone or has come back."""

    orphans: list[Stored]
    lost: list[str]
    back: list[str]


def is_due(session: Session) -> bool:
    """Looks without taking the write lock."""
    at = session.exec(select(StoreSweep.next_at)).one_or_none()
    return at is None or at <= now()


def claim_part(session: Session) -> str | None:
    """The part whose turn it is, now the caller's; None when it is too early for the next. A part whose worker dies is
    looked through on the next day."""
    at = now()
    session.execute(insert_or_update(session, StoreSweep).values(id=1, next_part=0, next_at=at).on_conflict_do_nothing())
    following = session.execute(
        update(StoreSweep).where(col(StoreSweep.next_at) <= at)
        .values(next_part=(col(StoreSweep.next_part) + 1) % len(PARTS), next_at=at + BETWEEN_PARTS)
        .returning(col(StoreSweep.next_part)).execution_options(synchronize_session=False)).scalar_one_or_none()
    return None if following is None else PARTS[following - 1]


def known_keys(session: Session, part: str) -> set[str]:
    """Every key of this part that a row of any table names."""
    columns = [column for table in SQLModel.metadata.sorted_tables for column in table.columns if is_file_key(column)]
    return {key for column in columns for key in session.scalars(select(column).where(column.startswith(part)))}


def compare(session: Session, part: str, stored: Sequence[Stored], before: datetime) -> Findings:
    """What differs between the store and the tables, of what is older than `before`."""
    known, present = known_keys(session, part), {each.name for each in stored}
    rows = session.exec(
        select(Document.id, Document.content_key, Document.scan)
        .where(col(Document.content_key).startswith(part), col(Document.created_at) < before,
               col(Document.scan) != Scan.INFECTED)).all()
    return Findings(
        [each for each in stored if each.at < before and each.name not in known],
        [row_id for row_id, key, scan in rows if key not in present and scan != Scan.LOST],
        [row_id for row_id, key, scan in rows if key in present and scan == Scan.LOST])


def newest_keys(session: Session) -> list[str]:
    return list(session.exec(select(Document.content_key).where(col(Document.scan).in_(READABLE))
                             .order_by(col(Document.created_at).desc()).limit(NEWEST_ASKED)))


def mark(session: Session, document_ids: Sequence[str], scan: Scan) -> None:
    """Says of documents that their file is gone, or that it is there again and has to be scanned where that is asked."""
    for document_id in document_ids:
        document = session.get(Document, document_id, with_for_update=True, populate_existing=True)
        if document is None or document.scan == Scan.INFECTED:
            continue
        document.scan, document.scan_tries = scan, 0
        document.scan_next_at = now() if scan is Scan.WAITING else None
        document.version += 1
        session.add(document)
        session.flush()
        audit.record(session, SYSTEM.kind, SYSTEM.id, f"scan-{scan}", "document", document.id)
        publish(session, DocumentChecked(document_id=document.id, opportunity_id=document.opportunity_id))


async def _is_our_store() -> bool:
    """Neither another store beside our tables nor other tables beside our store: some of what came last is there."""
    for key in await run_read(newest_keys):
        if any(each.name == key for each in await in_thread(files.list_part, key[:2])):
            return True
    return False


async def look_through(part: str) -> Findings:
    """Sets right what differs in one part; gives what it was."""
    before = now() - LEFT_ALONE
    stored = await in_thread(files.list_part, part)
    found = await run_read(compare, part, stored, before)
    if (found.orphans or found.lost) and not await _is_our_store():
        log.error("%d files without a row, %d rows without a file, and none of the newest is there: is it the right store?",
                  len(found.orphans), len(found.lost))
        return found
    for orphan in found.orphans:
        await in_thread(files.delete_stored, orphan)
    if found.lost:
        log.error("%d files are gone from the store", len(found.lost))
        await run_write(mark, found.lost, Scan.LOST)
    if found.back:
        await run_write(mark, found.back, Scan.WAITING if settings.virus_scanner else Scan.OFF)
    return found


async def sweep_due() -> None:
    """Looks through the part whose turn it is, if there is one."""
    if await run_read(is_due) and (part := await run_write(claim_part)):
        await look_through(part)


async def sweep_forever() -> None:
    """The background task of each worker; it also removes what never arrived whole."""
    while True:
        try:
            await in_thread(forget_half_arrived)
            await sweep_due()
        except Exception:
            log.exception("could not tidy the store")
        await asyncio.sleep(LOOK_SECONDS)
