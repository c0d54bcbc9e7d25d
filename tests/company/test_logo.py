"""A logo is decoded and written anew: nothing but its pixels comes through."""

import io

import pytest
from PIL import Image, PngImagePlugin
from sqlmodel import Session

from portal_app.company import logo, service
from portal_app.company.logo import LogoIsSvg, LogoNotReadable, LogoTooLarge, LogoTooWide, process_logo
from portal_app.core import files
from portal_app.core.errors import NotFound
from tests.factories import actor_of, make_company, make_staff


def picture(kind: str = "PNG", size=(40, 20), **options) -> bytes:
    written = io.BytesIO()
    mode = "RGB" if kind == "JPEG" else "RGBA"
    Image.new(mode, size, (11, 91, 87)).save(written, kind, **options)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_become_a_png(kind: str):
    assert Image.open(io.BytesIO(process_logo(picture(kind)))).format == "PNG"


def test_metadata_is_gone():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "taken at home")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    for content in (picture(pnginfo=notes), picture("JPEG", exif=exif)):
        assert b"taken at home" in content
        assert b"taken at home" not in process_logo(content)


def test_a_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert Image.open(io.BytesIO(process_logo(picture("JPEG", exif=exif)))).size == (20, 40)


def test_large_pictures_are_made_smaller():
    assert max(Image.open(io.BytesIO(process_logo(picture(size=(3000, 1000))))).size) == logo.STORED_SIDE_PX


@pytest.mark.parametrize(("content", "error"), [
    (b"x" * (logo.MAX_BYTES + 1), LogoTooLarge),
    (picture(size=(logo.MAX_PIXELS_A_SIDE + 1, 1)), LogoTooWide),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", LogoIsSvg),
    (b"<?xml version='1.0'?>" + b" " * 2000 + b"<svg/>", LogoIsSvg),
    (b"", LogoNotReadable),
    (b"GIF89a", LogoNotReadable),
    (picture()[:60], LogoNotReadable),
    (picture("GIF"), LogoNotReadable),
])
def test_what_is_no_logo_is_refused_with_a_reason(content: bytes, error):
    with pytest.raises(error):
        process_logo(content)


def test_a_new_logo_replaces_the_old_file(session: Session, monkeypatch: pytest.MonkeyPatch):
    make_company(session)
    actor = actor_of(make_staff(session))
    first = service.set_logo(session, actor, picture()).logo_key
    monkeypatch.setattr(service, "company_snapshot", lambda: service.snapshot_of(service.get_company(session)))
    assert service.read_logo()[1:] == ("image/png", first)
    second = service.set_logo(session, actor, picture(size=(10, 10))).logo_key
    assert files.read(first), "until the commit the old logo is still served"
    session.commit()
    with pytest.raises(FileNotFoundError):
        files.read(first)
    assert service.read_logo()[2] == second
    assert service.company_snapshot().logo_path.startswith("/company/logo?v=")
    files.delete(second)
    with pytest.raises(NotFound):
        service.read_logo()
    service.remove_logo(session, actor)
    assert service.company_snapshot().logo_path == ""
    with pytest.raises(NotFound):
        service.read_logo()
