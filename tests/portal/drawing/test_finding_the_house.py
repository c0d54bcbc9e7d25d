"""Where the house is, and which pictures of it there are."""

from __future__ import annotations

import pytest

from portal_app.config import settings
from portal_app.opportunities.models import Opportunity
from tests.factories import actor_of
from tests.portal.drawing.page import ADDRESS, FAR, Tab, feature, stored


def test_a_chosen_address_moves_the_map_and_the_project(case, tab: Tab):
    assert tab.send("open_search").is_searching
    now = tab.send("search", "zurich")
    assert [hit.label for hit in now.hits] == [FAR]
    tab.send("choose_address", "hostile")
    assert tab.now.is_searching
    now = tab.send("choose_address", now.hits[0].key)
    assert (now.is_searching, now.street, now.center) == (False, "Sonnenweg 3", [8.54, 47.38])
    assert stored(case[0], Opportunity)[0].address == FAR
    now = tab.draw(feature("a"))
    assert now.planes[0].is_faulty  # the roof is in another country now
    assert tab.send("search", "nowhere").hit_count == 0
    assert not tab.send("close_search").is_searching


def test_the_devices_place_is_where_the_house_is_until_something_is_drawn(case, tab: Tab):
    assert tab.send("locate").command["name"] == "locate"
    now = tab.send("located", {"found": True, "lon": 8.5, "lat": 47.3, "accuracy_m": 12})
    assert now.center == [8.5, 47.3]
    moved = stored(case[0], Opportunity)[0]
    assert (moved.lon_deg, moved.address) == (8.5, ADDRESS)
    tab.draw(feature("a"))
    tab.send("located", {"found": True, "lon": 1.5, "lat": 2.5})
    assert stored(case[0], Opportunity)[0].lon_deg == 8.5
    assert tab.now.center == [1.5, 2.5]
    assert tab.send("located", {"found": True, "lon": 1.5, "lat": 2.5}).center == [pytest.approx(1.5), 2.5]
    for answer in ({"found": False, "reason": "denied"}, None, {"found": True, "lon": "x"}, {"found": True, "lon": 999.0}):
        tab.send("located", answer)
    assert tab.reader.notices == ["info"]  # said again, it stands there once


def test_pictures_of_other_providers_can_be_chosen(case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "imagery", "swissimage, pnoa, demo, google")
    tab = Tab(actor_of(case[2]), case[1].id)
    assert [row.id for row in tab.now.providers] == ["pnoa", "demo"]  # Swiss pictures do not cover Spain, Google has no key
    assert tab.now.provider == "pnoa"
    tab.send("pictures_failed", "demo")
    assert not tab.now.has_no_picture
    assert tab.send("pictures_failed", "pnoa").has_no_picture
    assert not tab.send("draw_without_pictures").has_no_picture
    now = tab.send("choose_pictures", "demo")
    assert (now.provider, now.basemap["id"], now.has_no_picture) == ("demo", "demo", False)
    assert tab.send("choose_pictures", "google").provider == "demo"


def test_without_any_provider_it_says_that_there_is_no_picture(case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "imagery", "google")
    assert Tab(actor_of(case[2]), case[1].id).now.has_no_picture
