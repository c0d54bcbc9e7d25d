"""A mail in the company's look: its colours, its sign, light and dark, and nothing left to fill."""

import re

import pytest

from portal_app.company.colours import contrast
from portal_app.company.schemas import CompanySnapshot
from portal_app.company.theme import email_palette
from portal_app.messaging.layout import WHY_SECRET, language_of, why_of, write_mail

COMPANY = CompanySnapshot(name="Sol & Luz", brand_color="#c2187e", address="Calle 1", phone="+34 910", version=3,
                          website="https://helianta.example/?a=1&b=2")


def written(company: CompanySnapshot = COMPANY, body: str = "# Hello\n\nText", values=None, **options):
    return write_mail({"en": "Subject"}, {"en": body}, values or {}, company, "en", **options)


def test_a_mail_wears_the_companys_colours():
    html = written(body="[Open](https://a.example)").html
    colors = email_palette("#c2187e")
    assert f"background:{colors.brand}" in html
    assert colors.brand_dark in re.split(r"prefers-color-scheme:\s*dark", html)[1]
    assert not re.search(r"@@\w+@@|var\(|oklch", html), "hex only: mail programs know nothing else"
    assert contrast(colors.on_brand, colors.brand) >= 4.5


def test_a_mail_fetches_nothing_from_elsewhere():
    html = written(CompanySnapshot(name="Sol")).html
    assert re.findall(r"(?:src|href)=\"([^\"]*)|url\(([^)]*)|@import", html) == []


def test_a_value_cannot_fill_another_slot():
    html = written(body="Hello |client_name|", values={"client_name": "@@FOOT@@ @@SIGN@@"}).html
    assert html.count("@@FOOT@@") == 2, "in the text and in the preview line, as letters"


def test_the_sign_is_the_logo_or_the_sun():
    assert "<img" not in written().html
    html = written(COMPANY.model_copy(update={"logo_key": "ab" * 20})).html
    assert '/company/logo?v=abababababab" alt="Sol &amp; Luz"' in html


def test_a_mail_that_is_shown_in_the_dark_has_the_colours_of_its_style_sheet():
    html = written(body="# Hello\n\n[See](https://a.example)", is_dark=True).html
    shown, sheet = html.split("</head>")[1], html.split("</head>")[0]
    colors = email_palette(COMPANY.brand_color)
    for color in (colors.paper_dark, colors.surface_dark, colors.line_dark, colors.text_dark, colors.brand_dark):
        assert color in sheet
        assert color in shown
    assert f"height:36px;background:{colors.brand}" in shown, "the sign is the same on both"


def test_the_foot_says_who_writes_and_why():
    assert "https://helianta.example/?a=1&amp;b=2" in written().html
    assert written().text.endswith("project together.\nSol & Luz, Calle 1, +34 910\nhttps://helianta.example/?a=1&b=2")
    bare = written(CompanySnapshot(name="Sol"), why=WHY_SECRET)
    assert bare.text.endswith("nobody gets in without your click.\nSol")


@pytest.mark.parametrize(("use", "is_secret", "needs_consent", "why"), [
    ("step", False, False, "working on your project together."), ("step", True, False, "without your click."),
    ("step", True, True, "withdraw that here: http://localhost:8000/account?tab=privacy"),
    ("staff-notification", False, False, "change that here: http://localhost:8000/staff/inbox/choices"),
    ("bank-account-changed", True, False, "without your knowing."),
    ("email-change-old", True, False, "without your knowing."),
    ("staff-reset", True, False, "without your click.")])
def test_the_foot_says_where_to_stop_it(use: str, is_secret: bool, needs_consent: bool, why: str):
    bare = written(CompanySnapshot(name="Sol"), why=why_of(use, is_secret=is_secret, needs_consent=needs_consent))
    assert bare.text.endswith(f"{why}\nSol")


@pytest.mark.parametrize(("texts", "wanted", "fallback", "expected"), [
    ({"de": "x", "en": "y"}, "de", "en", "de"),
    ({"en": "y", "it": "z"}, "de", "it", "it"),
    ({"en": "y"}, "de", "it", "en"),
    ({}, "de", "it", "de"),
])
def test_a_mail_is_in_one_language(texts, wanted, fallback, expected):
    assert language_of(texts, wanted, fallback) == expected
