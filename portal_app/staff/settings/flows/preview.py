"""The right of the editor: the page as a customer would see it with the draft, per language."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.texts import LANGUAGES
from ....ui import components as c
from ....ui.company import company
from ....ui.i18n import t
from .reading import SAMPLE_CUSTOMER
from .state import FlowEditorState

S: Any = FlowEditorState


def _screen() -> rx.Component:
    p = S.preview
    return rx.el.div(
        rx.el.span(rx.el.img(src=company("logo"), alt=""), rx.el.span(company("name")), class_name="logo"),
        rx.el.p(p.greeting, class_name="hello"),
        c.sun_arc_small(p.stages, p.place),
        rx.el.p(rx.el.b(p.stage_name), " ", rx.el.span(p.place, class_name="muted nowrap"), class_name="preview-place"),
        rx.cond(p.stage_description != "", rx.el.p(p.stage_description, class_name="tiny muted pre preview-about")),
        rx.el.div(
            rx.cond(p.turn == "you", c.pill(p.turn_text, "you"), c.pill(p.turn_text, "us")),
            rx.el.p(p.title, class_name="title"),
            rx.el.p(p.description, class_name="text pre"),
            rx.cond(p.call != "", rx.el.div(p.call, class_name="preview-button")),
            class_name="preview-card",
        ),
        class_name="preview-screen", lang=S.preview_language, custom_attrs={"data-testid": "preview"},
    )


def preview(name: str) -> rx.Component:
    """`name` tells the two apart that may be on the page: beside the panel, and in a dialog where that has no room."""
    return rx.fragment(
        rx.el.div(
            rx.el.b(t("As {customer} sees it", customer=SAMPLE_CUSTOMER), class_name="small"),
            rx.el.fieldset(
                rx.el.legend(t("Language of the preview"), class_name="vh"),
                *(rx.cond(S.languages.contains(language), c.segment(
                    name, language, language.upper(), S.preview_language, S.show_preview_in))
                  for language in LANGUAGES),
                class_name="seg",
            ),
            class_name="preview-head",
        ),
        rx.cond(
            S.preview.is_possible,
            rx.el.div(_screen(), class_name="preview-phone"),
            rx.el.p(t("This stage has no substage yet, so customers do not see it."), class_name="muted"),
        ),
    )


def preview_dialog() -> rx.Component:
    return c.dialog(S.is_previewing, S.close_preview, t("Preview"), preview("preview-language-dialog"),
                    close_label=t("Close"), id="preview-dialog")
