"""Fields become one pydantic model, which the form and the service share; answers become words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from babel import Locale
from pydantic import BaseModel, ConfigDict, PlainValidator, ValidationInfo, create_model

from ..core.bank_accounts import spaced_iban
from ..core.errors import InvalidForm, Values
from ..core.forms import INVALID, REQUIRED, FieldError, WhenMissing, parse
from ..core.localized import in_language
from ..core.numbers import decimal_text
from ..core.texts import date_text, money_text, msg, translate
from .field_kinds import (
    CHOICE_KINDS,
    FILE_KINDS,
    FILE_TYPES,
    KIND_NAMES,
    LIMITS_OF_KIND,
    MOST_TEXT_LENGTH,
    FieldKind,
    FieldSpec,
    Limits,
    Option,
)
from .field_readers import ADDRESS_PARTS, READERS, Value, countries, phone_text
from .rules import clean_line, clean_text

__all__ = ["ADDRESS_PARTS", "CHOICE_KINDS", "FILE_KINDS", "FILE_TYPES", "KIND_NAMES", "LIMITS_OF_KIND", "FieldKind",
           "FieldSpec", "Limits", "Option", "Value", "answer_text", "answers_model", "check_entry", "countries",
           "draft_value", "entry_of", "parse_answers"]

ADD_A_FILE, CHOOSE_ONE = msg("Please add a file."), msg("Please choose an answer.")
NOTHING_GIVEN = (REQUIRED, ADD_A_FILE, CHOOSE_ONE)
YES, NO, FILE_COUNT = msg("Yes"), msg("No"), msg("Files: {count}")
_MOST_CHOICES = 200
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")  # as a readable draft is kept; "1e3" was typed, and stays as it is


def _nothing_given(kind: FieldKind) -> str:
    """What is said where something is required, by what a person is to do there."""
    if kind in FILE_KINDS:
        return ADD_A_FILE
    return CHOOSE_ONE if kind == FieldKind.YES_NO or kind in CHOICE_KINDS else REQUIRED


@lru_cache(maxsize=200)
def answers_model(specs: tuple[FieldSpec, ...], partial: bool = False) -> type[BaseModel]:
    """The model that the fields become, with an entry per field by its id: form, service and actions read by it.

    With `partial` nothing is required. What names no field is left aside: nobody asked for it. The language of whoever
    typed is the context of the validation. Kept, for making a model costs more than reading by it.
    """
    entries: dict[str, Any] = {spec.id: _entry(spec, spec.is_required and not partial) for spec in specs}
    return create_model("Answers", __config__=ConfigDict(extra="ignore"), **entries)


def _entry(spec: FieldSpec, is_required: bool) -> tuple[Any, Any]:
    nothing_given = _nothing_given(spec.kind)

    def read(entry: object, info: ValidationInfo) -> Value:
        value = READERS[spec.kind](spec, entry, str(info.context))
        if value is None and is_required:
            raise FieldError(nothing_given)
        return value

    return Annotated[Any, PlainValidator(read), WhenMissing(nothing_given)], ... if is_required else None


def parse_answers(specs: Iterable[FieldSpec], data: object, partial: bool = False,
                  language: str = "en") -> dict[str, Value]:
    """The JSON value of each field (None where there is no answer), or `InvalidForm` keyed by the fields' ids.

    With `partial` nothing is required, and only the fields that `data` names are in the result. Typed numbers are read as
    people of `language` write them; kept values as English.
    """
    return parse(answers_model(tuple(specs), partial), data, language).model_dump(exclude_unset=partial)


def check_entry(spec: FieldSpec, entry: object, language: str) -> tuple[str, Values] | None:
    """What is wrong with one entry, for a form that says so before it is sent; an empty one is not wrong yet."""
    try:
        parse_answers([spec], {spec.id: entry}, partial=True, language=language)
    except InvalidForm as wrong:
        return wrong.errors[spec.id]
    return None


def draft_value(spec: FieldSpec, entry: object, language: str) -> Value:
    """An entry as the draft keeps it: bounded and clean, otherwise as it was typed, right or wrong.

    A number that can be read is kept in one spelling, so that a reader of another language does not read another one.
    """
    if isinstance(entry, str):
        if spec.kind in (FieldKind.NUMBER, FieldKind.MONEY):
            return _plain_number(spec, entry, language)
        if len(entry) > MOST_TEXT_LENGTH:
            raise FieldError(INVALID)
        return (clean_text if spec.kind == FieldKind.LONG_TEXT else clean_line)(entry) or None
    if spec.kind == FieldKind.YES_NO and isinstance(entry, bool):
        return entry
    if spec.kind == FieldKind.SEVERAL_CHOICES and isinstance(entry, list | tuple):
        if len(entry) <= _MOST_CHOICES and all(isinstance(key, str) and len(key) <= 80 for key in entry):
            return [clean_line(key) for key in entry] or None
    elif spec.kind == FieldKind.ADDRESS and isinstance(entry, Mapping):
        return {part: clean_line(entry.get(part))[:160] for part in ADDRESS_PARTS}
    elif entry is None:
        return None
    raise FieldError(INVALID)


def _plain_number(spec: FieldSpec, entry: str, language: str) -> str | None:
    text = clean_line(entry)[:80]
    bare = FieldSpec(id=spec.id, kind=FieldKind.NUMBER, label={})
    try:
        value = READERS[FieldKind.NUMBER](bare, text.replace("€", ""), language)
    except FieldError:
        return text
    return str(value) if value is not None else None


def entry_of(spec: FieldSpec, value: Value, language: str) -> Any:
    """A kept answer or draft as it stands in the form's control, in the reader's language."""
    if spec.kind == FieldKind.MONEY and isinstance(value, int) and not isinstance(value, bool):
        return _money_entry(Decimal(value) / 100, language)
    if spec.kind in (FieldKind.NUMBER, FieldKind.MONEY) and isinstance(value, str):
        text = _money_entry if spec.kind == FieldKind.MONEY else decimal_text
        return text(Decimal(value), language) if _PLAIN_NUMBER.fullmatch(value) else value
    if spec.kind == FieldKind.SEVERAL_CHOICES:
        return value if isinstance(value, list) else []
    if spec.kind == FieldKind.ADDRESS:
        kept = value if isinstance(value, dict) else {"country": spec.limits.country}
        return {part: kept.get(part, "") for part in ADDRESS_PARTS}
    if spec.is_file:
        return value if isinstance(value, list) else []
    if spec.kind == FieldKind.YES_NO:
        return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""
    return _in_groups(spec, value) if isinstance(value, str) else ""


def told_in(language: str, specs: Sequence[FieldSpec], kept: Mapping[str, Value],
            errors: Mapping[str, tuple[str, Values]]) -> dict[str, tuple[str, Values]]:
    """What is wrong with kept values, with numbers and days as people of `language` write them."""
    wrong = [spec for spec in specs if spec.id in errors and spec.id in kept]
    return {**errors, **{spec.id: check_entry(spec, entry_of(spec, kept[spec.id], language), language) or errors[spec.id]
                         for spec in wrong}}


def _money_entry(amount: Decimal, language: str) -> str:
    """With both digits of the cents, or without cents."""
    return decimal_text(amount, language, least=2 if amount % 1 else 0)


def labels_of(options: Iterable[Option], keys: Iterable[str], language: str, fallback: str) -> list[str]:
    """The words of chosen options, also of those that nobody can choose any more."""
    words = {option.key: in_language(option.label, language, fallback) for option in options}
    return [words.get(key) or key for key in keys]


def country_name(code: str, language: str) -> str:
    return Locale(language).territories.get(code, code)


def answer_text(spec: FieldSpec, value: Value, language: str, currency: str = "EUR", fallback: str = "en") -> str:
    """An answer in the reader's words; empty when there is none. Never fails, whatever an old answer holds."""
    if value is None or value in ("", []):
        return ""
    try:
        return _words_of(spec, value, language, currency, fallback)
    except (ArithmeticError, ValueError, TypeError):
        return str(value)


