"""Reads one answer of each kind: what somebody typed becomes the JSON value that is kept, or the reason why not. Pure.

A reader takes what was typed (or a kept value, which it leaves as it is) and gives the value, None for nothing, or
raises `FieldError`. Numbers are read as people of `language` write them; kept ones are read as English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel import Locale

from ..core.bank_accounts import WRONG_IBAN, checked_iban
from ..core.forms import EMAIL, INVALID, TEXTS, FieldError
from ..core.ids import ID_LENGTH
from ..core.numbers import grouped_text, parse_decimal
from ..core.texts import date_text, msg
from .field_kinds import MOST_TEXT_LENGTH, FieldKind, FieldSpec
from .rules import clean_line, clean_text

Value = str | int | bool | list[str] | dict[str, str] | None

NUMBER = TEXTS["decimal_parsing"]
DATE = TEXTS["date_parsing"]
TOO_LONG = TEXTS["string_too_long"]
TOO_SHORT = msg("Please write a little more: at least {min_length} characters.")
AT_LEAST = TEXTS["greater_than_equal"]
AT_MOST = TEXTS["less_than_equal"]
LESS_DIGITS = msg("At most {digits} decimals fit here.")
ONE_DIGIT = msg("At most one decimal fits here.")
WHOLE = TEXTS["int_parsing"]
NOT_BEFORE = msg("The earliest day is {day}.")
NOT_AFTER = msg("The latest day is {day}.")
NO_CHOICE = msg("Please choose one of the answers.")
MORE_CHOICES = msg("Please choose at least {count}.")
FEWER_CHOICES = msg("Please choose at most {count}.")
MORE_FILES = msg("Please add more files: at least {count}.")
FEWER_FILES = msg("No more files fit here (at most {count}).")
PHONE = msg("This does not look like a phone number.")
PHONE_COUNTRY = msg("Please begin with the country code, for example +34.")
PHONE_EXTENSION = msg("Please leave the extension out.")
IBAN = WRONG_IBAN
TAX_ID = msg("This is not a valid tax number. Please check each digit.")
COUNTRY = msg("Please choose the country.")
STREET = msg("Please fill in the street and the number.")
CITY = msg("Please fill in the town.")
POSTAL_CODE = msg("Please fill in the postal code.")
WRONG_POSTAL_CODE = msg("This is no postal code of this country.")

ADDRESS_PARTS = ("street", "postal_code", "city", "country")
_POSTAL_CODES = {
    "ES": r"(0[1-9]|[1-4]\d|5[0-2])\d{3}", "IT": r"\d{5}", "DE": r"\d{5}", "FR": r"\d{5}", "AT": r"[1-9]\d{3}",
    "CH": r"[1-9]\d{3}", "PT": r"[1-9]\d{3}-\d{3}", "NL": r"[1-9]\d{3} ?[A-Z]{2}", "BE": r"[1-9]\d{3}",
}
_MOST_NUMBER = Decimal(10) ** 15
_MOST_DECIMALS = 6
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


def _line(entry: object, longest: int = 200) -> str:
    if isinstance(entry, str) and len(entry) <= MOST_TEXT_LENGTH:
        text = clean_line(entry)
        if len(text) > longest:
            raise FieldError(TOO_LONG, max_length=longest)
        return text
    if entry is None:
        return ""
    raise FieldError(TOO_LONG, max_length=longest) if isinstance(entry, str) else FieldError(INVALID)


def read_text(spec: FieldSpec, entry: object, _language: str) -> Value:
    longest = spec.most_letters()
    if entry is not None and not isinstance(entry, str):
        raise FieldError(INVALID)
    clean = clean_text if spec.kind == FieldKind.LONG_TEXT else clean_line
    text = clean((entry or "").replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > longest:
        raise FieldError(TOO_LONG, max_length=longest)
    if text and len(text) < (spec.limits.min_length or 0):
        raise FieldError(TOO_SHORT, min_length=spec.limits.min_length or 0)
    return text or None


def _decimal(entry: object, language: str) -> Decimal | None:
    """The number that was typed; nothing for nothing."""
    text = _line(entry, 40)
    if not text:
        return None
    negative = text[0] in "-−"
    try:
        number = parse_decimal(text[1:] if negative else text, language)
    except ValueError:
        raise FieldError(NUMBER) from None
    if number >= _MOST_NUMBER:
        raise FieldError(NUMBER)
    return -number if negative else number


def _plain(number: Decimal) -> str:
    """One spelling per number: 1.50 and 1.5 are the same, and there is no exponent."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _demand_range(spec: FieldSpec, number: Decimal, language: str) -> None:
    low, high = spec.limits.minimum, spec.limits.maximum
    if low is not None and number < low:
        raise FieldError(AT_LEAST, ge=grouped_text(low, language))
    if high is not None and number > high:
        raise FieldError(AT_MOST, le=grouped_text(high, language))


