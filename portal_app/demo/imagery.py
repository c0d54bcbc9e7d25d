"""Pictures from above for the demonstration: a made-up neighbourhood that goes on for ever, drawn tile by tile.

Everything is a function of the place on earth (plots are numbered, a plot's number decides its house, trees and pool),
so tiles meet without a seam and the same tile is the same bytes everywhere. Far away (zoom 14 to 16) plots are drawn as
pixels by numpy, near (17 to 22) as shapes by Pillow.
"""

import io
import math
from functools import lru_cache

import numpy as np
import shapely
from PIL import Image

from .canvas import TILE, Canvas, draw_plane, draw_shadow, rgb
from .places import HALF_WORLD_M, HOUSE_PLANES_M, POZUELO, ZURICH, Building, Frame, Point, buildings, mercator

LOWEST_ZOOM, HIGHEST_ZOOM = 14, 22
NEAR_ZOOM = 17

PLOT_M, ROW_M, BLOCK_PLOTS = 19.0, 27.0, 9
ROAD_M, WALK_M = 6.0, 1.4
STREET_M = ROAD_M + 2 * WALK_M
PERIOD_V_M = STREET_M + 2 * ROW_M
PERIOD_U_M = STREET_M + BLOCK_PLOTS * PLOT_M
HOUSE_ROW_V_M = STREET_M / 2 + ROW_M * 0.52  # how far a house stands behind the middle of its street
ORIGIN_U_M = STREET_M / 2 + 4.5 * PLOT_M  # so that the frame's origin is in the middle of the fifth plot's house

LAWNS = ["#7f8c57", "#94986b", "#87935f", "#76854f", "#a09d74", "#6f8050"]
ROAD, WALK, HEDGE, PAVING, LINE = "#8d8a84", "#b9b3a6", "#56613c", "#c9bda5", "#e8e4d8"
ROOFS = ["#c67c54", "#bb7350", "#c98a62", "#9c9a93", "#c67c54", "#b97a58"]
CARS = ["#d9d9d6", "#3b4a5a", "#a8322d", "#e7e5df", "#26302f"]
TREES = ["#3e5a30", "#47602f", "#4b6a3b", "#557037"]


class NoSuchTile(ValueError):
    """Outside the zooms or the world."""


def _mixed(u, v, salt: int):
    """A well mixed number for a pair of whole numbers; takes numpy arrays too."""
    mixed = (u * 73_856_093 ^ v * 19_349_663 ^ salt * 83_492_791) & 0x7FFFFFFF
    mixed = (mixed ^ (mixed >> 13)) * 1_274_126_177 & 0x7FFFFFFF
    return mixed ^ (mixed >> 16)


def _share(u: int, v: int, salt: int) -> float:
    return _mixed(u, v, salt) % 10_007 / 10_007