def _words_of(spec: FieldSpec, value: Value, language: str, currency: str, fallback: str) -> str:
    if isinstance(value, bool):
        return translate(language, YES if value else NO)
    if isinstance(value, int):
        return money_text(language, value, currency) if spec.kind == FieldKind.MONEY else str(value)
    if isinstance(value, dict):
        parts = {part: str(value.get(part) or "") for part in ADDRESS_PARTS}
        town = f"{parts['postal_code']} {parts['city']}".strip()
        return ", ".join(filter(None, (parts["street"], town, country_name(parts["country"], language))))
    if isinstance(value, list):
        if spec.is_file:
            return translate(language, FILE_COUNT, count=len(value))
        return ", ".join(labels_of(spec.options, map(str, value), language, fallback))
    return _text_of(spec, str(value), language, fallback)


def _text_of(spec: FieldSpec, value: str, language: str, fallback: str) -> str:
    if spec.kind == FieldKind.SINGLE_CHOICE:
        return labels_of(spec.options, [value], language, fallback)[0]
    if spec.kind == FieldKind.NUMBER:
        return f"{decimal_text(Decimal(value), language)} {spec.limits.unit}".strip()
    if spec.kind == FieldKind.DATE:
        return date_text(language, date.fromisoformat(value))
    return _in_groups(spec, value)


def _in_groups(spec: FieldSpec, value: str) -> str:
    """Long numbers as people read them."""
    if spec.kind == FieldKind.IBAN and re.fullmatch(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}", value):
        return spaced_iban(value)
    return phone_text(value) if spec.kind == FieldKind.PHONE else value
