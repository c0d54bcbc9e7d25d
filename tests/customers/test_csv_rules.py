"""Lists of customers as CSV: every way in which spreadsheets write them, and errors by line."""

from __future__ import annotations

import csv
import io
import time
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_app.core.forms import EMAIL, REQUIRED
from portal_app.core.texts import LANGUAGES
from portal_app.customers import csv_rules
from portal_app.customers.csv_rules import (
    MORE_CELLS,
    QUOTES,
    TWICE_IN_FILE,
    CannotRead,
    ColumnMissing,
    ColumnTwice,
    EmailMissing,
    FileEmpty,
    FileTooLarge,
    NotText,
    OnlyHeadings,
    TooManyLines,
    column_of,
    decode,
    language_of,
    read_customers,
    template,
)

ROW = {"name": "Lucía Fernández", "email": "lucia@example.com", "phone": "+34 600 100 200", "address": "Calle Ñandú 3; 2º",
       "language": "es"}


def written(rows: list[dict[str, str]], separator: str = ",", end: str = "\r\n",
            quoting: Literal[0, 1] = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(ROW), delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_whatever_a_spreadsheet_writes_is_read(encoding, separator, end, quoting):
    found = read_customers(written([ROW], separator, end, quoting).encode(encoding))
    assert found.errors == []
    assert [(line, form.model_dump(exclude={"account_name"})) for line, form in found.rows] == [(2, ROW)]
    assert found.separator == separator


@given(names=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1,
                              max_size=40).filter(lambda name: name.strip()), min_size=1, max_size=8),
       separator=st.sampled_from([",", ";", "\t"]), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
       breaks=st.booleans())
@settings(deadline=None)
def test_names_come_back_as_they_were_written(names, separator, encoding, breaks):
    rows = [{**ROW, "name": name.strip(), "email": f"someone{n}@example.com",
             "address": "Two\r\nlines" if breaks else "One"} for n, name in enumerate(names)]
    found = read_customers(written(rows, separator).encode(encoding))
    assert found.errors == []
    assert [form.name for _, form in found.rows] == [row["name"] for row in rows]
    step = 2 if breaks else 1
    assert [line for line, _ in found.rows] == [2 + step * n for n in range(len(rows))]


@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda text: f"name,email\n{text}".encode())))
@settings(deadline=None, max_examples=300)
def test_whatever_is_sent_is_read_or_refused(content: bytes):
    try:
        found = read_customers(content)
    except CannotRead:
        return
    assert found.rows or found.errors
    assert len({form.email for _, form in found.rows}) == len(found.rows)


