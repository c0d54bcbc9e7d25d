"""Single times that the portal promises: a roof is measured at once, nonsense is refused at once, who is out is out."""

from __future__ import annotations

import asyncio
import math
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import aiohttp
from report import Section, ms
from serving import Server, prepare
from sockets import Client

from portal_app.roofs.errors import RoofRefused
from portal_app.roofs.rules import check_roof, read_drawing

PLACE_WGS84 = (-3.8, 40.43)
CORNERS, TIMES = 12, 300
ROOF_GOAL_S, REFUSAL_GOAL_S, REVOCATION_GOAL_S = 0.002, 0.5, 2.0


def _drawing(corners: int) -> dict[str, Any]:
    """A plane with so many corners around a place."""
    ring = [[PLACE_WGS84[0] + 8e-5 * math.cos(turn), PLACE_WGS84[1] + 6e-5 * math.sin(turn)]
            for turn in (2 * math.pi * n / corners for n in range(corners))]
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "p", "properties": {"name": "South"},
         "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}]}


def _roof_seconds() -> float:
    drawing, found = _drawing(CORNERS), []
    for _ in range(TIMES):
        began = time.perf_counter()
        check = check_roof(read_drawing(drawing), PLACE_WGS84)
        found.append(time.perf_counter() - began)
    if not check.is_valid:
        sys.exit("the roof of the measurement is no roof")
    return statistics.median(found)


def _refusal_seconds() -> float:
    drawing = _drawing(1_000_000)
    began = time.perf_counter()
    try:
        read_drawing(drawing)
    except RoofRefused:
        return time.perf_counter() - began
    sys.exit("a million points were not refused")


async def _revocation_seconds(url: str, cookie: str) -> float:
    """From signing out everywhere until a tab that only waits is sent to the sign-in page."""
    async with aiohttp.ClientSession() as http:
        tab = Client(http, url, cookie)
        await tab.open()
        await tab.enter("home_state")
        told = tab.waits_for("/sign-in")
        began = time.perf_counter()
        answer = await http.post(f"{url}/sign-out-everywhere", headers=tab.headers, allow_redirects=False)
        if answer.status != 303:
            sys.exit("signing out everywhere failed")
        await asyncio.wait_for(told, 20)
        return time.perf_counter() - began


def measure_promises() -> Section:
    section = Section("Single times", f"Rules: median of {TIMES} in one process. Signing out: one tab that only waits.",
                      ("what", "ms"))
    roof, refusal = _roof_seconds(), _refusal_seconds()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        made = prepare("customers", Path(name), "1", "0", "0")
        with Server(Path(name)) as server:
            revocation = asyncio.run(_revocation_seconds(server.url, made["people"][0]["cookie"]))
    for what, seconds, goal in (
        (f"a roof with {CORNERS} corners is validated and measured", roof, ROOF_GOAL_S),
        ("a drawing with a million points is refused", refusal, REFUSAL_GOAL_S),
        ("an open tab is sent away after signing out everywhere", revocation, REVOCATION_GOAL_S),
    ):
        section.add(what, ms(seconds))
        section.expect(f"{what}: {ms(seconds)} ms, goal < {ms(goal)} ms", seconds < goal)
    return section
