"""Texts in the reader's language on the server: mail, PDF, errors and first paint. Same catalogues as the browser.

One catalogue file per language and room, `locales/<language>/<room>.po`; the English sentence is the key.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

LANGUAGES = ("en", "es", "it", "de")
LANGUAGE_NAMES = {"en": "English", "es": "Español", "it": "Italiano", "de": "Deutsch"}
LOCALES = Path(__file__).resolve().parents[1] / "locales"
PLACEHOLDER = re.compile(r"\{(\w+)\}")

Text = str | tuple[str, ...]


def msg(text: str) -> str:
    """Marks a text that handlers say on a page: it travels as id and values, the browser says it."""
    return text


def server_text(text: str) -> str:
    """Marks a text for mail, PDF and plain pages, which the browser's catalogue does not get."""
    return text


def text_id(singular: str, plural: str | None = None) -> str:
    """Short name of a text, so that pages carry no sentence in any language."""
    digest = hashlib.sha256(f"{singular}\0{plural or ''}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:6]).decode()


def catalogue_files(language: str) -> Iterator[Path]:
    yield from sorted((LOCALES / language).glob("*.po"))


@cache
def _catalogue(language: str) -> Mapping[str, Text]:
    """Text by id. English is what stands in the code unless its catalogue says otherwise."""
    found: dict[str, Text] = {}
    for path in catalogue_files(language):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        for message in catalogue:
            if not message.id:
                continue
            if isinstance(message.id, str):
                found[text_id(message.id)] = str(message.string or message.id)
            else:
                singular, other = message.id[0], message.id[1]
                strings = tuple(message.string or ())
                found[text_id(singular, other)] = strings if strings and all(strings) else (singular, other)
    return found


def fill(text: str, values: Mapping[str, object]) -> str:
    """Puts values in `{placeholders}`; never `str.format`, which would reach into objects."""
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)


def _form(text: Text, count: float | None) -> str:
    if isinstance(text, str):
        return text
    return text[0 if count == 1 else 1]


def translate(language: str, msgid: str, **values: object) -> str:
    language = language if language in LANGUAGES else LANGUAGES[0]
    return fill(_form(_catalogue(language).get(text_id(msgid), msgid), None), values)


MARK = re.compile("\ue000([A-Za-z0-9_-]+)\ue001")


def write_marked(language: str, html: str, escape: Callable[[str], str], company: Mapping[str, object]) -> str:
    """Puts the language's texts and the company's public values where the prerendered page has marks."""

    def text_of(match: re.Match[str]) -> str:
        padded = match[1] + "=" * (-len(match[1]) % 4)
        mark = json.loads(base64.urlsafe_b64decode(padded))
        if "c" in mark:
            return str(company.get(mark["c"], ""))
        text = _form(_catalogue(language).get(mark["i"], ""), mark.get("n"))
        values = {name: MARK.sub(text_of, str(value)) for name, value in (mark.get("v") or {}).items()}
        return fill(text, {"n": mark.get("n"), **values})

    return MARK.sub(lambda match: escape(text_of(match)), html)


def language_cookie(cookie_header: str) -> str:
    """The language that the reader chose on this browser, or an empty string."""
    for part in cookie_header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == "language" and value in LANGUAGES:
            return value
    return ""


def asked_language(accept_language: str, offered: Collection[str]) -> str:
    """What the browser asks for most among the offered languages, or an empty string."""
    weighted = []
    for part in accept_language.split(",")[:20]:
        tag, _, params = part.strip().partition(";")
        try:
            weight = float(params.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0
        weighted.append((-weight, tag.split("-")[0].lower()))
    return next((tag for weight, tag in sorted(weighted, key=lambda w: w[0]) if tag in offered and weight), "")


# The English of a European company writes 10,370.00 but 5 December.
_LOCALES = {"en": "en_GB", "es": "es", "it": "it", "de": "de"}


@lru_cache(maxsize=1024)
def money_text(language: str, cents: int, currency: str = "EUR") -> str:
    """An amount in the language's form, without cents when it has none: €10,370 · 10.370 €."""
    locale = _LOCALES.get(language, "en_GB")
    text = format_currency(Decimal(cents) / 100, currency, locale=locale)
    return text if cents % 100 else re.sub(r"[.,]00(?!\d)", "", text)


def number_text(language: str, value: float, digits: int = 0) -> str:
    return format_decimal(round(value, digits), format=f"#,##0.{'0' * digits}" if digits else "#,##0",
                          locale=_LOCALES.get(language, "en_GB"))


def date_text(language: str, day: date, style: str = "long") -> str:
    return format_date(day, style, locale=_LOCALES.get(language, "en_GB"))  # pyright: ignore[reportArgumentType]
