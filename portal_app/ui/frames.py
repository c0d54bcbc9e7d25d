"""The frames of the doors: the customers' (top bar, tab bar on a phone), the staff's (rail), and a bare one."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ..access.modules import MODULES
from .bell import bell, waiting_cases
from .buttons import plain_link
from .company import CompanyChanges, company, has_module
from .forms import search_input
from .i18n import t, t_marked
from .icons import icon
from .shell import PlaceKept, PlainForm, color_mode_button, hydration_mark, language_menu, notices, view_banner
from .shell_state import ShellState

STAFF_AREAS = {
    "home": ("/staff", "home", lambda: t("Home")),
    "projects": ("/staff/projects", "sun", lambda: t("Projects")),
    "cases": ("/staff/cases", "life-buoy", lambda: t("Cases")),
    "customers": ("/staff/customers", "users", lambda: t("Customers")),
    "settings": ("/staff/settings", "sliders-horizontal", lambda: t("Settings")),
}


def skip_link() -> rx.Component:
    return plain_link(t("Skip to content"), href="#main", class_name="skip")


def company_logo(href: str, class_name: str = "logo") -> rx.Component:
    """The company's picture; beside the built-in mark stands its name, which an own logo has in it."""
    return rx.el.a(
        rx.el.img(src=company("logo"), alt="", class_name="logo-image"),
        rx.el.span(company("name")),
        href=href, class_name=class_name, aria_label=t("{company}, home", company=company("name")),
    )


def sign_out_button(class_name: str = "btn ghost sm") -> rx.Component:
    """On a phone only the sign is shown."""
    return PlainForm.create(
        rx.el.button(icon("log-out", size="s"), rx.el.span(t("Sign out"), class_name="wide-only"),
                     class_name=class_name, type="submit", aria_label=t("Sign out")),
        method="post", action="/sign-out",
    )


def _current(is_current: bool) -> dict[str, Any]:
    return {"aria_current": "page"} if is_current else {}


def portal_frame(
    *content: rx.Component, module: str = "projects", on_language: Any = None, over: bool = False
) -> rx.Component:
    """A customer's page; `module` is the place in the navigation that is current.

    `on_language` is the handler that reads the page's data again when the reader has switched the language. With `over`
    the top bar lies on the page's own sky.
    """
    entries = [entry for entry in MODULES.values() if entry.in_navigation]

    def link(entry, with_icon: bool) -> rx.Component:
        shown = rx.el.a(*([icon(entry.icon)] if with_icon else []), t_marked(entry.title), href=entry.page,
                        **_current(entry.key == module))
        return rx.cond(has_module(entry.key), shown) if entry.can_be_off else shown

    return rx.el.div(
        skip_link(),
        view_banner(),
        rx.el.header(
            rx.el.div(
                company_logo("/home"),
                rx.el.nav(*(link(entry, False) for entry in entries), class_name="nav", aria_label=t("Main")),
                rx.el.span(class_name="grow"),
                language_menu(on_language), color_mode_button(), sign_out_button(),
                class_name="in",
            ),
            class_name="top over" if over else "top",
        ),
        rx.el.nav(*(link(entry, True) for entry in entries), class_name="tabs-b", aria_label=t("Main, phone")),
        notices(),
        rx.el.main(*content, class_name="page", id="main"),
        hydration_mark(),
        PlaceKept.create(),
        CompanyChanges.create(now=ShellState.company_now),
        class_name="customer",
    )


def staff_search() -> rx.Component:
    """Finds projects from everywhere: a plain form, so that it needs no event."""
    return PlainForm.create(
        search_input(t("Search customers, projects"), id="find", name="search", max_length=120, auto_complete="off"),
        method="get", action="/staff/projects", class_name="search", role="search",
        aria_label=t("Search customers, projects"),
    )


def staff_frame(*content: rx.Component, area: str = "home", on_language: Any = None) -> rx.Component:
    """A staff page; `area` is the place in the rail that is current; `on_language` as in `portal_frame`."""

    def entry(key: str) -> rx.Component:
        page, name, title = STAFF_AREAS[key]
        return rx.el.a(icon(name), title(), *([waiting_cases()] if key == "cases" else []), href=page, class_name="n",
                       **_current(key == area))

    return rx.el.div(
        skip_link(),
        rx.el.link(rel="stylesheet", href="/styles/staff.css"),
        rx.el.nav(company_logo("/staff", "mark"), *(entry(key) for key in STAFF_AREAS), class_name="rail",
                  aria_label=t("Main")),
        rx.el.div(
            rx.el.header(
                company_logo("/staff"), *([] if area == "projects" else [staff_search()]), rx.el.span(class_name="grow"),
                bell(area == "inbox"), language_menu(on_language), color_mode_button(), sign_out_button(),
                class_name="stop"),
            notices(),
            rx.el.main(*content, id="main"),
            class_name="smain",
        ),
        rx.el.nav(*(entry(key) for key in STAFF_AREAS), class_name="tabs-b stabs", aria_label=t("Main, phone")),
        hydration_mark(),
        PlaceKept.create(),
        class_name="staff shell",
    )


def bare_frame(*content: rx.Component) -> rx.Component:
    """A page before anybody is signed in."""
    return rx.el.div(skip_link(), notices(), *content, hydration_mark(), class_name="bare")
