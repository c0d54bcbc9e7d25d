"""What staff change in a flow, when the open homes that show it say so, and how long other customers wait meanwhile."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
from actions import HOME, HOME_LOAD, state
from homes import FOLLOWED_SECONDS, open_homes, served_customers
from report import Section, ms, percentile
from serving import Made, Server
from sockets import Client

PAGES = (100, 500, 2000)
ROUNDS = 2
OTHERS, OTHERS_PER_SECOND, WAIT_GOAL = 40, 20, 0.5
REFRESH = f"{HOME}.refresh"
ASK = json.dumps({"name": REFRESH, "payload": {}, "router_data": {"pathname": "/home", "query": {}, "asPath": "/home"}})
EDITOR = state("staff.settings.flows.state.FlowEditorState")
MOST_SECONDS = 10.0
Others = list[tuple[Client, Made]]


class Home(Client):
    """Says when it was sent the change, and reads itself anew when it is told to."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.change, self.seen = "", asyncio.get_running_loop().create_future()

    def expects(self, change: str) -> None:
        self.change, self.seen = change, asyncio.get_running_loop().create_future()

    async def _read(self) -> None:
        async for message in self.socket:
            text = str(message.data)
            if text == "2":
                await self.socket.send_str("3")
            elif self._answer and not self._answer.done() and self._wanted in text:
                self._answer.set_result(text)
            if self.change and not self.seen.done() and self.change in text:
                self.seen.set_result(time.monotonic())
            if REFRESH in text:
                await self.socket.send_str(f'42/_event,["event",{ASK}]')


class Found(NamedTuple):
    """Seconds until each home has the change, and those that events of others took meanwhile."""

    followed: list[float]
    others: list[float]


def measure_changed_flow() -> Section:
    section = Section(
        "A changed flow", "Staff change the name of the step that all open homes show, or the structure: the step moves to "
        f"another stage. Meanwhile {OTHERS} other customers load their page, {OTHERS_PER_SECOND} a second. One server "
        f"process, SQLite. Seconds from saving until a home shows it, in the slowest of {ROUNDS} rounds; milliseconds until "
        "the others have their answer.",
        ("change", "open homes", "half of them", "95 of 100", "the last", "others p50", "others p95"))
    with served_customers(max(PAGES) + OTHERS) as (server, made):
        found = asyncio.run(_measure(server, made))
    for (change, count), times in found.items():
        section.add(change, f"{count:,}", *(f"{percentile(times.followed, share):.2f}" for share in (0.5, 0.95)),
                    f"{max(times.followed):.2f}", *(ms(percentile(times.others, share)) for share in (0.5, 0.95)))
    for change in ("name", "structure"):
        longest = max(max(times.followed) for (changed, _), times in found.items() if changed == change)
        section.expect(f"an open home shows a changed {change} within {longest:.2f} s at most, "
                       f"goal < {FOLLOWED_SECONDS:.0f} s", longest < FOLLOWED_SECONDS)
    waited = max(percentile(times.others, 0.95) for times in found.values())
    section.expect(f"others' events meanwhile: p95 {ms(waited)} ms, goal < {ms(WAIT_GOAL)} ms", waited < WAIT_GOAL)
    return section


async def _measure(server: Server, made: Made) -> dict[tuple[str, int], Found]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        desk = Client(http, server.url, made["staff"], f"/staff/settings/flows?flow={made['flow']}")
        await desk.open()
        await desk.call(f"{EDITOR}.load", {}, '"flow_name')
        await desk.call(f"{EDITOR}.select", {"kind": "substage", "node_id": made["step"]}, '"selected_id')
        people, first = made["people"][OTHERS:], made["people"][:OTHERS]
        others = list(zip(await open_homes(Client, http, server, first), first, strict=True))
        found: dict[tuple[str, int], Found] = {}
        homes: list[Home] = []
        for count in PAGES:
            homes += await open_homes(Home, http, server, people[len(homes):count])
            await asyncio.sleep(3)
            for number in range(ROUNDS):
                name = f"Draw it {count} {number}"
                await desk.call(f"{EDITOR}.write_name", {"language": "en", "text": name}, '"change_count')
                saved = await _change(homes, others, name, desk.call(f"{EDITOR}.save", {}, '"change_count'))
                stage = number % 2  # to the first, and back to the second
                form = {"kind": "substage", "node_id": made["step"], "parent": made["stages"][stage], "position": 0}
                moved = await _change(homes, others, f'"step_number":{stage + 1},"step_count"',
                                      desk.call(f"{EDITOR}.move_item", form, "editor_state"))
                for change, now in (("name", saved), ("structure", moved)):
                    before = found.get((change, count))
                    found[change, count] = max(before or now, now, key=lambda times: max(times.followed))
        for page in (*homes, *(client for client, _ in others), desk):
            await page.close()
        return found


async def _change(homes: list[Home], others: Others, change: str, make: Awaitable[float]) -> Found:
    for home in homes:
        home.expects(change)
    async with _events_of(others) as waited:
        began = time.monotonic()
        await make
        await asyncio.wait([home.seen for home in homes], timeout=MOST_SECONDS)
    return Found([home.seen.result() - began if home.seen.done() else float("inf") for home in homes], waited)


@asynccontextmanager
async def _events_of(others: Others) -> AsyncIterator[list[float]]:
    """Steadily, until the end of the block: each when it is due, also when the one before has no answer yet."""
    waited: list[float] = []
    running: list[asyncio.Task[None]] = []

    async def send(client: Client, person: Made) -> None:
        due = time.perf_counter()
        await HOME_LOAD.do(client, dict(person))
        waited.append(time.perf_counter() - due)

    async def send_steadily() -> None:
        while True:
            client, person = next(each for each in others if not each[0].is_busy)
            client.is_busy = True
            running.append(asyncio.create_task(send(client, person)))
            await asyncio.sleep(1 / OTHERS_PER_SECOND)

    sending = asyncio.create_task(send_steadily())
    try:
        yield waited
    finally:
        sending.cancel()
        await asyncio.gather(*running)
