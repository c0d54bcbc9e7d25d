"""How the lists of Settings look that have an order, an archive, and a dialog (`arranging.ArrangedState`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from ...core.texts import LANGUAGES
from ...ui import components as c
from ...ui.frames import staff_frame
from ...ui.i18n import t
from ...ui.sortable import sort_handle, sort_item, sort_list, sort_menu_items, sortable
from ..meanwhile import meanwhile


def arranged_page(
    state: Any, kind: str, title: Any, lead: Any, new: Any, parts: dict[str, Any], *fields: rx.Component, archived: Any,
    about: Callable[[Any], Any], count: Callable[[Any], Any], may_archive: Callable[[Any], Any] = lambda row: True,
) -> rx.Component:  # fmt: skip
    """The page of a list whose rows are of this kind; `new` names the button and the dialog of a new one, `fields` stand
    in the dialog and are called `parts`, `archived` says what being archived means, and `about` and `count` what stands
    beside a row's name."""

    def words(row: Any) -> rx.Component:
        return rx.el.div(
            rx.el.b(row.name),
            rx.el.span(
                about(row),
                rx.cond(row.missing.length() > 0, rx.el.span(
                    " · ", c.icon("languages", "s"), " ",
                    t("not written in {languages}", languages=row.missing.join(", ").upper()), class_name="warn")),
                class_name="tiny muted block"),
            class_name="grow",
        )

    def number(row: Any) -> rx.Component:
        return rx.cond(row.count > 0, c.pill(count(row)))

    def shown(row: Any) -> rx.Component:
        return sort_item(
            kind, row.id, row.name,
            sort_handle(t("Move {name}: arrow keys or drag", name=row.name)), words(row), number(row),
            c.menu(
                c.icon("ellipsis", "s"),
                c.menu_item(t("Change"), "pencil", on_click=state.begin_change(row.id),
                            custom_attrs={"data-testid": f"change-{kind}"}),
                *sort_menu_items(t("Move up"), t("Move down")),
                rx.cond(may_archive(row), c.menu_item(t("Archive"), "folder", on_click=state.archive(row.id, True),
                                                      custom_attrs={"data-testid": f"archive-{kind}"})),
                label=t("More about {name}", name=row.name),
            ),
        )

    def put_away(row: Any) -> rx.Component:
        return rx.el.li(
            words(row), number(row),
            c.button(t("Use again"), size="s", on_click=state.archive(row.id, False),
                     aria_label=t("Use {name} again", name=row.name), custom_attrs={"data-testid": f"restore-{kind}"}),
            custom_attrs={"data-testid": f"archived-{kind}"},
        )

    lists = rx.fragment(
        sortable(
            sort_list(kind, rx.foreach(state.rows, shown), class_name="rows flow-rows"), on_move=state.move_item,
            said=t("{name} is now number {place} of {count}", name="{name}", place="{place}", count="{count}"),
        ),
        rx.cond(state.archived.length() > 0, rx.el.section(
            rx.el.h2(t("Archived"), style={"margin": "28px 0 10px"}),
            rx.el.p(archived, class_name="small muted"),
            rx.el.ul(rx.foreach(state.archived, put_away), class_name="rows flow-rows"),
        )),
    )
    return staff_frame(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (title, None)]),
        rx.el.div(
            rx.el.h1(title), rx.el.span(class_name="grow"),
            rx.cond(state.may_edit, c.button(c.icon("plus", "s"), new, variant="solid", on_click=state.begin_new,
                                             custom_attrs={"data-testid": f"new-{kind}"})),
            rx.el.p(lead),
            class_name="title-row",
        ),
        rx.cond(
            state.is_loaded,
            rx.cond(state.may_edit, lists, c.empty_state("lock", t("You may not change this"),
                                                         t("Ask your administrator if you need it."))),
            c.loading(t("Loading"), c.skeleton_card("180px")),
        ),
        _dialog(state, kind, new, meanwhile(state, parts), *fields),
        area="settings", on_language=state.load,
    )


def _dialog(state: Any, kind: str, new: Any, *fields: rx.Component) -> rx.Component:
    is_new = state.edited.id == ""
    return c.dialog(
        state.is_editing, state.stop, rx.cond(is_new, new, t("Change “{name}”", name=state.edited.name)),
        rx.el.form(
            *fields,
            c.dialog_actions(
                c.submit_button(rx.cond(is_new, t("Create"), t("Save")), size="m", busy=state.busy,
                                custom_attrs={"data-testid": f"save-{kind}"}),
                c.button(t("Cancel"), variant="ghost", on_click=state.stop),
            ),
            on_submit=state.save, class_name="stack", no_validate=True,
        ),
        close_label=t("Cancel"), id=f"{kind}-dialog",
    )


def language_lines(part: str, legend: Any, values: Any, languages: Any, longest: int, error: Any,
                   optional: Any = None) -> rx.Component:
    """A short text in each of the company's languages; `arranging.read_lines` gathers what the form sends."""

    def line(language: str) -> rx.Component:
        place = f"{part}-{language}"
        return rx.cond(languages.contains(language), rx.el.div(
            rx.el.label(language, html_for=place),
            rx.el.input(id=place, name=f"{part}.{language}", lang=language, max_length=longest,
                        default_value=values[f"{part}.{language}"], key=values[f"{part}.{language}"],
                        placeholder=t("Not written yet"), auto_complete="off",
                        aria_invalid=rx.cond(error != "", "true", "false"), aria_describedby=f"{part}-error"),
        ))

    word = [" ", rx.el.span(optional, class_name="opt")] if optional is not None else []
    return rx.el.fieldset(
        rx.el.legend(legend, *word, class_name="label"),
        rx.el.div(*map(line, LANGUAGES), class_name="langs"),
        c.error_text(error, f"{part}-error"),
        class_name="field",
    )
