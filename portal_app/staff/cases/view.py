"""The queue of cases: what waits for us, what is due first."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...support.listing import NOBODY
from ...support.rules import STATE_TITLES
from ...support.schemas import CaseRow
from ...ui import components as c
from ...ui.cases import case_pill
from ...ui.frames import staff_frame
from ...ui.i18n import moment, number, t, t_marked, tn
from .state import QUEUE, QueueState

S: Any = QueueState


def queue() -> rx.Component:
    filters = S.filters
    usual = (filters.assignee == "") & ~filters.is_overdue
    return staff_frame(
        rx.el.div(rx.el.h1(t("Cases")), rx.el.p(t("What customers ask and report. The next one due stands first.")),
                  class_name="title-row"),
        rx.cond(
            S.is_loaded,
            rx.cond(S.has_failed, _failed(), rx.fragment(
                c.nav_tabs(t("Queues"), [
                    (t("All cases"), QUEUE, usual), (t("Mine"), S.my_address, filters.assignee == S.mine),
                    (t("Nobody's"), S.free_address, filters.assignee == NOBODY),
                    (t("Overdue"), S.overdue_address, rx.Var.create(filters.is_overdue).bool()),
                ]),
                _toolbar(), _list())),
            c.loading(t("Loading"), c.skeleton("100%", "44px", "12px", margin="16px 0"), c.skeleton_card("420px")),
        ),
        area="cases", on_language=S.load,
    )


def _select(word: str, label: Any, options: Any, value: Any, placeholder: Any = None) -> rx.Component:
    return c.select(f"filter-{word}", options, placeholder=placeholder, value=value, aria_label=label,
                    on_change=S.choose(word), custom_attrs={"data-testid": f"filter-{word}"})


def _toolbar() -> rx.Component:
    filters = S.filters
    states = [("active", t("Not solved yet")), *((state.value, t_marked(title)) for state, title in STATE_TITLES.items()),
              ("all", t("All states"))]
    people = rx.fragment(
        c.select_input(
            rx.el.option(t("Anybody's"), value=""), rx.el.option(t("Nobody's"), value=NOBODY),
            rx.foreach(S.assignees, lambda each: rx.el.option(each.text, value=each.value)),
            id="filter-assignee", name="filter-assignee", value=filters.assignee, aria_label=t("Who sees to it"),
            on_change=S.choose("assignee"), class_name="input", custom_attrs={"data-testid": "filter-assignee"}))
    return rx.el.div(
        _select("state", t("State"), states, filters.state),
        _select("type", t("Type"), S.types, filters.type_id, t("All types")),
        people,
        _select("sort", t("Order"), [("due", t("Due first")), ("changed", t("Latest change first"))], filters.sort),
        c.checkbox(t("Overdue only"), name="overdue", checked=filters.is_overdue, on_change=S.show_overdue,
                   custom_attrs={"data-testid": "filter-overdue"}),
        class_name="toolbar", style={"margin_top": "16px"}, role="search", aria_label=t("Filters"),
    )


def _row(row: CaseRow) -> rx.Component:
    return c.table_row(
        c.cell(c.row_link(row.title, rx.Var.create(f"/staff/case?id={row.id}")),
               rx.el.span(row.number, class_name="tiny muted block")),
        c.cell(row.contact_name, label=t("Customer")),
        c.cell(row.type_name, label=t("Type"), wide=True),
        c.cell(case_pill(row.state), label=t("State")),
        c.cell(due_text(row.is_due, row.is_overdue, row.due_at), label=t("Answer due")),
        c.cell(rx.cond(row.assignee_name != "", row.assignee_name, rx.el.span(t("nobody yet"), class_name="muted")),
               label=t("Who sees to it")),
        c.cell(moment(row.changed_at), label=t("Changed"), right=True, wide=True),
        custom_attrs={"data-testid": "case-row"},
    )


def due_text(is_due: Any, is_overdue: Any, due_at: Any) -> Any:
    """When an answer is due, where it is our turn; too late is said in words, not by colour alone."""
    return rx.cond(
        is_due,
        rx.cond(is_overdue, rx.el.span(c.pill(t("Overdue"), "overdue"), " ", moment(due_at), class_name="nowrap"),
                rx.el.span(moment(due_at), class_name="nowrap")),
        rx.el.span(rx.el.span("–", class_name="muted", aria_hidden="true"), rx.el.span(t("nothing due"), class_name="vh")),
    )


def _list() -> rx.Component:
    headers = [t("Case"), t("Customer"), t("Type"), t("State"), t("Answer due"), t("Who sees to it"), (t("Changed"), "r")]
    found = rx.cond(S.is_more, t("More than {count} cases", count=number(S.count)),
                    tn("{n} case", "{n} cases", S.count))
    return rx.cond(
        S.rows,
        rx.fragment(
            c.card(c.table(t("Cases"), headers, rx.foreach(S.rows, _row)), pad=False),
            c.pagination(t("Pages"), found, t("Previous page"), t("Next page"), S.go_previous, S.go_next,
                         S.has_previous, S.has_next),
        ),
        rx.cond(
            S.is_filtered,
            c.empty_state("search-x", t("Nothing found"), t("No case fits these filters."),
                          c.link_button(t("Show all cases"), href=QUEUE)),
            c.empty_state("circle-check", t("Nothing waits"), t("What customers write to us arrives here.")),
        ),
    )


def _failed() -> rx.Component:
    return c.note(
        "bad", t("The list can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
        c.text_button(t("Try again"), on_click=S.load), role="alert",
    )
