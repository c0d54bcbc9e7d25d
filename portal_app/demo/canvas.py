"""A picture drawn on in metres of a frame, and how a roof plane looks on it."""

import math
from functools import lru_cache

import numpy as np
import shapely
from PIL import Image, ImageDraw

from .places import Frame, Point

TILE = 256
SHADOW = (31, 38, 22, 105)
LIGHT_FROM = (-0.55, -0.84)

Colour = tuple[int, int, int]


def rgb(colour: str, light: float = 1.0) -> Colour:
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    r, g, b = (max(0, min(255, round(channel * light))) for channel in channels)
    return r, g, b


class Canvas:
    """A picture that is drawn on in metres of the frame."""

    def __init__(self, left: float, top: float, size_m: float, frame: Frame, pixels: int, ground: np.ndarray):
        self.left, self.top, self.frame = left, top, frame
        self.per_pixel = size_m / pixels
        self.metre_px = 1 / (self.per_pixel * frame.scale)
        self.image = Image.fromarray(ground).resize((pixels, pixels), Image.Resampling.NEAREST)
        self.draw = ImageDraw.Draw(self.image, "RGBA")
        edge = [frame.from_mercator(left + dx * size_m, top - dy * size_m) for dx in (0, 1) for dy in (0, 1)]
        self.u_range = min(u for u, _ in edge), max(u for u, _ in edge)
        self.v_range = min(v for _, v in edge), max(v for _, v in edge)

    def px(self, u: float, v: float) -> Point:
        x, y = self.frame.to_mercator(u, v)
        return (x - self.left) / self.per_pixel, (self.top - y) / self.per_pixel

    def polygon(self, points, fill) -> None:
        self.draw.polygon([self.px(*point) for point in points], fill=fill)

    def box(self, u: float, v: float, width: float, height: float, fill) -> None:
        self.polygon([(u, v), (u + width, v), (u + width, v + height), (u, v + height)], fill)

    def line(self, points, fill, width_m: float) -> None:
        pixels = [self.px(*point) for point in points]
        self.draw.line(pixels, fill=fill, width=max(1, round(width_m * self.metre_px)))

    def disc(self, u: float, v: float, radius_m: float, fill) -> None:
        x, y = self.px(u, v)
        radius = radius_m * self.metre_px
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def sees(self, u: float, v: float, reach_m: float) -> bool:
        return (
            self.u_range[0] - reach_m < u < self.u_range[1] + reach_m
            and self.v_range[0] - reach_m < v < self.v_range[1] + reach_m
        )


def draw_shadow(canvas: Canvas, outline) -> None:
    canvas.polygon([(x + 0.9, y - 0.9) for x, y in outline], SHADOW)


def draw_plane(canvas: Canvas, rings, down: Point | None, colour: str, light: float | None = None) -> None:
    """One roof plane with its courses of tiles, and light edges where it meets others."""
    if light is None:
        light = 1.0 if down is None else 0.9 + 0.14 * (down[0] * LIGHT_FROM[0] + down[1] * LIGHT_FROM[1])
    canvas.polygon(rings[0], rgb(colour, light))
    if down and canvas.metre_px > 12:
        for segment in _courses(tuple(tuple(ring) for ring in rings), down):
            canvas.line(segment, (64, 32, 15, 70), 0.05)
    if canvas.metre_px > 3:
        for ring in rings:
            canvas.line([*ring, ring[0]], (246, 220, 200, 110), 0.12)


@lru_cache(maxsize=4000)
def _courses(rings: tuple[tuple[Point, ...], ...], down: Point) -> tuple[tuple[Point, ...], ...]:
    """Lines along the eaves, one per course of tiles, cut to the plane."""
    plane = shapely.Polygon(rings[0], rings[1:])
    norm = math.hypot(*down)
    down = down[0] / norm, down[1] / norm
    along = -down[1], down[0]
    heights = [x * down[0] + y * down[1] for x, y in rings[0]]
    middle = plane.centroid
    offset = middle.x * along[0] + middle.y * along[1]
    lines = []
    for course in range(math.ceil(min(heights) / 0.4), math.floor(max(heights) / 0.4) + 1):
        foot = course * 0.4 * down[0] + offset * along[0], course * 0.4 * down[1] + offset * along[1]
        lines.append([(foot[0] + t * along[0], foot[1] + t * along[1]) for t in (-60, 60)])
    cut = shapely.intersection(plane, shapely.MultiLineString(lines)) if plane.is_valid else shapely.MultiLineString()
    return tuple(tuple(part.coords) for part in shapely.get_parts(cut) if part.geom_type == "LineString")
