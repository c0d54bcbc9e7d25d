"""Handlers against the trivial one in the same run: a few clients, each sending its next event when it has the answer.

Everybody has two projects, one to draw and one with an offer, as a homeowner has: an offer is accepted once, so each
acceptance is somebody else's.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp
from actions import ACCEPT, HOME_LOAD, MEASURE, TRIVIAL, Action, Person, open_drawing
from report import Section, ms, percentile
from serving import Server, prepare
from sockets import Client

CLIENTS, ROUNDS = 8, 4
ALONE = 5  # events of each kind by one customer while nobody else does anything, in each round
Times = dict[str, list[float]]
READ_GOAL, WRITE_GOAL = 3.0, 4.0
# Action, events of each client in a round, goal.
PLAN: tuple[tuple[Action, int, float], ...] = (
    (TRIVIAL, 60, 0.0),
    (HOME_LOAD, 40, READ_GOAL),
    (MEASURE, 20, WRITE_GOAL),
    (ACCEPT, 4, WRITE_GOAL),
)


Visitor = tuple[Client, Person]


async def _measure(url: str, people: list[Person]) -> tuple[Times, Times]:
    """Times with everybody, and of one customer alone."""
    times: Times = {action.name: [] for action, _, _ in PLAN}
    alone: Times = {action.name: [] for action, _, _ in PLAN}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        visitors = [(Client(http, url, person["cookie"]), person) for person in people]
        for client, _ in visitors:
            await client.open()
            await client.enter("home_state")
        busy, accepting = visitors[:CLIENTS], iter(visitors[CLIENTS:])
        for client, person in busy:
            await open_drawing(client, person)
        for _ in range(ROUNDS):
            for action, count, _ in PLAN:
                await asyncio.gather(*(_loop(action, visitor, accepting, count, times) for visitor in busy))
            for action, _, _ in PLAN:
                await _loop(action, busy[0], accepting, ALONE, alone)
        for client, _ in visitors:
            await client.close()
    return times, alone


async def _loop(action: Action, visitor: Visitor, accepting: Iterator[Visitor], count: int, times: Times) -> None:
    for _ in range(count):
        times[action.name].append(await action.do(*(next(accepting) if action is ACCEPT else visitor)))


def measure_handlers() -> Section:
    section = Section(
        "Handlers", f"{CLIENTS} customers over websockets in a closed loop, one server process, SQLite; milliseconds until "
        f"the whole answer is there; {ROUNDS} rounds in turn. Everybody has two projects.",
        ("handler", "events", "p50", "p95", "× trivial (p50)", "alone: p50", "×"))
    accepted = ROUNDS * (ALONE + CLIENTS * next(count for action, count, _ in PLAN if action is ACCEPT))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        made = prepare("customers", Path(name), str(CLIENTS + accepted), "1", "1")
        with Server(Path(name), PORTAL_EVENTS_PER_SECOND="100000", PORTAL_EVENT_BURST="100000",
                    PORTAL_SOCKETS_PER_ADDRESS="1000", PORTAL_REQUESTS_PER_MINUTE="100000") as server:
            times, alone = asyncio.run(_measure(server.url, made["people"]))
    trivial, trivial_alone = (percentile(found[TRIVIAL.name], 0.5) for found in (times, alone))
    for action, _, goal in PLAN:
        taken = times[action.name]
        ratio = percentile(taken, 0.5) / trivial
        median_alone = percentile(alone[action.name], 0.5)
        section.add(action.name, str(len(taken)), ms(percentile(taken, 0.5)), ms(percentile(taken, 0.95)), f"{ratio:.1f}",
                    ms(median_alone), f"{median_alone / trivial_alone:.1f}")
        if goal:
            section.expect(f"{action.name}: {ratio:.1f} × trivial, goal ≤ {goal:.0f} ×", ratio <= goal)
    return section
