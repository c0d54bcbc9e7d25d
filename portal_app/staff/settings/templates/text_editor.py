"""The field that a template's text is written in."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....messaging.variables import VARIABLES
from ....ui.beside import beside
from ....ui.i18n import t, t_marked


class TextEditor(rx.Component):
    library = beside(__name__, __file__, "text_editor.jsx").importable_path
    tag = "TextEditor"

    value: rx.Var[str]
    revision: rx.Var[int]
    variables: rx.Var[list[Any]]
    words: rx.Var[dict[str, Any]]
    lang: rx.Var[str]
    rows: rx.Var[str]
    describedby: rx.Var[str]
    invalid: rx.Var[str]

    on_text: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def text_editor(**props: Any) -> rx.Component:
    words = {
        "tools": t("Marks"), "heading": t("Heading"), "bold": t("Bold"), "list": t("List"), "small": t("Small print"),
        "link": t("Link"), "button": t("Button"), "text": t("text"), "variables": t("Variables"),
        "insert": t("Insert where the cursor is"),
        "names": {name: t_marked(variable.description) for name, variable in VARIABLES.items()},
    }
    return TextEditor.create(words=words, **props)
