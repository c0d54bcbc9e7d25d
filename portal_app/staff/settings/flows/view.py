"""Settings → Opportunity types and processes: the list of flows, and one of them in the editor (`?flow=<id>`)."""

from __future__ import annotations

import reflex as rx

from ....ui import components as c
from ....ui.frames import staff_frame
from ....ui.i18n import t
from .editor import editor
from .flow_list import flow_list
from .list_state import FlowListState
from .state import FlowEditorState
from .step_actions import StepActionsState

ON_LOAD = [FlowEditorState.load, FlowListState.load, StepActionsState.load]


def _missing() -> rx.Component:
    return c.empty_state(
        "search-x", t("This page does not exist"),
        t("It may have been deleted, or it is not open to you."),
        c.link_button(t("Back to the start"), href="/staff", variant="line"), heading="h1",
    )


def flows_page() -> rx.Component:
    return staff_frame(
        rx.fragment(rx.match(
            FlowEditorState.mode,
            ("editor", editor()),
            ("list", rx.cond(FlowListState.is_missing, _missing(), flow_list())),
            ("missing", _missing()),
            c.loading(t("Loading"), c.skeleton("280px", "30px", margin="10px 0 20px"), c.skeleton_card("420px")),
        )),
        area="settings", on_language=FlowEditorState.speak,
    )
