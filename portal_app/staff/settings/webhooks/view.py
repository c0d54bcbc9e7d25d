"""Settings → Webhooks: who is told, and how that goes."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.drafts import ON
from ....ui import components as c
from ....ui.frames import staff_frame
from ....ui.i18n import moment, number, said, t, t_marked, tn
from ....webhooks.calling import REASONS
from ....webhooks.models import DELIVERED, FAILED, SENDING
from ...meanwhile import meanwhile
from ..head import settings_head
from .state import NEW, WebhooksState

S: Any = WebhooksState

PARTS = {"name": t("Name"), "url": t("Address")}


def webhooks_page() -> rx.Component:
    return staff_frame(
        settings_head(t("Webhooks"), t("Other systems that the portal tells what happens. When they are told stands in the "
                                       "actions of acts and of substages.")),
        rx.cond(
            S.is_loaded,
            rx.cond(S.may_manage, rx.el.div(
                rx.foreach(S.endpoints, _endpoint), _new(), _log(), class_name="stack l settings webhooks"),
                c.empty_state("lock", t("You may not change this"), t("Ask your administrator if you need it."))),
            c.loading(t("Loading"), c.skeleton_card("180px"), class_name="stack l"),
        ),
        _secret_dialog(), _renew_dialog(), _delete_dialog(),
        area="settings", on_language=S.load,
    )


def _reason(text: Any) -> Any:
    return rx.match(text, *((reason, t_marked(reason)) for reason in REASONS), text)


def _form() -> rx.Component:
    return rx.el.form(
        meanwhile(S, PARTS),
        c.field(PARTS["name"], c.text_input, id="name", default_value=S.entered["name"], key=S.entered["name"],
                max_length=120, auto_complete="off", error=said(S.field_errors["name"])),
        c.field(PARTS["url"], c.text_input, id="url", type="text", default_value=S.entered["url"], key=S.entered["url"],
                max_length=500, auto_complete="off", input_mode="url", spell_check=False, error=said(S.field_errors["url"]),
                hint=t("It begins with https:// and leads to the open internet, never into a private network.")),
        c.checkbox(t("Tell name, e-mail and phone of the customer as well"), name="tells_contact",
                   default_checked=S.entered["tells_contact"] == ON, key=S.entered["tells_contact"]),
        rx.el.div(
            c.submit_button(t("Save"), size="m", busy=S.busy, custom_attrs={"data-testid": "save-webhook"}),
            c.button(t("Cancel"), variant="ghost", on_click=S.stop),
            class_name="row",
        ),
        on_submit=S.save, class_name="stack", custom_attrs={"data-testid": "webhook-form"},
    )


def _new() -> rx.Component:
    return rx.cond(
        S.editing == NEW,
        c.card(c.card_head(t("New webhook")), _form()),
        rx.el.div(
            rx.cond(S.endpoints.length() == 0, c.empty_state(
                "link", t("No webhook yet"),
                t("Add the address of a system that should know what happens here, then call it from an action.")),
                rx.fragment()),
            rx.el.div(c.button(c.icon("plus", "s"), t("Add a webhook"), variant="soft", on_click=S.begin(NEW),
                               custom_attrs={"data-testid": "new-webhook"})),
            class_name="stack",
        ),
    )


def _endpoint(endpoint: Any) -> rx.Component:
    return c.card(
        rx.cond(S.editing == endpoint.id, _form(), rx.fragment(
            rx.el.div(
                rx.el.h2(endpoint.name, class_name="grow"),
                rx.cond(endpoint.is_on, c.pill(t("On"), "ok"), c.pill(t("Off"), "neutral")),
                rx.cond(endpoint.failed > 0, c.pill(tn("{n} given up", "{n} given up", endpoint.failed), "bad")),
                rx.cond(endpoint.waiting > 0, c.pill(tn("{n} waits", "{n} wait", endpoint.waiting), "us")),
                class_name="row wrap",
            ),
            rx.el.p(endpoint.url, class_name="break small muted"),
            rx.cond(endpoint.tells_contact, rx.el.p(t("It is told name, e-mail and phone of the customer."),
                                                    class_name="small muted")),
            rx.cond(endpoint.switched_off_because != "",
                    c.note("bad", None, _reason(endpoint.switched_off_because))),
            c.switch_row(t("Tell this system"), t("While it is off, nothing is sent and nothing new is written for it."),
                         checked=endpoint.is_on, on_change=lambda is_on: S.switch(endpoint.id, is_on)),
            rx.el.div(
                c.button(c.icon("list", "s"), t("Deliveries"), size="s", on_click=S.show_log(endpoint.id),
                         custom_attrs={"data-testid": "show-log"}),
                c.button(c.icon("send", "s"), t("Send a test"), size="s", on_click=S.send_test(endpoint.id),
                         custom_attrs={"data-testid": "send-test"}),
                c.button(c.icon("pencil", "s"), t("Change"), size="s", on_click=S.begin(endpoint.id)),
                c.menu(c.icon("ellipsis", "s"),
                       c.menu_item(t("New secret"), "key-round", on_click=S.ask("renew", endpoint.id)),
                       c.menu_item(t("Delete"), "trash", on_click=S.ask("delete", endpoint.id), bad=True),
                       label=t("More about {name}", name=endpoint.name)),
                class_name="row wrap",
            ),
        )),
        class_name="stack", custom_attrs={"data-testid": "webhook", "data-name": endpoint.name},
    )


# The log of one endpoint


def _log() -> rx.Component:
    shown = rx.foreach(S.endpoints, lambda endpoint: rx.cond(endpoint.id == S.shown_id, rx.el.span(endpoint.name)))
    return rx.cond(S.shown_id != "", c.card(
        rx.el.div(
            rx.el.h2(t("Deliveries"), ": ", shown, id="log", class_name="grow"),
            c.icon_button("x", t("Close"), on_click=S.hide_log),
            class_name="row",
        ),
        rx.cond(S.messages.length() > 0, rx.el.ul(rx.foreach(S.messages, _message), class_name="deliveries"),
                rx.el.p(t("Nothing has been sent yet."), class_name="muted")),
        rx.cond(S.has_more | (S.page > 0), c.pagination(
            t("Pages"), t("Page {number}", number=S.page + 1), t("Newer"), t("Older"), S.turn_page(-1), S.turn_page(1),
            S.page > 0, S.has_more)),
        aria_labelledby="log", custom_attrs={"data-testid": "deliveries"},
    ))


def _message(message: Any) -> rx.Component:
    state = rx.match(
        message.status, (DELIVERED, c.pill(t("Delivered"), "ok")), (FAILED, c.pill(t("Given up"), "bad")),
        (SENDING, c.pill(t("On its way"), "us")), c.pill(t("Waiting"), "neutral"))
    return rx.el.li(
        rx.el.div(
            rx.el.div(rx.el.code(message.kind), rx.el.span(moment(message.created_at), class_name="tiny muted block"),
                      class_name="grow"),
            state, class_name="row wrap",
        ),
        rx.cond((message.last_error != "") & (message.status != DELIVERED), rx.el.p(
            _reason(message.last_error), class_name="errtext")),
        rx.cond(message.next_attempt_at != "", rx.el.p(
            t("Next try {moment}", moment=moment(message.next_attempt_at)), class_name="small muted")),
        rx.el.details(
            rx.el.summary(tn("{n} try, and what is sent", "{n} tries, and what is sent", message.tries.length())),
            rx.el.ul(rx.foreach(message.tries, _try), class_name="tries"),
            rx.el.p(t("Identifier"), ": ", rx.el.code(message.id), class_name="small break"),
            rx.el.pre(message.body, tab_index=0, aria_label=t("What is sent")),
        ),
        rx.cond(message.can_replay, c.text_button(t("Send again"), on_click=S.replay(message.id),
                                                  custom_attrs={"data-testid": "replay"})),
        key=message.id, custom_attrs={"data-testid": "delivery", "data-status": message.status},
    )


def _try(each: Any) -> rx.Component:
    outcome = rx.cond(each.status_code > 0, t("Answer {code}", code=each.status_code), t("No answer"))
    return rx.el.li(
        moment(each.at), " · ", outcome, " · ", number(each.milliseconds), " ms",
        rx.cond(each.error != "", rx.fragment(" · ", _reason(each.error))),
    )


# Dialogs


def _secret_dialog() -> rx.Component:
    return c.dialog(
        S.secret != "", S.forget_secret, t("The secret of “{name}”", name=S.secret_of),
        rx.el.p(t("The other system needs it to check that a message is from you. It is shown only now: copy it before "
                  "you close this.")),
        rx.el.pre(S.secret, tab_index=0, aria_label=t("Secret"), class_name="secret",
                  custom_attrs={"data-testid": "secret"}),
        rx.el.p(t("Messages are signed as Standard Webhooks says; there are libraries for it in every language."),
                class_name="small muted"),
        c.dialog_actions(c.button(t("I have copied it"), variant="solid", on_click=S.forget_secret)),
        close_label=t("Close"), id="secret",
    )


def _renew_dialog() -> rx.Component:
    return c.dialog(
        S.asking == "renew", S.stop_asking, t("A new secret for “{name}”?", name=S.asked.name),
        rx.el.p(t("For a day messages carry both signatures, so that the other system can change without a gap. After "
                  "that the old secret no longer counts.")),
        c.dialog_actions(c.button(t("Make a new secret"), variant="solid", on_click=S.renew),
                         c.button(t("Cancel"), variant="ghost", on_click=S.stop_asking)),
        close_label=t("Cancel"), id="renew",
    )


def _delete_dialog() -> rx.Component:
    return c.dialog(
        S.asking == "delete", S.stop_asking, t("Delete “{name}”?", name=S.asked.name),
        rx.el.p(t("Its deliveries go with it, also those that wait. Actions that call it say so.")),
        c.dialog_actions(c.button(t("Delete"), variant="bad", on_click=S.delete),
                         c.button(t("Cancel"), variant="ghost", on_click=S.stop_asking)),
        close_label=t("Cancel"), id="delete",
    )
