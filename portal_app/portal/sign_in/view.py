"""/sign-in: type the address, get a code, type the code. What is shown is the same for every address."""

from __future__ import annotations

import reflex as rx
from reflex.vars import VarData
from reflex_base.utils.imports import ImportVar

from ...ui import components as c
from ...ui.beside import beside
from ...ui.company import sign_up_is, welcome_text
from ...ui.http_form import hooked, http_email, http_field_error, http_form, http_form_error, query_value
from ...ui.i18n import t
from ...ui.sign_in_frame import sign_in_frame

LIBRARY = beside(__name__, __file__, "sign_in.jsx").importable_path
REQUEST, REDEEM = "/api/sign-in/request", "/api/sign-in/code"


def _sign_in(name: str) -> rx.Var:
    return hooked(f"signIn.{name}", LIBRARY, "useSignIn", "const signIn = useSignIn();")


def _function(name: str) -> rx.Var:
    return rx.Var(_js_expr=name, _var_data=VarData(imports={LIBRARY: [ImportVar(tag=name)]}))


def _address() -> rx.Component:
    why = query_value("why")
    return rx.fragment(
        rx.match(
            why,
            ("link", c.note("sun", t("This link has ended."),
                            t("Links end when they are used up or after a while, to keep your papers safe."),
                            role="status")),
            ("expired", c.note("info", t("You are signed out."), t("Sign in to go on where you were."),
                               role="status")),
            rx.fragment(),
        ),
        rx.cond(welcome_text() != "", rx.el.p(welcome_text(), class_name="eyebrow")),
        rx.el.h1(rx.cond(why == "link", t("Let us send you a code"), t("Sign in to your portal"))),
        rx.el.p(t("Type the e-mail address you gave us. We send you a code that opens your portal."),
                class_name="lead"),
        http_form(
            http_email(t("E-mail address"), "email"),
            http_form_error(),
            c.submit_button(t("Send code"), full=True, custom_attrs={"data-testid": "send-code"}),
            action=REQUEST, done=_function("codeRequested"), custom_attrs={"data-testid": "address-form"},
        ),
        rx.cond(sign_up_is() == "open", rx.el.p(
            t("New here?"), " ", c.text_link(t("Sign up"), href="/sign-up", custom_attrs={"data-testid": "to-sign-up"}),
            class_name="signin-after")),
    )


def _again() -> rx.Component:
    wait = hooked("wait", LIBRARY, "useWait", "const wait = useWait();").to(int)
    return http_form(
        rx.el.input(type="hidden", name="email", value=_sign_in("address")),
        rx.el.p(
            t("Nothing there? Look in spam, or"), " ",
            rx.el.button(
                rx.cond(wait > 0, t("send it again in {seconds} s", seconds=wait), t("send it again")),
                type="submit", disabled=wait > 0, custom_attrs={"data-testid": "send-again"},
            ),
        ),
        http_form_error(),
        rx.el.p(rx.cond(_sign_in("sent").to(int) > 1, t("A new code is on its way. The old one no longer works."), ""),
                role="status", class_name="small"),
        action=REQUEST, done=_function("codeRequested"), class_name="signin-after",
        custom_attrs={"data-testid": "again-form"},
    )


def _code() -> rx.Component:
    return rx.fragment(
        rx.el.h1(t("Type the code")),
        rx.el.p(
            t("If {address} is known to us, a code is on its way. It lasts {minutes} minutes.",
              address=_sign_in("address"), minutes=_sign_in("minutes")),
            class_name="lead", role="status",
        ),
        http_form(
            rx.el.input(type="hidden", name="email", value=_sign_in("address")),
            rx.el.div(
                c.code_input(t("Six-digit code"), id="code", auto_focus=True),
                http_field_error("code"),
                class_name="stack",
            ),
            http_form_error(),
            c.submit_button(t("Sign in"), full=True, custom_attrs={"data-testid": "sign-in"}),
            action=REDEEM, key=_sign_in("sent").to(str), custom_attrs={"data-testid": "code-form"},
        ),
        _again(),
        rx.el.p(
            c.text_button(t("Use another address"), on_click=rx.call_function(_function("otherAddress"))),
            class_name="signin-after",
        ),
    )


def sign_in() -> rx.Component:
    return sign_in_frame(rx.cond(_sign_in("step").to(str) == "code", _code(), _address()))
