"""The drawing page as a person uses it: `DrawingPage(page)`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

EARTH_RADIUS_M = 6_378_137.0
LonLat = Sequence[float]


def mercator(lon: float, lat: float) -> tuple[float, float]:
    return math.radians(lon) * EARTH_RADIUS_M, EARTH_RADIUS_M * math.asinh(math.tan(math.radians(lat)))


class DrawingPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.map = page.get_by_test_id("roof-map")
        self.planes = page.get_by_test_id("plane")
        self.total = page.get_by_test_id("total")
        self.count = page.get_by_test_id("count")
        self.saved = page.get_by_test_id("saved")
        self.error = page.locator(".map-error:visible")
        self.sent = page.get_by_test_id("roof-sent")

    def open(self, project: str) -> None:
        self.page.goto(f"/drawing?project={project}")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        expect(self.page.locator("[data-hydrated=true]")).to_be_attached()
        expect(self.map).to_have_attribute("data-ready", "true")
        self.close_guide()

    def close_guide(self) -> None:
        """The first-time guide stands where the list of planes comes."""
        guide, panel = self.page.get_by_test_id("got-it"), self.page.get_by_test_id("roof-panel")
        expect(guide.or_(panel).or_(self.sent).first).to_be_visible()
        if guide.is_visible():
            guide.click()

    def tool(self, name: str) -> Locator:
        """draw, edit, undo, redo, delete"""
        return self.page.get_by_test_id(f"tool-{name}")

    def zoom_in(self, times: int = 1) -> None:
        for _ in range(times):
            before = float(self.map.get_attribute("data-resolution") or 0)
            self.page.get_by_test_id("zoom-in").click()
            expect(self.map).not_to_have_attribute("data-resolution", str(before))
            self._wait_for_stillness()

    def _wait_for_stillness(self) -> None:
        """The map writes its resolution after each move: two equal readings in a row are the end of it."""
        seen = ""
        while seen != (seen := f"{self.map.get_attribute('data-resolution')} {self.map.get_attribute('data-lon')}"):
            self.page.wait_for_timeout(200)

    def pixel_of(self, place: LonLat) -> tuple[float, float]:
        """Where a place on earth is on the screen."""
        box = self.map.bounding_box()
        assert box
        lon, lat, resolution = (float(self.map.get_attribute(f"data-{name}") or 0) for name in ("lon", "lat", "resolution"))
        (x, y), (middle_x, middle_y) = mercator(place[0], place[1]), mercator(lon, lat)
        return (box["x"] + box["width"] / 2 + (x - middle_x) / resolution,
                box["y"] + box["height"] / 2 - (y - middle_y) / resolution)

    def tap(self, place: LonLat, *, touch: bool = False) -> None:
        x, y = self.pixel_of(place)
        (self.page.touchscreen.tap if touch else self.page.mouse.click)(x, y)

    def draw(self, ring: Sequence[LonLat], *, touch: bool = False) -> None:
        """Draws a plane corner by corner and closes it on the first. `ring` may be open or closed, in lon/lat."""
        corners = list(ring[:-1]) if list(ring[0]) == list(ring[-1]) else list(ring)
        before = self.planes.count()
        if self.tool("draw").get_attribute("aria-pressed") != "true":
            self.tool("draw").click()
        expect(self.map).to_have_attribute("data-mode", "draw")
        for number, corner in enumerate(corners, start=1):
            self.tap(corner, touch=touch)
            expect(self.map).to_have_attribute("data-corners", str(number))
        self.tap(corners[0], touch=touch)
        expect(self.planes).to_have_count(before + 1)

    def drag(self, start: LonLat, end: LonLat) -> None:
        """Moves a corner with the mouse (tool *Move*)."""
        self.page.mouse.move(*self.pixel_of(start))
        self.page.mouse.down()
        self.page.mouse.move(*self.pixel_of(end), steps=8)
        self.page.mouse.up()

    def areas_m2(self) -> list[float | None]:
        """The areas in the list, in the order of drawing; None where something is wrong."""
        return [number_in(text) for text in self.page.get_by_test_id("plane-area").all_inner_texts()]

    def total_m2(self) -> float | None:
        return number_in(self.total.inner_text())

    def send(self) -> None:
        self.page.get_by_test_id("send-roof").click()
        expect(self.sent).to_be_visible()


def number_in(text: str) -> float | None:
    """36.5 m², 36,5 m², 1,036.5 m² or 1.036,5 m² as a number."""
    digits = re.search(r"\d[\d.,]*", text)
    if not digits:
        return None
    whole, _, fraction = digits[0].replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{fraction}") if whole else float(fraction)
