"""/staff/sign-in: e-mail and password."""

from __future__ import annotations

import reflex as rx

from ...ui import components as c
from ...ui.http_form import http_email, http_entry, http_form, http_form_error, query_value
from ...ui.i18n import t
from ...ui.sign_in_frame import sign_in_frame


def sign_in() -> rx.Component:
    return sign_in_frame(
        rx.cond(
            query_value("why") == "expired",
            c.note("info", t("You are signed out."), t("Sign in to go on where you were."), role="status"),
        ),
        rx.el.h1(t("Sign in for staff")),
        rx.el.p(t("With your work e-mail address and your password."), class_name="lead"),
        http_form(
            http_email(t("E-mail address"), "username"),
            http_entry(t("Password"), "password", type="password", auto_complete="current-password"),
            http_form_error(),
            c.submit_button(t("Sign in"), full=True, custom_attrs={"data-testid": "sign-in"}),
            action="/api/staff/sign-in", custom_attrs={"data-testid": "staff-sign-in-form"},
        ),
        rx.el.p(rx.el.a(t("Forgot your password?"), href="/staff/password"), class_name="signin-after"),
        home="/staff/sign-in",
    )
