"""Files that people send, and files that nobody should: made here, so that no hostile file lies in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SECRET_PLACE = "a secret place 40.4168N"


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A gradient, so that it is no single colour."""
    red = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (red, red.rotate(180), Image.new("L", (width, height), 90))).convert(mode)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = SECRET_PLACE
    exif[0x0112] = 6  # on its side
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (40.0, 25.0, 0.5), "W", (3.0, 42.0, 13.2)
    return exif


def saved(image: Image.Image, form: str, **options) -> bytes:
    written = io.BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


@cache
def jpeg(width: int = 64, height: int = 48) -> bytes:
    return saved(picture(width, height), "JPEG", quality=85)


@cache
def jpeg_with_place() -> bytes:
    return saved(picture(), "JPEG", exif=_exif(), comment=SECRET_PLACE.encode())


@cache
def png() -> bytes:
    return saved(picture(mode="RGBA"), "PNG")


@cache
def webp() -> bytes:
    return saved(picture(), "WEBP", exif=_exif())


@cache
def heic() -> bytes:
    return saved(picture(), "HEIF", exif=_exif().tobytes())


def pdf(pages: int = 2, change: Callable[[pikepdf.Pdf], None] | None = None, **options) -> bytes:
    made = pikepdf.new()
    for number in range(pages):
        made.add_blank_page(page_size=(595, 842))
        made.pages[number].Contents = made.make_stream(b"0.2 0.4 0.4 rg 60 %d 400 60 re f" % (700 - number * 40))
    if change:
        change(made)
    written = io.BytesIO()
    made.save(written, **options)
    return written.getvalue()


def _javascript(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _hidden_javascript(made: pikepdf.Pdf) -> None:
    """In an annotation's action, deep in arrays, compressed in an object stream."""
    action = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=made.make_stream(b"app.alert(1)"))
    made.pages[0].Annots = made.make_indirect(pikepdf.Array([pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=made.make_indirect(action))]))


def _launch(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")


def _embedded(made: pikepdf.Pdf) -> None:
    made.attachments["evil.exe"] = b"MZ nothing good"


def _submit(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="http://example.com/")


def _form_of_programs(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=made.make_stream(b"<xdp/>"))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))


def zeros(count: int) -> bytes:
    """What zlib makes of so many zeros, without going through all of them: one compressed piece, repeated."""
    whole, rest = divmod(count, 10_000_000)
    squeeze, finish = zlib.compressobj(9, wbits=-15), zlib.compressobj(9, wbits=-15)
    piece = squeeze.compress(bytes(10_000_000)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    adler = count % 65_521 << 16 | 1
    return b"\x78\xda" + piece * whole + finish.compress(bytes(rest)) + finish.flush() + struct.pack("!I", adler)


def png_bomb(side: int = 40_000) -> bytes:
    """A few kilobytes that would be 1.6 gigapixels."""
    header = struct.pack("!IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = zeros(side * (1 + side // 8))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def png_that_lies() -> bytes:
    """Says 100 × 100 and carries far more: decoding must stop by itself."""
    header = struct.pack("!IIBBBBB", 100, 100, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zeros(200_000_000))
            + _chunk(b"IEND", b""))


def png_text_bomb() -> bytes:
    text = b"Comment\0\0" + zeros(120_000_000)
    plain = png()
    return plain[:33] + _chunk(b"zTXt", text) + plain[33:]


def moving_png() -> bytes:
    return saved(picture(), "PNG", save_all=True, append_images=[picture(mode="L").convert("RGB")])


def moving_webp() -> bytes:
    return saved(picture(), "WEBP", save_all=True, append_images=[picture().rotate(90)])


def pdf_stream_bomb() -> bytes:
    """An object stream of a few hundred kilobytes that would be 3 GB."""
    body = zeros(3_000_000_000)
    made = bytearray(b"%PDF-1.5\n")
    offsets = {}
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>"}
    for number, text in objects.items():
        offsets[number] = len(made)
        made += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    offsets[4] = len(made)
    made += b"4 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(body) + body + b"\nendstream\nendobj\n"
    at = len(made)
    made += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offsets[n] for n in (1, 2, 3, 4))
    made += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % at
    return bytes(made)


def with_zip(content: bytes) -> bytes:
    written = io.BytesIO(content)
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("run.js", "alert(1)")
    return written.getvalue()


GOOD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpeg": ("roof.jpg", jpeg),
    "jpeg with a place": ("IMG_0001.JPG", jpeg_with_place),
    "png": ("plan.png", png),
    "webp": ("meter.webp", webp),
    "heic": ("IMG_0002.HEIC", heic),
    "picture that calls itself jpg": ("meter.jpg", webp),
    "pdf": ("contract.pdf", pdf),
    "without an ending": ("scan", jpeg),
}

