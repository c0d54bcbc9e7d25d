"""A form of sixty fields of every kind that is typed: opened, typed into and sent, against the trivial handler."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Any

import aiohttp
from actions import TRIVIAL, Person, state
from report import Section, ms, percentile
from serving import Server, prepare
from sockets import Client

STEP = state("portal.step.state.StepState")
PEOPLE, PROJECTS_EACH, DRAFTS = 4, 5, 20
WRITE_GOAL = 4.0
Times = dict[str, list[float]]
OPEN, KEEP, SEND = "open the form", "save one entry while typing", "send all sixty"


async def _fill(client: Client, person: Person, project: str, times: Times) -> None:
    """One project of one person: the form is opened, typed into, and sent."""
    path = f"/documentation?project={project}"
    times[OPEN].append(await client.call(f"{STEP}.load", {}, "groups_rx_state_", path))
    found = re.search(r'"about_rx_state_":"([0-9a-f]+:[0-9a-f]+)"', client.answer)
    assert found
    number = 0

    def form(values: dict[str, Any], left: str = "") -> dict[str, Any]:
        return {"draft": {"about": found[1], "number": number, "language": "en", "left": left, "values": values,
                          "accepted": []}}

    entries = list(person["entries"].items())
    for number in range(1, DRAFTS + 1):
        field_id, value = entries[number % len(entries)]
        times[KEEP].append(await client.call(f"{STEP}.keep", form({field_id: value}, field_id), "saved_rx_state_", path))
        times[TRIVIAL.name].append(await TRIVIAL.do(client, person))
    number += 1
    times[SEND].append(await client.call(f"{STEP}.send", form(dict(entries)), '"just_sent_rx_state_":true', path))


async def _measure(url: str, people: list[Person]) -> Times:
    times: Times = {name: [] for name in (TRIVIAL.name, OPEN, KEEP, SEND)}

    async def all_of(client: Client, person: Person) -> None:
        for project in person["projects"]:
            await _fill(client, person, project, times)

    async with aiohttp.ClientSession() as http:
        clients = [Client(http, url, person["cookie"]) for person in people]
        for client in clients:
            await client.open()
            await client.enter("home_state")
        await asyncio.gather(*(all_of(client, person) for client, person in zip(clients, people, strict=True)))
        for client in clients:
            await client.close()
    return times


def measure_form() -> Section:
    section = Section(
        "A form of sixty fields", f"{PEOPLE} customers at once, each fills in and sends {PROJECTS_EACH} forms of sixty "
        "fields of ten kinds, SQLite; milliseconds until the whole answer is there.",
        ("what", "events", "p50", "p95", "× trivial (p50)"))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        made = prepare("sixty-fields", Path(name), str(PEOPLE), str(PROJECTS_EACH))
        with Server(Path(name), PORTAL_EVENTS_PER_SECOND="100000", PORTAL_EVENT_BURST="100000") as server:
            times = asyncio.run(_measure(server.url, made["people"]))
    trivial = percentile(times[TRIVIAL.name], 0.5)
    for what, taken in times.items():
        ratio = percentile(taken, 0.5) / trivial
        section.add(what, str(len(taken)), ms(percentile(taken, 0.5)), ms(percentile(taken, 0.95)), f"{ratio:.1f}")
        if what == KEEP:
            section.expect(f"{what}: {ratio:.1f} × trivial, goal ≤ {WRITE_GOAL:.0f} ×", ratio <= WRITE_GOAL)
    return section
