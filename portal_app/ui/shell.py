"""What stands on every page besides its content: notices, language menu, connection banner, focus after navigation."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from ..core.texts import LANGUAGE_NAMES, LANGUAGES
from .beside import beside
from .company import offers_language
from .dialogs import menu
from .i18n import current_language, formats, said, switch_language, t, t_marked
from .icons import icon
from .shell_state import CHANGED_ELSEWHERE, ShellState

LIBRARY = beside(__name__, __file__, "shell.jsx").importable_path

NOTICE_MS = 6000


class PlainForm(BaseHTML):
    """A form that the browser sends: Reflex's own always prevents that."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]


class RouteFocus(rx.Component):
    library = LIBRARY
    tag = "RouteFocus"


class ErrorFocus(rx.Component):
    library = LIBRARY
    tag = "ErrorFocus"


class OncePressed(rx.Component):
    library = LIBRARY
    tag = "OncePressed"


class PlaceKept(rx.Component):
    library = LIBRARY
    tag = "PlaceKept"


class ConnectionBanner(rx.Component):
    library = LIBRARY
    tag = "ConnectionBanner"

    lost: rx.Var[str]
    offline: rx.Var[str]
    held: rx.Var[str]
    back: rx.Var[str]
    again: rx.Var[str]
    renewed: rx.Var[str]
    reload: rx.Var[str]


class ViewBanner(rx.Component):
    """Above a customer's page while a staff member looks at it."""

    library = LIBRARY
    tag = "ViewBanner"

    text: rx.Var[str]
    ends: rx.Var[str]
    back: rx.Var[str]
    action: rx.Var[str]
    fmt: rx.Var[Any]


def view_banner() -> rx.Component:
    return ViewBanner.create(
        text=t("You see what the customer sees. Nothing can be changed here."), ends=t("Ends at"),
        back=t("Back to the staff's side"), action="/api/end-view", fmt=formats)


def connection_banner() -> rx.Component:
    return ConnectionBanner.create(
        lost=t("The connection is interrupted. We keep trying, nothing is lost."),
        offline=t("You are offline. What you enter now is not saved yet."),
        held=t("No connection, so this was not done. Press it again once you are connected."),
        back=t("Connected again."),
        again=t("Connected again. What you pressed was not done: press it again."),
        renewed=t("The portal has been renewed. Finish what you are writing, then load the page again."),
        reload=t("Load again"),
    )


class Fleeting(BaseHTML):
    library = LIBRARY
    tag = "Fleeting"

    ms: rx.Var[int]
    on_gone: rx.EventHandler[rx.event.no_args_event_spec]


def _notice(text: Any, kind: Any, ms: Any, close: Any, key: Any) -> rx.Component:
    return Fleeting.create(
        rx.el.span(text),
        rx.el.button(icon("x", size="s"), type="button", class_name="iconbtn", aria_label=t("Close"), on_click=close),
        key=key, ms=ms, on_gone=close, class_name=f"notice {kind}", custom_attrs={"data-kind": kind},
    )


def notices() -> rx.Component:
    """What went well needs no answer and goes by itself; what did not stays until it is closed."""
    return rx.el.div(
        rx.el.ul(
            rx.foreach(ShellState.notices, lambda notice: _notice(
                said(notice.said), notice.kind, rx.cond(notice.kind == "ok", NOTICE_MS, 0),
                ShellState.close_notice(notice.number), notice.number)),
            rx.cond(ShellState.news.id != "",
                    _notice(said(ShellState.news), "ok", NOTICE_MS, ShellState.close_news, "news")),
            rx.cond(ShellState.is_changed_elsewhere,
                    _notice(t_marked(CHANGED_ELSEWHERE), "info", 0, ShellState.close_changed, "changed")),
            class_name="notices", custom_attrs={"data-testid": "notices"}),
        role="status")


def language_menu(on_language: Any = None, is_named: bool = False) -> rx.Component:
    """The languages that the company offers; choosing one changes the page at once and is remembered.

    `on_language`, a handler or several, loads what the server says in the reader's language (public names of steps) once
    more. With `is_named` the present language stands beside the sign.
    """
    again = on_language if isinstance(on_language, list) else [on_language] if on_language is not None else []
    choices = (
        rx.cond(
            offers_language(language),
            rx.el.button(
                LANGUAGE_NAMES[language], type="button", lang=language,
                on_click=[switch_language(language), ShellState.remember_language(language), *again],
                aria_pressed=rx.cond(current_language == language, "true", "false"),
                custom_attrs={"data-language": language}, class_name="menu-item",
            ),
        )
        for language in LANGUAGES
    )
    if is_named:
        present = rx.match(current_language, *LANGUAGE_NAMES.items(), "")
        sign = rx.fragment(icon("languages", "s"), rx.el.span(t("Language"), class_name="vh"), present)
        choice = menu(sign, *choices, trigger_class="")
    else:
        choice = menu(icon("languages"), *choices, label=t("Language"))
    return rx.el.div(choice, custom_attrs={"data-testid": "language-menu"})


def color_mode_button() -> rx.Component:
    return rx.el.button(
        icon("sun", class_name="only-dark"), icon("moon", class_name="only-light"), type="button",
        class_name="iconbtn", on_click=rx.toggle_color_mode, aria_label=t("Light or dark"),
        custom_attrs={"data-testid": "color-mode"},
    )


def hydration_mark() -> rx.Component:
    """For tests: the page answers to clicks once this says true."""
    return rx.el.div(hidden=True, custom_attrs={"data-hydrated": rx.Var.create(rx.State.is_hydrated).to_string()})


def error_page() -> rx.Component:
    return rx.el.main(
        rx.el.h1(t("Something broke on this page")),
        rx.el.p(t("What you saved is safe. Open the page again, and if it stays broken, tell us.")),
        rx.el.a(t("Back to the start"), href="/home", class_name="btn primary"),
        class_name="page plain", id="main",
    )