# What it is → (name, content, class of the reason)
HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.jpg", lambda: b"", "FileEmpty"),
    "text": ("a.txt", lambda: b"just words", "FileKindUnknown"),
    "text that calls itself a picture": ("a.jpg", lambda: b"just words", "FileKindUnknown"),
    "program": ("setup.exe", lambda: b"MZ\x90\0" + bytes(200), "FileKindUnknown"),
    "svg": ("a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "FileIsDrawing"),
    "svg that calls itself png": ("a.png", lambda: b'<?xml version="1.0"?><svg onload="alert(1)"/>', "FileIsDrawing"),
    "html": ("a.html", lambda: b"<!DOCTYPE html><script>alert(1)</script>", "FileIsWebPage"),
    "html that calls itself pdf": ("a.pdf", lambda: b"\n <html><script>alert(1)</script>", "FileIsWebPage"),
    "gif": ("a.gif", lambda: saved(picture(), "GIF"), "FileKindUnknown"),
    "tiff": ("a.tif", lambda: saved(picture(), "TIFF"), "FileKindUnknown"),
    "avif": ("a.heic", lambda: saved(picture(), "AVIF"), "FileKindUnknown"),
    "zip": ("a.zip", lambda: with_zip(b""), "FileKindUnknown"),
    "jpeg that calls itself pdf": ("a.pdf", jpeg, "WrongEnding"),
    "pdf that calls itself jpg": ("a.jpg", pdf, "WrongEnding"),
    "jpeg that calls itself a program": ("photo.jpg.exe", jpeg, "WrongEnding"),
    "jpeg that calls itself a page": ("photo.html", jpeg, "WrongEnding"),
    "only the beginning of a jpeg": ("a.jpg", lambda: jpeg()[:200], "PictureBroken"),
    "only the first bytes of a jpeg": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(40), "PictureBroken"),
    "half a png": ("a.png", lambda: png()[:60], "PictureBroken"),
    "half a heic": ("a.heic", lambda: heic()[: len(heic()) // 3], "PictureBroken"),
    "riff without a picture": ("a.webp", lambda: b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0", "PictureBroken"),
    "png bomb": ("a.png", png_bomb, "PictureTooLarge"),
    "51 megapixels": ("a.png", lambda: saved(Image.new("1", (10_200, 5_001)), "PNG"), "PictureTooLarge"),
    "very long": ("a.png", lambda: saved(Image.new("1", (31_000, 2)), "PNG"), "PictureTooLarge"),
    "png text bomb": ("a.png", png_text_bomb, "PictureBroken"),
    "moving png": ("a.png", moving_png, "PictureMoves"),
    "moving webp": ("a.webp", moving_webp, "PictureMoves"),
    "jpeg and zip": ("a.jpg", lambda: with_zip(jpeg()), "HidesSomething"),
    "png and zip": ("a.png", lambda: with_zip(png()), "HidesSomething"),
    "pdf and zip": ("a.pdf", lambda: with_zip(pdf()), "HidesSomething"),
    "jpeg and html": ("a.jpg", lambda: jpeg() + b"<html><script>alert(1)</script>", "HidesSomething"),
    "jpeg with a script in its comment": (
        "a.jpg", lambda: saved(picture(), "JPEG", comment=b"<ScRiPt>alert(1)</script>"), "HidesSomething"),
    "jpeg with php": ("a.jpg", lambda: saved(picture(), "JPEG", comment=b"<?php system($_GET['c']);"), "HidesSomething"),
    "jpeg and pdf": ("a.jpg", lambda: jpeg() + pdf(), "HidesSomething"),
    "pdf and html": ("a.pdf", lambda: pdf() + b"\n<html><script>alert(1)</script>", "HidesSomething"),
    "something before a pdf": ("a.pdf", lambda: b"<!-- -->\n" + pdf(), "FileKindUnknown"),
    "only the head of a pdf": ("a.pdf", lambda: b"%PDF-1.7\n", "PdfBroken"),
    "half a pdf": ("a.pdf", lambda: pdf()[:300], "PdfBroken"),
    "pdf of nothing": ("a.pdf", lambda: b"%PDF-1.7\nnothing at all\n%%EOF\n", "PdfBroken"),
    "pdf with a password": (
        "a.pdf", lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "PdfLocked"),
    "pdf locked for its owner": (
        "a.pdf", lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="")), "PdfLocked"),
    "pdf with javascript": ("a.pdf", lambda: pdf(change=_javascript), "PdfActive"),
    "pdf with hidden javascript": ("a.pdf", lambda: pdf(
        change=_hidden_javascript, object_stream_mode=pikepdf.ObjectStreamMode.generate), "PdfActive"),
    "pdf with javascript in other letters": ("a.pdf", lambda: pdf(change=_javascript).replace(
        b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53"), "PdfActive"),
    "pdf that starts programs": ("a.pdf", lambda: pdf(change=_launch), "PdfActive"),
    "pdf that sends forms": ("a.pdf", lambda: pdf(change=_submit), "PdfActive"),
    "pdf with a file inside": ("a.pdf", lambda: pdf(change=_embedded), "PdfActive"),
    "pdf with an xfa form": ("a.pdf", lambda: pdf(change=_form_of_programs), "PdfActive"),
    "pdf of 401 pages": ("a.pdf", lambda: pdf(401), "PdfTooLong"),
}
