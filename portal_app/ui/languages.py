"""What a language is called in a sentence. Where one is chosen each has its own name (`core.texts.LANGUAGE_NAMES`)."""

from __future__ import annotations

from typing import Any

import reflex as rx

from .i18n import t


def language_name(language: Any) -> rx.Var:
    names = ("en", t("English")), ("es", t("Spanish")), ("it", t("Italian")), ("de", t("German"))
    return rx.match(language, *names, language).to(str)  # pyright: ignore[reportAttributeAccessIssue]
