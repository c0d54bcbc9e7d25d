"""Lists that cost the same with many rows: counting stops, and a page goes on behind the last row of the one before it,
in a list that is ordered by a moment and an id.

What comes from a client as a cursor may be anything; one that was not written here is as good as none.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import StringConstraints
from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select, tuple_

from .forms import Form
from .ids import ID_LENGTH

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RowT = TypeVar("RowT")


class Place(NamedTuple):
    moment: datetime
    row_id: str


class PageOf(Form):
    """Which page: behind one row, or before one."""

    after: Annotated[str, StringConstraints(max_length=120)] = ""
    before: Annotated[str, StringConstraints(max_length=120)] = ""


class Turned(NamedTuple):
    """The rows of a page, and whether there are pages behind and before it."""

    rows: list[Any]
    next: str
    previous: str


def write(place: Place) -> str:
    microseconds = (place.moment - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{microseconds}.{place.row_id}".encode()).decode()


def read(cursor: str) -> Place | None:
    try:
        microseconds, _, row_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(".")
        moment = _EPOCH + timedelta(microseconds=int(microseconds))
    except (ValueError, OverflowError, binascii.Error):
        return None
    return Place(moment, row_id[:ID_LENGTH]) if row_id else None


def behind(column: Any, id_column: Any, is_descending: bool, cursor: str) -> list[ColumnElement[bool]]:
    """The rows behind a cursor in this direction."""
    place = read(cursor) if cursor else None
    if place is None:
        return []
    here = tuple_(column, id_column)
    there = tuple_(place.moment, place.row_id)
    return [here < there if is_descending else here > there]


def turn(found: Sequence[tuple[Place, RowT]], size: int, *, after: str, before: str) -> Turned:
    """The page of up to `size` out of `size + 1` rows that were read, backwards when `before` was asked for."""
    has_further, page = len(found) > size, list(found[:size])
    if before:
        page.reverse()
    first, last = (write(page[0][0]), write(page[-1][0])) if page else ("", "")
    return Turned(
        rows=[row for _, row in page],
        next=last if has_further or before else "",
        previous=first if (has_further if before else after) else "",
    )


def count_up_to(most: int, found: Select[Any]) -> ScalarSelect[int]:
    """How many rows there are, as a column of a query; behind `most` one more stands for all the others."""
    return select(func.count()).select_from(found.limit(most + 1).subquery()).scalar_subquery()
