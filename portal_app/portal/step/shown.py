"""A step as its page draws it. Pure: made from `opportunities.step_reading.get_step`."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, Field

from ...documents.rules import KIND_NAMES, MAX_FILE_BYTES, MEGABYTE, Kind, Review
from ...documents.service import FileView
from ...flows.field_kinds import MOST_FILES
from ...flows.fields import FILE_KINDS, FieldKind, countries, country_name
from ...opportunities.step_schemas import Step, StepField, StepTerms
from ...ui.fields import MOST_RADIOS, NO_ADDRESS, ShownAddress, ShownField, ShownOption
from ...ui.i18n import Said
from ...ui.upload import accepted_by

_K = FieldKind
CONTROLS = {
    _K.LONG_TEXT: "long", _K.YES_NO: "yes-no", _K.SINGLE_CHOICE: "radio", _K.SEVERAL_CHOICES: "boxes",
    _K.ADDRESS: "address",
}
# What the browser should know of a line of text: its type, the keyboard of a phone, what to fill in by itself.
_LINES: dict[FieldKind, dict[str, Any]] = {
    _K.NUMBER: {"input_mode": "decimal"}, _K.MONEY: {"input_mode": "decimal"}, _K.DATE: {"input_type": "date"},
    _K.EMAIL: {"input_type": "email", "input_mode": "email", "auto_complete": "email", "auto_capitalize": "none"},
    _K.PHONE: {"input_type": "tel", "input_mode": "tel", "auto_complete": "tel"},
    _K.IBAN: {"auto_capitalize": "characters"}, _K.TAX_ID: {"auto_capitalize": "characters"},
}


NOTHING_SAID = Said()


class Missing(BaseModel):
    """Something to do or to mend, with the way to its place."""

    id: str
    label: str
    href: str
    why: Said = Field(default_factory=lambda: NOTHING_SAID)


class ShownGroup(BaseModel):
    id: str
    name: str
    fields: list[ShownField]


class ShownCondition(BaseModel):
    version_id: str
    number: int
    title: str
    text: str
    is_accepted: bool = False
    is_ticked: bool = False
    accepted_before: int = 0


@lru_cache(maxsize=256)  # many readers miss the same
def place_of(field_id: str, label: str) -> Missing:
    return Missing(id=field_id, label=label, href=f"#field-{field_id}-place")


@lru_cache(maxsize=64)
def place_of_terms(version_id: str, title: str) -> Missing:
    return Missing(id=version_id, label=title, href=f"#condition-{version_id}")


@lru_cache(maxsize=256)  # many readers have the same fields before them, unanswered
def shown_field(field: StepField, currency: str = "EUR") -> ShownField:
    """A field with its entry, or with its answer where it can't be changed."""
    kind = FieldKind(field.kind)
    shared: dict[str, Any] = {
        "id": field.id, "kind": field.kind, "label": field.label, "help": field.help, "is_required": field.is_required,
        "is_locked": field.mode == "read", "is_asked_again": field.is_asked_again, "answer": field.text}
    if field.mode == "read":
        return ShownField(**shared)
    entry, limits = field.entry, field.limits
    control = CONTROLS.get(kind, "line")
    if control == "radio" and len(field.choices) > MOST_RADIOS:
        control = "select"
    chosen = entry if isinstance(entry, list) else [entry]
    return ShownField(
        **shared, **_LINES.get(kind, {}), control=control, unit=_unit(kind, limits.unit, currency),
        minimum=limits.earliest.isoformat() if limits.earliest else "",
        maximum=limits.latest.isoformat() if limits.latest else "", text=entry if isinstance(entry, str) else "",
        options=[ShownOption(key=choice.key, label=choice.label, is_on=choice.key in chosen) for choice in field.choices],
        address=ShownAddress(**entry) if isinstance(entry, dict) else NO_ADDRESS)


def _unit(kind: FieldKind, unit: str, currency: str) -> str:
    return {"EUR": "€"}.get(currency, currency) if kind == FieldKind.MONEY else unit