# --- the tile ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=600)
def render_tile(zoom: int, x: int, y: int) -> bytes:
    """The PNG of one 256 px tile; `NoSuchTile` outside zoom 14 to 22."""
    if not (LOWEST_ZOOM <= zoom <= HIGHEST_ZOOM and 0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise NoSuchTile(f"{zoom}/{x}/{y}")
    size_m = 2 * HALF_WORLD_M / 2**zoom
    left, top = x * size_m - HALF_WORLD_M, HALF_WORLD_M - y * size_m
    frame = ZURICH if top - size_m / 2 > mercator(0, 44)[1] else POZUELO
    near, fine = zoom >= NEAR_ZOOM, zoom > NEAR_ZOOM
    canvas = Canvas(left, top, size_m, frame, TILE * (2 if fine else 1), _far_ground(left, top, size_m, frame))
    if near:
        _draw_near(canvas)
    elif frame is POZUELO:
        _draw_demo_house(canvas)
    for building in _real_buildings_in(left, top, size_m):
        _draw_building(canvas, building)
    picture = canvas.image.reduce(2) if fine else canvas.image
    buffer = io.BytesIO()
    _grained(picture, zoom, x, y).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


# --- ground -----------------------------------------------------------------------------------------------------------


def _plot_grid(u, v):
    """Which street block and plot a place is in, and where within them (metres). Works on arrays."""
    u, v = u + ORIGIN_U_M, v + HOUSE_ROW_V_M
    block_u, block_v = np.floor(u / PERIOD_U_M).astype(int), np.floor(v / PERIOD_V_M).astype(int)
    in_u, in_v = u - block_u * PERIOD_U_M, v - block_v * PERIOD_V_M
    return block_u, block_v, in_u, in_v


def _far_ground(left: float, top: float, size_m: float, frame: Frame) -> np.ndarray:
    """Roads, lawns and, from afar, roofs, pixel by pixel."""
    step = size_m / TILE
    xs = left + (np.arange(TILE) + 0.5) * step
    ys = top - (np.arange(TILE) + 0.5) * step
    u, v = frame.from_mercator(xs[None, :], ys[:, None])
    block_u, block_v, in_u, in_v = _plot_grid(u, v)
    half = STREET_M / 2
    from_street_u = np.minimum(in_u, PERIOD_U_M - in_u)
    from_street_v = np.minimum(in_v, PERIOD_V_M - in_v)
    from_street = np.minimum(from_street_u, from_street_v)
    column = np.floor((in_u - half) / PLOT_M).astype(int)
    row = (in_v > PERIOD_V_M / 2).astype(int)
    number = _mixed(block_u * BLOCK_PLOTS + column, block_v * 2 + row, 1)
    picture = np.array([rgb(colour) for colour in LAWNS], dtype=np.uint8)[number % len(LAWNS)]
    if step * frame.scale > 1:
        in_plot = (in_u - half) % PLOT_M - PLOT_M / 2
        behind = np.where(row == 0, in_v, PERIOD_V_M - in_v) - HOUSE_ROW_V_M
        roofs = (abs(in_plot) < 5.6) & (abs(behind) < 4.2)
        light = np.where(behind < 0, 1.0, 0.82)[..., None]
        tiles = np.array([rgb(colour) for colour in ROOFS])[
            _mixed(block_u * BLOCK_PLOTS + column, block_v * 2 + row, 2) % len(ROOFS)
        ]
        picture = np.where(roofs[..., None], (tiles * light).astype(np.uint8), picture)
    picture[from_street < half] = rgb(WALK)
    picture[from_street < ROAD_M / 2] = rgb(ROAD)
    return picture


def _draw_near(canvas: Canvas) -> None:
    blocks_u = range(*_span(canvas.u_range, ORIGIN_U_M, PERIOD_U_M))
    blocks_v = range(*_span(canvas.v_range, HOUSE_ROW_V_M, PERIOD_V_M))
    corners = [
        (b_u, b_v, b_u * PERIOD_U_M - ORIGIN_U_M, b_v * PERIOD_V_M - HOUSE_ROW_V_M)
        for b_u in blocks_u
        for b_v in blocks_v
    ]
    plots = []
    for block_u, block_v, u0, v0 in corners:
        for column in range(BLOCK_PLOTS):
            for row in (0, 1):
                u = u0 + STREET_M / 2 + (column + 0.5) * PLOT_M
                v = v0 + (HOUSE_ROW_V_M if row == 0 else PERIOD_V_M - HOUSE_ROW_V_M)
                if canvas.sees(u, v, ROW_M):
                    plots.append((block_u * BLOCK_PLOTS + column, block_v * 2 + row, u, v, -1 if row == 0 else 1))
    for _, _, u0, v0 in corners:
        _draw_streets(canvas, u0, v0)
    for plot in plots:
        _draw_garden(canvas, *plot)
    for plot in plots:
        _draw_house(canvas, *plot)
    for plot in plots:
        _draw_trees(canvas, *plot)


def _span(visible: tuple[float, float], origin_m: float, period_m: float) -> tuple[int, int]:
    return math.floor((visible[0] + origin_m - 12) / period_m), math.floor((visible[1] + origin_m + 12) / period_m) + 1


def _draw_streets(canvas: Canvas, u0: float, v0: float) -> None:
    """Crisp edges over the pixels of the ground: the street along, the street across, dashes and some parked cars."""
    half, road = STREET_M / 2, ROAD_M / 2
    for sign in (-1, 1):
        canvas.box(u0 + half, v0 + sign * half - 0.08, PERIOD_U_M - STREET_M, 0.16, HEDGE)
        canvas.box(u0 + sign * half - 0.08, v0 + half, 0.16, PERIOD_V_M - STREET_M, HEDGE)
    for walk, colour in ((half, WALK), (road, ROAD)):
        canvas.box(u0 - walk, v0 - walk, PERIOD_U_M + 2 * walk, 2 * walk, colour)
        canvas.box(u0 - walk, v0 - walk, 2 * walk, PERIOD_V_M + 2 * walk, colour)
    for dash in range(int(PERIOD_U_M // 5)):
        canvas.box(u0 + half + dash * 5, v0 - 0.07, 2.2, 0.14, (*rgb(LINE), 180))
    for place in range(6):
        if _share(round(u0) + place, round(v0), 7) < 0.4:
            u = u0 + half + 6 + place * PLOT_M * 1.5
            _draw_car(
                canvas, u, v0 + (1 if place % 2 else -1) * 1.9, 4.3, 1.8, CARS[_mixed(round(u0), place, 8) % len(CARS)]
            )


def _draw_car(canvas: Canvas, u: float, v: float, length: float, width: float, colour: str) -> None:
    canvas.box(u + 0.25, v - width / 2 - 0.3, length, width, (34, 34, 34, 90))
    canvas.box(u, v - width / 2, length, width, colour)
    along = length > width
    inset = (length * 0.22, width * 0.14) if along else (length * 0.14, width * 0.22)
    canvas.box(
        u + inset[0],
        v - width / 2 + inset[1],
        length - 2 * inset[0] - (0.3 if along else 0),
        width - 2 * inset[1],
        (32, 38, 43, 170),
    )


def _is_demo_plot(canvas: Canvas, u: float, v: float) -> bool:
    return canvas.frame is POZUELO and abs(u) < 1 and abs(v) < 1


def _has_real_neighbour(canvas: Canvas, u: float, v: float) -> bool:
    return canvas.frame is ZURICH and _is_near_real_building(u, v)


@lru_cache(maxsize=20_000)
def _is_near_real_building(u: float, v: float) -> bool:
    near = shapely.Point(ZURICH.to_mercator(u, v)).buffer(ROW_M / ZURICH.scale)
    return len(_building_tree().query(near, predicate="intersects")) > 0


def _draw_garden(canvas: Canvas, column: int, row: int, u: float, v: float, front: int) -> None:
    """Hedges, a drive and now and then a pool. `front` is where the street lies: -1 below, 1 above."""
    half = PLOT_M / 2
    back = v - front * (PERIOD_V_M / 2 - HOUSE_ROW_V_M)
    canvas.box(
        u - half - 0.12, min(back, v + front * HOUSE_ROW_V_M * 0.7), 0.24, abs(back - v) + HOUSE_ROW_V_M * 0.7, HEDGE
    )
    canvas.box(u - half, back - 0.12, PLOT_M, 0.24, HEDGE)
    if _has_real_neighbour(canvas, u, v):
        return
    drive = u + half - 3.4
    street = v + front * (HOUSE_ROW_V_M - STREET_M / 2)
    canvas.box(drive, min(street, v), 2.8, abs(street - v), PAVING)
    if _share(column, row, 3) < 0.5 or _is_demo_plot(canvas, u, v):
        colour = CARS[_mixed(column, row, 4) % len(CARS)]
        _draw_car(canvas, drive + 0.5, (street + v) / 2 + front * 1.2, 1.8, 4.3, colour)
    if _share(column, row, 5) < 0.28 and not _is_demo_plot(canvas, u, v):
        pool_u, pool_v = u - half + 2, v - front * 8.6 - 1.6
        canvas.box(pool_u - 0.8, pool_v - 0.8, 7.6, 4.8, "#cfc4ae")
        canvas.box(pool_u, pool_v, 6, 3.2, "#eee6d6")
        canvas.box(pool_u + 0.25, pool_v + 0.25, 5.5, 2.7, "#5fb9c9")
        canvas.box(pool_u + 0.25, pool_v + 1.6, 5.5, 1.35, "#6fc6d3")


# --- roofs ------------------------------------------------------------------------------------------------------------


def _draw_house(canvas: Canvas, column: int, row: int, u: float, v: float, front: int) -> None:
    if _is_demo_plot(canvas, u, v):
        return _draw_demo_house(canvas)
    if _has_real_neighbour(canvas, u, v):
        return None
    wide, deep = 9.6 + 3 * _share(column, row, 10), 7.2 + 2.2 * _share(column, row, 11)
    turned = _share(column, row, 12) < 0.35
    if turned:
        wide, deep = deep, wide
    u += 2.4 * (_share(column, row, 13) - 0.7)
    hip = 0.0 if _share(column, row, 14) < 0.3 else min(wide, deep) / 2
    planes = _ridged_roof(u, v, wide, deep, hip)
    colour = ROOFS[_mixed(column, row, 2) % len(ROOFS)]
    outline = [
        (u - wide / 2, v - deep / 2),
        (u + wide / 2, v - deep / 2),
        (u + wide / 2, v + deep / 2),
        (u - wide / 2, v + deep / 2),
    ]
    draw_shadow(canvas, outline)
    for plane, down in planes:
        draw_plane(canvas, [plane], down, colour)
    if canvas.metre_px > 6:
        canvas.box(u + wide * 0.18 + 0.25, v - deep * 0.2 - 0.3, 0.8, 0.8, (42, 22, 12, 120))
        canvas.box(u + wide * 0.18, v - deep * 0.2, 0.8, 0.8, "#d8cdbf")
        canvas.box(u + wide * 0.18 + 0.2, v - deep * 0.2 + 0.2, 0.4, 0.4, "#2d2622")
    return None


def _ridged_roof(u: float, v: float, wide: float, deep: float, hip: float) -> list[tuple[list[Point], Point]]:
    """Planes with the direction in which water runs; the ridge lies along the longer side."""
    swap = deep > wide
    long, short = (deep, wide) if swap else (wide, deep)
    a, b, r = long / 2, short / 2, long / 2 - hip
    planes: list[tuple[list[Point], Point]] = [
        ([(-a, -b), (a, -b), (r, 0), (-r, 0)], (0, -1)),
        ([(-r, 0), (r, 0), (a, b), (-a, b)], (0, 1)),
    ]
    if hip:
        planes += [([(-a, -b), (-r, 0), (-a, b)], (-1, 0)), ([(a, -b), (a, b), (r, 0)], (1, 0))]
    if swap:
        planes = [([(y, x) for x, y in ring], (down[1], down[0])) for ring, down in planes]
    return [([(u + x, v + y) for x, y in ring], down) for ring, down in planes]


def _draw_demo_house(canvas: Canvas) -> None:
    if not canvas.sees(0, 0, 20):
        return
    if canvas.metre_px > 3:
        canvas.box(-7.6, -13.6, 8.6, 4.6, "#cfc4ae")
        canvas.box(-6.9, -13.0, 6.6, 3.4, "#eee6d6")
        canvas.box(-6.6, -12.7, 6.0, 2.8, "#5fb9c9")
        canvas.box(-6.6, -11.4, 6.0, 1.5, "#6fc6d3")
    planes = HOUSE_PLANES_M
    outline = [(-6.33, -3.67), (2, -3.67), (2, -7.67), (6.33, -7.67), (6.33, 3.67), (-6.33, 3.67)]
    draw_shadow(canvas, outline)
    downs = {"North": (0.0, 1.0), "South": (0.0, -1.0), "West wing": (-1.0, 0.0), "East wing": (1.0, 0.0)}
    for name, ring in planes.items():
        draw_plane(canvas, [list(ring)], downs[name], "#cb8259")
    if canvas.metre_px > 4:
        canvas.box(-2.0, -1.9, 0.8, 0.8, (42, 22, 12, 130))
        canvas.box(-2.2, -1.87, 0.8, 0.8, "#d8cdbf")
        canvas.box(-2.0, -1.67, 0.4, 0.4, "#2d2622")
        canvas.box(-4.4, -2.6, 1.2, 0.87, "#e6e2da")
        canvas.box(-4.3, -2.5, 1.0, 0.67, "#3f5a6b")


@lru_cache(maxsize=1)
def _building_tree() -> shapely.STRtree:
    shapes = []
    for building in buildings():
        corners = [mercator(*corner) for plane in building.planes for corner in plane.rings_wgs84[0]]
        shapes.append(shapely.MultiPoint(corners).convex_hull)
    return shapely.STRtree(shapes)


def _real_buildings_in(left: float, top: float, size_m: float) -> list[Building]:
    seen = shapely.box(left - 10, top - size_m - 10, left + size_m + 10, top + 10)
    return [buildings()[index] for index in sorted(_building_tree().query(seen).tolist())]


@lru_cache(maxsize=200)
def _frame_rings(building: Building) -> list[tuple[list[list[Point]], Point | None, float]]:
    """Planes in metres of the Zurich frame, large ones first so that dormers lie on top, with their light."""
    found = []
    for plane in building.planes:
        rings = [[ZURICH.from_mercator(*mercator(*corner)) for corner in ring] for ring in plane.rings_wgs84]
        down, light = None, 0.98
        if plane.azimuth_deg is not None and plane.tilt_deg > 3:
            azimuth = math.radians(plane.azimuth_deg)
            east, north = math.sin(azimuth), math.cos(azimuth)
            down = (east * ZURICH.cos + north * ZURICH.sin, north * ZURICH.cos - east * ZURICH.sin)
            light = 0.9 + 0.2 * (east * -0.5 + north * -0.7) * min(1.0, plane.tilt_deg / 35)
        found.append((shapely.Polygon(rings[0]).area, rings, down, light))
    found.sort(key=lambda row: -row[0])
    return [(rings, down, light) for _, rings, down, light in found]


def _draw_building(canvas: Canvas, building: Building) -> None:
    rows = _frame_rings(building)
    colour = ROOFS[_mixed(int(building.id[1:]), 3, 9) % len(ROOFS)]
    yard = shapely.MultiPoint([corner for rings, _, _ in rows for corner in rings[0]]).convex_hull.buffer(
        5, quad_segs=2
    )
    if canvas.metre_px > 2:
        canvas.polygon(list(yard.exterior.coords), rgb("#8f9a66"))  # pyright: ignore[reportAttributeAccessIssue]
    for rings, _, _ in rows:
        draw_shadow(canvas, rings[0])
    for rings, down, light in rows:
        draw_plane(canvas, rings, down, colour if down else "#a9a59c", light)
        for hole in rings[1:]:
            canvas.polygon(hole, rgb("#6d6a63"))


# --- trees and grain --------------------------------------------------------------------------------------------------


def _draw_trees(canvas: Canvas, column: int, row: int, u: float, v: float, front: int) -> None:
    if _has_real_neighbour(canvas, u, v):
        return
    spots = [(-7.2, 9.2), (6.8, 10.4), (-7.6, -7.0), (1.5, 11.4), (-8, 4.5)]
    for number, (du, dv) in enumerate(spots):
        if _share(column, row, 20 + number) > 0.42:
            continue
        radius = 1.2 + 1.3 * _share(column, row, 30 + number)
        at_u, at_v = u + du, v - front * dv
        if not canvas.sees(at_u, at_v, 4):
            continue
        canvas.disc(at_u + radius * 0.4, at_v - radius * 0.4, radius, (28, 36, 19, 100))
        canvas.disc(at_u, at_v, radius, TREES[_mixed(column, row, 40 + number) % len(TREES)])
        if canvas.metre_px > 3:
            for leaf in range(7):
                turn = leaf * 2.4 + number
                reach = radius * (0.2 + 0.45 * _share(column + leaf, row, 50))
                tone = ("#5f7d42", "#3b532b", "#6d8a4b", "#52703a")[leaf % 4]
                canvas.disc(
                    at_u + reach * math.cos(turn), at_v + reach * math.sin(turn), radius * 0.33, (*rgb(tone), 200)
                )


@lru_cache(maxsize=1)
def _noise() -> np.ndarray:
    """Light and dark that repeats every 1,024 pixels without a seam: soft patches and a fine grain."""
    random = np.random.default_rng(14)
    spectrum = np.fft.rfft2(random.standard_normal((1024, 1024)))
    frequency = np.hypot(np.fft.fftfreq(1024)[:, None], np.fft.rfftfreq(1024)[None, :]) * 1024
    patches = np.fft.irfft2(spectrum * np.exp(-((frequency / 14) ** 2)), (1024, 1024))
    patches = patches / patches.std() * 5
    grain = random.integers(-1, 2, (1024, 1024)) * 3
    return (patches + grain).round().astype(np.int16)


def _grained(picture: Image.Image, zoom: int, x: int, y: int) -> Image.Image:
    column, row = x % 4 * TILE, y % 4 * TILE
    noise = _noise()[row : row + TILE, column : column + TILE, None]
    pixels = np.asarray(picture, dtype=np.int16) + (noise if zoom >= NEAR_ZOOM else noise // 2)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
