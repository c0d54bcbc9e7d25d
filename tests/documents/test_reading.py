"""Files are what parsing them says. What is kept of a picture is the picture."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from portal_app.documents import errors
from portal_app.documents.parsers import parse_file
from portal_app.documents.reading import read_file
from portal_app.documents.rules import Kind
from tests.documents import corpus

ALL = tuple(Kind)


def _source(folder: Path, content: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("what", corpus.GOOD)
def test_what_people_send_is_taken(what: str, tmp_path: Path):
    name, make = corpus.GOOD[what]
    content = make()
    reading = read_file(_source(tmp_path, content), name, ALL, tmp_path)
    assert reading.content.stat().st_size == reading.size_bytes > 0
    assert reading.thumbnail is not None
    with Image.open(reading.thumbnail, formats=("WEBP",)) as thumbnail:
        assert max(thumbnail.size) <= 480
    if reading.kind is Kind.PDF:
        assert reading.content.read_bytes() == content
        assert reading.page_count == 2


@pytest.mark.parametrize("what", corpus.HOSTILE)
def test_what_nobody_should_send_is_refused_with_its_reason(what: str, tmp_path: Path):
    name, make, reason = corpus.HOSTILE[what]
    with pytest.raises(getattr(errors, reason)) as refused:
        read_file(_source(tmp_path, make()), name, ALL, tmp_path)
    assert type(refused.value).__name__ == reason


@pytest.mark.parametrize("make", [corpus.jpeg_with_place, corpus.webp, corpus.heic])
def test_a_picture_says_nothing_of_where_and_with_what_it_was_taken(make, tmp_path: Path):
    with Image.open(io.BytesIO(make())) as before:
        assert before.getexif().get_ifd(0x8825), "the test's picture has a place"
    reading = read_file(_source(tmp_path, make()), "x", ALL, tmp_path)
    content = reading.content.read_bytes()
    with Image.open(io.BytesIO(content)) as after:
        assert not dict(after.getexif())
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(after.info)
    for trace in (b"Exif", b"GPS", corpus.SECRET_PLACE.encode(), b"xmp"):
        assert trace not in content


def test_a_picture_that_lies_on_its_side_is_put_upright(tmp_path: Path):
    reading = read_file(_source(tmp_path, corpus.jpeg_with_place()), "x.jpg", ALL, tmp_path)
    assert (reading.width_px, reading.height_px) == (48, 64)


def test_heic_becomes_jpeg_since_browsers_do_not_show_it(tmp_path: Path):
    reading = read_file(_source(tmp_path, corpus.heic()), "IMG_0002.HEIC", ALL, tmp_path)
    assert reading.kind is Kind.JPEG
    assert reading.name == "IMG_0002.jpg"
    assert reading.content.read_bytes().startswith(b"\xff\xd8\xff")


def test_what_follows_a_camera_picture_is_left_behind(tmp_path: Path):
    """Some phones write their own notes behind the end of the picture: the picture is taken, the notes are not."""
    reading = read_file(_source(tmp_path, corpus.jpeg() + b"SEFH\x6b\0 phone notes SEFT"), "x.jpg", ALL, tmp_path)
    assert b"phone notes" not in reading.content.read_bytes()


@pytest.mark.parametrize("chance", [b"\x01<svG\xff\x00\x9d", b"<HTml\x03\x88", b"<?php\x00", b"PK\x05\x06" + bytes(18)])
def test_what_stands_in_a_photo_by_chance_is_no_reason(chance: bytes, tmp_path: Path):
    """Four letters stand in every hundredth photo somewhere; customers must not be told that they hide something."""
    content = corpus.saved(corpus.picture(), "JPEG", comment=chance + bytes(40))
    assert read_file(_source(tmp_path, content), "x.jpg", ALL, tmp_path).kind is Kind.JPEG


def test_what_is_hidden_is_found_across_pieces(tmp_path: Path):
    content = corpus.jpeg() + bytes(1024 * 1024 - len(corpus.jpeg()) - 5) + b"<html><body onload=alert(1)>"
    with pytest.raises(errors.HidesSomething):
        read_file(_source(tmp_path, content), "x.jpg", ALL, tmp_path)


def test_a_place_may_want_only_some_kinds(tmp_path: Path):
    with pytest.raises(errors.FileKindNotWanted):
        read_file(_source(tmp_path, corpus.jpeg()), "x.jpg", (Kind.PDF,), tmp_path)


def test_colours_that_jpeg_cannot_hold_become_white_paper(tmp_path: Path):
    clear = corpus.saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "HEIF")
    reading = read_file(_source(tmp_path, clear), "x.heic", ALL, tmp_path)
    with Image.open(reading.content) as picture:
        assert min(picture.getpixel((10, 10))) > 240  # pyright: ignore


def test_a_png_that_carries_more_than_it_says_is_read_as_what_it_says(tmp_path: Path):
    """200 MB behind a picture of 100 × 100 points: decoding stops when the picture is full."""
    reading = read_file(_source(tmp_path, corpus.png_that_lies()), "a.png", ALL, tmp_path)
    assert (reading.width_px, reading.height_px) == (100, 100)
    assert reading.size_bytes < 1000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str, tmp_path: Path):
    image = Image.new("I;16", (20, 20), 30_000) if mode == "I;16" else corpus.picture().convert(mode)
    reading = read_file(_source(tmp_path, corpus.saved(image, "PNG")), "x.png", ALL, tmp_path)
    with Image.open(reading.content) as picture:
        assert picture.mode in {"L", "RGB", "RGBA"}
        if mode == "I;16":
            assert 110 < picture.getpixel((5, 5)) < 125  # pyright: ignore


@pytest.mark.parametrize("make", [corpus.jpeg, corpus.png, corpus.webp, corpus.heic, corpus.pdf])
def test_damaged_files_are_read_or_refused_and_nothing_else(make, tmp_path: Path):
    chance, whole = random.Random(7), make()
    outcomes = set()
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 2, 8))):
            place = chance.randrange(len(damaged))
            if chance.random() < 0.7:
                damaged[place] = chance.randrange(256)
            else:
                del damaged[place:place + chance.randrange(1, 40)]
        try:
            read_file(_source(tmp_path, bytes(damaged)), "x", ALL, tmp_path)
            outcomes.add("read")
        except errors.FileRefused:
            outcomes.add("refused")
    assert "refused" in outcomes


# -- in the process of its own ------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_the_parser_process_gives_readings_and_reasons(tmp_path: Path):
    reading = await parse_file(_source(tmp_path, corpus.jpeg()), "roof.jpg", ALL, tmp_path)
    assert (reading.name, reading.kind) == ("roof.jpg", Kind.JPEG)
    with pytest.raises(errors.PictureTooLarge) as refused:
        await parse_file(_source(tmp_path, corpus.png_bomb()), "a.png", ALL, tmp_path)
    assert refused.value.values == {"megapixels": 50}


@pytest.mark.anyio
async def test_a_bomb_takes_at_most_the_parser_with_it(tmp_path: Path):
    """3 GB in a PDF: whatever the parser makes of it, the portal goes on and the next file is read."""
    source = _source(tmp_path, corpus.pdf_stream_bomb())
    try:
        await parse_file(source, "a.pdf", ALL, tmp_path, seconds=20)
    except errors.FileRefused as refused:
        assert isinstance(refused, errors.TooHardToRead | errors.PdfBroken)
    assert (await parse_file(_source(tmp_path, corpus.jpeg()), "a.jpg", ALL, tmp_path)).kind is Kind.JPEG


@pytest.mark.anyio
async def test_a_parser_that_takes_too_long_is_ended_and_replaced(tmp_path: Path):
    source = _source(tmp_path, corpus.saved(corpus.picture(7000, 7000), "PNG", compress_level=1))
    with pytest.raises(errors.TooHardToRead):
        await parse_file(source, "a.png", ALL, tmp_path, seconds=0.05)
    assert (await parse_file(_source(tmp_path, corpus.jpeg()), "a.jpg", ALL, tmp_path)).kind is Kind.JPEG


def test_the_portal_itself_never_loads_a_parser():
    """What reads hostile files is not even in memory where sessions and secrets are."""
    import subprocess
    import sys

    program = ("import sys, portal_app.portal_app\n"
               "print(*sorted({'pikepdf', 'pypdfium2', 'pillow_heif'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout.strip()) == (0, "")
