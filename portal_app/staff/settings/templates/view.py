"""E-mail templates: the list; text, variables and preview of one."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....messaging.senders import REASONS
from ....messaging.templates import NEW
from ....messaging.variables import USE_TITLES, Use
from ....ui import components as c
from ....ui.drafting import draft_input, leave_guard
from ....ui.frames import staff_frame
from ....ui.i18n import said, t, t_marked, tn
from ....ui.languages import language_name
from ...meanwhile import meanwhile
from ..head import settings_head
from .state import LIST, TemplatesState
from .text_editor import text_editor

S: Any = TemplatesState

PARTS = {"name": t("Name that colleagues see"), "subject": t("Subject"), "body": t("Text")}


def templates_page() -> rx.Component:
    return staff_frame(
        rx.cond(
            S.is_loaded,
            rx.cond(
                S.may_edit,
                rx.cond(S.is_missing, _missing(), rx.cond(S.key != "", _editor(), _list())),
                c.empty_state("lock", t("You may not change this"), t("Ask your administrator if you need it."),
                              heading="h1"),
            ),
            c.loading(t("Loading"), c.skeleton_card("420px")),
        ),
        leave_guard(S.is_changed),
        area="settings", on_language=S.load,
    )


def _title(use: Any) -> Any:
    return rx.match(use, *((key, t_marked(title)) for key, title in USE_TITLES.items()), "")


def _list() -> rx.Component:
    return rx.fragment(
        settings_head(
            t("E-mail templates"), t("What the portal writes to customers and colleagues, in every language."),
            c.link_button(c.icon("plus", "s"), t("New template"), href=f"{LIST}?template={NEW}", variant="solid",
                          custom_attrs={"data-testid": "new-template"})),
        _trouble(),
        c.card(c.table(t("E-mail templates"), [t("Template"), t("Sent when"), t("Languages")],
                       rx.foreach(S.rows, _row)), pad=False),
    )


def _trouble() -> rx.Component:
    """Mail that does not go out is everybody's trouble: it is said where mail is at home."""
    reason = rx.match(S.trouble.reason, *((each, t_marked(each)) for each in REASONS), "")
    return rx.cond(S.trouble.reason != "", c.note(
        "bad", t("Mail is not going out as it should."), reason, " ",
        rx.cond(S.trouble.waiting > 0, tn("{n} mail waits and is tried again.", "{n} mails wait and are tried again.",
                                          S.trouble.waiting), ""), " ",
        rx.cond(S.trouble.given_up > 0, tn("{n} mail was given up today.", "{n} mails were given up today.",
                                           S.trouble.given_up), ""),
        custom_attrs={"data-testid": "mail-trouble"},
    ))


def _row(row: Any) -> rx.Component:
    return c.table_row(
        c.cell(c.row_link(row.name, f"{LIST}?template={row.key}")),
        c.cell(_title(row.use), rx.cond(row.needs_consent, rx.fragment(" ", c.pill(t("with consent"), "neutral"))),
               label=t("Sent when")),
        c.cell(rx.cond(
            row.missing_languages.length() == 0, c.pill(t("complete"), "ok"),
            c.pill(tn("{n} language missing", "{n} languages missing", row.missing_languages.length()), "you")),
            label=t("Languages")),
    )


def _missing() -> rx.Component:
    return c.empty_state("search-x", t("This template does not exist"), t("It may have been renamed or removed."),
                         c.link_button(t("All templates"), href=LIST, variant="solid"), heading="h1")


def _editor() -> rx.Component:
    title = rx.cond(S.name != "", S.name, t("New template"))
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Settings"), "/staff/settings"), (t("E-mail templates"), LIST),
                                          (title, None)]),
        rx.el.div(
            rx.el.div(rx.el.h1(title), rx.el.p(_title(S.use))), rx.el.span(class_name="grow"),
            rx.cond(S.is_own, c.button(c.icon("trash", "s"), t("Delete"), variant="ghost", size="s",
                                       on_click=S.ask_to_delete, custom_attrs={"data-testid": "delete-template"})),
            class_name="title-row"),
        meanwhile(S, PARTS, class_name="stack gap-below"),
        rx.el.div(_texts(), _preview(), class_name="template-editor"),
        c.unsaved_bar(
            S.is_changed, t("Not saved yet."), t("Mails go on saying what was saved last."),
            c.button(t("Discard"), variant="ghost", on_click=S.discard),
            c.button(t("Save"), variant="sun", on_click=S.save, busy=S.busy,
                     custom_attrs={"data-testid": "save-template"}),
        ),
        _delete_dialog(),
    )


