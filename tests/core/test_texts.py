"""Texts on the server: catalogues, first paint, formats."""

import base64
import json

import pytest

from portal_app.core.texts import LANGUAGES, asked_language, date_text, fill, money_text, text_id, write_marked


@pytest.mark.parametrize(("asked", "language"), [
    ("it-CH,it;q=0.9,en;q=0.8", "it"), ("fr,es;q=0.5", "es"), ("", ""), ("fr;q=x,es", "es"), ("es;q=0,de;q=0.1", "de"),
    ("fr-FR", ""),
])
def test_a_browser_asks_for_languages_in_an_order(asked, language):
    assert asked_language(asked, LANGUAGES) == language


def test_values_cannot_reach_into_objects():
    assert fill("{name} {name.__class__}", {"name": "{n}"}) == "{n} {name.__class__}"


def _mark(**what) -> str:
    return "\ue000" + base64.urlsafe_b64encode(json.dumps(what).encode()).decode().rstrip("=") + "\ue001"


def test_marks_become_texts_and_company_values():
    html = f"<p>{_mark(i=text_id('Close'))}</p><b>{_mark(c='name')}</b>"
    written = write_marked("de", html, lambda text: text.replace("<", "&lt;"), {"name": "<Sol>"})
    assert written == "<p>Schließen</p><b>&lt;Sol></b>"


def test_a_companys_value_inside_a_text_is_put_there_too():
    def mark(value: dict) -> str:
        return "\ue000" + base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=") + "\ue001"

    html = mark({"i": text_id("{company}, home"), "v": {"company": mark({"c": "name"})}})
    assert write_marked("es", html, lambda text: text.replace("<", "&lt;"), {"name": "<Sol>"}) == "&lt;Sol>, inicio"


@pytest.mark.parametrize(("language", "whole", "broken"), [
    ("en", "€10,370", "€10,370.50"), ("es", "10.370 €", "10.370,50 €"),
    ("it", "10.370 €", "10.370,50 €"), ("de", "10.370 €", "10.370,50 €"),
])
def test_money_has_the_local_form(language, whole, broken):
    said = [money_text(language, cents).replace("\xa0", " ") for cents in (1_037_000, 1_037_050)]
    assert said == [whole, broken]


def test_dates_are_in_words():
    from datetime import date

    day = date(2026, 12, 5)
    assert [date_text(language, day) for language in LANGUAGES] == [
        "5 December 2026", "5 de diciembre de 2026", "5 dicembre 2026", "5. Dezember 2026"]
