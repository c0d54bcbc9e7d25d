"""A list of customers as CSV, read without a database: encoding, separator, columns, and every error by its line.

Spreadsheets write such files in many ways: UTF-8 with or without a mark, UTF-16, or the Windows alphabet; commas,
semicolons or tabs; headings in the language of whoever made them. All of these are read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as value
from functools import cache

from ..access.rules import address_key
from ..core.errors import InvalidForm, PortalError, Values
from ..core.forms import parse
from ..core.texts import LANGUAGE_NAMES, LANGUAGES, msg, server_text, translate
from ..core.words import words_of
from .rules import CustomerForm

MAX_BYTES = 20 * 1024 * 1024
MOST_LINES = 50_000
MOST_COLUMNS = 100
LONGEST_CELL = 10_000
MOST_LINES_IN_CELL = 20
SEPARATORS = (",", ";", "\t")

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

# Headings as people write them, in small letters without accents and spaces.
_HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "customer", "customername", "nombre", "nombrecompleto", "nombreyapellidos", "cliente",
             "nome", "nomecompleto", "nomeecognome", "kunde", "kundenname"),
    "email": ("email", "emailaddress", "mail", "correo", "correoelectronico", "direcciondecorreo", "indirizzoemail",
              "emailadresse", "postaelettronica"),
    "phone": ("phone", "phonenumber", "telephone", "mobile", "telefono", "movil", "cellulare", "telefon", "telefonnummer",
              "handy"),
    "address": ("address", "postaladdress", "direccion", "indirizzo", "adresse", "anschrift"),
    "language": ("language", "idioma", "lengua", "lingua", "sprache"),
    "account_name": ("household", "company", "account", "hogar", "empresa", "cuenta", "famiglia", "azienda", "haushalt",
                     "firma", "konto", "accountname"),
}
_LANGUAGE_OF = {
    **{code: code for code in LANGUAGES},
    **{"".join(words_of(name)): code for code, name in LANGUAGE_NAMES.items()},
    "ingles": "en", "inglese": "en", "englisch": "en", "spanish": "es", "castellano": "es", "spagnolo": "es",
    "spanisch": "es", "italian": "it", "italienisch": "it", "german": "de", "aleman": "de", "tedesco": "de",
}

TITLES: dict[str, str] = {
    "name": server_text("Name"), "email": server_text("E-mail"), "phone": server_text("Phone"),
    "address": server_text("Address"), "language": server_text("Language"),
    "account_name": server_text("Household or company"),
}
_EXAMPLE = {"name": "Lucía Fernández", "email": "lucia@example.com", "phone": "+34 600 100 200",
            "address": "Calle del Olivo 14, 28223 Pozuelo de Alarcón", "language": "es", "account_name": ""}


class CannotRead(PortalError):
    """The file as a whole is no list of customers."""

    text = msg("This file cannot be read as CSV.")


class FileEmpty(CannotRead):
    text = msg("This file is empty.")


class OnlyHeadings(CannotRead):
    text = msg("In this file nobody stands below the headings.")


class FileTooLarge(CannotRead):
    text = msg("This file is too large: at most {megabytes} MB.")


class TooManyLines(CannotRead):
    text = msg("This file has more than {most} lines. Please split it.")


class ColumnMissing(CannotRead):
    text = msg("There is no column “Name”. The first line names the columns; the template shows how.")


class EmailMissing(ColumnMissing):
    text = msg("There is no column “E-mail”. The first line names the columns; the template shows how.")


REQUIRED_COLUMNS = {"name": ColumnMissing, "email": EmailMissing}


class ColumnTwice(CannotRead):
    text = msg("Two columns mean the same: “{one}” and “{other}”.")


class NotText(CannotRead):
    text = msg("This is no text file. Please save the table as CSV first.")


QUOTES = msg("The quotation marks of this line do not close.")
MORE_CELLS = msg("This line has more cells than there are columns.")
TWICE_IN_FILE = msg("This e-mail address stands in line {line} already.")
CELL_TOO_LONG = msg("A cell of this line is too long.")


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong in a line (counted as a text editor does), in the column `column` if it is in one."""

    line: int
    column: str
    text: str
    values: Values = value(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """What a file says: good rows with their lines, errors, and how it was written."""

    encoding: str = ""
    separator: str = ","
    ignored: list[str] = value(default_factory=list)
    rows: list[tuple[int, CustomerForm]] = value(default_factory=list)
    errors: list[LineError] = value(default_factory=list)


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. What is not UTF-8 is read as the Windows alphabet, which every byte fits."""
    if content.startswith(b"\xef\xbb\xbf"):
        content_text, encoding = content[3:].decode("utf-8", "replace"), "UTF-8"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content_text, encoding = content.decode("utf-16", "replace"), "UTF-16"
    else:
        try:
            content_text, encoding = content.decode("utf-8"), "UTF-8"
        except UnicodeDecodeError:
            try:
                content_text, encoding = content.decode("cp1252"), "Windows-1252"
            except UnicodeDecodeError:
                content_text, encoding = content.decode("latin-1"), "ISO-8859-1"
    if "\0" in content_text:
        raise NotText
    return content_text, encoding


def heading_key(heading: str) -> str:
    return "".join(words_of(heading))


@cache
def _column_of() -> Mapping[str, str]:
    """Attribute by heading: what people write, and what the template says in each language."""
    known = {heading: column for column, headings in _HEADINGS.items() for heading in headings}
    return known | {heading_key(translate(language, title)): column for language in LANGUAGES
                    for column, title in TITLES.items()}


def column_of(heading: str) -> str:
    """The attribute that a heading means, or an empty string."""
    return _column_of().get(heading_key(heading), "")


def separator_of(first_line: str) -> str:
    """The separator that finds the most known columns in the first line, then the most cells."""

    def found(separator: str) -> tuple[int, int]:
        cells = next(csv.reader([first_line], delimiter=separator), [])
        return sum(bool(column_of(cell)) for cell in cells), len(cells)

    return max(SEPARATORS, key=found)


def _first_line(text: str) -> str:
    return next((line.strip("\r\n") for line in _LINE.findall(text[:LONGEST_CELL * 2]) if line.strip()), "")


def _columns_of(headings: Sequence[str], reading: Reading) -> list[str]:
    columns: list[str] = []
    for heading in headings[:MOST_COLUMNS]:
        column = column_of(heading)
        if column and column in columns:
            raise ColumnTwice(one=headings[columns.index(column)].strip()[:60], other=heading.strip()[:60])
        if not column and heading.strip():
            reading.ignored.append(heading.strip()[:60])
        columns.append(column)
    for column, missing in REQUIRED_COLUMNS.items():
        if column not in columns:
            raise missing
    return columns


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with the line it begins in; a text instead of cells says why it could not be read.

    A quotation mark that never closes would swallow the rest of the file: only its own line is given up, and reading goes
    on with the next one.
    """
    lines = _LINE.findall(text)
    start = 0
    while start < len(lines):
        reader = csv.reader(lines[start:start + MOST_LINES_IN_CELL], delimiter=separator, strict=True)
        try:
            cells = next(reader)
        except csv.Error as error:
            yield start + 1, CELL_TOO_LONG if "larger" in str(error) else QUOTES
            start += 1
            continue
        if any(cell.strip() for cell in cells):
            yield start + 1, cells
        start += reader.line_num


def language_of(text: str) -> str:
    """A code for what people write in a column of languages; what is none stays for the form to refuse."""
    return _LANGUAGE_OF.get("".join(words_of(text)), text.strip().lower())


def _entry(cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    entry = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    if entry.get("language"):
        entry["language"] = language_of(entry["language"])
    return entry


def read_customers(content: bytes) -> Reading:
    """Reads the whole file and every error in it; raises `CannotRead` when it is no list of customers at all."""
    if len(content) > MAX_BYTES:
        raise FileTooLarge(megabytes=MAX_BYTES // 1024 // 1024)
    reading = Reading()
    text, reading.encoding = decode(content)
    text = text.removeprefix("\ufeff")
    first = _first_line(text)
    if not first:
        raise FileEmpty
    if first.lower().startswith("sep=") and len(first) == 5:  # a spreadsheet's own hint; the count of lines stays
        text = text.replace(first, "", 1)
        first = _first_line(text)
    reading.separator = separator_of(first)
    records = _records(text, reading.separator)
    _line, headings = next(records, (1, ""))
    if isinstance(headings, str):
        raise CannotRead
    columns = _columns_of(headings, reading)
    seen: dict[str, int] = {}
    for count, (line, cells) in enumerate(records):
        if count >= MOST_LINES:
            raise TooManyLines(most=MOST_LINES)
        _read_line(reading, columns, line, cells, seen)
    if not reading.rows and not reading.errors:
        raise OnlyHeadings
    return reading


def _read_line(reading: Reading, columns: Sequence[str], line: int, cells: list[str] | str, seen: dict[str, int]) -> None:
    if isinstance(cells, str):
        reading.errors.append(LineError(line, "", cells))
        return
    if any(cell.strip() for cell in cells[len(columns):]):
        reading.errors.append(LineError(line, "", MORE_CELLS))
        return
    if any(len(cell) > LONGEST_CELL for cell in cells):
        reading.errors.append(LineError(line, "", CELL_TOO_LONG))
        return
    entry = _entry(cells, columns)
    form, errors = None, dict[str, tuple[str, Values]]()
    try:
        form = parse(CustomerForm, entry)
    except InvalidForm as invalid:
        errors |= invalid.errors
    if "email" not in errors:  # a line that is wrong elsewhere has the address too: it is told now, not the next time
        before = seen.setdefault(form.email if form else address_key(entry["email"].strip()), line)
        errors |= {"email": (TWICE_IN_FILE, {"line": before})} if before != line else {}
    reading.errors += [LineError(line, column, text, values) for column, (text, values) in errors.items()]
    if form is not None and not errors:
        reading.rows.append((line, form))


def template(language: str, titles: Mapping[str, str] = TITLES) -> bytes:
    """A file to begin with, as spreadsheets of that language like it: with a mark, and their separator."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="," if language == "en" else ";", lineterminator="\r\n")
    writer.writerow([translate(language, titles[column]) for column in titles])
    writer.writerow([_EXAMPLE[column] for column in titles])
    return out.getvalue().encode("utf-8-sig")