def _delete_dialog() -> rx.Component:
    return c.dialog(
        S.is_deleting, S.stop_deleting, t("Delete “{name}”?", name=S.name),
        rx.el.p(t("Mails that have gone out stay with their projects.")),
        c.dialog_actions(
            c.button(t("Delete"), variant="bad", on_click=S.delete, custom_attrs={"data-testid": "confirm-delete"}),
            c.button(t("Cancel"), variant="ghost", on_click=S.stop_deleting)),
        close_label=t("Cancel"), id="delete-template",
    )


def _consent() -> rx.Component:
    """What belongs to the project goes out in any case; offers and news only to those who want them."""
    return rx.cond(S.use == Use.STEP.value, rx.el.div(
        c.checkbox(t("Offers or news: only to customers who agreed to that by e-mail"), name="needs_consent",
                   checked=S.needs_consent, on_change=S.choose_consent),
        rx.el.p(t("Without consent nothing is sent, and the project says so. The foot tells how to withdraw it."),
                class_name="hint"),
        class_name="field"))


def _segment(language: Any) -> rx.Component:
    marks = rx.cond(S.erring.contains(language), t("needs correcting"),
                    rx.cond(S.missing.contains(language), t("missing"), ""))
    return c.segment(
        "language", language, rx.fragment(language.upper(), rx.el.span(" ", marks, class_name="vh")), S.language,
        S.show_language, missing=S.missing.contains(language) | S.erring.contains(language))


def _texts() -> rx.Component:
    def name_control(id: str, **given: Any) -> rx.Component:
        return draft_input(S.name, S.revision, S.write_name, id=id, name=id, class_name="input", max_length=120, **given)

    def subject_control(id: str, **given: Any) -> rx.Component:
        return draft_input(S.subject[S.language], S.revision, lambda text: S.write_subject(S.language, text), id=id,
                           name=id, class_name="input", lang=S.language, **given)

    def body_control(id: str, **given: Any) -> rx.Component:
        return text_editor(
            id=id, value=S.body[S.language], revision=S.revision, lang=S.language, rows="16", variables=S.variables,
            on_text=lambda text: S.write_body(S.language, text), describedby=given.get("aria_describedby", ""),
            invalid=given.get("aria_invalid", "false"))

    return c.card(
        rx.el.div(
            c.field(t("Name that colleagues see"), name_control, id="name", error=said(S.field_errors["name"])),
            rx.el.fieldset(
                rx.el.legend(t("Language of the mail"), class_name="vh"),
                rx.foreach(S.languages, _segment), class_name="seg",
            ),
            rx.cond(S.missing.contains(S.language) & (S.language != S.default_language), c.note(
                "sun", None, t("Not written yet: who reads {language} gets this mail in {other}.",
                               language=language_name(S.language), other=language_name(S.default_language)))),
            c.field(t("Subject"), subject_control, id="subject", error=said(S.subject_error)),
            c.field(t("Text"), body_control, id="body", error=said(S.body_error),
                    hint=t("An empty line begins a new paragraph. A line with only a link becomes the button.")),
            _consent(),
            class_name="form",
        ),
    )


def _preview() -> rx.Component:
    return rx.el.aside(
        rx.el.div(
            rx.el.h2(t("Preview"), class_name="grow"),
            c.button(c.icon("send", "s"), t("Send me a test"), size="s", on_click=S.send_test,
                     custom_attrs={"data-testid": "send-test"}),
            class_name="row",
        ),
        rx.el.div(c.segmented(t("Light or dark"), "scheme", [("light", t("Light")), ("dark", t("Dark"))], S.preview_scheme,
                              S.show_scheme), class_name="row"),
        rx.cond(
            S.preview_html != "",
            rx.el.div(
                rx.el.p(rx.el.b(S.preview_subject), class_name="mail-subject"),
                # Without scripts; same origin only so that the logo shows.
                rx.el.iframe(src_doc=S.preview_html, title=t("Preview of the mail"), sandbox="allow-same-origin",
                             class_name="mail-frame"),
                class_name="mail-shown",
            ),
            rx.el.p(rx.cond((said(S.subject_error) != "") | (said(S.body_error) != ""),
                            t("The mail shows here once what is marked is right."),
                            t("Nothing is written in this language yet.")), class_name="muted"),
        ),
        rx.el.p(t("With made-up names and amounts."), class_name="hint"),
        class_name="template-preview", aria_label=t("Preview"),
    )
