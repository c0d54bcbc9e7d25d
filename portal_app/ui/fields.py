"""Controls for the fields that staff define, one for every kind, drawn from data: which they are is known only at run time.

    ShownField                    a field as the page draws it; `portal/step/shown.py` makes it from its definition
    field_control(field, error, countries)    label, control, error and help; files are drawn by `portal.step.uploads`
    field_answer(field)           what is known, where it can't be changed

Controls are uncontrolled and stand in a `[data-field]` with `[data-kind]`: `step_form` reads and saves them. Required fields
carry no mark in sight; the others say that they may be left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import reflex as rx
from pydantic import BaseModel, Field

from ..documents.service import FileView
from .forms import error_text
from .i18n import t
from .icons import icon
from .words import Text, classes, yes_no

MOST_RADIOS = 8


class ShownOption(BaseModel):
    key: str
    label: str
    is_on: bool = False


class ShownAddress(BaseModel):
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


NO_ADDRESS = ShownAddress()


class ShownField(BaseModel):
    """A field with what is known. `text` is the value as one types it, `answer` as one reads it, both in local form."""

    id: str
    kind: str
    control: str = "line"  # line, long, radio, select, boxes, yes-no, address
    label: str
    help: str = ""
    unit: str = ""
    is_required: bool = False
    is_locked: bool = False
    is_asked_again: bool = False
    input_type: str = "text"
    input_mode: str = "text"
    auto_complete: str = "off"
    auto_capitalize: str = "sentences"
    minimum: str = ""
    maximum: str = ""
    text: str = ""
    answer: str = ""
    # Made by factories: pydantic copies other defaults, which cost more than all the rest.
    options: list[ShownOption] = Field(default_factory=list)
    address: ShownAddress = Field(default_factory=lambda: NO_ADDRESS)
    # Of a field that takes files:
    files: list[FileView] = Field(default_factory=list)
    accept: str = ""
    kinds_text: str = ""
    max_bytes: int = 0
    most_files: int = 1


def field_control(field: Any, error: Text, countries: Any) -> rx.Component:
    """The control for a field's kind, chosen in the browser. `countries` are the options of an address."""
    return rx.fragment(rx.match(
        field.control,
        ("long", _one(field, error, _long)),
        ("radio", _group(field, error, _radios(field), role="radiogroup")),
        ("yes-no", _group(field, error, _yes_no(field), role="radiogroup")),
        ("select", _one(field, error, _select)),
        ("boxes", _group(field, error, _boxes(field, error))),
        ("address", _group(field, error, _address(field, error, countries))),
        _one(field, error, _line),
    ))


def _id(field: Any, part: str = "") -> Any:
    return rx.Var.create(f"field-{field.id}{part}")


def _optional(field: Any) -> rx.Component:
    return rx.cond(field.is_required, rx.fragment(), rx.el.span(" ", t("(optional)"), class_name="opt"))


def _described(field: Any, error: Any, unit: bool = False) -> Any:
    """The ids of all that explains a control; none when there is nothing."""
    ids = rx.cond(error != "", f"field-{field.id}-error ", "").to(str)
    ids = ids + rx.cond(field.help != "", f"field-{field.id}-help ", "").to(str)
    if unit:
        ids = ids + rx.cond(field.unit != "", f"field-{field.id}-unit", "").to(str)
    return rx.cond(ids == "", rx.Var("undefined"), ids)


def _place(field: Any, *children: rx.Component, make: Any = rx.el.div, class_name: str = "", role: str = "",
           **props: Any) -> rx.Component:
    """Where a field stands: the draft is read from here, and the list of what is missing leads here."""
    return make(
        *children, id=_id(field, "-place"), class_name=classes("field", class_name),
        custom_attrs={"data-field": field.id, "data-kind": field.kind, "data-testid": "field",
                      **({"role": role} if role else {})}, **props)


def _told(field: Any, error: Any) -> list[rx.Component]:
    return [
        rx.cond(error != "", error_text(error, _id(field, "-error"))),
        rx.cond(field.help != "", rx.el.p(field.help, class_name="hint", id=_id(field, "-help"))),
    ]


def _one(field: Any, error: Any, control: Callable[[Any, Any], rx.Component]) -> rx.Component:
    return _place(
        field,
        rx.el.label(field.label, _optional(field), html_for=_id(field)),
        control(field, error),
        *_told(field, error),
    )


def _props(field: Any, error: Any, unit: bool = False) -> dict[str, Any]:
    return {
        "id": _id(field), "aria_describedby": _described(field, error, unit), "aria_invalid": yes_no(error != ""),
        "aria_required": yes_no(field.is_required), "class_name": "input",
    }


