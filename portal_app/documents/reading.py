"""Parses a file for real and writes what is kept of it. Runs in a process of its own (`parsers`), never in the portal's.

Pictures are decoded and encoded anew, upright, without EXIF, GPS or anything else that came along; a PDF stays as it is,
byte for byte, since it may carry a signature, and is refused when it can do more than be read.
"""

from __future__ import annotations

import hashlib
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pillow_heif
import pypdfium2
from PIL import Image, ImageOps, PngImagePlugin

from .errors import (
    FileEmpty,
    HidesSomething,
    PdfActive,
    PdfBroken,
    PdfLocked,
    PdfTooLong,
    PictureBroken,
    PictureMoves,
    PictureTooLarge,
    TooHardToRead,
)
from .reading_result import Reading
from .rules import (
    HEAD_BYTES,
    MAX_MEGAPIXELS,
    MAX_PDF_PAGES,
    Kind,
    clean_name,
    demand_ending,
    demand_wanted,
    kind_of,
    stored_kind,
)

THUMBNAIL_PX = 480
PAGE_PX = 1400
JPEG_QUALITY = 88
MOST_PDF_OBJECTS = 250_000
LONGEST_SIDE_PX = 30_000

_PILLOW = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP", Kind.HEIC: "HEIF"}
# What no picture holds: something else that a careless program would open in its place. Short words count only where text
# follows: among the millions of bytes of a photo they stand by chance.
_STRANGER = re.compile(rb"<script|<!doctype|%pdf-[12]\.|rar!\x1a\x07|7z\xbc\xaf\x27\x1c|<(?:svg|html|\?php)[\t\n\r -~]{12}",
                       re.IGNORECASE)
_LONGEST_STRANGER = 32

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = MAX_MEGAPIXELS * 1_000_000  # a second line of defence: sizes are asked before decoding
PngImagePlugin.MAX_TEXT_MEMORY = 4 * 1024 * 1024


def read_file(source: Path, name: str, wanted: tuple[Kind, ...], into: Path) -> Reading:
    """The reading of `source`, with its files in the folder `into`; raises the reason why it is not taken."""
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise FileEmpty
    kind = kind_of(head)
    demand_ending(name, kind)
    demand_wanted(kind, wanted)
    if kind is Kind.PDF:
        return _read_pdf(source, name, into)
    return _read_picture(source, kind, name, into)


# -- pictures ---------------------------------------------------------------------------------------------------------


def _read_picture(source: Path, kind: Kind, name: str, into: Path) -> Reading:
    _demand_no_stranger(source)
    picture = _decoded(source, kind)
    kept = stored_kind(kind)
    content, thumbnail = into / "content", into / "thumbnail"
    _write_picture(picture, kept, content)
    width, height = picture.size
    _write_thumbnail(picture, thumbnail)
    return Reading(kind=kept, name=clean_name(name, kind), size_bytes=content.stat().st_size,
                   content_hash=_hash(content), content=content, thumbnail=thumbnail, width_px=width, height_px=height)


def _demand_no_stranger(source: Path) -> None:
    if _is_archive(source) or _has(source, _STRANGER):
        raise HidesSomething


def _is_archive(source: Path) -> bool:
    """A zip has an end, which chance can make too, and an entry."""
    return zipfile.is_zipfile(source) and _has(source, _ZIP_ENTRY)


_ZIP_ENTRY = re.compile(rb"PK\x03\x04")


def _has(source: Path, pattern: re.Pattern[bytes]) -> bool:
    tail = b""
    with source.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            window = tail + chunk
            if pattern.search(window):
                return True
            tail = window[-_LONGEST_STRANGER:]
    return False


def _decoded(source: Path, kind: Kind) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(source, formats=(_PILLOW[kind],))
            width, height = picture.size
            if width * height > MAX_MEGAPIXELS * 1_000_000 or max(width, height) > LONGEST_SIDE_PX:
                raise PictureTooLarge(megapixels=MAX_MEGAPIXELS)
            if kind in (Kind.PNG, Kind.WEBP) and getattr(picture, "n_frames", 1) > 1:
                raise PictureMoves
            picture.load()
            picture = ImageOps.exif_transpose(picture) or picture
            return _plain(picture, stored_kind(kind))
    except Image.DecompressionBombError:
        raise PictureTooLarge(megapixels=MAX_MEGAPIXELS) from None
    except MemoryError:
        raise TooHardToRead from None
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, AttributeError, RuntimeError,
            OverflowError):  # parsers of hostile bytes fail in every way
        raise PictureBroken from None


