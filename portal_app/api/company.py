"""What every visitor may know of the company: colours, mark, and the values that pages show."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from functools import lru_cache

from fastapi import APIRouter, Request, Response

from ..access.actors import Permission
from ..company.logo import MAX_BYTES, LogoTooLarge
from ..company.schemas import public_values
from ..company.service import company_snapshot, read_logo, remove_logo, set_logo
from ..company.theme import brand_css
from ..core.database import run_write
from ..core.errors import NotFound
from .cookies import demand_actor
from .json_forms import answered, ok

router = APIRouter()

WORTH_PACKING = 400  # letters
MARK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="10" fill="{brand}"/>\
<circle cx="18" cy="15" r="7" fill="{sun}"/><path d="M7 27 18 17l11 10z" fill="{brand}" stroke="{brand}" stroke-width="7" \
stroke-linejoin="round"/><path d="M8 26.5 18 17.4l10 9.1" fill="none" stroke="#fff" stroke-width="3.2" \
stroke-linecap="round" stroke-linejoin="round"/></svg>"""


def _revalidated(request: Request, content: str, media_type: str) -> Response:
    """Asked for on every page, sent only when it changed."""
    tag = f'"{hashlib.sha256(content.encode()).hexdigest()[:20]}"'
    headers = {"etag": tag, "cache-control": "no-cache", "vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", "") and len(content) > WORTH_PACKING:
        return Response(_packed(content), media_type=media_type, headers={**headers, "content-encoding": "gzip"})
    return Response(content, media_type=media_type, headers=headers)


@lru_cache(maxsize=16)
def _packed(content: str) -> bytes:
    return gzip.compress(content.encode(), 9, mtime=0)


@router.get("/brand.css")
def brand(request: Request) -> Response:
    company = company_snapshot()
    return _revalidated(request, brand_css(company.brand_color, company.sun_color), "text/css")


@router.get("/company.js")
def values(request: Request) -> Response:
    text = json.dumps(public_values(company_snapshot()), ensure_ascii=False).replace("<", "\\u003c")
    return _revalidated(request, f"window.portalCompany={text};", "text/javascript")


@router.get("/company/mark")
def mark(request: Request) -> Response:
    """The sign of a company that has not uploaded a logo, in its colours."""
    company = company_snapshot()
    return _revalidated(request, MARK.format(brand=company.brand_color, sun=company.sun_color), "image/svg+xml")


@router.get("/company/logo")
def logo() -> Response:
    try:
        content, media_type, _key = read_logo()
    except NotFound:
        return Response(status_code=404)
    return Response(content, media_type=media_type, headers={"cache-control": "public, max-age=31536000, immutable"})


@router.put("/api/company/logo")
async def put_logo(request: Request) -> Response:
    """The body is the picture; never more of it is read than a logo may have."""

    async def work() -> Response:
        actor = await asyncio.to_thread(demand_actor, request, Permission.EDIT_COMPANY)
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > MAX_BYTES:
                raise LogoTooLarge("logo", megabytes=MAX_BYTES // 1024 // 1024)
        company = await run_write(set_logo, actor, bytes(content))
        return ok(version=company.version, logo=company_snapshot().logo_path)

    return await answered(work)


@router.delete("/api/company/logo")
async def delete_logo(request: Request) -> Response:
    async def work() -> Response:
        actor = await asyncio.to_thread(demand_actor, request, Permission.EDIT_COMPANY)
        company = await run_write(remove_logo, actor)
        return ok(version=company.version, logo="")

    return await answered(work)
