"""What a file may be, how large, what it is called, and where staff find it. Pure.

The first bytes only choose the parser; whether the file is what they say is decided by parsing it (`reading`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from ..core.errors import PortalError
from ..core.forms import REQUIRED, FieldError, Form
from ..core.ids import ID_LENGTH
from ..core.localized import Localized
from ..core.texts import msg
from ..flows.rules import cleaned_texts
from .errors import FileIsDrawing, FileIsWebPage, FileKindNotWanted, FileKindUnknown, WrongEnding

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 25 * MEGABYTE
MAX_MEGAPIXELS = 50
MAX_PDF_PAGES = 400
MOST_FILES_OF_PROJECT = 400
MAX_BYTES_OF_PROJECT = 1024 * MEGABYTE
MOST_AT_ONCE = 4  # uploads of one person that are under way at the same time
MOST_AT_ONCE_OF_ALL = 40  # of everybody in this process: each keeps at most one file on the disk
HEAD_BYTES = 1024


class Kind(StrEnum):
    """The kinds of file that are taken."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"


PICTURES = (Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.HEIC)
KIND_NAMES = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WebP", Kind.HEIC: "HEIC", Kind.PDF: "PDF"}
ENDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.JPEG: ("jpg", "jpeg", "jpe", "jfif"), Kind.PNG: ("png",), Kind.WEBP: ("webp",), Kind.HEIC: ("heic", "heif"),
    Kind.PDF: ("pdf",),
}
MEDIA_TYPES = {Kind.JPEG: "image/jpeg", Kind.PNG: "image/png", Kind.WEBP: "image/webp", Kind.HEIC: "image/heic",
               Kind.PDF: "application/pdf"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def kind_of(head: bytes) -> Kind:
    """The kind that the first bytes announce; raises for whatever is not on the list."""
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return Kind.HEIC
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text:
        raise FileIsDrawing
    if text.startswith((b"<!doctype", b"<html", b"<script", b"<head", b"<body")) or b"<html" in text:
        raise FileIsWebPage
    raise FileKindUnknown


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def demand_ending(name: str, kind: Kind) -> None:
    """A name that says something else than the content is refused; a name without an ending says nothing.

    Phones call pictures .jpg whatever they are; among pictures only the content counts.
    """
    ending = ending_of(name)
    if not ending or ending in ENDINGS[kind]:
        return
    if kind in PICTURES and any(ending in ENDINGS[picture] for picture in PICTURES):
        return
    raise WrongEnding(ending=f".{ending[:12]}", kind=KIND_NAMES[kind])


def demand_wanted(kind: Kind, wanted: tuple[Kind, ...]) -> None:
    if kind not in wanted:
        raise FileKindNotWanted(kinds=", ".join(KIND_NAMES[each] for each in wanted))


_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
LONGEST_NAME = 120


def clean_name(name: str, kind: Kind) -> str:
    """What a file is called for people: no folders, no invisible letters, and the ending of what is stored.

    Pictures in HEIC become JPEG, since few browsers show HEIC.
    """
    name = unicodedata.normalize("NFC", name)
    name = "".join(letter for letter in name if unicodedata.category(letter) not in {"Cf", "Cc", "Co", "Cs", "Cn"})
    name = _FORBIDDEN.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stored = stored_kind(kind)
    known = {ending for endings in ENDINGS.values() for ending in endings}
    stem = name[: -len(ending_of(name)) - 1] if ending_of(name) in known else name
    return f"{stem.strip(' .')[:LONGEST_NAME - 6] or 'file'}.{ENDINGS[stored][0]}"


def stored_kind(kind: Kind) -> Kind:
    return Kind.JPEG if kind is Kind.HEIC else kind


# -- where staff find a file ------------------------------------------------------------------------------------------


CLIENT = "client"  # what customers send comes here, whatever the company calls it
INTERNAL = "internal"
LONGEST_FOLDER_NAME = 60


class FolderInUse(PortalError):
    text = msg("This folder stays: what customers send comes here.")


class Review(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Scan(StrEnum):
    """What the virus scanner says, or that there is nothing to scan: the content of a `lost` file is gone from the store.

    Only `clean` and `off` (no scanner is set up) are ever handed out.
    """

    CLEAN = "clean"
    OFF = "off"
    WAITING = "waiting"
    INFECTED = "infected"
    LOST = "lost"


READABLE = (Scan.CLEAN, Scan.OFF)
GONE = (Scan.INFECTED, Scan.LOST)  # nothing of them is kept: they take no room


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a place takes."""

    max_bytes: int = MAX_FILE_BYTES
    kinds: tuple[Kind, ...] = tuple(Kind)
    most_files: int = MOST_FILES_OF_PROJECT

    @property
    def megabytes(self) -> int:
        return max(1, self.max_bytes // MEGABYTE)


class RejectForm(Form):
    """Why a file comes back; the customer reads it."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class FilingForm(Form):
    folder: Annotated[str, StringConstraints(min_length=1, max_length=ID_LENGTH)]


def _names(texts: object) -> Localized:
    named = cleaned_texts(texts, LONGEST_FOLDER_NAME, one_line=True)
    if not named:
        raise FieldError(REQUIRED)
    return named


class FolderForm(Form):
    """A folder as staff save it; `version` 0 is one that nobody has changed yet."""

    version: Annotated[int, Field(ge=0)] = 0
    name: Annotated[Localized, BeforeValidator(_names)]
    is_public: bool = False


class PublicForm(Form):
    is_public: Annotated[bool, Field(strict=True)]