def _plain(picture: Image.Image, kept: Kind) -> Image.Image:
    """In a mode that the kept kind can hold, and without anything that travelled with it."""
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I").point(lambda value: value / 256)
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if kept is Kind.JPEG and has_alpha:
        picture = _on_white(picture)
    wanted = "RGBA" if has_alpha and kept is not Kind.JPEG else "L" if picture.mode in ("1", "L", "I", "F") else "RGB"
    if picture.mode != wanted:
        picture = picture.convert(wanted)
    picture.info = {}
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    clear = picture.convert("RGBA")
    white = Image.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _write_picture(picture: Image.Image, kept: Kind, target: Path) -> None:
    options: dict[Kind, dict[str, Any]] = {
        Kind.JPEG: {"quality": JPEG_QUALITY, "progressive": True}, Kind.PNG: {"compress_level": 6},
        Kind.WEBP: {"quality": JPEG_QUALITY, "method": 3}}
    picture.save(target, _PILLOW[kept], **options[kept])


def _write_thumbnail(picture: Image.Image, target: Path) -> None:
    small = picture.copy() if max(picture.size) <= THUMBNAIL_PX else picture.reduce(
        max(1, max(picture.size) // (THUMBNAIL_PX * 2)))
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    if small.mode == "RGBA":
        small = _on_white(small)
    small.info = {}
    small.save(target, "WEBP", quality=78)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- PDF --------------------------------------------------------------------------------------------------------------

# Actions that do more than lead to another page of the same file or to an address that the reader sees.
_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/RichMediaExecute",
            "/Sound", "/Movie", "/GoTo3DView"}
_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
_TYPES = {"/EmbeddedFile"}
_MARKUP = {"/FileAttachment", "/RichMedia", "/Screen", "/3D", "/Movie", "/Sound"}


def _read_pdf(source: Path, name: str, into: Path) -> Reading:
    _demand_only_a_pdf(source)
    try:
        with pikepdf.open(source, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise PdfLocked
            pages = len(pdf.pages)
            if pages < 1:
                raise PdfBroken
            if pages > MAX_PDF_PAGES:
                raise PdfTooLong(pages=MAX_PDF_PAGES)
            _demand_passive(pdf)
    except pikepdf.PasswordError:
        raise PdfLocked from None
    except (MemoryError, RecursionError):
        raise TooHardToRead from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, OverflowError):
        raise PdfBroken from None
    thumbnail = into / "thumbnail"
    width, height = render_page(source, 0, THUMBNAIL_PX, thumbnail)
    return Reading(kind=Kind.PDF, name=clean_name(name, Kind.PDF), size_bytes=source.stat().st_size,
                   content_hash=_hash(source), content=source, thumbnail=thumbnail, width_px=width, height_px=height,
                   page_count=pages)


def _demand_only_a_pdf(source: Path) -> None:
    """Nothing before the first byte of a PDF (its kind says so) and nothing behind its end."""
    if _is_archive(source):
        raise HidesSomething
    with source.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 64 * 1024))
        end = file.read()
    _before, mark, behind = end.rpartition(b"%%EOF")
    if not mark:
        raise PdfBroken
    if behind.strip(b" \t\r\n\x00\x1a"):
        raise HidesSomething


def _demand_passive(pdf: pikepdf.Pdf) -> None:
    for number, thing in enumerate(pdf.objects):
        if number > MOST_PDF_OBJECTS:
            raise TooHardToRead
        _demand_passive_thing(thing, 0)


def _demand_passive_thing(thing: Any, depth: int) -> None:
    """Looks into what stands in an object itself; what it refers to is an object of its own."""
    if depth > 60:
        raise TooHardToRead
    if isinstance(thing, pikepdf.Array):
        for each in thing:  # pyright: ignore[reportGeneralTypeIssues]
            if isinstance(each, pikepdf.Array | pikepdf.Dictionary) and not each.is_indirect:
                _demand_passive_thing(each, depth + 1)
        return
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    for key in list(thing.keys()):
        if key in _KEYS:
            raise PdfActive
        value = thing.get(key)
        if isinstance(value, pikepdf.Name):
            word = str(value)
            if (key == "/S" and word in _ACTIONS) or (key == "/Type" and word in _TYPES) or (
                    key == "/Subtype" and word in _MARKUP):
                raise PdfActive
        elif isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect:
            _demand_passive_thing(value, depth + 1)


def render_page(source: Path, number: int, longest_px: int, target: Path) -> tuple[int, int]:
    """Draws one page of a PDF as a picture and gives its size; forms and programs in it are not run."""
    try:
        pdf = pypdfium2.PdfDocument(source)
        try:
            page = pdf[number]
            width, height = page.get_size()
            if not (0 < width < 20_000 and 0 < height < 20_000):
                raise PdfBroken
            picture = page.render(scale=longest_px / max(width, height), may_draw_forms=False).to_pil().convert("RGB")
        finally:
            pdf.close()
    except MemoryError:
        raise TooHardToRead from None
    except (pypdfium2.PdfiumError, IndexError, ValueError, OSError):
        raise PdfBroken from None
    picture.save(target, "WEBP", quality=80)
    return picture.size
