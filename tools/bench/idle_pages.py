"""Open pages that nobody touches, while others change other things: what a change costs with and without them."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from actions import state
from homes import FOLLOWED_SECONDS, open_homes, served_customers
from report import Section, ms, percentile
from serving import Made, Server, processes_of
from sockets import Client

IDLE, CHANGES, QUIET_SECONDS = 2000, 300, 15
MORE_GOAL = 1.25
PROJECT = state("staff.opportunity.state.ProjectState")


class Found(NamedTuple):
    """Processor seconds of the server: each second while nothing happens, and for each change above that."""

    quiet: float
    per_change: float
    times: list[float]
    followed: list[float]
    messages: int


class Idle(Client):
    """A page that counts what it is sent."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.messages, self.told = 0, asyncio.Event()

    async def _read(self) -> None:
        async for message in self.socket:
            text = str(message.data)
            if text == "2":
                await self.socket.send_str("3")
                continue
            self.messages += 1
            self.told.set()
            if self._answer and not self._answer.done() and self._wanted in text:
                self._answer.set_result(text)


def measure_idle_pages() -> Section:
    section = Section(
        "Idle pages", f"A project is moved {CHANGES} times by staff while its customer's home is open, first with no other "
        f"page open, then with the homes of {IDLE:,} other customers. One server process, SQLite. Processor time is what "
        "the server took per change above what it takes when nothing happens; milliseconds are those of a move, and from "
        "the move until the customer's open page was told.",
        ("other open pages", "processor ms a second when quiet", "processor ms per change", "move p50", "followed p50",
         "followed p95", "messages to the others"))
    with served_customers("customers", str(IDLE + 1), "0", "0") as (server, made):
        alone = asyncio.run(_measure(server, made, 0))
        beside = asyncio.run(_measure(server, made, IDLE))
    for others, found in ((0, alone), (IDLE, beside)):
        section.add(f"{others:,}", f"{1000 * found.quiet:.1f}", f"{1000 * found.per_change:.2f}",
                    ms(percentile(found.times, 0.5)), *(ms(percentile(found.followed, share)) for share in (0.5, 0.95)),
                    str(found.messages))
    more = beside.per_change / alone.per_change
    section.expect(f"a change costs {more:.2f} × with {IDLE:,} idle pages, goal < {MORE_GOAL}", more < MORE_GOAL)
    section.expect(f"{beside.messages} messages to idle pages, goal 0", beside.messages == 0)
    longest = max(alone.followed + beside.followed)
    section.expect(f"an open page follows within {longest:.2f} s at most, goal < {FOLLOWED_SECONDS:.0f} s",
                   longest < FOLLOWED_SECONDS)
    return section


def _processor_seconds(server: Server) -> float:
    ticks = 0
    for pid in processes_of(server.process.pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


async def _measure(server: Server, made: Made, others: int) -> Found:
    first, *rest = made["people"]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        watched, *idle = await open_homes(Idle, http, server, [first, *rest[:others]])
        desk = Client(http, server.url, made["staff"], f"/staff/project?id={first['draw']}")
        await desk.open()
        await desk.call(f"{PROJECT}.load", {}, '"is_loaded')
        choices = _choices(desk.answer)
        await asyncio.sleep(3)
        before = sum(page.messages for page in idle)
        began, at = _processor_seconds(server), time.monotonic()
        await asyncio.sleep(QUIET_SECONDS)
        quiet = (_processor_seconds(server) - began) / (time.monotonic() - at)
        times, followed = [], []
        began, at = _processor_seconds(server), time.monotonic()
        for number in range(CHANGES):
            await desk.call(f"{PROJECT}.ask_move", {"substage_id": choices[number % 2]}, '"is_asking')
            watched.told.clear()
            moved = time.monotonic()
            times.append(await desk.call(f"{PROJECT}.move", {"form": {"note": ""}}, '"header'))
            if number % 10 == 0:
                await asyncio.wait_for(watched.told.wait(), 3 * FOLLOWED_SECONDS)
                followed.append(time.monotonic() - moved)
        spent = _processor_seconds(server) - began - quiet * (time.monotonic() - at)
        found = Found(quiet, spent / CHANGES, times, followed, sum(page.messages for page in idle) - before)
        for page in (*idle, watched, desk):
            await page.close()
        return found


def _choices(answer: str) -> tuple[str, str]:
    """Two steps of the project's process to move between: the one where it does not stand comes first."""
    stages = _find(json.loads(answer[answer.index("["):]), "stages")
    steps = [step for stage in stages for step in stage["substages"]]
    here = next(step["id"] for step in steps if step["is_current"])
    return next(step["id"] for step in steps if step["id"] != here), here


def _find(value: object, name: str) -> list:
    """The state var `name`, wherever it stands in an answer."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.startswith(name) and isinstance(inner, list):
                return inner
            if found := _find(inner, name):
                return found
    elif isinstance(value, list):
        for inner in value:
            if found := _find(inner, name):
                return found
    return []