@given(st.lists(st.integers(min_value=0, max_value=5), min_size=1, max_size=30))
@settings(deadline=None)
def test_of_one_address_the_first_line_counts_and_every_other_is_told(numbers: list[int]):
    text = "name;email\n" + "".join(f"A;{'X' if n % 2 else 'x'}{n // 2 * 2}@example.com\n" for n in numbers)
    found = read_customers(text.encode())
    addresses = [n // 2 for n in numbers]
    assert len(found.rows) == len(set(addresses))
    assert [error.line for error in found.errors] == [
        place + 2 for place, address in enumerate(addresses) if address in addresses[:place]]
    assert all((error.text, error.values["line"]) == (TWICE_IN_FILE, addresses.index(addresses[error.line - 2]) + 2)
               for error in found.errors)


def test_every_error_stands_at_its_line_and_column():
    text = ("Name,E-mail,Phone,Language\n"
            "Ana,ana@example.com,+34 600,es\n"
            ",no address,call me,fr\n"
            "\n"
            "Eva,,,\n"
            "Max,max@example.com,1,2,3,4\n"
            'Tom,"tom@example.com\n'
            "Zoe,zoe@example.com,,Deutsch\n")
    found = read_customers(text.encode())
    assert [(line, form.email, form.language) for line, form in found.rows] == [
        (2, "ana@example.com", "es"), (8, "zoe@example.com", "de")]
    assert [(error.line, error.column) for error in found.errors] == [
        (3, "name"), (3, "email"), (3, "phone"), (3, "language"), (5, "email"), (6, ""), (7, "")]
    texts = {(error.line, error.column): error.text for error in found.errors}
    assert (texts[3, "email"], texts[5, "email"], texts[6, ""], texts[7, ""]) == (EMAIL, REQUIRED, MORE_CELLS, QUOTES)


def test_an_address_that_comes_twice_is_told_also_where_a_line_is_wrong_elsewhere():
    text = ("Name,E-mail,Phone\n"
            "Ana,ana@example.com,call me\n"
            "Anna, ANA@example.com ,+34 600 100 200\n"
            ",ana@example.com,\n")
    found = read_customers(text.encode())
    assert found.rows == []
    assert [(error.line, error.column) for error in found.errors] == [
        (2, "phone"), (3, "email"), (4, "name"), (4, "email")]
    assert [error.values for error in found.errors if error.text == TWICE_IN_FILE] == [{"line": 2}, {"line": 2}]


@pytest.mark.parametrize(("heading", "column"), [
    ("Name", "name"), ("NOMBRE", "name"), ("Correo electrónico", "email"), ("E-Mail-Adresse", "email"), ("e mail", "email"),
    ("Teléfono", "phone"), ("Telefonnummer", "phone"), ("Dirección", "address"), ("Sprache", "language"),
    ("Firma", "account_name"), ("Shoe size", ""), ("", "")])
def test_headings_are_known_in_four_languages(heading, column):
    assert column_of(heading) == column


@pytest.mark.parametrize(("text", "code"), [("DE", "de"), ("Español", "es"), ("tedesco", "de"), ("English", "en"),
                                            ("fr", "fr")])
def test_languages_are_known_by_name(text, code):
    assert language_of(text) == code


@pytest.mark.parametrize(("content", "error"), [
    (b"", FileEmpty), (b"\n\n  \n", FileEmpty), (b"name,email\n", OnlyHeadings), (b"name,phone\nA,1\n", EmailMissing),
    (b"email\na@example.com\n", ColumnMissing),
    (b"name,email,mail\nA,a@example.com,b@example.com\n", ColumnTwice), (b"PK\x03\x04\x00\x00name", NotText),
    (b'"name,email\n', CannotRead)])
def test_what_is_no_list_of_customers_is_refused_with_a_reason(content, error):
    with pytest.raises(error):
        read_customers(content)


def test_other_columns_are_left_out_and_named():
    found = read_customers(b"Shoe size,name,email\n43,A,a@example.com\n")
    assert (found.ignored, len(found.rows), found.errors) == (["Shoe size"], 1, [])


def test_a_spreadsheet_s_hint_is_no_line():
    found = read_customers(b"sep=;\r\nname;email\r\nA;a@example.com\r\n")
    assert [line for line, _ in found.rows] == [3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_can_be_imported(language):
    found = read_customers(template(language))
    assert (len(found.rows), found.errors, found.ignored, found.encoding) == (1, [], [], "UTF-8")


def test_bytes_of_the_windows_alphabet_are_read():
    assert decode("Ünal €".encode("cp1252")) == ("Ünal €", "Windows-1252")
    assert decode(b"\x81\xfc")[1] == "ISO-8859-1"


def test_so_many_lines_are_read_and_one_more_is_not(monkeypatch):
    monkeypatch.setattr(csv_rules, "MOST_LINES", 500)
    text = "name;email;address\n" + "".join(f'"Anna {n}";anna{n}@example.com;"Weg {n}\nOrt"\n' for n in range(500))
    found = read_customers(text.encode())
    assert (len(found.rows), found.errors, found.rows[-1][0]) == (500, [], 1000)
    with pytest.raises(TooManyLines):
        read_customers((text + "B;b@example.com;\n").encode())


def test_quotation_marks_that_never_close_do_not_take_all_day():
    began = time.process_time()
    found = read_customers(b"name,email\n" + b'"a,b@example.com\n' * 20_000)
    assert len(found.errors) == 20_000
    assert time.process_time() - began < 10


def test_too_much_is_not_read(monkeypatch):
    monkeypatch.setattr(csv_rules, "MAX_BYTES", 10)
    with pytest.raises(FileTooLarge):
        read_customers(b"x" * 11)
