"""Writing a version: title and text in each language, and the day from which it holds."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....core.texts import LANGUAGES
from ....flows.field_forms import CONDITION_LENGTH, NAME_LENGTH, TITLE_LENGTH
from ....ui import components as c
from ....ui.drafting import draft_input, draft_textarea
from ....ui.i18n import date, said, t
from ....ui.languages import language_name
from ...meanwhile import meanwhile, plain
from .state import ConditionsState

S: Any = ConditionsState


def _not_written(language: Any) -> Any:
    return rx.cond(S.default_language == language, t("Every language needs this one: please write it"),
                   t("Not written yet: customers see {language}", language=language_name(S.default_language)))


def _errors(part: str) -> Any:
    told: Any = said(S.field_errors[part])
    for language in LANGUAGES:
        told = told + said(S.field_errors[f"{part}.{language}"])
    return told


def _name() -> rx.Component:
    def control(id: str, **given: Any) -> rx.Component:
        return draft_input(S.new_name, S.revision, S.write_name, id=id, name=id, class_name="input",
                           max_length=NAME_LENGTH, auto_complete="off", **given)

    return c.field(t("Name"), control, id="condition-name", error=said(S.field_errors["name"]),
                   hint=t("For your team. Customers read the title of the version."))


def _titles() -> rx.Component:
    rows = [
        rx.cond(S.languages.contains(language), rx.el.div(
            rx.el.label(language, html_for=f"title-{language}"),
            draft_input(S.titles[language], S.revision, lambda text, language=language: S.write_title(language, text),
                        id=f"title-{language}", name=f"title.{language}", lang=language, max_length=TITLE_LENGTH,
                        placeholder=_not_written(language), auto_complete="off", **c.told_at(
                            "title-error", said(S.field_errors["title"]), said(S.field_errors[f"title.{language}"]))),
        )) for language in LANGUAGES
    ]
    return rx.el.fieldset(
        rx.el.legend(t("Title"), class_name="label"), rx.el.div(*rows, class_name="langs"),
        c.error_text(_errors("title"), "title-error"), class_name="field",
    )


def _text() -> rx.Component:
    segments = [
        rx.cond(S.languages.contains(language), c.segment(
            "text-language", language,
            rx.fragment(language.upper(), rx.cond(S.missing_texts.contains(language), rx.el.span(
                " ", t("missing"), class_name="vh"))),
            S.language, S.show_language, missing=S.missing_texts.contains(language)))
        for language in LANGUAGES
    ]
    return rx.el.div(
        rx.el.div(
            rx.el.label(t("Text"), html_for="condition-text", class_name="label"),
            rx.el.fieldset(rx.el.legend(t("Language of the text"), class_name="vh"), *segments, class_name="seg"),
            class_name="row between wrap",
        ),
        draft_textarea(S.texts[S.language], S.text_revision, lambda text: S.write_text(S.language, text),
                       id="condition-text", name="text", class_name="input", rows="14", lang=S.language,
                       max_length=CONDITION_LENGTH, placeholder=_not_written(S.language),
                       **c.told_at("text-error", _errors("text"))),
        c.error_text(_errors("text"), "text-error"),
        rx.el.p(t("An empty line begins a new paragraph."), class_name="hint"),
        class_name="field",
    )


def _start() -> rx.Component:
    day = c.field(
        t("First day"), c.text_input, id="effective-day", type="date", value=S.day, on_change=S.choose_day,
        min=S.earliest_day, error=said(S.field_errors["effective_at"]), hint=t("It holds from the beginning of this day."))
    return rx.el.fieldset(
        rx.el.legend(t("In effect"), class_name="label"),
        rx.el.label(c.radio_input(name="starts", value="now", checked=S.starts == "now",
                                on_change=S.choose_start("now")), rx.el.span(t("As soon as it is saved")),
                    class_name="check"),
        rx.el.label(c.radio_input(name="starts", value="day", checked=S.starts == "day",
                                on_change=S.choose_start("day")), rx.el.span(t("From a day on")), class_name="check"),
        rx.cond(S.starts == "day", day, c.error_text(said(S.field_errors["effective_at"]), "effective-at-error")),
        rx.cond(S.asking_again_count > 0, c.note("info", None, t(
            "Substages that ask again will ask everybody who accepted an older version."))),
        class_name="field",
    )


PARTS = {"title": t("Title"), "text": t("Text"), "day": t("First day")}


def _words_of(row: Any, value: Any) -> Any:
    return rx.fragment(rx.cond((row.part == "day") & (value != ""), date(value), plain(row, value)))


def writing() -> rx.Component:
    return c.card(
        c.card_head(rx.cond(S.is_new, t("The first version"),
                            rx.cond(S.version_id == "", t("New version"), t("Planned version")))),
        meanwhile(S, PARTS, _words_of),
        rx.el.div(rx.cond(S.is_new, _name()), _titles(), _text(), _start(), class_name="form"),
        custom_attrs={"data-testid": "version-editor"},
    )