def _digits(number: Decimal) -> int:
    return len(_plain(number).partition(".")[2])


def read_number(spec: FieldSpec, entry: object, language: str) -> Value:
    number = _decimal(entry, language)
    if number is None:
        return None
    most = _MOST_DECIMALS if spec.limits.decimals is None else spec.limits.decimals
    if _digits(number) > most:
        raise FieldError({0: WHOLE, 1: ONE_DIGIT}.get(most, LESS_DIGITS), digits=most)
    _demand_range(spec, number, language)
    return _plain(number)


def read_money(spec: FieldSpec, entry: object, language: str) -> Value:
    """Cents. A whole number (not a text) is a kept value, in cents already."""
    if isinstance(entry, int) and not isinstance(entry, bool):
        number = Decimal(entry) / 100
        if abs(number) >= _MOST_NUMBER:
            raise FieldError(NUMBER)
    else:
        number = _decimal(entry.replace("€", "") if isinstance(entry, str) else entry, language)
    if number is None:
        return None
    if _digits(number) > 2:
        raise FieldError(LESS_DIGITS, digits=2)
    _demand_range(spec, number, language)
    return int((number * 100).to_integral_value(ROUND_HALF_UP))


def read_date(spec: FieldSpec, entry: object, language: str) -> Value:
    text = _line(entry, 40)
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise FieldError(DATE)
    earliest = max(spec.limits.earliest or _FIRST_DAY, _FIRST_DAY)
    if day < earliest:
        raise FieldError(NOT_BEFORE, day=date_text(language, earliest))
    latest = min(spec.limits.latest or _LAST_DAY, _LAST_DAY)
    if day > latest:
        raise FieldError(NOT_AFTER, day=date_text(language, latest))
    return day.isoformat()


def read_yes_no(_spec: FieldSpec, entry: object, _language: str) -> Value:
    if entry is None or entry == "":
        return None
    if entry is True or entry in ("yes", "true"):
        return True
    if entry is False or entry in ("no", "false"):
        return False
    raise FieldError(INVALID)


def _open_keys(spec: FieldSpec) -> list[str]:
    return [option.key for option in spec.options if not option.is_retired]


def read_single_choice(spec: FieldSpec, entry: object, _language: str) -> Value:
    if entry is None or entry == "":
        return None
    if not isinstance(entry, str) or entry not in _open_keys(spec):
        raise FieldError(NO_CHOICE)
    return entry


def read_several_choices(spec: FieldSpec, entry: object, _language: str) -> Value:
    if entry is None or entry == "" or entry == []:
        return None
    if not isinstance(entry, list | tuple) or not all(isinstance(key, str) for key in entry):
        raise FieldError(INVALID)
    chosen = set(entry)
    if not chosen <= set(_open_keys(spec)):
        raise FieldError(NO_CHOICE)
    if len(chosen) < (spec.limits.min_count or 0):
        raise FieldError(MORE_CHOICES, count=spec.limits.min_count or 0)
    if spec.limits.max_count and len(chosen) > spec.limits.max_count:
        raise FieldError(FEWER_CHOICES, count=spec.limits.max_count)
    return [key for key in _open_keys(spec) if key in chosen]


def read_email(_spec: FieldSpec, entry: object, _language: str) -> Value:
    from email_validator import EmailNotValidError, validate_email

    text = _line(entry, 254)
    if not text:
        return None
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise FieldError(EMAIL) from None


