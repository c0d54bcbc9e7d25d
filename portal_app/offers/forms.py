"""What staff type into the offer editor, and what it means.

Numbers are typed as people write them: 1.234,50 in German, 1,234.50 in English. A discount is an amount, or a part when
it ends in a per cent sign.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from ..core.errors import InvalidForm, Values
from ..core.forms import REQUIRED, TEXTS, Form, parse
from ..core.localized import Localized, clean
from ..core.numbers import decimal_text, parse_decimal
from ..core.texts import msg, number_text
from . import rules
from .rules import DeclineReason, Line, Unit

NUMBER = msg("Please enter a number.")
BELOW_ZERO = msg("This can't be less than 0.")
LESS_DIGITS = msg("At most {digits} decimals fit here.")
TOO_MUCH = msg("This is more than {most}.")
MORE_THAN_ZERO = msg("This must be more than 0.")
PERCENT = msg("This must be between 0 and 100 %.")
DISCOUNT_TOO_BIG = msg("The discount is larger than the line.")
YIELD_ORDER = msg("The upper figure is smaller than the lower one.")
TOTAL_TOO_BIG = msg("The total is more than {most}.")
DATE = msg("Please enter a date.")

LONGEST_DESCRIPTION = 1000
LONGEST_SUMMARY = 300

Texts = Annotated[dict[str, str], Field(max_length=8)]
Typed = Annotated[str, Field(max_length=40)]


class LineTexts(Form):
    """A row of the editor as it was typed."""

    description: Texts = {}
    quantity: Typed = ""
    unit: Unit = Unit.PIECE
    price: Typed = ""
    vat: Typed = ""
    discount: Typed = ""

    @property
    def is_blank(self) -> bool:
        return not (any(text.strip() for text in self.description.values()) or self.price or self.discount)


class OfferTexts(Form):
    """The whole editor as it was typed."""

    title: Annotated[str, Field(max_length=80)] = ""
    summary: Texts = {}
    valid_until: Typed = ""
    peak_power: Typed = ""
    modules: Typed = ""
    battery: Typed = ""
    yield_low: Typed = ""
    yield_high: Typed = ""
    saving: Typed = ""
    is_recommended: bool = False
    lines: Annotated[list[LineTexts], Field(max_length=rules.MOST_LINES)] = []


class OfferForm(BaseModel):
    """An offer as staff mean it."""

    title: str
    summary: Localized = {}
    valid_until: date
    peak_power_wp: int | None = None
    module_count: int | None = None
    battery_wh: int | None = None
    yearly_yield_low_kwh: int | None = None
    yearly_yield_high_kwh: int | None = None
    yearly_saving_cents: int | None = None
    is_recommended: bool = False
    lines: tuple[Line, ...] = ()


class DeclineForm(Form):
    reason: DeclineReason
    comment: Annotated[str, Field(max_length=1000)] = ""


def scaled_text(value: int | None, scale: int, language: str) -> str:
    """`scaled_text(1250, 1000, "de")` is 1,25; nothing for nothing."""
    return "" if value is None else decimal_text(Decimal(value) / scale, language)


class _Reader:
    """Reads numbers and collects what is wrong, by field."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.errors: dict[str, tuple[str, Values]] = {}

    def fail(self, field: str, text: str, **values: str | int | float) -> None:
        self.errors.setdefault(field, (text, values))

    def number(self, field: str, text: str, *, scale: int, most: int, required: bool = False) -> int | None:
        """`text` × `scale` as a whole number, at most `most`."""
        if not text.strip():
            if required:
                self.fail(field, REQUIRED)
            return None
        try:
            value = parse_decimal(text, self.language) * scale
        except ValueError:
            self.fail(field, BELOW_ZERO if text.startswith("-") else NUMBER)
            return None
        if value != int(value):
            self.fail(field, LESS_DIGITS if scale > 1 else TEXTS["int_parsing"], digits=len(str(scale)) - 1)
        elif value > most:
            self.fail(field, TOO_MUCH, most=number_text(self.language, most // scale))
        else:
            return int(value)
        return None

    def percent(self, field: str, text: str, *, required: bool = False) -> int | None:
        value = self.number(field, text.replace("%", ""), scale=100, most=10**9, required=required)
        if value is not None and value > 10_000:
            self.fail(field, PERCENT)
            return None
        return value

    def line(self, at: str, texts: LineTexts) -> Line | None:
        before = len(self.errors)
        description = clean(texts.description, LONGEST_DESCRIPTION)
        if not description:
            self.fail(f"{at}.description", REQUIRED)
        quantity = self.number(f"{at}.quantity", texts.quantity, scale=1000, most=rules.MOST_QUANTITY_THOUSANDTHS,
                               required=True)
        if quantity == 0:
            self.fail(f"{at}.quantity", MORE_THAN_ZERO)
        price = self.number(f"{at}.price", texts.price, scale=100, most=rules.MOST_PRICE_CENTS, required=True)
        vat = self.percent(f"{at}.vat", texts.vat, required=True)
        part = amount = 0
        if texts.discount.endswith("%"):
            part = self.percent(f"{at}.discount", texts.discount, required=True) or 0
        else:
            amount = self.number(f"{at}.discount", texts.discount, scale=100, most=rules.MOST_TOTAL_CENTS) or 0
        if len(self.errors) > before:
            return None
        line = Line(description=description, quantity_thousandths=quantity or 0, unit=texts.unit,
                    unit_price_cents=price or 0, vat_rate_bp=vat or 0, discount_bp=part, discount_cents=amount)
        if amount > rules.gross_of_line_cents(line):
            self.fail(f"{at}.discount", DISCOUNT_TOO_BIG)
            return None
        return line

    def day(self, field: str, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.fail(field, DATE if text else REQUIRED)
            return None


def read_line(texts: LineTexts, language: str) -> Line | None:
    """The line as far as it can be understood, for totals while somebody types."""
    return _Reader(language).line("line", texts)


def parse_offer(data: object, language: str) -> OfferForm:
    """What the editor sent, or `InvalidForm` with a text for each field (`lines.3.price`)."""
    texts = parse(OfferTexts, data)
    reader = _Reader(language)
    if not texts.title:
        reader.fail("title", REQUIRED)
    valid_until = reader.day("valid_until", texts.valid_until)
    peak = reader.number("peak_power", texts.peak_power, scale=1000, most=10_000_000)
    modules = reader.number("modules", texts.modules, scale=1, most=20_000)
    battery = reader.number("battery", texts.battery, scale=1000, most=100_000_000)
    low = reader.number("yield_low", texts.yield_low, scale=1, most=100_000_000)
    high = reader.number("yield_high", texts.yield_high, scale=1, most=100_000_000)
    saving = reader.number("saving", texts.saving, scale=100, most=rules.MOST_PRICE_CENTS)
    if low is not None and high is not None and high < low:
        reader.fail("yield_high", YIELD_ORDER)
    lines = [reader.line(f"lines.{place}", line) for place, line in enumerate(texts.lines) if not line.is_blank]
    known = [line for line in lines if line]
    if rules.total_of(known).total_cents > rules.MOST_TOTAL_CENTS:
        reader.fail("lines", TOTAL_TOO_BIG, most=number_text(language, rules.MOST_TOTAL_CENTS // 100))
    if reader.errors or valid_until is None:
        raise InvalidForm(reader.errors)
    return OfferForm(
        title=texts.title, summary=clean(texts.summary, LONGEST_SUMMARY), valid_until=valid_until,
        peak_power_wp=peak or None, module_count=modules or None, battery_wh=battery, yearly_yield_low_kwh=low,
        yearly_yield_high_kwh=high, yearly_saving_cents=saving or None, is_recommended=texts.is_recommended,
        lines=tuple(known))
