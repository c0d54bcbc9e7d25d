"""A customer who is to draw the roof of a house."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from portal_app.roofs import search
from portal_app.roofs.geocoding import DemoIndex
from tests.factories import actor_of, make_contact, make_flow, make_opportunity
from tests.handling import served
from tests.portal.drawing.page import ADDRESS, FAR, HOUSE, Tab

assert served


@pytest.fixture
def geocoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_chosen", DemoIndex([(ADDRESS, HOUSE), (FAR, (8.54, 47.38))]))


@pytest.fixture
def case(served: Session, geocoder):
    substages = make_flow(served, ("Roof", [("Draw", "drawing"), ("Check", None)]))[1]
    contact = make_contact(served)
    opportunity = make_opportunity(served, contact=contact, substage=substages[0], address=ADDRESS, lon_deg=HOUSE[0],
                                   lat_deg=HOUSE[1])
    served.commit()
    return served, opportunity, contact, substages


@pytest.fixture
def tab(case) -> Tab:
    return Tab(actor_of(case[2]), case[1].id)
