"""The demonstration's mailbox: on the left what came, on the right one mail as its reader gets it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.frames import bare_frame
from ...ui.i18n import moment, t
from .looking import Looking
from .state import MailboxState

S: Any = MailboxState


def mailbox() -> rx.Component:
    return bare_frame(rx.el.link(rel="stylesheet", href="/styles/mailbox.css"), rx.el.main(
        rx.cond(
            S.is_loaded,
            rx.cond(S.is_missing, _missing(), _content()),
            c.loading(t("Loading"), c.skeleton_card("320px")),
        ),
        id="main", class_name="page mailbox",
    ))


def _missing() -> rx.Component:
    return rx.el.div(rx.el.h1(t("This page does not exist")),
                     rx.el.a(t("Back to the start"), href="/home", class_name="btn primary"), class_name="stack")


def _content() -> rx.Component:
    return rx.fragment(
        Looking.create(on_look=S.look),
        c.page_head(t("Mailbox of the demonstration"),
                    t("Every mail that the portal sends arrives here instead of with real people.")),
        c.field(
            t("Mails to"), c.select, id="to", options=S.address_options,
            value=S.address, on_change=S.filter_by, placeholder=t("Everybody")),
        rx.cond(
            S.rows.length() > 0,
            rx.el.div(
                rx.el.nav(rx.el.ul(rx.foreach(S.rows, _row)), aria_label=t("Mails, newest first"),
                          class_name="mail-list"),
                rx.cond(S.shown.id != "", _mail()),
                class_name="mail-columns",
            ),
            c.empty_state("inbox", t("No mail yet"), t("Ask for a code on the sign-in page: it arrives here.")),
        ),
    )


def _row(row: Any) -> rx.Component:
    return rx.el.li(rx.el.button(
        rx.el.b(row.subject), rx.el.span(row.to_address, class_name="tiny muted clip"),
        rx.el.span(moment(row.arrived_at), class_name="tiny muted"),
        type="button", class_name="mail-row", on_click=S.open_mail(row.id),
        aria_current=rx.cond(S.shown.id == row.id, "true", "false"),
        custom_attrs={"data-testid": "mail", "data-to": row.to_address},
    ))


def _mail() -> rx.Component:
    return rx.el.section(
        rx.el.h2(S.shown.subject),
        rx.el.p(t("To {address}", address=S.shown.to_address), class_name="tiny muted"),
        rx.el.iframe(src=f"/mailbox/{S.shown.id}/mail.html", title=S.shown.subject, class_name="mail-frame tall",
                     sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox",
                     custom_attrs={"data-testid": "mail-frame"}),
        class_name="mail-shown",
    )
