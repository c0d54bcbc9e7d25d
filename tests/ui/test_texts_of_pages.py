"""The texts that pages load: those of the door's frame and the page's own, and all others when somebody needs them."""

import json
import re
from pathlib import Path

import catalogues
import page_texts
import pytest

from portal_app.core.texts import LANGUAGES, text_id
from portal_app.front import pages

TEXTS = re.compile(r"push\(\[\"\w\w\",n=>[^{]*,(\{.*\})\]\);$", re.DOTALL)
PAGE = '<html lang="en"><head><script src="/texts/start.js"></script></head></html>'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    catalogues.build(folder)
    return folder / (folder / "version").read_text()


def texts_in(folder: Path, name: str) -> dict:
    found = TEXTS.search((folder / f"{name}.js").read_text(encoding="utf-8"))
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_doors_together_have_every_text_once(built: Path, language: str):
    everybodys, of_staff = (texts_in(built, f"{language}/all/{door}") for door in ("portal", "staff"))
    used = {text_id(*ids) for texts in page_texts.texts_of_files().values() for ids in texts}
    assert set(everybodys) | set(of_staff) == used
    assert not set(everybodys) & set(of_staff)


def test_customers_never_load_what_only_staff_read(built: Path):
    assert text_id("All advisers") in texts_in(built, "en/all/staff")
    assert text_id("Sign out") in texts_in(built, "en/all/portal")
    everybodys = texts_in(built, "en/all/portal")
    for route in page_texts.texts_of_pages():
        if page_texts.door_of(route) == "portal":
            assert texts_in(built, f"en/page/{route}").keys() <= everybodys.keys()
    assert texts_in(built, "en/frame/portal").keys() <= everybodys.keys()


def test_a_page_has_its_own_words_and_not_those_of_others(built: Path):
    frame, home, offers = (texts_in(built, f"es/{name}") for name in ("frame/portal", "page/home", "page/offers"))
    assert frame[text_id("Sign out")] == "Cerrar sesión"
    prices = text_id("Prices include VAT. Each offer is binding for us until the day that stands in it.")
    assert prices in offers
    assert prices not in home
    assert not frame.keys() & (home.keys() | offers.keys())
    assert text_id("Your offers") in offers  # its title


def test_each_text_in_a_page_is_said_by_one():
    """What no page says would be blank until everything has been loaded."""
    said = set().union(*page_texts.texts_of_pages().values())
    written = {ids for path, texts in page_texts.texts_of_files().items()
               if path.relative_to(page_texts.SOURCE).parts[0] in page_texts.WITH_PAGES for ids in texts}
    assert written - said == set()


@pytest.mark.parametrize(("path", "door", "name"), [
    ("/home", "portal", "home"), ("/staff", "staff", "staff"), ("/staff/projects/", "staff", "staff/projects"),
    ("/nowhere", "portal", "404"), ("/staff/nowhere", "portal", "404"), ("/", "portal", "404"),
])
def test_a_page_comes_with_the_words_of_its_frame_and_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str, door: str, name: str
):
    for route in ("home", "staff", "staff/projects"):
        (tmp_path / route).mkdir(parents=True, exist_ok=True)
        (tmp_path / route / "index.html").touch()
    monkeypatch.setattr(pages, "BUILT", tmp_path)
    monkeypatch.setattr(pages, "_texts_folder", lambda: "/texts/1")
    cache = pages.PageCache()
    for _ in range(2):
        html = cache.get(PAGE.encode(), "es", path).plain.decode()
        assert re.findall(r'src="([^"]*)"', html) == [f"/texts/1/es/frame/{door}.js", f"/texts/1/es/page/{name}.js"]
    assert '<html lang="es" data-texts="/texts/1"' in html
    assert len(cache.pages) == 1
