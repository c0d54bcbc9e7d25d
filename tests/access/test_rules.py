"""Rules of getting in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_app.access import rules


@pytest.mark.parametrize(("typed", "code"), [
    ("123456", "123456"), (" 123 456 ", "123456"), ("123-456", "123456"), ("12345", ""), ("1234567", ""), ("", ""),
    ("12345a", ""), ("١٢٣٤٥٦", ""), ("¹23456", ""),
])
def test_a_code_is_six_digits_however_it_was_copied(typed: str, code: str):
    assert rules.code_key(typed) == code


@given(st.text())
def test_whatever_is_typed_as_code_is_six_digits_or_nothing(typed: str):
    key = rules.code_key(typed)
    assert key == "" or (len(key) == 6 and key.isascii() and key.isdigit())


def test_addresses_have_one_spelling():
    assert rules.address_key("  Lucia@Example.COM ") == "lucia@example.com"


@pytest.mark.parametrize("path", ["/", "/home", "/offers?project=1#top"])
def test_links_lead_to_own_pages(path: str):
    assert rules.is_own_path(path)


@pytest.mark.parametrize("path", [
    "", "home", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/a\n", "/\x7f", "/" + "a" * 200,
])
def test_links_never_lead_elsewhere(path: str):
    assert not rules.is_own_path(path)


def test_the_delay_begins_late_grows_and_ends_growing():
    delays = [rules.delay_seconds(n) for n in range(1, 40)]
    assert delays[:4] == [0, 0, 0, 0]
    assert delays[4] > 0
    assert delays == sorted(delays)
    assert delays[-1] == rules.LONGEST_DELAY_SECONDS == rules.delay_seconds(10**9)
    assert rules.delay_seconds(rules.GROWING_ATTEMPTS - 1) < rules.LONGEST_DELAY_SECONDS


@pytest.mark.parametrize("password", [
    "marta.ruiz@example.com", "Marta Ruiz Marta Ruiz", "martaruiz1234", "aaaaaaaaaaaaaaaa", "abababababab",
    "marta.ruiz.2026",
])
def test_own_name_and_repetition_are_guessable(password: str):
    assert rules.is_password_guessable(password, "marta.ruiz@example.com", "Marta Ruiz")


@pytest.mark.parametrize("password", ["four horses on a hill", "Tz8!kq0-Lm3x", "marta likes four horses on a hill"])
def test_a_sentence_is_not_guessable(password: str):
    assert not rules.is_password_guessable(password, "marta.ruiz@example.com", "Marta Ruiz")


@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_any_password_gets_an_answer(password: str, email: str, name: str):
    assert rules.is_password_guessable(password, email, name) in (True, False)


@pytest.mark.parametrize(("agent", "name"), [
    ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
     "Safari · iPhone"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
     "Edge · Windows"),
    ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
    ("curl/8", ""),
])
def test_devices_have_names_that_people_know(agent: str, name: str):
    assert rules.device_name(agent) == name
