"""Files are what parsing them says. What is kept of a picture is the picture."""

from __future__ import annotations

import io
import os
import random
import resource
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from portal_app.documents import errors, parser_process, parsers
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


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """New parsers, which get a fifth of what they may have otherwise: two gigabytes take seconds to fill."""
    little = parser_process.MEMORY_BYTES // 5
    start = parsers._Process._start

    def started(self: parsers._Process) -> subprocess.Popen[bytes]:
        process = start(self)
        resource.prlimit(process.pid, resource.RLIMIT_AS, (little, little))
        return process

    monkeypatch.setattr(parsers._Process, "_start", started)
    monkeypatch.setattr(parsers, "_own", threading.local())


@pytest.mark.anyio
async def test_a_bomb_takes_at_most_the_parser_with_it(little_memory: None, tmp_path: Path):
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


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A parser that has just read a file, started by a portal with secrets and an open database; what the kernel knows
    of it."""
    monkeypatch.setenv("PORTAL_SECRET", "nobody else's business")
    monkeypatch.setenv("PORTAL_S3_SECRET_KEY", "nobody else's business")
    with closing(sqlite3.connect(tmp_path / "portal.db")) as database, socket.socket() as listening:
        os.set_inheritable(listening.fileno(), True)  # as a careless library might
        database.execute("CREATE TABLE secrets (secret TEXT)")
        started = parsers._Process()
        order = {"task": "read", "source": str(_source(tmp_path, corpus.heic())), "name": "a.heic", "wanted": ["heic"],
                 "into": str(tmp_path)}
        try:
            assert started.ask(order, 30)["done"]["kind"] == Kind.JPEG
            assert started.process is not None
            yield Path(f"/proc/{started.process.pid}")
        finally:
            started.end()


needs_linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="asks the kernel of Linux")


@needs_linux
def test_a_parser_has_no_secret_and_nothing_of_the_portal_s_open(parser: Path):
    names = {entry.partition("=")[0] for entry in (parser / "environ").read_text().split("\0") if entry}
    assert names <= {"PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH"}
    opened = {int(each.name): os.readlink(each) for each in (parser / "fd").iterdir()}
    assert set(opened) == {0, 1, 2, 3}  # orders, what libraries print, errors, answers
    assert not [target for target in opened.values() if target.endswith(".db") or "socket" in target]


@needs_linux
def test_a_parser_stands_nowhere_and_has_narrow_limits(parser: Path):
    assert os.readlink(parser / "cwd").endswith(" (deleted)")
    limits = {line[:26].strip(): line[26:].split()[1] for line in (parser / "limits").read_text().splitlines()[1:]}
    assert {name: int(limits[name]) for name in ("Max core file size", "Max file size", "Max open files",
                                                 "Max address space")} == {
        "Max core file size": 0, "Max file size": parser_process.FILE_BYTES, "Max open files": parser_process.OPEN_FILES,
        "Max address space": parser_process.MEMORY_BYTES}


@needs_linux
def test_a_parser_has_no_network_where_the_kernel_lets_it_go(parser: Path):
    may = subprocess.run(["unshare", "--user", "--net", "true"], check=False).returncode == 0
    if not may:
        pytest.skip("this kernel lets nobody leave the network")
    assert os.readlink(parser / "ns" / "net") != os.readlink("/proc/self/ns/net")
    assert "NoNewPrivs:\t1" in (parser / "status").read_text()
    limits = (parser / "limits").read_text()
    assert limits.partition("Max processes")[2].split()[1] == str(parser_process.TASKS)


@pytest.mark.anyio
async def test_files_are_found_wherever_the_portal_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The data folder may be named from where the portal stands; the parser stands elsewhere."""
    monkeypatch.chdir(tmp_path)
    _source(tmp_path, corpus.jpeg())
    reading = await parse_file(Path("source"), "roof.jpg", ALL, Path("."))
    assert reading.content.exists()


def test_the_portal_itself_never_loads_a_parser():
    """What reads hostile files is not even in memory where sessions and secrets are."""
    program = ("import sys, portal_app.portal_app\n"
               "print(*sorted({'pikepdf', 'pypdfium2', 'pillow_heif'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout.strip()) == (0, "")
