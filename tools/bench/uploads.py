"""Twenty photos of a phone, two at a time as the page sends them: how long each takes and what memory it costs."""

from __future__ import annotations

import asyncio
import io
import random
import tempfile
import time
from pathlib import Path

import aiohttp
from PIL import Image
from report import Section, ms, percentile
from serving import Server, prepare

PHOTOS, AT_ONCE = 20, 2
WIDTH, HEIGHT = 4032, 3024  # 12 megapixels
GOAL_SECONDS, GOAL_MEMORY_MB = 60.0, 700.0


def _photo(seed: int) -> bytes:
    """About three megabytes: a gradient with grain."""
    grain = Image.effect_noise((WIDTH // 2, HEIGHT // 2), 40).resize((WIDTH, HEIGHT))
    tint = Image.new("L", (WIDTH, HEIGHT), random.Random(seed).randrange(256))
    written = io.BytesIO()
    Image.merge("RGB", (grain, Image.linear_gradient("L").resize((WIDTH, HEIGHT)), tint)).save(written, "JPEG", quality=85)
    return written.getvalue()


async def _send(url: str, person: dict, photos: list[bytes], server: Server) -> tuple[list[float], float, float]:
    times: list[float] = []
    most = 0
    turns = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(headers={"Cookie": f"session={person['cookie']}", "Origin": url}) as http:

        async def one(number: int, photo: bytes) -> None:
            nonlocal most
            async with turns:
                began = time.monotonic()
                asked = {"purpose": "project", "project": person["draw"], "name": f"photo-{number}.jpg"}
                async with http.post(f"{url}/api/files", params=asked, data=photo) as answer:
                    text = await answer.text()
                    assert answer.status == 201, f"{answer.status} {text[:200]}"
                times.append(time.monotonic() - began)
                most = max(most, server.memory_bytes())

        began = time.monotonic()
        await asyncio.gather(*(one(number, photo) for number, photo in enumerate(photos)))
        return times, time.monotonic() - began, most / 1e6


def measure_uploads() -> Section:
    section = Section(
        "Uploads", f"{PHOTOS} photos of {WIDTH * HEIGHT / 1e6:.0f} megapixels by one customer, {AT_ONCE} at a time, each "
        "read, written anew without its data, and stored; parsers run in processes of their own.",
        ("photos", "MB each", "whole (s)", "p50 (ms)", "p95 (ms)", "memory before (MB)", "most after one (MB)"))
    photos = [_photo(seed) for seed in range(PHOTOS)]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        made = prepare("customers", Path(name), "1", "1", "1")
        with Server(Path(name)) as server:
            before = server.memory_bytes() / 1e6
            times, whole, most = asyncio.run(_send(server.url, made["people"][0], photos, server))
    size = sum(map(len, photos)) / len(photos) / 1e6
    section.add(str(PHOTOS), f"{size:.1f}", f"{whole:.1f}", ms(percentile(times, 0.5)), ms(percentile(times, 0.95)),
                f"{before:.0f}", f"{most:.0f}")
    section.expect(f"{PHOTOS} photos: {whole:.1f} s, goal ≤ {GOAL_SECONDS:.0f} s", whole <= GOAL_SECONDS)
    section.expect(f"memory of server and parsers: {most:.0f} MB, goal ≤ {GOAL_MEMORY_MB:.0f} MB", most <= GOAL_MEMORY_MB)
    return section
