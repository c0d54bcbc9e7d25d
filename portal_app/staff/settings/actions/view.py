"""External source actions: per act of a customer and per opportunity type, what follows, in sentences."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....automations.rules import TRIGGERS
from ....ui import components as c
from ....ui.drafting import focus_kept, leave_guard, stand_where_told
from ....ui.frames import staff_frame
from ....ui.i18n import t, t_marked
from ...meanwhile import meanwhile
from ..head import settings_head
from .pieces import PARTS, add_buttons, editor_rows, entry_in_words, place_of_actions, sentences
from .state import ActionsState

S: Any = ActionsState


def actions_page() -> rx.Component:
    return staff_frame(
        settings_head(t("External source actions"),
                      t("What happens when a customer does something. It happens at once, in this order.")),
        c.nav_tabs(t("Source"), [(t("Customer portal"), "/staff/settings/actions", True)]),
        rx.cond(
            S.is_loaded,
            rx.cond(S.may_edit,
                    rx.el.div(rx.foreach(S.triggers, _trigger), stand_where_told(), class_name="stack l actions"),
                    c.empty_state("lock", t("You may not change this"), t("Ask your administrator if you need it."))),
            c.loading(t("Loading"), c.skeleton_card("180px"), c.skeleton_card("180px"), class_name="stack l"),
        ),
        leave_guard(S.is_changed),
        area="settings", on_language=S.load,
    )


def _title(trigger: Any) -> Any:
    return rx.match(trigger, *((key, t_marked(each.title)) for key, each in TRIGGERS.items()), "")


def _trigger(trigger: Any) -> rx.Component:
    return c.card(
        c.card_head(_title(trigger.trigger), rx.el.code(trigger.trigger, class_name="tiny muted")),
        rx.foreach(trigger.lists, lambda entry: _list(trigger, entry)),
        custom_attrs={"data-testid": f"trigger-{trigger.trigger}"},
    )


def _list(trigger: Any, entry: Any) -> rx.Component:
    is_open = S.is_editing & (S.trigger == trigger.trigger) & (S.flow_id == entry.flow_id)
    return rx.el.section(
        rx.el.div(
            rx.el.h3(rx.el.span(_title(trigger.trigger), ": ", class_name="vh"), _scope(trigger, entry), class_name="grow"),
            rx.cond(entry.flow_id != "", rx.cond(entry.is_own, c.pill(t("Own list"), "us"),
                                                 c.pill(t("As for all types")))),
            rx.cond(is_open, rx.fragment(), _list_buttons(trigger, entry)),
            class_name="row wrap",
        ),
        rx.cond(is_open, _editor(), sentences(entry.actions)),
        class_name="action-list", id=place_of_actions(trigger.trigger, entry.flow_id),
        custom_attrs={"data-testid": f"actions-{trigger.trigger}", "data-flow": entry.flow_name},
    )


def _scope(trigger: Any, entry: Any) -> Any:
    everywhere = rx.cond(trigger.has_flow, t("All opportunity types"), t("Always"))
    return rx.cond(entry.flow_id == "", everywhere, entry.flow_name)


def _list_buttons(trigger: Any, entry: Any) -> rx.Component:
    drop = c.button(t("Follow the general list"), variant="ghost", size="s",
                    on_click=S.take_general(trigger.trigger, entry.flow_id))
    return rx.el.div(
        rx.cond(entry.is_own & (entry.flow_id != ""), drop),
        c.button(c.icon("pencil", "s"), t("Change"), size="s", on_click=S.edit(trigger.trigger, entry.flow_id),
                 id=rx.Var.create(f"edit-{trigger.trigger}-{entry.flow_id}"), custom_attrs={"data-testid": "edit-actions"}),
        class_name="row",
    )


def _editor() -> rx.Component:
    return rx.el.div(
        meanwhile(S, PARTS, entry=entry_in_words),
        editor_rows(S),
        add_buttons(S, S.flow_id != "", S.has_project),
        rx.el.div(
            c.button(t("Save"), variant="solid", on_click=S.save, busy=S.busy,
                     custom_attrs={"data-testid": "save-actions"}),
            c.button(t("Discard"), variant="ghost", on_click=S.discard),
            class_name="row",
        ),
        focus_kept(rx.Var.create(f"edit-{S.trigger}-{S.flow_id}")),
        class_name="stack", custom_attrs={"data-testid": "action-editor"},
    )
