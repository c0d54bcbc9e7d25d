"""The texts that pages load: everybody's in one file per language, those of staff in another."""

import json
import re
from pathlib import Path

import catalogues
import pytest

from portal_app.core.texts import LANGUAGES, text_id
from portal_app.front import pages

TEXTS = re.compile(r"Object\.assign\(window\.portalTexts\.\w\w\.texts,(\{.*\})\);$", re.DOTALL)
PAGE = '<html lang="en"><head><script src="/texts/start.js"></script></head></html>'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    catalogues.build(folder)
    return folder


def texts_in(folder: Path, address: str) -> dict:
    found = TEXTS.search((folder / address.rpartition("/")[2]).read_text(encoding="utf-8"))
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_files_together_have_every_text_once(built: Path, language: str):
    listing = json.loads((built / "files.json").read_text())
    everybodys, of_staff = (texts_in(built, address) for address in listing[language])
    used = {text_id(*catalogues.ids_of(message)) for room in catalogues.texts_in_code(*catalogues.BROWSER_KEYWORDS).values()
            for message in room if message.id}
    assert set(everybodys) | set(of_staff) == used
    assert not set(everybodys) & set(of_staff)


def test_customers_do_not_load_what_only_staff_read(built: Path):
    listing = json.loads((built / "files.json").read_text())
    everybodys, of_staff = (texts_in(built, address) for address in listing["en"])
    assert text_id("All advisers") in of_staff
    assert text_id("Sign out") in everybodys


@pytest.mark.parametrize(("path", "expected"), [
    ("/home", ["/texts/en.1.js"]), ("/staffing", ["/texts/en.1.js"]),
    ("/staff", ["/texts/en.1.js", "/texts/en.2.js"]), ("/staff/projects/", ["/texts/en.1.js", "/texts/en.2.js"]),
])
def test_a_page_has_the_files_of_its_door(monkeypatch: pytest.MonkeyPatch, path: str, expected: list[str]):
    monkeypatch.setattr(pages, "_text_files", lambda: {"en": ["/texts/en.1.js", "/texts/en.2.js"]})
    page = pages.PageCache()
    for _ in range(2):
        html = page.get(PAGE.encode(), "en", path).plain.decode()
        assert re.findall(r'src="(/texts/en[^"]*)"', html) == expected
    assert 'data-language="en"' in html


def test_one_page_for_both_doors_is_kept_for_each(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "_text_files", lambda: {"en": ["/texts/en.1.js", "/texts/en.2.js"]})
    cache = pages.PageCache()
    assert cache.get(PAGE.encode(), "en", "/nowhere").plain.count(b"/texts/en") == 1
    assert cache.get(PAGE.encode(), "en", "/staff/nowhere").plain.count(b"/texts/en") == 2
