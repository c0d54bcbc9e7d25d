"""Projects as a list and as a board."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...opportunities.listing import OpportunityRow
from ...ui import components as c
from ...ui.frames import staff_frame
from ...ui.i18n import moment, number, t, tn
from ..pieces import PROJECTS, board_view, days_here, no_projects_yet, project_address, turn_pill
from .state import ProjectsState

SEARCH_WAITS_MS = 350


def projects() -> rx.Component:
    return staff_frame(
        rx.el.div(
            rx.el.h1(t("Projects")), rx.el.span(class_name="grow"),
            rx.cond(ProjectsState.can_add, c.link_button(
                c.icon("plus"), t("New customer"), href="/staff/customers/new", variant="solid",
                custom_attrs={"data-testid": "new-customer"})),
            class_name="title-row",
        ),
        c.nav_tabs(t("View"), [(t("List"), ProjectsState.list_address, ~rx.Var.create(ProjectsState.as_board)),
                               (t("Board"), ProjectsState.board_address, rx.Var.create(ProjectsState.as_board))]),
        rx.cond(
            ProjectsState.is_loaded,
            rx.cond(ProjectsState.has_failed, _failed(),
                    rx.fragment(_toolbar(), rx.cond(ProjectsState.as_board, _board(), _list()))),
            c.loading(t("Loading"), c.skeleton("100%", "44px", "12px", margin="16px 0"), c.skeleton_card("420px")),
        ),
        area="projects", on_language=ProjectsState.load,
    )


def _select(word: str, label: Any, options: Any, value: Any, placeholder: Any = None) -> rx.Component:
    return c.select(
        f"filter-{word}", options, placeholder=placeholder, value=value, aria_label=label,
        on_change=ProjectsState.choose(word), custom_attrs={"data-testid": f"filter-{word}"})


def _toolbar() -> rx.Component:
    filters = ProjectsState.filters
    turns = [("company", t("With us")), ("customer", t("With the customer")),
             ("grid_operator", t("With the grid operator")), ("authority", t("With the authority")), ("ended", t("Ended"))]
    sorts = [("changed", t("Latest change first")), ("-created", t("Newest first")), ("created", t("Oldest first")),
             ("entered", t("Longest waiting first")), ("-entered", t("Shortest waiting first"))]
    only_list = rx.fragment(
        _select("stage", t("Stage"), ProjectsState.stages, filters.stage_id, t("All stages")),
        _select("owner", t("Adviser"), ProjectsState.owners, filters.owner_id, t("All advisers")),
        _select("turn", t("Whose turn"), turns, filters.turn, t("Anyone's turn")),
        _select("sort", t("Order"), sorts, filters.sort),
    )
    return rx.el.form(
        rx.el.div(
            rx.cond(ProjectsState.as_board, rx.fragment(), c.search_input(
                t("Search name, number, address, e-mail"), default_value=filters.search,
                key=rx.Var.create(f"search-{ProjectsState.search_key}"), auto_complete="off", max_length=120,
                on_change=ProjectsState.search.debounce(SEARCH_WAITS_MS), custom_attrs={"data-testid": "search"})),
            rx.cond(
                ProjectsState.as_board,
                rx.cond(ProjectsState.flows, _select("flow", t("Process"), ProjectsState.flows, filters.flow_id)),
                rx.fragment(_select("flow", t("Process"), ProjectsState.flows, filters.flow_id, t("All processes")),
                            only_list)),
            class_name="toolbar",
        ),
        on_submit=ProjectsState.submit_search, role="search", style={"margin_top": "16px"},
    )


def _row(row: OpportunityRow) -> rx.Component:
    return c.table_row(
        c.cell(c.row_link(row.contact_name, project_address(row)),
               rx.el.span(row.number, class_name="tiny muted block")),
        c.cell(row.address, label=t("Address"), wide=True),
        c.cell(rx.el.span(rx.el.span(row.substage_name, class_name="block"),
                          rx.el.span(row.stage_name, class_name="tiny muted block")), label=t("Step")),
        c.cell(turn_pill(row.turn), label=t("Turn")),
        c.cell(days_here(row.days), label=t("Here for"), right=True),
        c.cell(rx.el.span(row.owner_name, class_name="nowrap"), label=t("Adviser"), wide=True),
        c.cell(moment(row.changed_at, "day"), label=t("Changed"), right=True, wide=True),
        custom_attrs={"data-testid": "project-row"},
    )


def _list() -> rx.Component:
    headers = [t("Customer"), t("Address"), t("Step"), t("Turn"), (t("Here for"), "r"), t("Adviser"),
               (t("Changed"), "r")]
    total = ProjectsState.total
    found = rx.cond(total.is_more, t("More than {count} projects", count=number(total.number)),
                    tn("{n} project", "{n} projects", total.number))
    return rx.cond(
        ProjectsState.rows,
        rx.fragment(
            c.card(c.table(t("Projects"), headers, rx.foreach(ProjectsState.rows, _row)), pad=False),
            c.pagination(t("Pages"), found, t("Previous page"), t("Next page"), ProjectsState.go_previous,
                         ProjectsState.go_next, ProjectsState.has_previous, ProjectsState.has_next),
        ),
        rx.cond(
            ProjectsState.is_filtered,
            c.empty_state("search-x", t("Nothing found"), t("No project fits this search and these filters."),
                          c.link_button(t("Show all projects"), href=PROJECTS)),
            _nobody_yet(),
        ),
    )


def _board() -> rx.Component:
    return rx.cond(ProjectsState.columns, board_view(ProjectsState.columns, rx.el.h2), _nobody_yet())


def _nobody_yet() -> rx.Component:
    return no_projects_yet(ProjectsState.can_add, c.link_button(
        c.icon("plus"), t("New customer"), href="/staff/customers/new", variant="solid"))


def _failed() -> rx.Component:
    return c.note(
        "bad", t("The list can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
        c.text_button(t("Try again"), on_click=ProjectsState.load), role="alert",
    )
