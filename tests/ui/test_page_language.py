"""The language of a page, as the server knows it."""

from __future__ import annotations

import pytest

from portal_app.ui import page_language


@pytest.fixture(autouse=True)
def _nobody_switched(monkeypatch: pytest.MonkeyPatch) -> None:
    page_language._switched.clear()
    monkeypatch.setattr(page_language, "MOST_SOCKETS", 2)


def test_the_cookie_says_it_until_the_reader_switches():
    assert page_language.of("s1", "session=x; language=es") == "es"
    page_language.remember("s1", "de")
    assert page_language.of("s1", "session=x; language=es") == "de"
    assert page_language.of("s2", "session=x; language=es") == "es"


def test_without_a_cookie_the_page_has_no_language_of_its_own():
    assert page_language.of("s1", "session=x") == ""
    page_language.remember("s1", "xx")
    page_language.remember("", "de")
    assert page_language.of("s1", "session=x") == page_language.of("", "") == ""


def test_only_so_many_sockets_are_remembered_and_the_oldest_goes_first():
    for socket, language in (("s1", "de"), ("s2", "it"), ("s1", "es"), ("s3", "it")):
        page_language.remember(socket, language)
    assert [page_language.of(socket, "") for socket in ("s1", "s2", "s3")] == ["es", "", "it"]
