"""Words and pictures of the kinds of fields, chosen in the browser."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....flows.fields import KIND_NAMES, FieldKind
from ....ui import components as c
from ....ui.i18n import t, t_marked
from ....ui.icons import Size

# Kind: what it is for, icon.
KINDS: dict[FieldKind, tuple[rx.Var[str], str]] = {
    FieldKind.SHORT_TEXT: (t("One line."), "minus"),
    FieldKind.LONG_TEXT: (t("Several lines, for example how to get there."), "list"),
    FieldKind.NUMBER: (t("With a unit, for example kWh a year."), "gauge"),
    FieldKind.MONEY: (t("In your currency."), "landmark"),
    FieldKind.DATE: (t("A day, without a time."), "calendar"),
    FieldKind.YES_NO: (t("A question with two answers."), "circle-check"),
    FieldKind.SINGLE_CHOICE: (t("One answer from your list."), "mouse-pointer"),
    FieldKind.SEVERAL_CHOICES: (t("Any number of answers from your list."), "list-checks"),
    FieldKind.EMAIL: (t("Its form is checked."), "mail"),
    FieldKind.PHONE: (t("Its form is checked, by country."), "phone"),
    FieldKind.IBAN: (t("Country, length and check digits are checked."), "shield-check"),
    FieldKind.TAX_ID: (t("Its check digits are checked, by country."), "file-check"),
    FieldKind.ADDRESS: (t("Street, postal code, town and country."), "map-pin"),
    FieldKind.FILE: (t("One photo or PDF."), "file-text"),
    FieldKind.FILES: (t("Several photos and PDFs."), "folder"),
}


def kind_title(kind: Any) -> rx.Var[str]:
    return rx.match(kind, *((key.value, t_marked(name)) for key, name in KIND_NAMES.items()), kind).to(str)  # pyright: ignore[reportAttributeAccessIssue]


def kind_icon(kind: Any, size: Size = "m") -> rx.Component:
    return c.icon_for(kind, {key.value: icon for key, (_, icon) in KINDS.items()}, "info", size)


def kind_and_unit(row: Any) -> rx.Component:
    """Number, kWh."""
    return rx.fragment(kind_title(row.kind), rx.cond(row.unit != "", rx.el.span(", ", row.unit)))
