"""Files in and out. Who may have one is asked at every request; unknown and forbidden are both 404.

`POST /api/files?purpose=…&project=…&ref=…&name=…` takes one file as its body. The front has refused other origins.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from ..access.actors import Actor
from ..access.sessions import get_actor
from ..core import files
from ..core.database import run_read, run_write
from ..core.errors import NotFound, PortalError
from ..core.forms import parse_id
from ..core.ids import ID_LENGTH
from ..core.limits import demand
from ..documents.errors import FileEmpty, FileTooLarge
from ..documents.intake import Arriving, delete_content, take_file
from ..documents.models import Document
from ..documents.parsers import draw_page
from ..documents.purposes import Asked
from ..documents.rules import MAX_FILE_BYTES, MEDIA_TYPES, MEGABYTE, PICTURES, Kind
from ..documents.service import get_readable, remove_document
from .json_forms import answered

router = APIRouter(prefix="/api/files")

PAGES = "240/minute"
PRIVATE = {"cache-control": "no-store", "x-content-type-options": "nosniff", "cross-origin-resource-policy": "same-origin",
           "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}
LONGEST_NAME = 300


def _whose(request: Request) -> Callable[[Session], Actor | None]:
    cookie = request.headers.get("cookie", "")
    return lambda session: get_actor(session, cookie)


def _demand_actor(session: Session, request: Request) -> Actor:
    actor = _whose(request)(session)
    if actor is None:
        raise NotFound
    return actor


def _announced(request: Request) -> int | None:
    said = request.headers.get("content-length", "")
    return int(said) if said.isdecimal() and len(said) < 16 else None


@router.post("")
async def upload(request: Request, purpose: str = "", project: str = "", ref: str = "", folder: str = "",
                 name: str = "") -> Response:
    """Takes one file. What can't be taken is refused as early as it shows, with its reason."""

    async def work() -> Response:
        announced = _announced(request)
        if announced == 0:
            raise FileEmpty
        if announced is not None and announced > MAX_FILE_BYTES:
            raise FileTooLarge(megabytes=MAX_FILE_BYTES // MEGABYTE)
        view = await take_file(Arriving(
            _whose(request), Asked(purpose[:20], project[:64], ref[:64], folder[:ID_LENGTH]), name[:LONGEST_NAME], announced,
            request.stream()))
        return JSONResponse(view.model_dump(), 201, {"cache-control": "no-store"})

    try:
        answer = await answered(work)
    except (ClientDisconnect, TimeoutError):
        return Response(status_code=408, headers={"connection": "close"})
    if answer.status_code >= 400:
        answer.headers["connection"] = "close"  # the rest of the body is of no interest
    return answer


@router.delete("/{id}")
async def remove(request: Request, id: str) -> Response:
    async def work() -> Response:
        await delete_content(await run_write(_removed, request, id))
        return JSONResponse({}, headers={"cache-control": "no-store"})

    return await answered(work)


def _removed(session: Session, request: Request, id: str) -> list[str]:
    return remove_document(session, _demand_actor(session, request), parse_id(id))


def _found(session: Session, request: Request, id: str) -> Document:
    return get_readable(session, _demand_actor(session, request), parse_id(id))


async def _handed_out(request: Request, id: str, answer: Callable[[Document], Response]) -> Response:
    try:
        document = await run_read(_found, request, id)
        return await run_in_threadpool(answer, document)
    except (NotFound, FileNotFoundError):
        return Response(status_code=404, headers=PRIVATE)
    except PortalError:  # in quarantine
        return Response(status_code=409, headers=PRIVATE)


def _disposition(way: str, name: str) -> str:
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in " ._-") else "_" for letter in name)
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


@router.get("/{id}")
async def download(request: Request, id: str, inline: bool = False) -> Response:
    """The file. Shown in the browser only on demand, and what is shown is a picture of ours or a PDF that has no programs;
    either way the browser keeps it in a sandbox."""

    def answer(document: Document) -> Response:
        kind = Kind(document.kind)
        return StreamingResponse(files.stream(document.content_key), media_type=MEDIA_TYPES[kind], headers={
            **PRIVATE, "content-length": str(document.size_bytes),
            "content-disposition": _disposition("inline" if inline else "attachment", document.name)})

    return await _handed_out(request, id, answer)


@router.get("/{id}/preview")
async def preview(request: Request, id: str) -> Response:
    """The thumbnail."""

    def answer(document: Document) -> Response:
        if not document.thumbnail_key:
            raise NotFound
        return Response(files.read(document.thumbnail_key), media_type="image/webp",
                        headers={**PRIVATE, "content-disposition": "inline"})

    return await _handed_out(request, id, answer)


@router.get("/{id}/pages/{number}")
async def page(request: Request, id: str, number: int) -> Response:
    """One page of a PDF as a picture, from 1; a picture is its own only page. So reading needs no PDF viewer."""

    def answer(document: Document) -> Response:
        if Kind(document.kind) in PICTURES:
            if number != 1:
                raise NotFound
            return StreamingResponse(files.stream(document.content_key), media_type=MEDIA_TYPES[Kind(document.kind)],
                                     headers={**PRIVATE, "content-disposition": "inline"})
        if not 1 <= number <= document.page_count:
            raise NotFound
        demand(PAGES, "pdf-page", document.id)
        return Response(status_code=204)

    made = await _handed_out(request, id, answer)
    if made.status_code != 204:
        return made
    document = await run_read(_found, request, id)
    folder = Path(tempfile.mkdtemp(prefix="page-"))
    try:
        await run_in_threadpool(_copy, document.content_key, folder / "source")
        drawn = await draw_page(folder / "source", number - 1, folder)
        content = await run_in_threadpool(drawn.read_bytes)
    except (PortalError, FileNotFoundError):
        return Response(status_code=404, headers=PRIVATE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Response(content, media_type="image/webp", headers={**PRIVATE, "content-disposition": "inline"})


def _copy(key: str, target: Path) -> None:
    with target.open("wb") as file:
        for chunk in files.stream(key):
            file.write(chunk)