def read_phone(spec: FieldSpec, entry: object, _language: str) -> Value:
    import phonenumbers

    text = _line(entry, 40)
    if not text:
        return None
    country = spec.limits.country or None
    if country is None and not text.startswith(("+", "00", "＋")):
        raise FieldError(PHONE_COUNTRY)
    if text.startswith("00") and country is None:
        text = f"+{text[2:]}"
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise FieldError(PHONE) from None
    if number.extension:
        raise FieldError(PHONE_EXTENSION)
    if not phonenumbers.is_valid_number(number):
        raise FieldError(PHONE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_text(number: str) -> str:
    """A kept number in the groups that people read; what is none yet as it is."""
    if not re.fullmatch(r"\+[0-9]{5,15}", number):
        return number
    import phonenumbers

    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number


def _ascii(text: str) -> str:
    return text if text.isascii() else ""


def read_iban(_spec: FieldSpec, entry: object, _language: str) -> Value:
    text = _line(entry, 80)
    return checked_iban(text) if text else None


def _tax_ids(country: str) -> tuple[str, ...]:
    """The modules of stdnum that check the numbers of a country, the ones of people first."""
    own = {"ES": ("es.nif",), "IT": ("it.codicefiscale", "it.iva"), "DE": ("de.idnr", "de.vat"),
           "PT": ("pt.nif",), "FR": ("fr.nif", "fr.tva"), "AT": ("at.tin", "at.uid"), "CH": ("ch.uid", "ch.vat"),
           "NL": ("nl.bsn", "nl.btw"), "BE": ("be.nn", "be.vat")}
    return own.get(country, ("eu.vat", "es.nif", "it.codicefiscale", "it.iva", "de.idnr"))


def read_tax_id(spec: FieldSpec, entry: object, _language: str) -> Value:
    from importlib import import_module

    from stdnum.exceptions import ValidationError

    text = _line(entry, 40).upper()
    if not text:
        return None
    for name in _tax_ids(spec.limits.country):
        try:
            return import_module(f"stdnum.{name}").validate(_ascii(text))
        except ValidationError:
            continue
    raise FieldError(TAX_ID)


@cache
def countries() -> frozenset[str]:
    """The two letters of every country."""
    known = {str(code) for code in Locale("en").territories}
    return frozenset(code for code in known if len(code) == 2 and code.isalpha()) - {
        "EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def read_address(_spec: FieldSpec, entry: object, _language: str) -> Value:
    if entry is None or entry == "":
        return None
    if not isinstance(entry, Mapping):
        raise FieldError(INVALID)
    street, postal_code, city, country = (_line(entry.get(part), 160) for part in ADDRESS_PARTS)
    if not (street or postal_code or city):
        return None
    country, postal_code = country.upper(), postal_code.upper()
    for text, missing in ((street, STREET), (postal_code, POSTAL_CODE), (city, CITY), (country, COUNTRY)):
        if not text:
            raise FieldError(missing)
    if country not in countries():
        raise FieldError(COUNTRY)
    if not re.fullmatch(_POSTAL_CODES.get(country, r"[0-9A-Z][0-9A-Z \-]{1,11}"), postal_code, re.ASCII):
        raise FieldError(WRONG_POSTAL_CODE)
    return {"street": street, "postal_code": postal_code, "city": city, "country": country}


def read_files(spec: FieldSpec, entry: object, _language: str) -> Value:
    """Ids of documents. They come from the documents room, never from a form."""
    if entry is None or entry == "" or entry == []:
        return None
    if not isinstance(entry, list | tuple) or not all(isinstance(i, str) and len(i) == ID_LENGTH for i in entry):
        raise FieldError(INVALID)
    ids = list(dict.fromkeys(entry))
    if spec.kind == FieldKind.FILES and len(ids) < (spec.limits.min_count or 0):
        raise FieldError(MORE_FILES, count=spec.limits.min_count or 0)
    if len(ids) > spec.most_files():
        raise FieldError(FEWER_FILES, count=spec.most_files())
    return ids


Reader = Callable[[FieldSpec, object, str], Value]
READERS: dict[FieldKind, Reader] = {
    FieldKind.SHORT_TEXT: read_text, FieldKind.LONG_TEXT: read_text, FieldKind.NUMBER: read_number,
    FieldKind.MONEY: read_money, FieldKind.DATE: read_date, FieldKind.YES_NO: read_yes_no,
    FieldKind.SINGLE_CHOICE: read_single_choice, FieldKind.SEVERAL_CHOICES: read_several_choices,
    FieldKind.EMAIL: read_email, FieldKind.PHONE: read_phone, FieldKind.IBAN: read_iban, FieldKind.TAX_ID: read_tax_id,
    FieldKind.ADDRESS: read_address, FieldKind.FILE: read_files, FieldKind.FILES: read_files,
}
