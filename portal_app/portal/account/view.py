"""/account in three tabs: what the company knows of the reader, how they get in, what they consent to."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...core.texts import LANGUAGE_NAMES, LANGUAGES
from ...ui import components as c
from ...ui.company import offers_language
from ...ui.drafting import focus_kept
from ...ui.frames import portal_frame
from ...ui.i18n import current_language, moment, switch_language, t
from ...ui.shell import PlainForm
from ...ui.shell_state import ShellState
from .personal import personal
from .privacy import privacy
from .state import AccountState

DATA = AccountState.account


def _language() -> rx.Component:
    return c.card(
        c.card_head(t("Language")),
        rx.el.p(t("For these pages, our mails and your offers."), class_name="small muted"),
        rx.el.div(
            *(
                rx.cond(
                    offers_language(language),
                    rx.el.button(
                        LANGUAGE_NAMES[language], type="button", lang=language,
                        class_name=rx.cond(current_language == language, "btn soft", "btn line"),
                        on_click=[switch_language(language), ShellState.remember_language(language),
                                  AccountState.read_again],
                        aria_pressed=rx.cond(current_language == language, "true", "false"),
                        custom_attrs={"data-testid": f"language-{language}"},
                    ),
                )
                for language in LANGUAGES
            ),
            class_name="row wrap",
        ),
        class_name="stack",
    )


def _session(row: Any) -> rx.Component:
    device = rx.cond(row.device != "", row.device, t("Unknown device"))
    return rx.el.li(
        rx.el.div(
            c.icon("monitor"),
            rx.el.div(
                rx.el.b(device, class_name="block"),
                rx.el.span(t("Last used {moment}", moment=moment(row.last_seen_at)), class_name="tiny muted"),
                class_name="grow",
            ),
            rx.cond(
                row.is_this,
                c.pill(t("This device"), "us"),
                rx.el.div(
                    c.button(t("Sign out"), size="s", on_click=AccountState.end_session(row.id),
                             aria_label=t("Sign out on {device}", device=device),
                             custom_attrs={"data-testid": "end-session"}),
                    focus_kept("sessions")),
            ),
            class_name="list-row",
        ),
        custom_attrs={"data-testid": "session"},
    )


def _sessions() -> rx.Component:
    return c.card(
        c.card_head(t("Where you are signed in"), id="sessions"),
        rx.el.ul(rx.foreach(DATA.sessions, _session)),
        PlainForm.create(
            c.button(c.icon("log-out", "s"), t("Sign out everywhere"), type="submit",
                     custom_attrs={"data-testid": "sign-out-everywhere"}),
            method="post", action="/sign-out-everywhere",
        ),
        rx.el.p(t("Ends this session too. You come in again by a code."), class_name="small muted"),
        class_name="stack",
    )


def _security() -> rx.Component:
    return c.tab_panel("security", rx.el.div(_language(), _sessions(), class_name="papers"), id="account")


def account() -> rx.Component:
    tabs = [("personal", t("Personal data"), None), ("security", t("Access and security"), None),
            ("privacy", t("Privacy"), None)]
    return portal_frame(
        c.page_head(t("Your account")),
        rx.cond(
            AccountState.is_loaded,
            rx.fragment(
                c.tabs(t("Your account"), tabs, AccountState.tab, AccountState.choose_tab, id="account"),
                rx.match(AccountState.tab, ("security", _security()), ("privacy", privacy()), personal()),
            ),
            c.loading(t("Loading your account"), c.skeleton_card("260px")),
        ),
        module="account", on_language=AccountState.read_again,
    )
