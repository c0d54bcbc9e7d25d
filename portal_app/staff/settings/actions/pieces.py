"""Actions as sentences, and as rows that are changed. `S` is the state of the page, an `ActionDrafting`."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....automations.rules import MOST_TIMES, NOTE_LENGTH, ActionKind, Moment
from ....notifications.rules import EVERYBODY, OWNER
from ....ui import components as c
from ....ui.drafting import draft_input
from ....ui.i18n import said, t, tn
from .drafting import ACTIONS, DAYS, HOURS, LONGEST_VALUE

K, M = ActionKind, Moment
ICONS = {K.SEND_TEMPLATE: "mail", K.MOVE: "route", K.NOTIFY_STAFF: "bell", K.CALL_WEBHOOK: "link", K.SET_FIELD: "pencil"}


PARTS = {ACTIONS: t("Actions")}
TITLES = {K.SEND_TEMPLATE.value: t("Send an e-mail"), K.MOVE.value: t("Move the project"),
          K.NOTIFY_STAFF.value: t("Tell colleagues"), K.CALL_WEBHOOK.value: t("Call a webhook"),
          K.SET_FIELD.value: t("Set a field")}
MOMENTS = {M.ENTER.value: t("On entering"), M.LEAVE.value: t("On leaving"), M.AFTER.value: t("Once, after a time here"),
           M.EVERY.value: t("Again and again, until the step is done")}


def place_of_actions(trigger: Any, flow_id: Any) -> rx.Var[str]:
    """The id of a list on the page of external source actions."""
    return rx.Var.create(f"actions-{trigger}-{flow_id}")


def entry_in_words(entry: Any) -> rx.Component:
    """One of the actions of two people, with its moment where it has one."""
    moment = rx.cond(entry.moment != "", rx.el.span(_when(entry), ": "))
    kind = rx.el.span(rx.match(entry.flags, *TITLES.items(), ""), ": ")
    note = rx.cond(entry.note != "", rx.el.span(rx.cond(entry.name != "", ", ", ""), t("“{note}”", note=entry.note)))
    return rx.el.span(moment, kind, entry.name, note, class_name="block")


def _lost(text: Any) -> rx.Component:
    return rx.el.span(c.icon("alert-triangle", "s"), text, class_name="warn row")


def what_of(action: Any) -> Any:
    """The sentence of an action; what lost its target says so."""

    def either(name: Any, sentence: Any, lost: Any) -> rx.Component:
        return rx.fragment(rx.cond(name != "", rx.fragment(sentence), _lost(lost)))

    told = rx.match(
        action.audience,
        (OWNER, rx.fragment(t("Tell whoever looks after the project: “{note}”", note=action.note))),
        (EVERYBODY, rx.fragment(t("Tell all colleagues: “{note}”", note=action.note))),
        either(action.audience_name, t("Tell {name}: “{note}”", name=action.audience_name, note=action.note),
               t("Tell a colleague who is no longer here: “{note}”", note=action.note)),
    )
    return rx.match(
        action.kind,
        (K.SEND_TEMPLATE.value, either(action.template_name, t("Send the e-mail “{name}”", name=action.template_name),
                                       t("Send an e-mail that no longer exists"))),
        (K.MOVE.value, either(action.substage_name, t("Move to “{name}”", name=action.substage_name),
                              t("Move to a substage that no longer exists"))),
        (K.NOTIFY_STAFF.value, rx.fragment(told)),
        (K.CALL_WEBHOOK.value, either(action.endpoint_name, t("Call the webhook “{name}”", name=action.endpoint_name),
                                      t("Call a webhook that no longer exists"))),
        either(action.field_name, t("Set “{field}” to “{value}”", field=action.field_name, value=action.value_text),
               t("Set a field that no longer exists")),
    )


def _when(action: Any) -> Any:
    in_days = (action.hours > 0) & (action.hours % 24 == 0)
    days = (action.hours / 24).to(int)
    after = rx.cond(in_days, tn("After {n} day here", "After {n} days here", days),
                    tn("After {n} hour here", "After {n} hours here", action.hours))
    once = rx.cond(
        in_days,
        tn("Once, after a day, if the customer has not done this step by then",
           "Once, after {n} days, if the customer has not done this step by then", days),
        tn("Once, after an hour, if the customer has not done this step by then",
           "Once, after {n} hours, if the customer has not done this step by then", action.hours))
    every = rx.cond(
        in_days,
        tn("Every day, at most {times} times, until the customer has done this step",
           "Every {n} days, at most {times} times, until the customer has done this step", days, times=action.times),
        tn("Every hour, at most {times} times, until the customer has done this step",
           "Every {n} hours, at most {times} times, until the customer has done this step", action.hours,
           times=action.times))
    return rx.match(action.moment, (M.ENTER.value, t("On entering")), (M.LEAVE.value, t("On leaving")),
                    (M.AFTER.value, after), rx.cond(action.times == 1, once, every))


def sentences(actions: Any, *, with_moment: bool = False) -> rx.Component:
    def sentence(action: Any) -> rx.Component:
        when = rx.fragment(rx.el.b(_when(action), ": ")) if with_moment else rx.fragment()
        return rx.el.li(when, what_of(action), custom_attrs={"data-testid": "sentence"})

    return rx.cond(actions.length() > 0, rx.el.ol(rx.foreach(actions, sentence), class_name="sentences"),
                   rx.el.p(t("Nothing happens."), class_name="muted"))


# Changing


def editor_rows(S: Any, *, with_moment: bool = False) -> rx.Component:
    return rx.cond(
        S.draft.length() > 0,
        rx.el.ol(rx.foreach(S.draft, lambda action, place: _row(S, action, place, with_moment)), class_name="action-rows"),
        rx.el.p(t("Nothing happens."), class_name="muted"),
    )


def add_buttons(S: Any, can_move: Any, can_set: Any) -> rx.Component:
    """One for every kind that the list can have."""
    only_if = {K.MOVE: can_move, K.SET_FIELD: can_set}

    def button(kind: ActionKind) -> rx.Component:
        made = c.button(c.icon("plus", "s"), TITLES[kind.value], variant="soft", size="s", on_click=S.add(kind.value),
                        custom_attrs={"data-testid": f"add-{kind.value}"})
        return rx.cond(only_if[kind], made) if kind in only_if else made

    return rx.el.div(*(button(kind) for kind in K), role="group", aria_label=t("Add an action"), class_name="row wrap")


def _row(S: Any, action: Any, place: Any, with_moment: bool) -> rx.Component:
    title = rx.match(action.kind, *TITLES.items(), "")
    sign = c.icon_for(action.kind, {kind.value: name for kind, name in ICONS.items()}, "zap")
    return rx.el.li(
        rx.el.div(
            rx.el.b(sign, title, class_name="row grow"),
            rx.el.div(
                c.icon_button("arrow-up", t("Move up"), on_click=S.shift(place, -1), disabled=place == 0),
                c.icon_button("arrow-down", t("Move down"), on_click=S.shift(place, 1),
                              disabled=place == S.draft.length() - 1),
                c.icon_button("trash", t("Remove"), on_click=S.remove(place)),
                class_name="row",
            ),
            class_name="row between",
        ),
        rx.el.div(*([_moment(S, action, place)] if with_moment else []), _controls(S, action, place),
                  class_name="action-fields"),
        class_name="action-card", custom_attrs={"data-testid": "action-row"},
    )


def _field(action: Any, place: Any, name: str, label: Any, control: Any, *, part: str = "", **props: Any) -> rx.Component:
    """`part` is what the service calls it, where that is not its `name`."""
    return c.field(label, control, id=f"action-{place}-{name}", error=said(action.errors[part or name]), **props)


def _typed(S: Any, action: Any, place: Any, name: str, label: Any, **props: Any) -> rx.Component:
    def control(id: str, **more: Any) -> rx.Component:
        return draft_input(getattr(action, name), S.revision, lambda text: S.write(place, name, text), id=id,
                           name=f"action-{name}", class_name="input", auto_complete="off", **more)

    return _field(action, place, name, label, control, **props)


def _chosen(S: Any, action: Any, place: Any, name: str, label: Any, options: Any, placeholder: Any = None) -> rx.Component:
    return _field(action, place, name, label, c.select, options=options, placeholder=placeholder,
                  value=getattr(action, name), on_change=lambda value: S.write(place, name, value))


def _moment(S: Any, action: Any, place: Any) -> rx.Component:
    units = [(HOURS, t("hours")), (DAYS, t("days"))]
    is_repeated = action.moment == M.EVERY.value
    return rx.fragment(
        _chosen(S, action, place, "moment", t("When"), list(MOMENTS.items())),
        rx.cond(is_repeated | (action.moment == M.AFTER.value), rx.el.div(
            _typed(S, action, place, "count", rx.cond(is_repeated, t("Every"), t("After")), part="hours",
                   input_mode="numeric", max_length=6),
            _chosen(S, action, place, "unit", t("Unit"), units),
            rx.cond(is_repeated, _typed(S, action, place, "times", t("At most, times (up to {most})", most=MOST_TIMES),
                                        input_mode="numeric", max_length=4)),
            class_name="action-time")),
    )


def _controls(S: Any, action: Any, place: Any) -> Any:
    def choose(name: str, label: Any, options: Any, placeholder: Any) -> rx.Component:
        return _chosen(S, action, place, name, label, options, placeholder)

    no_webhook = rx.cond(S.endpoints.length() == 0, rx.el.p(
        t("There is no webhook yet."), " ", c.text_link(t("To the webhooks"), href="/staff/settings/webhooks"),
        class_name="hint wide"))
    value = rx.match(
        action.control,
        ("choice", choose("value", t("Value"), action.options, t("Choose a value"))),
        ("date", _field(action, place, "value", t("Value"), c.text_input, type="date", value=action.value,
                        on_change=lambda text: S.write(place, "value", text))),
        _typed(S, action, place, "value", t("Value"), max_length=LONGEST_VALUE))
    return rx.match(
        action.kind,
        (K.SEND_TEMPLATE.value, choose("template_key", t("E-mail"), S.templates, t("Choose a template"))),
        (K.MOVE.value, choose("substage_id", t("To which substage"), S.substages, t("Choose a substage"))),
        (K.NOTIFY_STAFF.value, rx.fragment(
            choose("audience", t("Whom"), S.audiences, t("Choose who is told")),
            _typed(S, action, place, "note", t("What colleagues read"), max_length=NOTE_LENGTH, class_name="wide"))),
        (K.CALL_WEBHOOK.value, rx.fragment(
            choose("endpoint_id", t("Webhook"), S.endpoints, t("Choose a webhook")), no_webhook)),
        rx.fragment(choose("field_id", t("Field"), S.fields, t("Choose a field")), value),
    )
