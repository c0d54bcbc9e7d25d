"""Customers as CSV: the template, and importing. The file is the body; never more of it is read than may be."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import IntegrityError

from ..access.actors import Actor, Permission
from ..core.errors import ChangedMeanwhile
from ..core.texts import LANGUAGES
from ..customers.csv_rules import MAX_BYTES, FileTooLarge, template
from ..customers.importing import ImportReport, import_customers
from .cookies import demand_actor
from .json_forms import answered, ok

router = APIRouter()


@router.get("/api/customers/import/template.csv")
async def import_template(request: Request, lang: str = "") -> Response:
    async def work() -> Response:
        actor = await asyncio.to_thread(demand_actor, request, Permission.IMPORT_CUSTOMERS)
        content = template(lang if lang in LANGUAGES else actor.language)
        return Response(content, media_type="text/csv; charset=utf-8", headers={
            "content-disposition": 'attachment; filename="customers.csv"', "x-content-type-options": "nosniff",
            "cache-control": "no-store"})

    return await answered(work)


def _import(actor: Actor, content: bytes, is_dry: bool, invites: bool) -> ImportReport:
    try:
        return import_customers(actor, content, is_dry=is_dry, invites=invites)
    except IntegrityError:  # somebody entered one of them at the same moment; nothing was imported
        raise ChangedMeanwhile from None


@router.post("/api/customers/import")
async def post_import(request: Request, dry: str = "1", invite: str = "") -> Response:
    """`dry=1` only reads and reports; `dry=0` enters everything or nothing; `invite=1` mails the new customers."""

    async def work() -> Response:
        actor = await asyncio.to_thread(demand_actor, request, Permission.IMPORT_CUSTOMERS)
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > MAX_BYTES:
                raise FileTooLarge(megabytes=MAX_BYTES // 1024 // 1024)
        report = await asyncio.to_thread(_import, actor, bytes(content), dry != "0", invite == "1")
        return ok(report=report.model_dump())

    return await answered(work)
