"""What a client sends is parsed here before anything else looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import InvalidForm, NotFound, Values
from .ids import ID_LENGTH
from .texts import msg


class Form(BaseModel):
    """Base of all form schemas: unknown keys are refused, texts are stripped, and infinities are no numbers."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


FormT = TypeVar("FormT", bound=BaseModel)

REQUIRED, CHOOSE = msg("Please fill this in."), msg("Please choose one.")
TEXTS: dict[str, str] = {
    "string_too_short": REQUIRED,
    "string_too_long": msg("This is too long. At most {max_length} characters fit."),
    "greater_than_equal": msg("This must be at least {ge}."),
    "greater_than": msg("This must be more than {gt}."),
    "less_than_equal": msg("This must be at most {le}."),
    "less_than": msg("This must be less than {lt}."),
    "int_parsing": msg("Please enter a whole number."),
    "float_parsing": msg("Please enter a number."),
    "decimal_parsing": msg("Please enter a number."),
    "date_from_datetime_parsing": msg("Please enter a date."),
    "date_parsing": msg("Please enter a date."),
    "enum": CHOOSE,
}
INVALID = msg("This is not valid.")
EMAIL = msg("This does not look like an e-mail address.")


class FieldError(ValueError):
    """Raised in validators of forms, with a catalogue text."""

    def __init__(self, text: str, **values: str | int | float) -> None:
        super().__init__(text)
        self.text, self.values = text, values


def _told(error: Any) -> tuple[str, Values]:
    context = error.get("ctx") or {}
    cause = context.get("error")
    if isinstance(cause, FieldError):
        return cause.text, cause.values
    text = TEXTS.get(error["type"])
    if text is None and "email address" in error.get("msg", ""):
        given = error.get("input")
        return (REQUIRED if isinstance(given, str) and not given.strip() else EMAIL), {}
    if text is None:
        return INVALID, {}
    return text, {k: v for k, v in context.items() if isinstance(v, int | float | str)}


@dataclass(frozen=True)
class WhenMissing:
    """In the annotation of a field: what is said where nothing is given."""

    text: str


def _missing(schema: type[BaseModel], field: str) -> str:
    found = schema.model_fields.get(field)
    own = next((each.text for each in found.metadata if isinstance(each, WhenMissing)), "") if found else ""
    is_choice = found is not None and isinstance(found.annotation, type) and issubclass(found.annotation, Enum)
    return own or (CHOOSE if is_choice else REQUIRED)


def parse(schema: type[FormT], data: object, context: object = None) -> FormT:
    """`data` as `schema`, or `InvalidForm` with a text for each field that is wrong. Validators may ask for `context`."""
    try:
        return schema.model_validate(data if isinstance(data, Mapping) else {}, context=context)
    except ValidationError as invalid:
        errors: dict[str, tuple[str, Values]] = {}
        for error in invalid.errors(include_url=False):
            field = ".".join(str(part) for part in error["loc"]) or "form"
            errors.setdefault(field, (_missing(schema, field), {}) if error["type"] == "missing" else _told(error))
        raise InvalidForm(errors) from None


def parse_id(value: object) -> str:
    """An id as the client names it; whatever is no id gets the answer of an unknown one."""
    if isinstance(value, str) and len(value) == ID_LENGTH and all(c in "0123456789abcdef" for c in value):
        return value
    raise NotFound
