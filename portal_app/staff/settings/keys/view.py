"""Settings → API keys: which other systems may enter customers, and how they do it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....ui import components as c
from ....ui.frames import staff_frame
from ....ui.i18n import moment, said, t
from ..head import settings_head
from .state import ApiKeysState

S: Any = ApiKeysState

EXAMPLE = """curl {url}/api/v1/customers \\
  -H "Authorization: Bearer pk_…" \\
  -H "Content-Type: application/json" \\
  -d '{"name": "Ana Torres", "email": "ana@example.com", "address": "Calle del Olivo 3, Madrid"}'
"""


def keys_page() -> rx.Component:
    return staff_frame(
        settings_head(t("API keys"),
                      t("With a key another system, such as your website or your CRM, enters new customers.")),
        rx.cond(
            S.is_loaded,
            rx.cond(S.may_manage, rx.el.div(_keys(), _new(), _guide(), class_name="stack l settings"),
                    c.empty_state("lock", t("You may not change this"), t("Ask your administrator if you need it."))),
            c.loading(t("Loading"), c.skeleton_card("180px"), class_name="stack l"),
        ),
        _key_dialog(), _delete_dialog(),
        area="settings", on_language=S.load,
    )


def _keys() -> rx.Component:
    return rx.cond(
        S.keys.length() > 0,
        c.card(rx.el.ul(rx.foreach(S.keys, _key), class_name="rows")),
        rx.cond(S.is_adding, rx.fragment(), c.empty_state(
            "key-round", t("No key yet"), t("Make one for each system, so that you can take it back from that one alone."))),
    )


def _key(key: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(key.name),
            rx.el.p(rx.el.code(key.beginning, "…"), " · ", t("made on {moment}", moment=moment(key.created_at)), " · ",
                    rx.cond(key.used_at != "", t("last used {moment}", moment=moment(key.used_at)), t("never used")),
                    class_name="small muted"),
            class_name="grow",
        ),
        c.icon_button("trash", t("Delete {name}", name=key.name), on_click=S.ask(key.id)),
        class_name="row", custom_attrs={"data-testid": "api-key", "data-name": key.name},
    )


def _new() -> rx.Component:
    return rx.cond(
        S.is_adding,
        c.card(
            c.card_head(t("New key")),
            rx.el.form(
                c.field(t("Name of the system"), c.text_input, id="name", max_length=60, auto_complete="off",
                        error=said(S.field_errors["name"])),
                rx.el.div(
                    c.submit_button(t("Make the key"), size="m", busy=S.busy, custom_attrs={"data-testid": "make-key"}),
                    c.button(t("Cancel"), variant="ghost", on_click=S.stop),
                    class_name="row",
                ),
                on_submit=S.create, class_name="stack", custom_attrs={"data-testid": "key-form"},
            ),
        ),
        rx.el.div(c.button(c.icon("plus", "s"), t("Make a key"), variant="soft", on_click=S.begin,
                           custom_attrs={"data-testid": "new-key"})),
    )


def _guide() -> rx.Component:
    before, after = EXAMPLE.split("{url}")
    return c.card(
        c.card_head(t("How a system enters a customer")),
        rx.el.p(t("The customer gets a first project and the mail with the way into the portal, as if you had entered them. "
                  "Whoever has the address already stays as they are.")),
        rx.el.pre(before, S.url, after, tab_index=0, aria_label=t("Example")),
        rx.el.p(t("Also understood: phone, language (en, es, it, de), account_name, flow_id. /api/v1/flows tells the ids of "
                  "your processes; without one the first counts."), class_name="small muted"),
        class_name="stack",
    )


def _key_dialog() -> rx.Component:
    return c.dialog(
        S.key != "", S.forget_key, t("The key of “{name}”", name=S.key_of),
        rx.el.p(t("Whoever has it can enter customers. It is shown only now: copy it before you close this.")),
        rx.el.pre(S.key, tab_index=0, aria_label=t("Key"), class_name="secret", custom_attrs={"data-testid": "key-once"}),
        c.dialog_actions(c.button(t("I have copied it"), variant="solid", on_click=S.forget_key)),
        close_label=t("Close"), id="key",
    )


def _delete_dialog() -> rx.Component:
    return c.dialog(
        S.is_asking, S.stop_asking, t("Delete the key of “{name}”?", name=S.asked.name),
        rx.el.p(t("That system gets in no longer, from this moment on. The customers that it entered stay.")),
        c.dialog_actions(c.button(t("Delete"), variant="bad", on_click=S.delete),
                         c.button(t("Cancel"), variant="ghost", on_click=S.stop_asking)),
        close_label=t("Cancel"), id="delete-key",
    )
