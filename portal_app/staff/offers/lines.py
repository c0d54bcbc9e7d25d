"""The line items of the editor: a table on a wide screen, one block per line on a phone; all of it by keyboard."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...core.texts import LANGUAGE_NAMES
from ...offers import rules
from ...ui import components as c
from ...ui.i18n import money, said, t, t_marked
from .drafting import LineRow
from .state import OfferEditorState

S = OfferEditorState
PAUSE_MS = 500


def locked() -> Any:
    """Whether nothing can be changed: no permission, or the offer is final."""
    return ~rx.Var.create(S.head.may_edit).to(bool)


def lines_card() -> rx.Component:
    return c.card(
        c.card_head(t("Lines"), rx.cond(rx.Var.create(S.languages).to(list).length() > 1, _language_choice())),
        rx.el.p(t("The first line of a description names the thing, the rest is small print. A discount is an amount, or "
                  "a part with a per cent sign."), class_name="small muted"),
        rx.el.div(
            rx.el.div(
                *(rx.el.span(text) for text in (
                    t("Description"), t("Quantity"), t("Unit"), t("Unit price, net"), t("VAT %"), t("Discount"),
                    t("Net amount"))),
                rx.el.span(), class_name="offer-line heads", aria_hidden="true",
            ),
            rx.el.ol(rx.foreach(S.lines, _line)),
            class_name="offer-lines",
        ),
        rx.cond(S.head.may_edit, c.button(
            c.icon("plus", "s"), t("Add a line"), on_click=S.add_line, custom_attrs={"data-testid": "add-line"})),
        class_name="stack",
    )


def _language_choice() -> rx.Component:
    names = [(language, rx.el.span(language.upper(), title=name)) for language, name in LANGUAGE_NAMES.items()]
    return rx.el.fieldset(
        rx.el.legend(t("Language of the descriptions"), class_name="vh"),
        *(rx.cond(rx.Var.create(S.languages).to(list).contains(language),
                  c.segment("text-language", language, content, S.text_language, S.write_in))
          for language, content in names),
        class_name="seg",
    )


def _line(row: LineRow, place: rx.Var[int]) -> rx.Component:
    def cell(name: str, label: Any, make: Any, class_name: str = "", **props: Any) -> rx.Component:
        id = rx.Var.create(f"{name}-{row.key}")
        errors: Any = rx.Var.create(S.field_errors)
        error = said(errors[rx.Var.create(f"lines.{place}.{name}").to(str)])
        return rx.el.div(
            rx.el.label(label, html_for=id),
            make(
                id=id, read_only=locked(), class_name="input",
                aria_invalid=rx.cond(error != "", "true", "false"),
                custom_attrs={"data-testid": f"line-{name}"}, **props),
            c.error_text(error),
            class_name=f"line-cell {class_name}",
        )

    def typed(name: str, value: Any) -> dict[str, Any]:
        """Kept by the browser; the draft hears of it in a pause and when the cell is left."""
        return {
            "default_value": value, "auto_complete": "off",
            "key": rx.Var.create(f"{name}-{row.key}-{S.generation}"),
            "on_change": lambda text: S.set_cell(row.key, name, text).debounce(PAUSE_MS),
            "on_blur": lambda text: S.set_cell(row.key, name, text)}

    description = typed("description", row.text) | {
        "key": rx.Var.create(f"description-{row.key}-{S.generation}-{S.text_language}")}
    units = [rx.el.option(t_marked(text), value=unit.value) for unit, text in rules.UNIT_TEXTS.items()]
    return rx.el.li(
        cell("description", t("Description"), rx.el.textarea, "wide", rows="2", max_length=1000, lang=S.text_language,
             placeholder=row.instead, **description),
        cell("quantity", t("Quantity"), rx.el.input, input_mode="decimal", **typed("quantity", row.quantity)),
        rx.el.div(
            rx.el.label(t("Unit"), html_for=rx.Var.create(f"unit-{row.key}")),
            c.select_input(*units, id=rx.Var.create(f"unit-{row.key}"), value=row.unit, class_name="input",
                         disabled=locked(), on_change=lambda unit: S.set_cell(row.key, "unit", unit)),
            class_name="line-cell",
        ),
        cell("price", t("Unit price, net"), rx.el.input, input_mode="decimal", **typed("price", row.price)),
        cell("vat", t("VAT %"), rx.el.input, input_mode="decimal", **typed("vat", row.vat)),
        cell("discount", t("Discount"), rx.el.input, **typed("discount", row.discount)),
        rx.el.div(
            rx.el.span(t("Net amount"), class_name="label"),
            rx.el.b(rx.cond(row.is_understood, money(row.net_cents, S.head.currency), "–"), class_name="num"),
            class_name="line-cell net",
        ),
        rx.cond(S.head.may_edit, c.menu(
            c.icon("ellipsis"),
            c.menu_item(t("Move up"), "arrow-up", on_click=S.move_line(row.key, -1)),
            c.menu_item(t("Move down"), "arrow-down", on_click=S.move_line(row.key, 1)),
            c.menu_item(t("Remove the line"), "trash", on_click=S.remove_line(row.key), bad=True),
            label=t("Line {place}", place=place.to(int) + 1))),
        class_name="offer-line", key=row.key, custom_attrs={"data-testid": "line"},
    )
