"""What staff change in a flow, when the open pages that show it say so, and how long other customers wait meanwhile."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
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
STEP = state("portal.step.state.StepState")
EDITOR, FIELDS = state("staff.settings.flows.state.FlowEditorState"), state("staff.settings.fields.state.FieldsState")
MOST_SECONDS = 10.0
Others = list[tuple[Client, Made]]


class Page(Client):
    """Says when it was sent the change, and reads itself anew when it is told to."""

    def __init__(self, refresh: str, *given: Any) -> None:
        super().__init__(*given)
        self.change, self.seen = "", asyncio.get_running_loop().create_future()
        path, _, project = self.path.partition("?project=")
        self.ask = json.dumps({"name": refresh, "payload": {}, "router_data": {
            "pathname": path, "query": {"project": project} if project else {}, "asPath": self.path}})
        self.refresh = refresh

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
            if self.refresh in text:
                await self.socket.send_str(f'42/_event,["event",{self.ask}]')


class Found(NamedTuple):
    """Seconds until each page has the change, and those that events of others took meanwhile."""

    followed: list[float]
    others: list[float]


class Desk(NamedTuple):
    """Staff with the step open in the editor of its flow, and one of its fields."""

    made: Made
    editor: Client
    field: Client

    async def save(self, event: str, **payload: Any) -> float:
        await self.editor.call(f"{EDITOR}.{event}", payload, '"change_count')
        return await self.editor.call(f"{EDITOR}.save", {}, '"change_count')


class Change(NamedTuple):
    """What staff do, and what an open page then is sent: one that is filled in, and one that was sent."""

    make: Awaitable[float]
    told: str
    sent: str = '"state_rx_state_":"sent"'


def _name(desk: Desk, number: int) -> Change:
    name = f"Your next step {number}"
    return Change(desk.save("write_name", language="en", text=name), name, name)


def _structure(desk: Desk, number: int) -> Change:
    """The step goes to the first stage, and back to the second."""
    stage = number % 2
    form = {"kind": "substage", "node_id": desk.made["step"], "parent": desk.made["stages"][stage], "position": 0}
    return Change(desk.editor.call(f"{EDITOR}.move_item", form, "editor_state"), f'"step_number":{stage + 1},"step_count"')


def _label(desk: Desk, number: int) -> Change:
    label = f"What is it {number}?"

    async def make() -> float:
        await desk.field.call(f"{FIELDS}.write", {"field": "label.en", "text": label}, '"change_count')
        return await desk.field.call(f"{FIELDS}.save", {}, '"change_count')

    return Change(make(), label, label)


def _required(desk: Desk, number: int) -> Change:
    """Six fields and a condition are required; one of the fields no longer, and again."""
    choice, count = (("optional", 6), ("required", 7))[number % 2]
    return Change(desk.save("set_required", field_id=desk.made["fields"][4], choice=choice),
                  f'"required_count_rx_state_":{count}')


def _one_less(desk: Desk, number: int) -> Change:
    """The last field is no longer asked: whoever fills in the form is told."""
    return Change(desk.save("remove_field", field_id=desk.made["fields"][-1]), '"is_changed_elsewhere_rx_state_":true')


def _one_more(desk: Desk, number: int) -> Change:
    """It is asked again: that is the form as it was opened."""
    return Change(desk.save("add_fields", entries={desk.made["fields"][-1]: True}), '"required_count_rx_state_"')


Changes = dict[str, Callable[[Desk, int], Change]]


class Kind(NamedTuple):
    name: str
    made_by: tuple[str, ...]
    address: str
    state: str
    changes: Changes


KINDS = (
    Kind("home", ("customers", str(max(PAGES) + OTHERS), "0", "0"), "/home", HOME,
         {"name": _name, "structure": _structure}),
    Kind("form", ("forms", str(max(PAGES) + OTHERS)), "/documentation?project={draw}", STEP,
         {"name": _name, "a field's words": _label, "what is required": _required, "a field less": _one_less,
          "a field more": _one_more}),
)


def measure_changed_flow() -> Section:
    section = Section(
        "A changed flow", "Staff change the step that all open pages show: homes, or forms of a dozen fields, half of them "
        f"sent. Meanwhile {OTHERS} other customers load their home, {OTHERS_PER_SECOND} a second. One server process, "
        f"SQLite. Seconds from saving until a page shows it, the slowest of {ROUNDS} rounds; milliseconds until the others "
        "have their answer.",
        ("pages", "change", "open", "half of them", "95 of 100", "the last", "others p50", "others p95"))
    waited = 0.0
    for kind in KINDS:
        with served_customers(*kind.made_by) as (server, made):
            found = asyncio.run(_measure(kind, server, made))
        for (change, count), times in found.items():
            followed, others = ([percentile(each, share) for share in (0.5, 0.95)] for each in times)
            section.add(kind.name, change, f"{count:,}", *(f"{seconds:.2f}" for seconds in (*followed, max(times.followed))),
                        *map(ms, others))
        longest = max(max(times.followed) for times in found.values())
        section.expect(f"an open {kind.name} shows a change within {longest:.2f} s at most, "
                       f"goal < {FOLLOWED_SECONDS:.0f} s", longest < FOLLOWED_SECONDS)
        waited = max(waited, *(percentile(times.others, 0.95) for times in found.values()))
    section.expect(f"others' events meanwhile: p95 {ms(waited)} ms, goal < {ms(WAIT_GOAL)} ms", waited < WAIT_GOAL)
    return section


async def _measure(kind: Kind, server: Server, made: Made) -> dict[tuple[str, int], Found]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        desk = await _sit_down(http, server, made)
        people, first = made["people"][OTHERS:], made["people"][:OTHERS]
        others = list(zip(await open_homes(Client, http, server, first), first, strict=True))
        found: dict[tuple[str, int], Found] = {}
        pages: list[Page] = []
        number = 0
        for count in PAGES:
            pages += await open_homes(partial(Page, f"{kind.state}.refresh"), http, server, people[len(pages):count],
                                      kind.address, kind.state)
            await asyncio.sleep(3)
            for _ in range(ROUNDS):
                for name, change in kind.changes.items():
                    now = await _change(pages, people, others, change(desk, number))
                    found[name, count] = max(found.get((name, count), now), now, key=lambda times: max(times.followed))
                number += 1
        for page in (*pages, *(client for client, _ in others), desk.editor, desk.field):
            await page.close()
        return found


async def _sit_down(http: aiohttp.ClientSession, server: Server, made: Made) -> Desk:
    editor = Client(http, server.url, made["staff"], f"/staff/settings/flows?flow={made['flow']}")
    await editor.open()
    await editor.call(f"{EDITOR}.load", {}, '"flow_name')
    await editor.call(f"{EDITOR}.select", {"kind": "substage", "node_id": made["step"]}, '"selected_id')
    field = Client(http, server.url, made["staff"], f"/staff/settings/fields?field={made.get('fields', ['new'])[0]}")
    await field.open()
    await field.call(f"{FIELDS}.load", {}, '"mode')
    return Desk(made, editor, field)


async def _change(pages: list[Page], people: list[Made], others: Others, change: Change) -> Found:
    for page, person in zip(pages, people, strict=False):
        page.expects(change.sent if person.get("is_sent") else change.told)
    async with _events_of(others) as waited:
        began = time.monotonic()
        await change.make
        await asyncio.wait([page.seen for page in pages], timeout=MOST_SECONDS)
    return Found([page.seen.result() - began if page.seen.done() else float("inf") for page in pages], waited)


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
