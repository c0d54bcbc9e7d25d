"""The draft in the editor: an offer as texts that people type, and back. No Reflex, no database.

`title`, `peak_power`, `summary.de`, `is_recommended`, and `lines`, a list of rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, ValidationError, field_validator

from ...core.drafts import ON, Draft, listed, recognised, written
from ...core.forms import Form
from ...core.localized import in_language
from ...core.texts import LANGUAGES
from ...offers import rules
from ...offers.authoring import StaffOffer
from ...offers.forms import LineTexts, decimal_text, read_line, scaled_text
from ...offers.rules import Line, Unit
from ...offers.schemas import VatView, digits_of

FieldName = Literal["title", "valid_until", "peak_power", "modules", "battery", "yield_low", "yield_high", "saving"]
CellName = Literal["description", "quantity", "unit", "price", "vat", "discount"]
FIELDS: tuple[str, ...] = get_args(FieldName)
LINES = "lines"


Kept = Annotated[dict[str, Annotated[str, Field(max_length=200_000)]], Field(max_length=40)]


class FieldChange(Form):
    name: FieldName
    value: Annotated[str, Field(max_length=200)]


class CellChange(Form):
    key: Annotated[int, Field(ge=0, le=10**9)]
    name: CellName
    value: Annotated[str, Field(max_length=2000)]


class RowChange(Form):
    key: Annotated[int, Field(ge=0, le=10**9)]
    step: Annotated[int, Field(ge=-1, le=1)] = 0


class SummaryChange(Form):
    language: Literal["en", "es", "it", "de"]
    value: Annotated[str, Field(max_length=1000)] = ""


class KeptOffer(Form):
    """A draft as the browser kept it while the server forgot it. Its numbers are those of `language`."""

    mark: Annotated[str, Field(max_length=32)]
    about: Annotated[str, Field(max_length=32)]
    revision: Annotated[int, Field(ge=1)]
    language: Literal["en", "es", "it", "de"]
    saved: Kept
    draft: Kept

    @field_validator("saved", "draft")
    @classmethod
    def _only_fields(cls, texts: dict[str, str]) -> dict[str, str]:
        known = (*FIELDS, *summaries({}), "is_recommended")
        return {**{field: texts.get(field, "") for field in known}, LINES: lines_text(rows_of(texts.get(LINES, "")))}


class LineRow(BaseModel):
    """A row of the editor. `text` is the description in the language that is being written, `instead` what customers of
    that language see while it is missing."""

    key: int
    description: dict[str, str] = {}
    text: str = ""
    instead: str = ""
    quantity: str = ""
    unit: str = Unit.PIECE.value
    price: str = ""
    vat: str = ""
    discount: str = ""
    net_cents: int = 0
    is_understood: bool = False

    def texts(self) -> dict[str, Any]:
        return self.model_dump(include=set(LineTexts.model_fields))


class Sums(BaseModel):
    net_cents: int = 0
    vat: list[VatView] = []
    total_cents: int = 0


def fields_of(offer: StaffOffer, language: str) -> dict[str, str]:
    def whole(value: int | None) -> str:
        return "" if value is None else decimal_text(value, language)

    return {
        "title": offer.title, "valid_until": offer.valid_until.isoformat(),
        "peak_power": scaled_text(offer.peak_power_wp, 1000, language), "modules": whole(offer.module_count),
        "battery": scaled_text(offer.battery_wh, 1000, language), "yield_low": whole(offer.yearly_yield_low_kwh),
        "yield_high": whole(offer.yearly_yield_high_kwh),
        "saving": scaled_text(offer.yearly_saving_cents, 100, language)}


def draft_of(offer: StaffOffer, language: str, first_key: int = 0) -> Draft:
    """What is saved. One who may write begins with an empty line."""
    rows = [row_of(key, line, language) for key, line in enumerate(offer.lines, first_key)]
    if not rows and offer.may_edit:
        rows = [empty_row(first_key, offer.default_vat_rate_bp, language)]
    return {**fields_of(offer, language), **summaries(offer.summary),
            "is_recommended": ON if offer.is_recommended else "", LINES: lines_text(rows)}


def summaries(summary: dict[str, str]) -> Draft:
    return {f"summary.{language}": summary.get(language, "") for language in LANGUAGES}


def lines_text(rows: Iterable[LineRow]) -> str:
    """The rows as a list of a draft; a description that was emptied is none."""
    def text(row: LineRow) -> str:
        written_in = {language: each for language, each in row.description.items() if each}
        return json.dumps({**row.texts(), "description": written_in}, ensure_ascii=False, sort_keys=True)

    return written((str(row.key), text(row)) for row in rows)


def rows_of(text: str) -> list[LineRow]:
    """The rows of such a list; it may have been in a browser, so whatever is none is left out."""
    rows = []
    for key, entry in listed(text).items():
        with suppress(ValidationError, ValueError, TypeError):
            texts = LineTexts.model_validate(json.loads(entry))
            rows.append(LineRow(key=RowChange(key=int(key)).key, **texts.model_dump(mode="json")))
    return rows[:rules.MOST_LINES]


def known_again(text: str, before: str) -> str:
    """Saving writes all lines anew: those of somebody else under the keys that they had `before`."""
    def name_of(entry: str) -> str:
        return str(json.loads(entry)["description"])

    return written(recognised(listed(text), listed(before), name_of).items())


def row_of(key: int, line: Line, language: str) -> LineRow:
    if line.discount_bp:
        discount = f"{scaled_text(line.discount_bp, 100, language)} %"
    else:
        discount = scaled_text(line.discount_cents or None, 100, language)
    return LineRow(key=key, description=line.description, unit=line.unit.value, discount=discount,
                   quantity=scaled_text(line.quantity_thousandths, 1000, language),
                   price=scaled_text(line.unit_price_cents, 100, language),
                   vat=scaled_text(line.vat_rate_bp, 100, language))


def empty_row(key: int, vat_rate_bp: int, language: str) -> LineRow:
    return LineRow(key=key, quantity="1", vat=scaled_text(vat_rate_bp, 100, language))


def shown_in(row: LineRow, text_language: str, fallback: str) -> LineRow:
    """The row while descriptions are written in `text_language`."""
    text = row.description.get(text_language, "")
    instead = "" if text else in_language(row.description, text_language, fallback).partition("\n")[0]
    return row.model_copy(update={"text": text, "instead": instead})


def reckoned(rows: Sequence[LineRow], language: str) -> tuple[list[LineRow], Sums]:
    """The rows with their net amounts and the sums, as far as what is typed can be understood."""
    told, lines = [], []
    for row in rows:
        texts = LineTexts.model_validate({**row.texts(), "description": {"en": "·"}})
        line = read_line(texts, language) if row.price.strip() else None
        net = rules.net_of_line_cents(line) if line else 0
        told.append(row.model_copy(update={"net_cents": net, "is_understood": line is not None}))
        lines += [line] if line else []
    totals = rules.total_of(lines)
    vat = [VatView(rate=float(Decimal(group.rate_bp) / 100), rate_digits=digits_of(group.rate_bp, 100),
                   net_cents=group.net_cents, vat_cents=group.vat_cents) for group in totals.groups]
    return told, Sums(net_cents=totals.net_cents, vat=vat, total_cents=totals.total_cents)


def with_cell(row: LineRow, name: CellName, value: str, text_language: str) -> LineRow:
    if name == "description":
        return row.model_copy(update={"description": {**row.description, text_language: value}, "text": value})
    if name == "unit":
        value = value if value in tuple(Unit) else Unit.PIECE.value
    limit = 40
    return row.model_copy(update={name: value[:limit]})


def moved(rows: Sequence[LineRow], key: int, step: int) -> list[LineRow]:
    """The rows with one of them a place up or down."""
    order = list(rows)
    place = next((n for n, row in enumerate(order) if row.key == key), None)
    if place is not None and 0 <= place + step < len(order):
        order[place], order[place + step] = order[place + step], order[place]
    return order