def groups_of(fields: Sequence[StepField], currency: str) -> list[ShownGroup]:
    """What is typed, under the name of its group; groups in the order in which they first appear."""
    groups: dict[str, list[ShownField]] = {}
    for field in fields:
        if field.kind not in FILE_KINDS:
            groups.setdefault(field.group_name, []).append(shown_field(field, currency))
    return [ShownGroup(id=f"group-{members[0].id}", name=name, fields=members) for name, members in groups.items()]


def files_of(fields: Sequence[StepField], files: Sequence[FileView]) -> list[ShownField]:
    """The fields that take files, each with what was given. What was rejected stays until something newer is here."""
    shown = []
    for field in (field for field in fields if field.kind in FILE_KINDS):
        limits = field.limits
        mine = [file for file in files if file.ref_id == field.id]
        sent, entered = _ids(field.value), _ids(field.entry)
        fresh = {*entered} - {*sent} if field.is_asked_again else set()  # one that came again replaces no other
        newest = max((file.created_at for file in mine if file.id not in fresh), default="")
        own = [file for file in mine if file.id in (*sent, *entered) or (
            file.review == Review.REJECTED and field.mode == "edit" and file.reviewed_at > newest)]
        most = 1 if field.kind == FieldKind.FILE else limits.max_count or MOST_FILES
        shown.append(ShownField(
            id=field.id, kind=field.kind, control="file", label=field.label, help=field.help, answer=field.text,
            is_required=field.is_required, is_locked=field.mode == "read", is_asked_again=field.is_asked_again, files=own,
            **_taken(limits.file_types), most_files=most,
            max_bytes=min(MAX_FILE_BYTES, (limits.max_file_mb or MAX_FILE_BYTES) * MEGABYTE)))
    return shown


@lru_cache(maxsize=64)
def _taken(names: tuple[str, ...]) -> dict[str, Any]:
    """Which files a field takes: for the browser's dialog, and in words."""
    kinds = [Kind(name) for name in names] or list(Kind)
    return {"accept": accepted_by(kinds), "kinds_text": ", ".join(KIND_NAMES[kind] for kind in kinds)}


def shape_of(fields: Sequence[StepField], version_ids: Sequence[str]) -> str:
    """Changes with the controls that the form has and where they stand, not with words: then it is made anew.

    Entries are drafts and stand in it again.
    """
    names = list(dict.fromkeys(field.group_name for field in fields))
    parts = [(field.id, field.mode, names.index(field.group_name), [choice.key for choice in field.choices])
             for field in fields]
    return hashlib.sha256(repr((parts, list(version_ids))).encode()).hexdigest()[:12]


def _ids(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def terms_of(terms: Sequence[StepTerms], ticked: Collection[str]) -> list[ShownCondition]:
    return [ShownCondition(version_id=term.version_id, number=term.number, title=term.title, text=term.text,
                           is_accepted=term.is_accepted, is_ticked=term.version_id in ticked,
                           accepted_before=term.accepted_before) for term in terms]


def missing_of(step: Step, ticked: Collection[str], most: int) -> tuple[list[Missing], int]:
    """What keeps the step from being sent, in the order of the form: the first of it, and how much it is. Ticked boxes
    count: they are sent along."""
    fields = {field.id: field for field in step.fields}
    terms = [term for term in step.conditions
             if term.condition_id in step.missing_conditions and term.version_id not in ticked]
    places = [*(place_of(field_id, fields[field_id].label) for field_id in step.missing_fields[:most]),
              *(place_of_terms(term.version_id, term.title) for term in terms[:most])]
    return places[:most], len(step.missing_fields) + len(terms)


def required_count(step: Step) -> int:
    """How many things are to be done: what is required, and what is optional but wrong."""
    wanted = {field.id for field in step.fields if field.mode == "edit" and field.is_required}
    return len(wanted | set(step.missing_fields)) + len(step.conditions)


@lru_cache(maxsize=8)
def country_options(language: str) -> tuple[ShownOption, ...]:
    """Every country by its name."""
    named = sorted((country_name(code, language), code) for code in countries())
    return tuple(ShownOption(key=code, label=name) for name, code in named)
