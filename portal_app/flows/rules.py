"""What may follow what, and what a flow needs to be one. Pure: no database, no page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field, field_validator

from ..core.errors import InvalidForm, PortalError
from ..core.forms import INVALID, REQUIRED, TEXTS, FieldError, Form
from ..core.localized import Localized, missing_languages
from ..core.texts import LANGUAGES, msg
from .tree import FlowTree
from .view_kinds import ViewKind, view_of

NAME_LENGTH = 80
DESCRIPTION_LENGTH = 1200
MOST_FLOWS = 40
MOST_STAGES = 20
MOST_SUBSTAGES = 20

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

T = TypeVar("T")


class Ball(StrEnum):
    """Who acts in a substage."""

    CUSTOMER = "customer"
    COMPANY = "company"
    GRID_OPERATOR = "grid_operator"
    AUTHORITY = "authority"


class StillInUse(PortalError):
    """Projects stand where something shall go."""

    text = msg("Projects still stand here: {count}. Choose where they go first.")


class FlowInUse(PortalError):
    text = msg("This type has projects: {count}. A type with projects can't be deleted.")


class LastOne(PortalError):
    text = msg("A process needs at least one stage with one substage.")


class TooMany(PortalError):
    text = msg("Too many entries here. At most {count} fit.")


class NameTaken(PortalError):
    text = msg("There is already a type with this name.")


def clean_text(text: object) -> str:
    """Without control characters (a database refuses some of them) and without space around it."""
    return _CONTROL.sub("", str(text)).strip() if isinstance(text, str) else ""


def clean_line(text: object) -> str:
    """`clean_text` on one line."""
    return " ".join(clean_text(text).split())


def cleaned_texts(texts: object, longest: int, *, one_line: bool) -> Localized:
    if not isinstance(texts, Mapping):
        raise FieldError(INVALID)
    cleaned = {language: (clean_line if one_line else clean_text)(texts.get(language)) for language in LANGUAGES}
    if any(len(text) > longest for text in cleaned.values()):
        raise FieldError(TEXTS["string_too_long"], max_length=longest)
    return {language: text for language, text in cleaned.items() if text}


def texts(longest: int, *, one_line: bool = True) -> BeforeValidator:
    """For the fields of forms that hold a text in each language."""
    return BeforeValidator(lambda entered: cleaned_texts(entered, longest, one_line=one_line))


Name = Annotated[Localized, texts(NAME_LENGTH)]


class FlowForm(Form):
    """A flow's name among staff, and what customers read."""

    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    public_name: Name = {}

    @field_validator("name", mode="before")
    @classmethod
    def _one_line(cls, value: object) -> object:
        return clean_line(value)


class StageForm(Form):
    public_name: Name
    public_description: Annotated[Localized, texts(DESCRIPTION_LENGTH, one_line=False)] = {}


class SubstageForm(StageForm):
    view_kind: ViewKind | None = None
    ball: Ball | None = None

    @field_validator("view_kind", "ball", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: object) -> object:
        return None if value == "" else value


def demand_name(texts: Mapping[str, str], default_language: str) -> None:
    """Customers whose language is missing read the company's: there the name can't be missing."""
    if not texts.get(default_language):
        raise InvalidForm({f"public_name.{default_language}": (REQUIRED, {})})


def moved(items: Sequence[T], item: T, position: int) -> list[T]:
    """The same items with `item` at `position` (or as near as the list allows)."""
    rest = [other for other in items if other != item]
    at = max(0, min(position, len(rest)))
    return [*rest[:at], item, *rest[at:]]


def demand_room(count: int, most: int) -> None:
    if count >= most:
        raise TooMany(count=most)


def demand_rest(tree: FlowTree, going: Iterable[str]) -> None:
    """`LastOne` when no substage would be left."""
    gone = set(going)
    if all(substage.id in gone for substage in tree.substages()):
        raise LastOne


def missing(public_name: Mapping[str, str], public_description: Mapping[str, str],
            languages: tuple[str, ...]) -> list[str]:
    """Languages in which customers would read another one. A description that nobody wrote is missing in none."""
    without_name = missing_languages(public_name, languages)
    without_description = missing_languages(public_description, languages) if any(public_description.values()) else []
    return [language for language in languages if language in without_name or language in without_description]


def who_acts(view_kind: str | None) -> Literal["you", "us"]:
    """Whose turn it is in a substage, said to the customer."""
    view = view_of(view_kind)
    return "you" if view is not None and view.needs_the_customer else "us"


def ball_of(view_kind: str | None, ball: str = "") -> Ball:
    """Who acts in a substage: whom staff named, else as the view says."""
    if ball in tuple(Ball):
        return Ball(ball)
    return Ball.CUSTOMER if who_acts(view_kind) == "you" else Ball.COMPANY


def is_way_out(view_kind: str | None) -> bool:
    """Whether a substage ends the flow without success: nobody is told beforehand that it is a step to come."""
    return view_kind == ViewKind.FINALIZATION_FAILED
