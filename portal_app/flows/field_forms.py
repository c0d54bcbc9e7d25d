"""What staff enter for fields, conditions, and what a substage asks for. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from ..core.errors import InvalidForm, Values
from ..core.forms import INVALID, REQUIRED, TEXTS, FieldError, Form, parse
from ..core.ids import ID_LENGTH
from ..core.localized import Localized
from ..core.texts import msg
from .field_kinds import (
    CHOICE_KINDS,
    FILE_KINDS,
    FILE_TYPES,
    LIMITS_OF_KIND,
    MOST_FILES,
    MOST_OPTIONS,
    MOST_TEXT_LENGTH,
    FieldKind,
    Limits,
    Option,
    Today,
)
from .field_readers import COUNTRY, countries
from .rules import texts

LABEL_LENGTH = 160
HELP_LENGTH = 600
GROUP_LENGTH = 80
OPTION_LENGTH = 160
UNIT_LENGTH = 12
NAME_LENGTH = 120
TITLE_LENGTH = 160
CONDITION_LENGTH = 40_000
MOST_ASKED_FIELDS = 100
MOST_ASKED_CONDITIONS = 20
MOST_FILE_MB = 50

NO_OPTIONS = msg("Please write at least one answer to choose.")
UPPER_BELOW_LOWER = msg("The upper limit is below the lower one.")
LATEST_IS_PAST = msg("This day is past, so no answer could be today or later.")
EARLIEST_IS_AHEAD = msg("This day is still to come, so no answer could be today or earlier.")
TWICE = msg("This is in the list twice.")
KIND_IS_FIXED = msg("The kind of a field can't be changed. Make a new field and archive this one.")

GroupName = Annotated[Localized, texts(GROUP_LENGTH)]

Id = Annotated[str, Field(min_length=ID_LENGTH, max_length=ID_LENGTH)]
_PAIRS = (("min_length", "max_length"), ("minimum", "maximum"), ("earliest", "latest"), ("min_count", "max_count"))


class LimitsForm(Form):
    """Limits as they are typed; an empty text is no limit."""

    min_length: Annotated[int, Field(ge=0, le=MOST_TEXT_LENGTH)] | None = None
    max_length: Annotated[int, Field(ge=1, le=MOST_TEXT_LENGTH)] | None = None
    minimum: Annotated[Decimal, Field(ge=-10**12, le=10**12)] | None = None
    maximum: Annotated[Decimal, Field(ge=-10**12, le=10**12)] | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    unit: Annotated[str, Field(max_length=UNIT_LENGTH)] = ""
    today: Today = ""
    earliest: date | None = None
    latest: date | None = None
    min_count: Annotated[int, Field(ge=0, le=MOST_OPTIONS)] | None = None
    max_count: Annotated[int, Field(ge=1, le=MOST_OPTIONS)] | None = None
    country: str = ""
    file_types: Annotated[tuple[str, ...], Field(max_length=len(FILE_TYPES))] = ()
    max_file_mb: Annotated[int, Field(ge=1, le=MOST_FILE_MB)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_none(cls, entries: Any) -> Any:
        if not isinstance(entries, Mapping):
            return entries
        kept = {key: value for key, value in entries.items() if value not in ("", None)}
        for key in ("minimum", "maximum"):
            value = kept.get(key)
            if isinstance(value, str) and value.count(",") == 1 and "." not in value:
                kept[key] = value.replace(",", ".")
        return kept

    @field_validator("country")
    @classmethod
    def _known_country(cls, code: str) -> str:
        if code.upper() not in countries() | {""}:
            raise FieldError(COUNTRY)
        return code.upper()

    @field_validator("file_types")
    @classmethod
    def _known_types(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        if not set(types) <= set(FILE_TYPES):
            raise FieldError(INVALID)
        return tuple(kind for kind in FILE_TYPES if kind in types)

    def for_kind(self, kind: FieldKind) -> Limits:
        """Only what the kind knows."""
        return Limits(**{name: getattr(self, name) for name in LIMITS_OF_KIND[kind]})


class OptionForm(Form):
    """A choice; without `key` it is a new one."""

    key: Annotated[str, Field(max_length=40)] = ""
    label: Annotated[Localized, texts(OPTION_LENGTH)] = {}


class FieldForm(Form):
    """A field as staff define it."""

    kind: FieldKind
    label: Annotated[Localized, texts(LABEL_LENGTH)] = {}
    help: Annotated[Localized, texts(HELP_LENGTH, one_line=False)] = {}
    group_name: GroupName = {}
    options: Annotated[list[OptionForm], Field(max_length=MOST_OPTIONS)] = []
    limits: LimitsForm = LimitsForm()


def parse_field(entries: dict[str, Any], default_language: str, today: date) -> FieldForm:
    """`entries` as a field, or `InvalidForm` with all that is wrong: with a part by itself and with the parts together."""
    try:
        return parse(FieldForm, entries)
    except InvalidForm as invalid:
        alone = invalid.errors
    rest: Any = entries
    for key in alone:
        rest = _without(rest, key.split("."))
    together = _wrong_together(parse(FieldForm, rest), default_language, today)
    raise InvalidForm(alone | {key: told for key, told in together.items()
                               if not any(f"{key}.".startswith(f"{other}.") or other.startswith(f"{key}.")
                                          for other in alone)})


def _without(entries: Any, path: list[str]) -> Any:
    """`entries` without what the path leads to; an item of a list is emptied, so that the others keep their places."""
    if not path:
        return {}
    first, *rest = path
    if isinstance(entries, list):
        return [_without(part, rest) if str(place) == first else part for place, part in enumerate(entries)]
    return {key: _without(part, rest) if key == first else part for key, part in entries.items() if rest or key != first}


def demand_field(form: FieldForm, default_language: str, today: date) -> None:
    """`InvalidForm` for what only shows when the parts are seen together; keys such as `label.en`, `options.2`,
    `limits.maximum`."""
    if errors := _wrong_together(form, default_language, today):
        raise InvalidForm(errors)


def _wrong_together(form: FieldForm, default_language: str, today: date) -> dict[str, tuple[str, Values]]:
    errors: dict[str, tuple[str, Values]] = {}
    if not form.label.get(default_language):
        errors[f"label.{default_language}"] = (REQUIRED, {})
    if form.kind in CHOICE_KINDS:
        if not form.options:
            errors["options"] = (NO_OPTIONS, {})
        errors |= {f"options.{n}": (REQUIRED, {}) for n, option in enumerate(form.options)
                   if not option.label.get(default_language)}
        keys = [option.key for option in form.options if option.key]
        if len(keys) != len(set(keys)):
            errors["options"] = (INVALID, {})
    limits = form.limits.for_kind(form.kind)
    for low, high in _PAIRS:
        lower, upper = getattr(limits, low), getattr(limits, high)
        if lower is not None and upper is not None and upper < lower:
            errors[f"limits.{high}"] = (UPPER_BELOW_LOWER, {})
    if limits.today == "from" and limits.latest and limits.latest < today:
        errors["limits.latest"] = (LATEST_IS_PAST, {})
    if limits.today == "until" and limits.earliest and limits.earliest > today:
        errors["limits.earliest"] = (EARLIEST_IS_AHEAD, {})
    if form.kind in FILE_KINDS and (limits.max_count or 0) > MOST_FILES:
        errors["limits.max_count"] = (TEXTS["less_than_equal"], {"le": MOST_FILES})
    return errors


def options_of(form: FieldForm, before: list[Option], new_keys: list[str]) -> list[Option]:
    """The choices in their new order; those that were taken out are retired, so that old answers keep their words.

    `new_keys` has a key for each choice that may be new.
    """
    if form.kind not in CHOICE_KINDS:
        return []
    known = {option.key for option in before}
    fresh = iter(new_keys)
    kept = [Option(key=option.key if option.key in known else next(fresh), label=option.label)
            for option in form.options]
    chosen = {option.key for option in kept}
    return kept + [option.model_copy(update={"is_retired": True}) for option in before if option.key not in chosen]


# What a substage asks for


class AskedField(Form):
    field_id: Id
    is_required: bool = False
    is_read_only: bool = False


class AskedCondition(Form):
    condition_id: Id
    asks_again: bool = False


class ContentsForm(Form):
    """Fields and conditions of a substage, in order."""

    fields: Annotated[list[AskedField], Field(max_length=MOST_ASKED_FIELDS)] = []
    conditions: Annotated[list[AskedCondition], Field(max_length=MOST_ASKED_CONDITIONS)] = []

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for ids in ([f.field_id for f in self.fields], [c.condition_id for c in self.conditions]):
            if len(ids) != len(set(ids)):
                raise FieldError(TWICE)
        return self


# Conditions


class WordingForm(Form):
    """What a condition says. Without `effective_at` it counts at once."""

    title: Annotated[Localized, texts(TITLE_LENGTH)]
    text: Annotated[Localized, texts(CONDITION_LENGTH, one_line=False)]
    effective_at: datetime | None = None

    @field_validator("effective_at", mode="before")
    @classmethod
    def _nothing_is_now(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("effective_at")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise FieldError(INVALID)  # whose midnight it is, the page knows
        return value


class ConditionForm(WordingForm):
    """A new condition: its name among staff, and its first wording."""

    name: str = Field(min_length=1, max_length=NAME_LENGTH)


def demand_wording(form: WordingForm, default_language: str) -> None:
    errors = {f"{part}.{default_language}": (REQUIRED, {}) for part in ("title", "text")
              if not getattr(form, part).get(default_language)}
    if errors:
        raise InvalidForm(errors)


def text_hash(title: Mapping[str, str], text: Mapping[str, str]) -> str:
    """What an acceptance refers to: title and text in every language."""
    said = json.dumps({"title": dict(title), "text": dict(text)}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
