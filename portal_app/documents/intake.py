"""A file's way in: counted, streamed to the disk with a cap, scanned, parsed, stored, written down.

At no point does a whole file stand in the portal's memory, and nothing of it is kept when a step says no.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from ..access.actors import Actor
from ..config import settings
from ..core import files
from ..core.database import run_read, run_write
from ..core.errors import NotFound
from ..core.limits import demand
from .errors import FileEmpty, FileTooLarge, TooManyAtOnce, VirusFound
from .parsers import parse_file
from .purposes import Asked, Place
from .reading_result import Reading
from .rules import MEGABYTE, MOST_AT_ONCE, MOST_AT_ONCE_OF_ALL, Scan
from .scanner import scan
from .service import FileView, add_document, file_view, open_place

UPLOADS = "240/hour"
STREAM_SECONDS = 600
WRITE_BYTES = MEGABYTE // 2

# Not the event loop's own threads: those are for the database, and a slow scanner or disk must not use them up.
_threads = ThreadPoolExecutor(4, thread_name_prefix="intake")
_under_way: Counter[str] = Counter()

Whose = Callable[[Session], Actor | None]  # asked again and again, so that a session that ends meanwhile counts


@dataclass(frozen=True, slots=True)
class Arriving:
    """What a client says about the file that it sends."""

    whose: Whose
    asked: Asked
    name: str
    announced_bytes: int | None
    chunks: AsyncIterator[bytes]


def _actor(session: Session, whose: Whose) -> Actor:
    actor = whose(session)
    if actor is None:
        raise NotFound
    return actor


def _ask(session: Session, whose: Whose, asked: Asked, size_bytes: int) -> tuple[Actor, Place]:
    actor = _actor(session, whose)
    return actor, open_place(session, actor, asked, size_bytes)


@contextmanager
def _counted(actor: Actor) -> Iterator[None]:
    """Refuses what is too much at once before a byte of it is read."""
    if _under_way[actor.id] >= MOST_AT_ONCE or _under_way.total() >= MOST_AT_ONCE_OF_ALL:
        raise TooManyAtOnce
    _under_way[actor.id] += 1
    try:
        yield
    finally:
        _under_way[actor.id] -= 1
        if _under_way[actor.id] <= 0:
            del _under_way[actor.id]


async def take_file(arriving: Arriving) -> FileView:
    """Everything between the request and its answer; raises the reason when the file is not taken."""
    actor, place = await run_read(_ask, arriving.whose, arriving.asked, arriving.announced_bytes or 0)
    most = place.allowance.max_bytes
    if (arriving.announced_bytes or 0) > most:
        raise FileTooLarge(megabytes=place.allowance.megabytes)
    with _counted(actor), _folder() as folder:
        demand(UPLOADS, "upload", actor.id)
        source = folder / "source"
        await _receive(arriving.chunks, source, most, place.allowance.megabytes)
        verdict = await in_thread(_scan_file, source)
        if verdict is Scan.INFECTED:
            raise VirusFound
        reading = await parse_file(source, arriving.name, place.allowance.kinds, folder)
        return await _keep(arriving, reading, verdict)


@contextmanager
def _folder() -> Iterator[Path]:
    root = settings.data_folder / "arriving"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def forget_half_arrived(older_than_seconds: float = 2 * STREAM_SECONDS) -> int:
    """Removes what was arriving when a portal was killed; gives how many. What is arriving now is younger."""
    root, gone = settings.data_folder / "arriving", 0
    for folder in root.iterdir() if root.is_dir() else ():
        with suppress(FileNotFoundError):  # it has just been finished
            if time.time() - folder.stat().st_mtime > older_than_seconds:
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
    return gone


async def in_thread(function: Callable, *args: object):
    return await asyncio.get_running_loop().run_in_executor(_threads, function, *args)


async def _receive(chunks: AsyncIterator[bytes], target: Path, most: int, megabytes: int) -> None:
    """Writes what comes, and stops reading at the first byte too many."""
    received, pending = 0, bytearray()
    with target.open("wb", buffering=0) as file:
        async with asyncio.timeout(STREAM_SECONDS):
            async for chunk in chunks:
                received += len(chunk)
                if received > most:
                    raise FileTooLarge(megabytes=megabytes)
                pending += chunk
                if len(pending) >= WRITE_BYTES:
                    await in_thread(file.write, bytes(pending))
                    pending.clear()
        if pending:
            await in_thread(file.write, bytes(pending))
    if not received:
        raise FileEmpty


def _scan_file(source: Path) -> Scan:
    def pieces() -> Iterator[bytes]:
        with source.open("rb") as file:
            while piece := file.read(files.CHUNK_BYTES):
                yield piece

    return scan(pieces())


def _store(reading: Reading) -> tuple[str, str]:
    content_key = files.store_file(reading.content)
    return content_key, files.store_file(reading.thumbnail) if reading.thumbnail else ""


def _delete(*keys: str) -> None:
    for key in keys:
        if key:
            files.delete(key)


def _write(session: Session, whose: Whose, asked: Asked, reading: Reading, verdict: Scan, keys: tuple[str, str]) -> FileView:
    actor = _actor(session, whose)
    return file_view(session, actor, add_document(session, actor, asked, reading, verdict, *keys))


async def _keep(arriving: Arriving, reading: Reading, verdict: Scan) -> FileView:
    keys = await in_thread(_store, reading)
    # Its thread goes on and commits when this is cancelled: only then it is known whether the file has a row.
    writing = asyncio.ensure_future(run_write(_write, arriving.whose, arriving.asked, reading, verdict, keys))
    try:
        return await asyncio.shield(writing)
    finally:
        await asyncio.wait([writing])
        if writing.exception() is not None:
            await asyncio.shield(in_thread(_delete, *keys))


async def delete_content(keys: list[str]) -> None:
    """After the row is gone."""
    await in_thread(_delete, *keys)
