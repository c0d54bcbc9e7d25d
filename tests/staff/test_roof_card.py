"""The roof on the staff's page of a project: measures as they were sent, or that there are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal_app.config import settings
from portal_app.roofs.geometry import TangentPlane
from portal_app.roofs.rules import measure_roof
from portal_app.roofs.service import RoofView
from portal_app.staff.opportunity.roof import roof_card_of

HOUSE = (-3.8131, 40.4342)


def view(**plane) -> RoofView:
    ring = [list(TangentPlane.at(*HOUSE).to_lon_lat(*corner)) for corner in ((0, 0), (6, 0), (6, 5), (0, 5))]
    measured = measure_roof([{"id": "a", "ring": ring, **plane}])
    return RoofView(id="r", version=2, planes=measured.planes, plan_area_m2=measured.plan_area_m2,
                    true_area_m2=measured.true_area_m2, submitted_at=datetime(2026, 11, 21, tzinfo=UTC),
                    submitted_by="Ana Torres")


def test_nothing_sent_is_no_version():
    assert roof_card_of(None).version == 0


@pytest.mark.parametrize("tilt_deg", [0, 60])
def test_planes_have_areas_pitch_and_edges(tilt_deg: float):
    card = roof_card_of(view(tilt_deg=tilt_deg))
    line = card.planes[0]
    assert (line.name, line.has_tilt, card.version, card.submitted_by) == ("1", True, 2, "Ana Torres")
    assert line.plan_area_m2 == pytest.approx(30, abs=0.01)
    assert line.true_area_m2 == pytest.approx(60 if tilt_deg else 30, abs=0.02)
    assert line.edges_m == pytest.approx([6, 5, 6, 5], abs=0.001)
    assert card.basemap["id"] == "demo"


def test_without_pitch_there_is_no_area_on_the_slope(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "imagery", "swissimage")
    card = roof_card_of(view(name="South"))
    assert (card.planes[0].name, card.planes[0].has_tilt, card.true_area_m2, card.basemap) == ("South", False, None, {})
