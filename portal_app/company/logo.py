"""A company's logo: what is uploaded is decoded and written anew, so that no metadata and no script comes through."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from ..core.errors import PortalError
from ..core.texts import msg

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS_A_SIDE = 4000
STORED_SIDE_PX = 800
FORMATS = ("PNG", "JPEG", "WEBP")
LOGO_TYPE = "image/png"


class LogoTooLarge(PortalError):
    text = msg("The picture has more than {megabytes} MB. Please choose a smaller one.")


class LogoTooWide(PortalError):
    text = msg("The picture is wider or higher than {pixels} pixels. Please choose a smaller one.")


class LogoIsSvg(PortalError):
    text = msg("SVG files can carry scripts and most mail programs do not show them. Please choose PNG, JPEG or WebP.")


class LogoNotReadable(PortalError):
    text = msg("This is no picture that we can read. Please choose PNG, JPEG or WebP.")


def _looks_like_svg(content: bytes) -> bool:
    start = content[:1024].lower()
    return b"<svg" in start or (b"<?xml" in start and b"svg" in content[:4096].lower())


def process_logo(content: bytes) -> bytes:
    """The picture as a PNG of a sane size without metadata; PNG because every mail program shows it."""
    if len(content) > MAX_BYTES:
        raise LogoTooLarge("logo", megabytes=MAX_BYTES // 1024 // 1024)
    if _looks_like_svg(content):
        raise LogoIsSvg("logo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            if max(picture.size) > MAX_PIXELS_A_SIDE:  # asked before decoding: a bomb is refused by its header
                raise LogoTooWide("logo", pixels=MAX_PIXELS_A_SIDE)
            picture.load()
            upright = ImageOps.exif_transpose(picture) or picture
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning):
        raise LogoNotReadable("logo") from None
    clean = upright.convert("RGBA")
    clean.thumbnail((STORED_SIDE_PX, STORED_SIDE_PX))
    bare = Image.new("RGBA", clean.size)
    bare.paste(clean)
    written = io.BytesIO()
    bare.save(written, "PNG", optimize=True)
    return written.getvalue()
