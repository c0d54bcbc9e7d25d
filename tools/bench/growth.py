"""Lists and staff pages with 1,000 and with 100,000 opportunities, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import aiohttp
from actions import state
from databases import postgresql_server
from report import Section, ms
from serving import HERE, Made, Server, environment, prepare
from sockets import Client

GOAL = 1.5
SMALL, LARGE = 1_000, 100_000
# Below this a difference is noise and nobody notices it.
NOTICEABLE_SECONDS = 0.002
PAGE_LOADS = 40
PAGES = (
    ("page: home of staff", "/staff", state("staff.home.state.StaffHomeState")),
    ("page: list of projects", "/staff/projects", state("staff.opportunities.state.ProjectsState")),
    ("page: board of projects", "/staff/projects?view=board", state("staff.opportunities.state.ProjectsState")),
    ("page: customers", "/staff/customers", state("staff.customers.state.CustomersState")),
)


def measure_growth() -> Section:
    section = Section(
        "Growth", f"Milliseconds (median) with {SMALL:,} and with {LARGE:,} opportunities, with their customers, search "
        "words, history and events. Queries: in one process without a server; pages: their load event over a websocket, one "
        "at a time.",
        ("what", *(f"{database} {size:,}" for database in ("SQLite", "PostgreSQL") for size in (SMALL, LARGE)),
         "SQLite ×", "PostgreSQL ×"))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        sqlite = _both(folder, *(f"sqlite:///{folder / str(size) / 'portal.db'}" for size in (SMALL, LARGE)))
        with postgresql_server(folder) as url_of:
            postgresql = _both(folder, *(url_of(f"opportunities_{size}") for size in (SMALL, LARGE)))
    for what in sqlite:
        ratios = [_ratio(*found[what]) for found in (sqlite, postgresql)]
        section.add(what, *(ms(value) for found in (sqlite, postgresql) for value in found[what]),
                    *(f"{ratio:.2f}" for ratio in ratios))
        for database, ratio, found in zip(("SQLite", "PostgreSQL"), ratios, (sqlite, postgresql), strict=True):
            if ratio > GOAL and found[what][1] - found[what][0] > NOTICEABLE_SECONDS:
                section.expect(f"{what} on {database}: {ratio:.2f} ×, goal ≤ {GOAL} ×", False)
    if not section.goals:
        section.expect(f"every list and page within {GOAL} × (or {1000 * NOTICEABLE_SECONDS:.0f} ms) of its time with "
                       f"{SMALL:,}", True)
    return section


def _ratio(small: float, large: float) -> float:
    return large / small


def _both(folder: Path, *urls: str) -> dict[str, list[float]]:
    """What → its time in the small and in the large database."""
    made, folders = [], []
    for size, url in zip((SMALL, LARGE), urls, strict=True):
        folders.append(folder / str(size))
        folders[-1].mkdir(exist_ok=True)
        made.append(prepare("opportunities", folders[-1], str(size), PORTAL_DATABASE_URL=url))
    done = subprocess.run([sys.executable, HERE / "service_times.py", *urls], stdout=subprocess.PIPE, text=True, check=True,
                          env=environment(folders[0], PORTAL_DATABASE_URL=urls[0]), timeout=300)
    times: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    with _server(folders[0], urls[0]) as small, _server(folders[1], urls[1]) as large:
        times |= asyncio.run(_load_pages((small, large), made))
    return times


def _server(folder: Path, url: str) -> Server:
    return Server(folder, PORTAL_DATABASE_URL=url, PORTAL_EVENTS_PER_SECOND="10000", PORTAL_EVENT_BURST="10000")


async def _load_pages(servers: tuple[Server, Server], made: list[Made]) -> dict[str, list[float]]:
    times = {}
    async with aiohttp.ClientSession() as http:
        for title, path, name in PAGES:
            wanted = name.rpartition(".")[2]
            clients = [Client(http, server.url, people["staff"], path) for server, people in zip(servers, made, strict=True)]
            found: list[list[float]] = [[], []]
            for client in clients:
                await client.open()
                await client.enter(wanted)
            for _ in range(PAGE_LOADS):
                for place, client in enumerate(clients):
                    found[place].append(await client.call(f"{name}.load", {}, wanted))
            for client in clients:
                await client.close()
            times[title] = [statistics.median(taken) for taken in found]
    return times
