"""External source actions: per act of a customer and per opportunity type, what follows, in sentences."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....automations.rules import TRIGGERS, ActionKind
from ....ui import components as c
from ....ui.drafting import leave_guard
from ....ui.frames import staff_frame
from ....ui.i18n import said, t, t_marked
from .state import ActionsState

S: Any = ActionsState
MOVE = ActionKind.MOVE.value


def actions_page() -> rx.Component:
    return staff_frame(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (t("External source actions"), None)]),
        rx.el.div(
            rx.el.div(rx.el.h1(t("External source actions")),
                      rx.el.p(t("What happens when a customer does something. It happens at once, in this order."))),
            class_name="title-row",
        ),
        c.nav_tabs(t("Source"), [(t("Customer portal"), "/staff/settings/actions", True)]),
        rx.cond(
            S.is_loaded,
            rx.cond(S.may_edit, rx.el.div(rx.foreach(S.triggers, _trigger), class_name="stack l actions"),
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
            rx.el.h3(_scope(trigger, entry), class_name="grow"),
            rx.cond(entry.flow_id != "", rx.cond(entry.is_own, c.pill(t("Own list"), "us"),
                                                 c.pill(t("As for all types")))),
            rx.cond(is_open, rx.fragment(), _list_buttons(trigger, entry)),
            class_name="row wrap",
        ),
        rx.cond(is_open, _editor(), _sentences(entry)),
        class_name="action-list",
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
                 custom_attrs={"data-testid": "edit-actions"}),
        class_name="row",
    )


def _sentence(action: Any) -> rx.Component:
    lost = rx.el.span(c.icon("alert-triangle", "s"), t("Move to a substage that no longer exists"),
                      class_name="warn row")
    return rx.el.li(rx.cond(
        action.kind == MOVE,
        rx.cond(action.substage_name != "", t("Move to “{name}”", name=action.substage_name), lost),
        t("Send the e-mail “{name}”", name=action.template_name),
    ))


def _sentences(entry: Any) -> rx.Component:
    return rx.cond(entry.actions.length() > 0, rx.el.ol(rx.foreach(entry.actions, _sentence), class_name="sentences"),
                   rx.el.p(t("Nothing happens."), class_name="muted"))


# Changing a list


def _row(action: Any, place: Any) -> rx.Component:
    error_id = f"action-{place}-error"
    told = {"aria_invalid": rx.cond(action.error.id != "", "true", "false"), "aria_describedby": error_id}
    mail = rx.fragment(
        rx.el.label(t("Send the e-mail"), html_for=f"action-{place}"),
        c.select(f"action-{place}", S.templates, t("Choose a template"), value=action.template_key,
                 on_change=lambda value: S.choose(place, value), **told),
    )
    move = rx.fragment(
        rx.el.label(t("Move to"), html_for=f"action-{place}"),
        c.select(f"action-{place}", S.substages, t("Choose a substage"), value=action.substage_id,
                 on_change=lambda value: S.choose(place, value), **told),
    )
    return rx.el.li(
        rx.el.div(
            rx.cond(action.kind == MOVE, move, mail),
            rx.el.div(
                c.icon_button("arrow-up", t("Move up"), on_click=S.shift(place, -1), disabled=place == 0),
                c.icon_button("arrow-down", t("Move down"), on_click=S.shift(place, 1),
                              disabled=place == S.draft.length() - 1),
                c.icon_button("trash", t("Remove"), on_click=S.remove(place)),
                class_name="row",
            ),
            class_name="action-row",
        ),
        c.error_text(said(action.error), error_id),
    )


def _editor() -> rx.Component:
    return rx.el.div(
        rx.cond(S.draft.length() > 0, rx.el.ol(rx.foreach(S.draft, _row), class_name="action-rows"),
                rx.el.p(t("Nothing happens."), class_name="muted")),
        rx.el.div(
            c.button(c.icon("mail", "s"), t("Add an e-mail"), size="s", on_click=S.add_mail),
            rx.cond(S.flow_id != "", c.button(c.icon("route", "s"), t("Add a move"), size="s", on_click=S.add_move)),
            class_name="row wrap",
        ),
        rx.el.div(
            c.button(t("Save"), variant="solid", on_click=S.save, busy=S.busy,
                     custom_attrs={"data-testid": "save-actions"}),
            c.button(t("Discard"), variant="ghost", on_click=S.discard),
            class_name="row",
        ),
        class_name="stack", custom_attrs={"data-testid": "action-editor"},
    )
