"""The drawing page as in look/customer-drawing: a map over the whole screen, and panels that float on it."""

from __future__ import annotations

import reflex as rx

from ....ui import components as c
from ....ui.frames import portal_frame, skip_link
from ....ui.i18n import t
from ....ui.shell import hydration_mark, notices
from ...step.form import embedded_step
from .map import drawing_map
from .panel import coach, sent_panel, sheet
from .state import DrawingState
from .tools import conflict_panel, edge_bar, head, help_dialog, no_picture, search_panel, toolbar


def drawing() -> rx.Component:
    return rx.cond(
        DrawingState.is_missing, _missing(),
        rx.match(
            DrawingState.stage,
            ("draw", _map_page(_draw_panels())), ("sent", _map_page(sent_panel())), ("waiting", _waiting()),
            _map_page(_looking(), with_map=False)),
    )


def _map_page(*panels: rx.Component, with_map: bool = True) -> rx.Component:
    return rx.el.div(
        skip_link(),
        rx.el.link(rel="stylesheet", href="/styles/map.css"),
        notices(),
        rx.el.main(*([head(), drawing_map()] if with_map else []), *panels, id="main", class_name="map-page"),
        hydration_mark(),
        class_name="customer",
    )


def _draw_panels() -> rx.Component:
    return rx.fragment(
        toolbar(),
        edge_bar(),
        rx.cond(
            DrawingState.is_conflict, conflict_panel(),
            rx.cond(DrawingState.has_no_picture, no_picture(),
                    rx.cond(DrawingState.is_guide_open, coach(), sheet()))),
        rx.cond(DrawingState.is_searching, search_panel()),
        help_dialog(),
        _more_dialog(),
    )


def _more_dialog() -> rx.Component:
    """What the step asks for besides the roof."""
    state = DrawingState
    return c.dialog(
        state.is_asking_more, state.ask_no_more, t("Before you send your roof"),
        embedded_step("", ""),
        c.dialog_actions(
            c.button(t("Send my roof"), variant="solid", size="big", busy=state.busy, on_click=state.send,
                     custom_attrs={"data-testid": "send-roof-now"}),
            c.button(t("Not yet"), variant="ghost", on_click=state.ask_no_more)),
        close_label=t("Close"), id="more", wide=True,
    )


def _looking() -> rx.Component:
    return rx.el.section(
        rx.el.h1(t("Looking for your house…")),
        c.skeleton("100%", "14px", margin="14px 0 10px"), c.skeleton("70%", "14px"),
        class_name="float coach", aria_busy="true",
    )


def _waiting() -> rx.Component:
    return portal_frame(
        c.empty_state(
            "pencil-ruler", t("There is no roof to draw just now"),
            t("As soon as it is your turn to draw, we write to you and your project shows it."),
            c.link_button(t("Back to your project"), href=rx.Var.create(f"/home?project={DrawingState.project}"),
                          variant="solid", custom_attrs={"data-testid": "back-to-project"}),
            heading="h1", custom_attrs={"data-testid": "not-your-turn"}),
    )


def _missing() -> rx.Component:
    return portal_frame(
        c.empty_state(
            "search-x", t("There is no such project here"),
            t("The link may be old, or it belongs to another account."),
            c.link_button(t("To my projects"), href="/home", variant="solid"),
            heading="h1", custom_attrs={"data-testid": "missing"}),
    )
