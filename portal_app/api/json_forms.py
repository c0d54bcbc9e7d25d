"""Forms that pages send as JSON to routes, where only plain HTTP will do (cookies). Errors travel as catalogue ids, so
that the browser words them in the reader's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from ..core.errors import InvalidForm, NotAllowed, NotFound, PortalError, TooManyRequests
from ..core.forms import FormT, parse
from ..core.texts import text_id
from ..documents.errors import FileTooLarge, TooManyAtOnce

log = logging.getLogger(__name__)

MAX_BYTES = 8 * 1024
_STATUS = {InvalidForm: 422, NotFound: 404, NotAllowed: 403, TooManyRequests: 429, FileTooLarge: 413,
           TooManyAtOnce: 429}


async def read_json(request: Request) -> Any:
    """The body, None where it is no JSON; `InvalidForm` when it is more than a form can be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise InvalidForm({})
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


async def read_form(request: Request, schema: type[FormT]) -> FormT:
    """The body as a form, or `InvalidForm`."""
    return parse(schema, await read_json(request))


class ErrorBody(BaseModel):
    id: str
    values: dict[str, str | int | float]
    field: str


def status_of(error: PortalError) -> int:
    return _STATUS.get(type(error), 400)


def _error(error: PortalError) -> JSONResponse:
    told = {error.field: (error.text, error.values)}
    if isinstance(error, InvalidForm) and error.errors:
        told = error.errors
    bodies = [ErrorBody(id=text_id(text), values=dict(values), field=field).model_dump()
              for field, (text, values) in told.items()]
    return JSONResponse({"error": bodies[0], "errors": bodies}, status_of(error), {"cache-control": "no-store"})


async def answered(work: Callable[[], Awaitable[Response]]) -> Response:
    """The answer of `work`, or its error in the form that pages understand."""
    try:
        return await work()
    except PortalError as error:
        return _error(error)


def ok(**values: Any) -> JSONResponse:
    return JSONResponse(values, headers={"cache-control": "no-store"})
