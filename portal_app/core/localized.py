"""Texts that staff write once per language, such as the public name of a stage."""

from __future__ import annotations

from collections.abc import Mapping

from .texts import LANGUAGES

Localized = dict[str, str]


def clean(texts: Mapping[str, object], longest: int) -> Localized:
    """Only known languages, without blank texts, each cut of surrounding space and at most `longest` letters."""
    kept = {language: str(texts.get(language) or "").strip()[:longest] for language in LANGUAGES}
    return {language: text for language, text in kept.items() if text}


def in_language(texts: Mapping[str, str] | None, language: str, fallback: str = "en") -> str:
    """The text in the reader's language, else in the company's, else in the first that there is."""
    if not texts:
        return ""
    return texts.get(language) or texts.get(fallback) or next((t for t in texts.values() if t), "")


def missing_languages(texts: Mapping[str, str], languages: tuple[str, ...]) -> list[str]:
    return [language for language in languages if not texts.get(language)]
