"""/staff/password: ask for a link, or with `?token=…` choose the password (invitation and reset)."""

from __future__ import annotations

import reflex as rx

from ...ui import components as c
from ...ui.http_form import http_email, http_entry, http_form, http_form_error, query_value, when_done, while_open
from ...ui.i18n import t
from ...ui.sign_in_frame import sign_in_frame


def _ask() -> rx.Component:
    return http_form(
        while_open(
            rx.el.h1(t("Choose a new password")),
            rx.el.p(t("Type your work e-mail address. We send you a link that lasts one hour."), class_name="lead"),
            http_email(t("E-mail address"), "username"),
            http_form_error(),
            c.submit_button(t("Send link"), full=True, custom_attrs={"data-testid": "send-link"}),
        ),
        when_done(
            rx.el.h1(t("Look in your mail")),
            rx.el.p(t("If this address belongs to the team, a link is on its way."), class_name="lead",
                    role="status"),
        ),
        action="/api/staff/reset", custom_attrs={"data-testid": "reset-form"},
    )


def _choose() -> rx.Component:
    return http_form(
        rx.el.h1(t("Choose your password")),
        rx.el.p(t("At least 12 characters. A short sentence is easy to remember and hard to guess."),
                class_name="lead"),
        rx.el.input(type="hidden", name="token", value=query_value("token")),
        http_entry(t("New password"), "password", type="password", auto_complete="new-password"),
        http_form_error(),
        c.submit_button(t("Save and sign in"), full=True, custom_attrs={"data-testid": "save-password"}),
        action="/api/staff/password", custom_attrs={"data-testid": "password-form"},
    )


def password() -> rx.Component:
    return sign_in_frame(
        rx.cond(query_value("token") != "", _choose(), _ask()),
        rx.cond(query_value("token") != "", rx.el.p(
            rx.el.a(t("Ask for a new link"), href="/staff/password"), class_name="signin-after")),
        rx.el.p(rx.el.a(t("Back to sign-in"), href="/staff/sign-in"), class_name="signin-after"),
        home="/staff/sign-in",
    )
