"""A short text in each of the company's languages, as the dialogs of Settings ask for it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...core.texts import LANGUAGES
from ...ui import components as c
from ...ui.i18n import t


def language_lines(part: str, legend: Any, values: Any, languages: Any, longest: int, error: Any,
                   optional: Any = None) -> rx.Component:
    """The form sends `part.<language>`; `read_lines` gathers them."""

    def line(language: str) -> rx.Component:
        place = f"{part}-{language}"
        return rx.cond(languages.contains(language), rx.el.div(
            rx.el.label(language, html_for=place),
            rx.el.input(id=place, name=f"{part}.{language}", lang=language, max_length=longest,
                        default_value=values[language], placeholder=t("Not written yet"), auto_complete="off",
                        aria_invalid=rx.cond(error != "", "true", "false"), aria_describedby=f"{part}-error"),
        ))

    word = [" ", rx.el.span(optional, class_name="opt")] if optional is not None else []
    return rx.el.fieldset(
        rx.el.legend(legend, *word, class_name="label"),
        rx.el.div(*map(line, LANGUAGES), class_name="langs"),
        c.error_text(error, f"{part}-error"),
        class_name="field",
    )


def read_lines(form: dict[str, Any], part: str, languages: list[str]) -> dict[str, str]:
    return {language: str(form.get(f"{part}.{language}", "")) for language in languages}


def all_languages(texts: dict[str, str] | None = None) -> dict[str, str]:
    """Every language has a value, so that no field shows what the dialog had before."""
    return dict.fromkeys(map(str, LANGUAGES), "") | (texts or {})
