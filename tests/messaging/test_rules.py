"""Templates: what staff write becomes mail, and no value can become anything but text."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_app.core.texts import LANGUAGES
from portal_app.messaging import rules
from portal_app.messaging.defaults import USE_BY_KEY, default_texts
from portal_app.messaging.rules import Problem, problems_of, read_body, write_html, write_plain, write_subject
from portal_app.messaging.variables import (
    NEEDED_BY_USE,
    USE_TITLES,
    VARIABLES,
    VARIABLES_BY_USE,
    Use,
    samples_of,
    variables_of,
)

BODY = """# Hello |client_name|

Look at **|offer_title|** and
read [our page](https://helianta.example/a?b=1&c=2), or [yours](|client_portal_link|).

- first
- second |offer_total|

[Open |company_name|](|client_portal_link|)

> For |client_link_minutes| minutes.
"""
LINK = "https://portal.example/access/abc?x=1&y=2"
VALUES = {**samples_of(Use.OFFER_SHARED), "client_portal_link": LINK}


class Reader(HTMLParser):
    """The elements, attributes and text of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.said.append(data)


def test_a_template_becomes_html():
    seen = Reader(write_html(BODY, VALUES, {"link": ' class="lk"'}))
    assert seen.elements == ["h1", "p", "strong", "br", "a", "a", "ul", "li", "li", "table", "tr", "td", "a", "p"]
    assert seen.links == ["https://helianta.example/a?b=1&c=2", LINK, LINK]
    assert "".join(seen.said).startswith("Hello Lucía FernándezLook at Balance 6.4 kWp and")


def test_a_template_becomes_plain_text():
    assert write_plain(BODY, VALUES) == (
        "Hello Lucía Fernández\n\n"
        "Look at Balance 6.4 kWp and\n"
        f"read our page (https://helianta.example/a?b=1&c=2), or yours ({LINK}).\n\n"
        "- first\n- second €10,370\n\n"
        f"Open Helianta:\n{LINK}\n\n"
        "For 45 minutes.")


def test_a_code_alone_on_its_line_stands_in_large_digits():
    body = "Your code:\n|client_code_verification|\n|client_name|"
    assert [block.kind for block in read_body(body)] == ["paragraph", "code", "paragraph"]
    assert "<table" in write_html(body, {"client_code_verification": "407182"}, {})
    assert write_plain(body, {"client_code_verification": "407182", "client_name": "A"}) == "Your code:\n\n407182\n\nA"


def test_marks_that_are_none_are_letters():
    body = "a * b ** c [d] (e) | f |\r\n-g\r\n#h"
    assert Reader(write_html(body, {}, {})).elements == ["p", "br", "br"]
    assert write_plain(body, {}) == "a * b ** c [d] (e) | f |\n-g\n#h"
    assert read_body("\n\n  \n") == ()


def test_lists_are_parted_by_an_empty_line():
    assert [block.kind for block in read_body("- a\n- b\n\n- c\n> d\n> e")] == ["list", "list", "small"]


def test_a_link_without_an_address_is_text():
    body = "[Open](|client_portal_link|)\n\nor [here](|client_portal_link|) or [there](|client_name|)"
    seen = Reader(write_html(body, {"client_portal_link": "", "client_name": "https://evil.example"}, {}))
    assert seen.links == []
    assert write_plain(body, {}) == "Open\n\nor here or there"


def test_an_address_said_by_itself_is_not_said_twice():
    assert write_plain("at [https://a.example](https://a.example)", {}) == "at https://a.example"


@pytest.mark.parametrize(("subject", "body", "use", "expected"), [
    ("Hi", "Hello |client_nme|", Use.OFFER_SHARED,
     Problem("body", rules.UNKNOWN, {"name": "client_nme", "line": 1, "column": 7})),
    ("Hi", "a\n\n b |Client_Name| c", Use.OFFER_SHARED,
     Problem("body", rules.UNKNOWN, {"name": "Client_Name", "line": 3, "column": 4})),
    ("For |offer_total|", "Hello |client_code_verification|", Use.LOGIN_CODE,
     Problem("subject", rules.UNKNOWN, {"name": "offer_total", "line": 1, "column": 5})),
    ("|client_code_verification|", "|client_code_verification|", Use.LOGIN_CODE,
     Problem("subject", rules.SECRET_SUBJECT, {"name": "client_code_verification"})),
    (" ", "Hello", Use.OFFER_SHARED, Problem("subject", rules.EMPTY_SUBJECT)),
    ("Hi", " ", Use.OFFER_SHARED, Problem("body", rules.EMPTY_BODY)),
    ("x" * 201, "Hello", Use.OFFER_SHARED, Problem("subject", rules.TOO_LONG, {"max_length": 200})),
    ("Hi", "x" * 10_001, Use.OFFER_SHARED, Problem("body", rules.TOO_LONG, {"max_length": 10_000})),
    ("Hi", "[a](javascript:alert)", Use.OFFER_SHARED,
     Problem("body", rules.BAD_TARGET, {"target": "javascript:alert"})),
    ("Hi", "see [a](/relative)", Use.OFFER_SHARED, Problem("body", rules.BAD_TARGET, {"target": "/relative"})),
    ("Hi", "[a](|client_name|)", Use.OFFER_SHARED, Problem("body", rules.LINK_NOT_TARGET, {"name": "client_name"})),
    ("Hi", "[a](https://a.example)\n[b](https://b.example)", Use.OFFER_SHARED, Problem("body", rules.SECOND_BUTTON)),
    ("Hi", "Hello", Use.LOGIN_CODE, Problem("body", rules.NEEDED, {"name": "client_code_verification"})),
    ("Hi", "Hello", Use.STAFF_RESET, Problem("body", rules.NEEDED, {"name": "staff_link"})),
])
def test_what_is_wrong_is_told_by_name_and_place(subject, body, use, expected):
    assert problems_of(subject, body, use) == [expected]


def test_an_unknown_link_variable_is_told_once():
    assert [p.values["name"] for p in problems_of("Hi", "[a](|nowhere|)", Use.OFFER_SHARED)] == ["nowhere"]


def test_an_unknown_use_has_no_variables():
    assert problems_of("Hi", "|client_name|", "no-such-use")[0].text == rules.UNKNOWN
    assert variables_of("no-such-use") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", USE_BY_KEY)
def test_the_templates_that_come_with_the_product_are_good(language: str, key: str):
    text = default_texts(language)[key]
    assert problems_of(text.subject, text.body, USE_BY_KEY[key]) == []
    assert text.name
    plain = write_plain(text.body, samples_of(USE_BY_KEY[key]))
    assert "|" not in plain
    assert "|" not in write_subject(text.subject, samples_of(USE_BY_KEY[key]))


def test_the_lists_fit_together():
    for use in Use:
        assert set(VARIABLES_BY_USE[use]) <= set(VARIABLES)
        assert USE_TITLES[use]
        assert NEEDED_BY_USE.get(use, "company_name") in VARIABLES_BY_USE[use]


def test_what_opens_the_portal_is_secret():
    assert rules.is_secret("", "[Open](|client_portal_link|)")
    assert rules.is_secret("", "|client_code_verification|")
    assert not rules.is_secret("|client_name|", "|offer_total| |no_such_thing|")


def test_the_first_words_never_hold_a_secret():
    values = {"client_code_verification": "407182", "client_name": "Lucía"}
    assert rules.first_words("# Code\n\n|client_name|, **it is** |client_code_verification|", values) == "Lucía, it is"
    assert rules.first_words("# Only a heading", values) == ""


def test_waiting_doubles_and_has_an_end():
    assert [rules.wait_seconds(n, 0.999999) for n in (0, 1, 2, 3)] == pytest.approx([5, 5, 10, 20], rel=1e-5)
    assert rules.wait_seconds(1, 0) == 2.5
    assert rules.wait_seconds(10_000, 0.999999) == pytest.approx(rules.LONGEST_WAIT_SECONDS)
    assert rules.wait_seconds(1, 0, asked=120) == 120
    assert rules.wait_seconds(1, 0, asked=1e9) == rules.LONGEST_WAIT_SECONDS


# ── no value can become anything but text ─────────────────────────────────────────────────────────────────────────

nasty = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([
        "<", ">", "\"", "'", "&", "|", "|client_email|", "|client_portal_link|", "**", "[a](https://evil.example)",
        "\n", "\r\n", "\n\n", "# ", "- ", "> ", "<script>", "<b>", "@@CONTENT@@", "$name", "${x}", "{x}", "%s",
        "\u2028", "\x00", "Bcc: x@evil.example", "&lt;", "\\", "javascript:", "https://evil.example",
    ]), max_size=8).map("".join))
