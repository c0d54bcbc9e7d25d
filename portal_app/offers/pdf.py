"""An offer on paper: typst with the fonts shipped beside this file. The same version gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from ..company.theme import email_palette
from ..core.localized import in_language
from ..core.texts import date_text, money_text, number_text, server_text, translate
from . import rules
from .forms import scaled_text
from .rules import Line, Party, VersionContent
from .schemas import digits_of, split_description

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "offer.typ"
STANDARDS = ["a-2a", "ua-1"]

NUMBER = server_text("Offer {number}, version {version}")
ISSUED = server_text("of {date}")
FOR = server_text("Offer for")
PROJECT = server_text("Project {number}")
POWER = server_text("Power")
MODULES = server_text("Modules")
BATTERY = server_text("Battery")
YIELD = server_text("Yield per year")
SAVING = server_text("Saving per year")
LINES = server_text("What is included")
COLUMNS = (server_text("No."), server_text("Description"), server_text("Quantity"), server_text("Unit price, net"),
           server_text("VAT"), server_text("Net amount"))
DISCOUNT = server_text("Discount: −{amount}")
NET = server_text("Net total")
VAT = server_text("VAT {rate} on {net}")
TOTAL = server_text("Total")
PER_KWP = server_text("{amount} per kWp")
TERMS = server_text("How long it holds and what an order means")
HOLDS = server_text("This offer holds until the end of {date}, in the time zone of {zone}.")
ORDERING = server_text(
    "You order in the customer portal with the button “{button}”. With it you sign a contract with {company} that "
    "obliges you to pay {total}. Exactly this version is then kept for both sides, with date and time.")
WITHDRAWAL = server_text(
    "As a consumer you can withdraw from the contract within {days} days without giving a reason.")
ROUNDING = server_text("VAT is computed once for each rate from the sum of its lines and rounded to the cent.")
PAGE = server_text("Page {page} of {pages}")
FINGERPRINT = server_text("Fingerprint of this version (SHA-256): {hash}")
DRAFT = server_text("Draft")


@dataclass(frozen=True, slots=True)
class Look:
    """What the company adds to the content of a version."""

    brand_color: str
    sun_color: str
    time_zone: str
    logo: bytes = b""


def _thousandths_text(language: str, value: int) -> str:
    return number_text(language, value / 1000, digits_of(value, 1000))


def percent_text(language: str, basis_points: int) -> str:
    return f"{scaled_text(basis_points, 100, language)}\u00a0%"


def quantity_text(language: str, line: Line) -> str:
    quantity = _thousandths_text(language, line.quantity_thousandths)
    return f"{quantity} {translate(language, rules.UNIT_TEXTS[line.unit])}"


def _facts(content: VersionContent, language: str) -> list[dict[str, str]]:
    """Power, yield and the like, as far as they are known."""

    def kilo(value: int, unit: str) -> str:
        return f"{_thousandths_text(language, round(value, -1))} {unit}"

    low, high = content.yearly_yield_low_kwh, content.yearly_yield_high_kwh
    known = []
    if content.peak_power_wp:
        known.append((POWER, kilo(content.peak_power_wp, "kWp")))
    if content.module_count:
        known.append((MODULES, number_text(language, content.module_count)))
    if content.battery_wh:
        known.append((BATTERY, kilo(content.battery_wh, "kWh")))
    if low or high:
        figures = dict.fromkeys(number_text(language, figure) for figure in (low, high) if figure)
        known.append((YIELD, f"{'–'.join(figures)} kWh"))
    if content.yearly_saving_cents:
        known.append((SAVING, money_text(language, content.yearly_saving_cents, content.currency)))
    return [{"label": translate(language, label), "value": value} for label, value in known]


def _line(content: VersionContent, language: str, place: int, line: Line) -> dict[str, str]:
    title, detail = split_description(in_language(line.description, language, content.default_language))
    discount = rules.discount_of_line_cents(line)
    part = f" ({percent_text(language, line.discount_bp)})" if line.discount_bp else ""

    def amount(cents: int) -> str:
        return money_text(language, cents, content.currency)

    return {"place": str(place), "title": title, "detail": detail, "quantity": quantity_text(language, line),
            "price": amount(line.unit_price_cents), "vat": percent_text(language, line.vat_rate_bp),
            "net": amount(rules.net_of_line_cents(line)),
            "discount": translate(language, DISCOUNT, amount=amount(discount)) + part if discount else ""}


def _address_rows(party: Party) -> list[str]:
    return [row.strip() for row in party.address.splitlines() if row.strip()]


def data_of(content: VersionContent, version_hash: str, language: str, look: Look) -> Mapping[str, Any]:
    """Everything that stands on the pages, worded and formatted."""

    def say(text: str, **values: object) -> str:
        return translate(language, text, **values)

    def amount(cents: int) -> str:
        return money_text(language, cents, content.currency)

    palette = email_palette(look.brand_color, look.sun_color)
    totals, company = content.totals, content.company
    per_kwp = rules.cents_per_kwp(totals.total_cents, content.peak_power_wp)
    contact = (company.name, *_address_rows(company), company.phone, company.email)
    return {
        "language": language, "title": content.title, "day": [*content.issued_on.timetuple()[:3]],
        "summary": in_language(content.summary, language, content.default_language),
        "number": say(NUMBER, number=content.number, version=content.version),
        "issued": say(ISSUED, date=date_text(language, content.issued_on)),
        "company": {"name": company.name}, "logo": list(look.logo),
        "colors": {"brand": palette.link, "ink": palette.text, "soft": palette.text_2, "line": palette.line,
                   "tint": palette.sunken},
        "parties": [
            {"label": say(FOR), "name": content.customer.name, "rows": _address_rows(content.customer)},
            {"label": say(PROJECT, number=content.project_number), "name": content.project_address, "rows": []}],
        "facts": _facts(content, language), "lines_title": say(LINES), "columns": [say(name) for name in COLUMNS],
        "lines": [_line(content, language, place, line) for place, line in enumerate(content.lines, 1)],
        "totals": [{"label": say(NET), "value": amount(totals.net_cents)}] + [
            {"label": say(VAT, rate=percent_text(language, group.rate_bp), net=amount(group.net_cents)),
             "value": amount(group.vat_cents)} for group in totals.groups],
        "total": {"label": say(TOTAL), "value": amount(totals.total_cents)},
        "per_kwp": say(PER_KWP, amount=amount(per_kwp)) if per_kwp else "",
        "terms_title": say(TERMS),
        "terms": [
            say(HOLDS, date=date_text(language, content.valid_until), zone=look.time_zone),
            say(ORDERING, button=say(rules.BUTTON_TEXT), company=company.name, total=amount(totals.total_cents)),
            say(WITHDRAWAL, days=rules.WITHDRAWAL_DAYS), say(ROUNDING)],
        "footer": " · ".join(part for part in contact if part),
        "page": say(PAGE), "fingerprint": say(FINGERPRINT, hash=version_hash) if version_hash else "",
        "draft": "" if version_hash else say(DRAFT),
    }


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FOLDER / "fonts"])


def _compile(data: str, issued: datetime, standards: list[Any]) -> bytes:
    pdf = typst.compile(TEMPLATE, root=FOLDER, font_paths=_fonts(), sys_inputs={"data": data}, timestamp=issued,
                        pdf_standards=standards)
    assert isinstance(pdf, bytes)
    return pdf


def render_pdf(content: VersionContent, version_hash: str, language: str, look: Look) -> bytes:
    """The PDF, readable aloud (PDF/UA) and made to be kept (PDF/A); without a hash it is marked as a draft. Takes some
    hundred milliseconds: call it in a thread of its own, outside any transaction."""
    data = json.dumps(data_of(content, version_hash, language, look), ensure_ascii=False).replace("\u202f", "\u00a0")
    issued = datetime.combine(content.issued_on, time(), UTC)
    try:
        return _compile(data, issued, STANDARDS)
    except typst.TypstError:  # a letter that no font of ours has: an empty box in a plain PDF is better than no PDF
        return _compile(data, issued, [])
