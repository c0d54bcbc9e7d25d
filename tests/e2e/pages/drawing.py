"""The drawing page: corners are set with the real mouse, the real touch screen, or the keyboard.

`data-lon`, `data-lat` and `data-resolution` of the map say where its middle is and how many metres of Web Mercator a pixel
spans, so a place in the world becomes a pixel on the screen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from ..support import wait_until
from .screen import Screen

EARTH_RADIUS_M = 6_378_137.0
LonLat = Sequence[float]
Point = tuple[float, float]
# A finger that rests a moment before it is lifted; else the map flies on.
REST = "() => new Promise((done) => { const from = performance.now(); const wait = () =>" \
       " performance.now() - from > 130 ? done() : requestAnimationFrame(wait); wait(); })"
STEP_PX = 128  # an arrow key moves the map by so much
SMALL_STEP_PX = 8  # … and with Shift by so much


def mercator(place: LonLat) -> Point:
    lon, lat = place[0], place[1]
    return math.radians(lon) * EARTH_RADIUS_M, EARTH_RADIUS_M * math.asinh(math.tan(math.radians(lat)))


class Drawing(Screen):
    path = "/drawing"

    @property
    def map(self) -> Locator:
        return self.id("roof-map")

    @property
    def planes(self) -> Locator:
        return self.id("plane")

    @property
    def total(self) -> Locator:
        return self.id("total")

    @property
    def saved(self) -> Locator:
        return self.id("saved")

    @property
    def said(self) -> Locator:
        """What the map last said to screen readers; what it refuses is shown too."""
        return self.id("map-said")

    @property
    def sent(self) -> Locator:
        return self.id("roof-sent")

    def ready(self):
        super().ready()
        expect(self.map).to_have_attribute("data-ready", "true")
        return self

    def start(self) -> Drawing:
        """Puts the guide away."""
        self.act(self.id("got-it"))
        expect(self.id("roof-panel")).to_be_visible()
        return self

    # --- where things are ---------------------------------------------------------------------------------------------

    def _view(self) -> tuple[Point, float]:
        """The middle of the map in Web Mercator, and metres per pixel."""
        lon, lat, resolution = self.map.evaluate("box => [box.dataset.lon, box.dataset.lat, box.dataset.resolution]")
        return mercator((float(lon), float(lat))), float(resolution)

    def _standing_still(self) -> tuple[Point, float]:
        seen: list[tuple[Point, float]] = [self._view()]

        def is_still() -> bool:
            seen.append(self._view())
            return seen[-1] == seen[-2]

        assert wait_until(is_still), "the map keeps moving"
        return seen[-1]

    def pixel_of(self, place: LonLat) -> Point:
        """Where a place in the world is on the screen now."""
        (middle_x, middle_y), resolution = self._view()
        box = self.map.bounding_box()
        assert box
        x, y = mercator(place)
        return (box["x"] + box["width"] / 2 + (x - middle_x) / resolution,
                box["y"] + box["height"] / 2 - (y - middle_y) / resolution)

    def _free_middle(self) -> Point:
        """The middle of what the panels leave free: where the cross of the keyboard is."""
        return self.map.evaluate(
            """box => { const outer = box.parentElement, shape = outer.getBoundingClientRect();
                        const at = (name) => parseFloat(outer.style.getPropertyValue(name));
                        return [shape.x + at("--cross-x"), shape.y + at("--cross-y")]; }""")

    def zoom_to(self, zoom: float) -> None:
        """Presses + until the pictures are at least that near; pixels are the world's circumference / 256 / 2^zoom."""
        wanted = 2 * math.pi * EARTH_RADIUS_M / 256 / 2**zoom * 1.001

        def is_near() -> bool:
            before = self._standing_still()[1]
            if before <= wanted:
                return True
            self.act(self.id("zoom-in"))
            wait_until(lambda: self._view()[1] < before, 3)
            return False

        assert wait_until(is_near), "the map does not come nearer"

    def bring_to_middle(self, place: LonLat, within_px: float = 12) -> None:
        """Moves the map until a place is near the middle of what is free, by dragging it as a person does."""

        def is_there() -> bool:
            self._standing_still()
            x, y = self.pixel_of(place)
            free_x, free_y = self._free_middle()
            if math.hypot(x - free_x, y - free_y) <= within_px:
                return True
            reach = min(110, self.page.viewport_size["width"] / 4 if self.page.viewport_size else 110)
            dx = max(-reach, min(reach, free_x - x))
            dy = max(-reach, min(reach, free_y - y))
            self._drag((free_x - dx / 2, free_y - dy / 2), (free_x + dx / 2, free_y + dy / 2))
            return False

        assert wait_until(is_there, 30), "the place does not come to the middle of the map"

    def _drag(self, start: Point, end: Point) -> None:
        steps = [(start[0] + (end[0] - start[0]) * part / 6, start[1] + (end[1] - start[1]) * part / 6)
                 for part in range(1, 7)]
        if self.has_touch:
            devtools = self.page.context.new_cdp_session(self.page)
            devtools.send("Input.dispatchTouchEvent",
                          {"type": "touchStart", "touchPoints": [{"x": start[0], "y": start[1]}]})
            for x, y in [*steps, end]:
                devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
            self.page.evaluate(REST)
            devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
            devtools.detach()
        else:
            self.page.mouse.move(*start)
            self.page.mouse.down()
            for step in [*steps, end]:
                self.page.mouse.move(*step)
            self.page.evaluate(REST)
            self.page.mouse.up()

    # --- drawing ------------------------------------------------------------------------------------------------------

    def corners(self) -> int:
        return int(self.map.get_attribute("data-corners") or 0)

    def press(self, place: LonLat) -> None:
        """One click or tap on the map."""
        x, y = self.pixel_of(place)
        if self.has_touch:
            self.page.touchscreen.tap(x, y)
        else:
            self.page.mouse.move(x, y)
            self.page.mouse.down()
            self.page.mouse.up()

    def take_corner_away(self, place: LonLat) -> None:
        """Two taps or clicks on a corner of a plane that is there."""
        self._standing_still()
        x, y = self.pixel_of(place)
        for press in [self.page.touchscreen.tap] * 2 if self.has_touch else [self.page.mouse.dblclick]:
            press(x, y)

    def draw_plane(self, ring: Sequence[LonLat]) -> None:
        """Draws one plane corner by corner and closes it on its first corner; `ring` does not repeat that one."""
        before = self.planes.count()
        middle = [sum(axis) / len(ring) for axis in zip(*ring, strict=True)]
        if before:
            self.act(self.id("add-plane"))
            expect(self.id("tool-draw")).to_have_attribute("aria-pressed", "true")
        self.bring_to_middle(middle)
        self._standing_still()
        for number, corner in enumerate(ring, start=1):
            self.press(corner)
            expect(self.map).to_have_attribute("data-corners", str(number))
        self.press(ring[0])
        expect(self.planes).to_have_count(before + 1)
        expect(self.map).to_have_attribute("data-mode", "edit")

    def draw_plane_by_keyboard(self, ring: Sequence[LonLat]) -> None:
        """The map has the focus; arrows bring each corner under the cross, space sets it, Enter closes the plane."""
        before = self.planes.count()
        expect(self.map).to_be_focused()
        for number, corner in enumerate(ring, start=1):
            self.walk_to(corner)
            self.page.keyboard.press("Space")
            expect(self.map).to_have_attribute("data-corners", str(number))
        self.page.keyboard.press("Enter")
        expect(self.planes).to_have_count(before + 1)

    def walk_to(self, place: LonLat) -> None:
        """Arrow keys, first in large steps, then in small ones with Shift."""
        for step, prefix in ((STEP_PX, ""), (SMALL_STEP_PX, "Shift+")):
            self._standing_still()
            x, y = self.pixel_of(place)
            free_x, free_y = self._free_middle()
            for distance, forward, back in ((x - free_x, "ArrowRight", "ArrowLeft"), (y - free_y, "ArrowDown", "ArrowUp")):
                for _ in range(round(abs(distance) / step)):
                    before = self._standing_still()
                    self.page.keyboard.press(prefix + (forward if distance > 0 else back))
                    wait_until(lambda before=before: self._view() != before, 3)
        self._standing_still()

    def set_steepness(self, word: str) -> None:
        """flat, gentle, normal or steep, for the plane that is selected."""
        self.act(self.page.locator("label", has=self.id(f"steepness-{word}")))
        expect(self.id(f"steepness-{word}")).to_be_checked()

    def send(self) -> None:
        self.act(self.id("send-roof"))
        expect(self.sent).to_be_visible()

    def send_with(self, **entries: str) -> None:
        """Where the step asks for something besides: fields by their ids, then the roof goes with them."""
        self.act(self.id("send-roof"))
        for field_id, text in entries.items():
            self.page.locator(f"#field-{field_id}").fill(text)
        self.act(self.id("send-roof-now"))
        expect(self.sent).to_be_visible()