names = sorted(VARIABLES)
templates = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(
    [f"|{name}|" for name in names] + ["**", "[", "](", ")", "\n", "\n\n", "# ", "- ", "> ",
                                       "[x](|client_portal_link|)"])), max_size=12).map("".join)


def shape(text: str) -> list[str]:
    return re.findall(r"<(/?\w+)", text)


def marked(names: list[str]) -> dict[str, str]:
    return {name: LINK if name in ("client_portal_link", "staff_link") else f"\ue000{i}\ue001"
            for i, name in enumerate(names)}


@given(body=templates, filled=st.dictionaries(st.sampled_from(
    [name for name in names if name not in ("client_portal_link", "staff_link")]), nasty))
def test_a_value_never_changes_the_elements_of_a_mail(body: str, filled: dict[str, str]):
    plain_values = marked(names)
    values = plain_values | filled
    assert shape(write_html(body, values, {})) == shape(write_html(body, plain_values, {}))
    assert Reader(write_html(body, values, {})).links == Reader(write_html(body, plain_values, {})).links


@given(value=nasty)
def test_a_value_is_said_as_it_is(value: str):
    said = "".join(Reader(write_html("a |client_name| b", {"client_name": value, "client_email": "LEAK"}, {})).said)
    one_line = rules._BREAKS.sub(" ", value).strip()
    assert said == html.unescape(html.escape(f"a {one_line} b"))


@given(link=nasty)
def test_a_personal_link_is_an_address_or_nothing(link: str):
    for seen in (Reader(write_html("[go](|client_portal_link|)", {"client_portal_link": link}, {})),
                 Reader(write_html("see [go](|client_portal_link|)", {"client_portal_link": link}, {}))):
        assert all(re.fullmatch(r"(https?://|mailto:)[^\s<>\"'|]+", address) for address in seen.links)


@given(subject=templates, value=nasty)
def test_a_subject_is_one_line(subject: str, value: str):
    written = write_subject(subject, dict.fromkeys(names, value))
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029]", written)
    assert len(written) <= 300


@given(body=st.text(max_size=300), subject=st.text(max_size=50))
def test_any_text_can_be_judged_and_written(body: str, subject: str):
    problems_of(subject, body, Use.ACCEPT_BUDGET)
    write_plain(body, VALUES)
    assert Reader(write_html(body, VALUES, {})).elements is not None