def _line(field: Any, error: Any) -> rx.Component:
    """One line of text; which keyboard a phone shows and what a browser fills in depend on the kind."""
    entry = rx.el.input(
        type=field.input_type, default_value=field.text, input_mode=field.input_mode, auto_complete=field.auto_complete,
        min=rx.cond(field.minimum != "", field.minimum, rx.Var("undefined")).to(str),
        max=rx.cond(field.maximum != "", field.maximum, rx.Var("undefined")).to(str),
        spell_check=field.kind == "short-text", enter_key_hint="next", max_length=4000,
        custom_attrs={"autoCapitalize": field.auto_capitalize}, **_props(field, error, unit=True))
    sign = rx.el.span(field.unit, class_name="unit", id=_id(field, "-unit"))
    return rx.cond(field.unit != "", rx.el.div(entry, sign, class_name="with-unit"), entry)


def _long(field: Any, error: Any) -> rx.Component:
    return rx.el.textarea(default_value=field.text, rows="4", max_length=20000, **_props(field, error))


def _select(field: Any, error: Any) -> rx.Component:
    return rx.el.select(
        rx.el.option(t("Please choose"), value=""),
        rx.foreach(field.options, lambda option: rx.el.option(option.label, value=option.key)),
        default_value=field.text, **_props(field, error))


def _group(field: Any, error: Any, *controls: rx.Component, role: str = "") -> rx.Component:
    """Several controls under one legend. Only a group of radio buttons can itself be wrong."""
    props: dict[str, Any] = {"aria_describedby": _described(field, error)}
    if role:
        props |= {"role": role, "aria_invalid": yes_no(error != "")}
    return _place(
        field, rx.el.legend(field.label, _optional(field)), *controls, *_told(field, error), make=rx.el.fieldset,
        class_name="answer-group", **props)


def _box(kind: Literal["radio", "checkbox"], text: Any, value: Any, is_on: Any, **props: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(type=kind, value=value, default_checked=is_on, **props), rx.el.span(text), class_name="check")


def _clear(field: Any) -> rx.Component:
    """An answer that may be left out can be taken back, which radio buttons do not offer."""
    return rx.cond(field.is_required, rx.fragment(), rx.el.button(
        t("Clear the answer"), type="button", class_name="link small clear", custom_attrs={"data-clear": "true"},
        aria_describedby=_id(field, "-place")))


def _radios(field: Any) -> rx.Component:
    return rx.el.div(
        rx.foreach(field.options, lambda option: _box("radio", option.label, option.key, option.is_on, name=field.id)),
        _clear(field), class_name="answer-boxes")


def _yes_no(field: Any) -> rx.Component:
    return rx.el.div(
        _box("radio", t("Yes"), "yes", field.text == "yes", name=field.id),
        _box("radio", t("No"), "no", field.text == "no", name=field.id),
        _clear(field), class_name="answer-boxes side")


def _boxes(field: Any, error: Any) -> rx.Component:
    return rx.el.div(
        rx.foreach(field.options, lambda option: _box(
            "checkbox", option.label, option.key, option.is_on, name=field.id, aria_invalid=yes_no(error != ""))),
        class_name="answer-boxes")


def _address(field: Any, error: Any, countries: Any) -> rx.Component:
    def labelled(name: str, label: Text, control: rx.Component, style: str = "") -> rx.Component:
        return rx.el.div(rx.el.label(label, html_for=_id(field, f"-{name}"), class_name="small"), control,
                         class_name=classes("address-part", style))

    def props(name: str, auto_complete: str, is_wrong: Any) -> dict[str, Any]:
        return {"id": _id(field, f"-{name}"), "auto_complete": auto_complete, "class_name": "input",
                "aria_invalid": yes_no(is_wrong), "aria_required": yes_no(field.is_required),
                "custom_attrs": {"data-part": name}}

    def part(name: str, label: Text, value: Any, auto_complete: str, style: str = "") -> rx.Component:
        return labelled(name, label, rx.el.input(
            default_value=value, max_length=200, enter_key_hint="next", **props(name, auto_complete, error != "")), style)

    address = field.address
    country = rx.el.select(
        rx.el.option(t("Please choose"), value=""),
        rx.foreach(countries, lambda entry: rx.el.option(entry.label, value=entry.key)),
        default_value=address.country, **props("country", "country", (error != "") & (address.country == "")))
    return rx.el.div(
        part("street", t("Street and number"), address.street, "street-address", "wide"),
        part("postal_code", t("Postal code"), address.postal_code, "postal-code"),
        part("city", t("Town"), address.city, "address-level2"),
        labelled("country", t("Country"), country, "wide"),
        class_name="address-parts")


def field_answer(field: Any) -> rx.Component:
    """What is known: read, not changed."""
    return rx.el.div(
        icon("lock", "s"),
        rx.el.div(
            rx.el.p(field.label, class_name="eyebrow"),
            rx.cond(field.answer != "", rx.el.b(field.answer, class_name="prewrap"),
                    rx.el.span(t("Not filled in"), class_name="muted")),
            class_name="grow"),
        id=_id(field, "-place"), class_name="read-only", custom_attrs={"data-testid": "answer"})
