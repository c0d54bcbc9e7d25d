"""/sign-up: somebody new leaves name and address, and gets in by the mail that confirms. The same for every address."""

from __future__ import annotations

import reflex as rx

from ...ui import components as c
from ...ui.company import company, sign_up_is
from ...ui.http_form import http_email, http_entry, http_form, http_form_error, when_done, while_open
from ...ui.i18n import current_language, t
from ...ui.sign_in_frame import sign_in_frame

SIGN_UP = "/api/sign-up"


def _form() -> rx.Component:
    optional = t("(optional)")
    return http_form(
        while_open(
            rx.el.h1(t("Sign up")),
            rx.el.p(t("Leave us your name and e-mail address. We send you a link that opens your portal."),
                    class_name="lead"),
            rx.el.div(
                http_entry(t("Name"), "name", auto_complete="name", max_length=120),
                http_email(t("E-mail address"), "email", max_length=254),
                http_entry(t("Phone"), "phone", type="tel", auto_complete="tel", max_length=40, optional=optional),
                http_entry(t("Address of the house"), "address", auto_complete="street-address", max_length=300,
                           optional=optional),
                rx.el.input(type="hidden", name="language", value=current_language),
                http_form_error(),
                c.submit_button(t("Send me the link"), full=True, custom_attrs={"data-testid": "sign-up"}),
                class_name="form",
            ),
            rx.el.p(t("Are you with us already?"), " ", c.text_link(t("Sign in"), href="/sign-in"),
                    class_name="signin-after"),
        ),
        when_done(
            rx.el.div(
                rx.el.h1(t("Look into your mailbox")),
                rx.el.p(t("A mail is on its way to the address you gave. Its link opens your portal and lasts 24 hours."),
                        class_name="lead"),
                rx.el.p(t("Nothing there? Look in spam, or begin again in a minute."), class_name="small muted"),
                role="status", custom_attrs={"data-testid": "signed-up"},
            ),
        ),
        action=SIGN_UP, custom_attrs={"data-testid": "sign-up-form"},
    )


def _closed() -> rx.Component:
    return rx.fragment(
        rx.el.h1(t("Signing up is not open")),
        rx.el.p(t("New customers of {company} get their way in by e-mail. Please ask us for it.", company=company("name")),
                class_name="lead", custom_attrs={"data-testid": "sign-up-closed"}),
        c.link_button(t("To the sign-in"), href="/sign-in", variant="solid", size="big", full=True),
    )


def sign_up() -> rx.Component:
    """What is shown depends on the company's switch, which is known after the first paint."""
    return sign_in_frame(rx.fragment(rx.match(
        sign_up_is(), ("open", _form()), ("closed", _closed()), c.loading(t("Loading"), c.skeleton_card("320px")))))
