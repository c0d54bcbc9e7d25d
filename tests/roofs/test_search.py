"""Which address search a deployment has, and how often it may be asked."""

from __future__ import annotations

import asyncio

import pytest

from portal_app.access.actors import Actor
from portal_app.config import settings
from portal_app.core.errors import TooManyRequests
from portal_app.roofs import search
from portal_app.roofs.errors import AddressSearchFailed
from portal_app.roofs.geocoding import DemoIndex, Nominatim, Photon

CUSTOMER = Actor(kind="customer", id="c1", name="Ana", language="es", account_id="a1")
INDEX = DemoIndex([("Calle del Olivo 14, Pozuelo", (-3.8131, 40.4342))])


@pytest.fixture(autouse=True)
def _no_geocoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_chosen", None)


def find(text: object) -> list[str]:
    return [hit.label for hit in asyncio.run(search.search_addresses(CUSTOMER, text, "es"))]


def test_the_index_that_was_handed_in_is_searched():
    search.use_geocoder(INDEX)
    assert find("olivo 14") == ["Calle del Olivo 14, Pozuelo"]
    assert find({"hostile": 1}) == []


def test_without_an_index_the_search_says_that_it_does_not_answer():
    with pytest.raises(AddressSearchFailed):
        find("olivo")


@pytest.mark.parametrize(("name", "url", "kind", "asked"), [
    ("photon", "", Photon, "https://photon.komoot.io"), ("nominatim", "", Nominatim, "https://nominatim.openstreetmap.org"),
    ("photon", "https://geo.example.com/", Photon, "https://geo.example.com"),
])  # fmt: skip
def test_the_setting_chooses(monkeypatch: pytest.MonkeyPatch, name: str, url: str, kind: type, asked: str):
    monkeypatch.setattr(settings, "geocoder", name)
    monkeypatch.setattr(settings, "geocoder_url", url)
    geocoder = search.geocoder()
    assert isinstance(geocoder, kind)
    assert isinstance(geocoder, Photon | Nominatim)
    assert geocoder._url == asked
    assert settings.url in geocoder._headers["User-Agent"]


def test_somebody_who_asks_without_end_is_stopped():
    search.use_geocoder(INDEX)
    for _ in range(30):
        find("olivo")
    with pytest.raises(TooManyRequests):
        find("olivo")
