"""What a dynamic field is: its kind, its words, its choices and its limits. Schemas only, so that pages may hold them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..core.localized import Localized
from ..core.texts import msg

TEXT_LENGTH = 200
LONG_TEXT_LENGTH = 5000
MOST_TEXT_LENGTH = 20_000
MOST_OPTIONS = 100
MOST_FILES = 50
FILE_TYPES = ("jpeg", "png", "webp", "heic", "pdf")


class FieldKind(StrEnum):
    SHORT_TEXT = "short-text"
    LONG_TEXT = "long-text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes-no"
    SINGLE_CHOICE = "single-choice"
    SEVERAL_CHOICES = "several-choices"
    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"
    TAX_ID = "tax-id"
    ADDRESS = "address"
    FILE = "file"
    FILES = "files"


_K = FieldKind
KIND_NAMES: dict[FieldKind, str] = {
    _K.SHORT_TEXT: msg("Short text"), _K.LONG_TEXT: msg("Long text"), _K.NUMBER: msg("Number"),
    _K.MONEY: msg("Amount of money"), _K.DATE: msg("Date"), _K.YES_NO: msg("Yes or no"),
    _K.SINGLE_CHOICE: msg("One choice"), _K.SEVERAL_CHOICES: msg("Several choices"), _K.EMAIL: msg("E-mail address"),
    _K.PHONE: msg("Phone number"), _K.IBAN: msg("Bank account (IBAN)"), _K.TAX_ID: msg("Tax number"),
    _K.ADDRESS: msg("Postal address"), _K.FILE: msg("One file"), _K.FILES: msg("Several files"),
}
FILE_KINDS = frozenset({_K.FILE, _K.FILES})
CHOICE_KINDS = frozenset({_K.SINGLE_CHOICE, _K.SEVERAL_CHOICES})
# The limits that a kind knows; others are dropped when a field is saved.
LIMITS_OF_KIND: dict[FieldKind, tuple[str, ...]] = {
    _K.SHORT_TEXT: ("min_length", "max_length"), _K.LONG_TEXT: ("min_length", "max_length"),
    _K.NUMBER: ("minimum", "maximum", "decimals", "unit"), _K.MONEY: ("minimum", "maximum"),
    _K.DATE: ("today", "earliest", "latest"), _K.YES_NO: (), _K.SINGLE_CHOICE: (),
    _K.SEVERAL_CHOICES: ("min_count", "max_count"), _K.EMAIL: (), _K.PHONE: ("country",), _K.IBAN: (),
    _K.TAX_ID: ("country",), _K.ADDRESS: ("country",), _K.FILE: ("file_types", "max_file_mb"),
    _K.FILES: ("file_types", "max_file_mb", "min_count", "max_count"),
}


class Option(BaseModel):
    """A choice. A retired one can't be chosen any more; answers that chose it keep its words."""

    model_config = ConfigDict(frozen=True)

    key: str
    label: Localized
    is_retired: bool = False


Today = Literal["", "from", "until"]


class Limits(BaseModel):
    """What an answer has to keep to; None (or empty) is no limit of the staff's, and the product's own remain.

    `minimum` and `maximum` of money are in the currency's unit, not in cents. `country` (two letters) is whose numbers
    a phone number is read by when it has no +, whose tax numbers count (empty: those of any known country), and the
    country that an address begins with. `today`: the answer is that day or later (from), or earlier (until).
    """

    model_config = ConfigDict(frozen=True)

    min_length: int | None = None
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int | None = None
    unit: str = ""
    today: Today = ""
    earliest: date | None = None
    latest: date | None = None
    min_count: int | None = None
    max_count: int | None = None
    country: str = ""
    file_types: tuple[str, ...] = ()
    max_file_mb: int | None = None


NO_LIMITS = Limits()


class FieldSpec(BaseModel):
    """A dynamic field as a step asks for it; `fields.answers_model` makes of it what an answer is checked by.

    `is_required` and `is_read_only` are the substage's, the rest the field's.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: FieldKind
    label: Localized
    help: Localized = {}
    group_name: Localized = {}
    options: tuple[Option, ...] = ()
    limits: Limits = NO_LIMITS
    is_required: bool = False
    is_read_only: bool = False
    is_archived: bool = False

    def __hash__(self) -> int:
        return hash(self.id)  # texts by language have none

    def on(self, today: date) -> FieldSpec:
        """As it is asked on this day: a limit that goes with the day becomes a date."""
        limits = self.limits
        if limits.today == "from":
            day = {"earliest": max(today, limits.earliest or today)}
        elif limits.today == "until":
            day = {"latest": min(today, limits.latest or today)}
        else:
            return self
        return self.model_copy(update={"limits": limits.model_copy(update=day)})

    @property
    def is_file(self) -> bool:
        return self.kind in FILE_KINDS

    def most_letters(self) -> int:
        default = LONG_TEXT_LENGTH if self.kind == FieldKind.LONG_TEXT else TEXT_LENGTH
        return self.limits.max_length or default

    def most_files(self) -> int:
        return 1 if self.kind == FieldKind.FILE else self.limits.max_count or MOST_FILES
