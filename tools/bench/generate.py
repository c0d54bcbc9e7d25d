"""`generate.py FILE`: one load generator. Connects its customers, says `connected`, waits for a line, then sends events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from actions import MIX, Action, Person, open_drawing
from sockets import Client, EventFailed

CONNECTING_AT_ONCE = 4
DRAWING_EVERY = 4  # of so many customers one draws


class Crowd:
    def __init__(self, given: dict[str, Any]) -> None:
        self.given, self.draw = given, random.Random(given["seed"])
        self.people: list[Person] = given["people"]
        self.clients: list[Client] = []
        self.times: dict[str, list[float]] = {action.name: [] for action, _ in MIX}
        self.entered: list[float] = []
        self.errors: list[str] = []

    async def run(self) -> None:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http:
            self.clients = [Client(http, self.given["url"], person["cookie"]) for person in self.people]
            gate = asyncio.Semaphore(CONNECTING_AT_ONCE)
            await asyncio.gather(*(self._enter(place, gate) for place in range(len(self.people))))
            print("connected", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            await self._send_steadily()
            for client in self.clients:
                with contextlib.suppress(Exception):
                    await client.close()

    async def _enter(self, place: int, gate: asyncio.Semaphore) -> None:
        client = self.clients[place]
        async with gate:
            try:
                began = time.perf_counter()
                await client.open()
                await client.enter("home_state")
                self.entered.append(time.perf_counter() - began)
                if place % DRAWING_EVERY == 0:
                    await open_drawing(client, self.people[place])
            except (EventFailed, OSError, aiohttp.ClientError, TimeoutError) as error:
                self.errors.append(f"entering: {type(error).__name__} {error}"[:300])

    async def _send_steadily(self) -> None:
        """An event is sent when it is due, also when the one before has no answer yet."""
        actions, weights = zip(*MIX, strict=True)
        sent, began, tasks = 0, time.perf_counter(), []
        while (due := sent / self.given["rate"]) < self.given["seconds"]:
            await asyncio.sleep(max(0.0, began + due - time.perf_counter()))
            action = self.draw.choices(actions, weights)[0]
            place = self._idle(action)
            if place is not None:
                self.clients[place].is_busy = True
                tasks.append(asyncio.create_task(self._send(action, place, began + due)))
            sent += 1
        await asyncio.gather(*tasks)

    def _idle(self, action: Action) -> int | None:
        """A customer who waits for nothing and can do this."""
        for place in (self.draw.randrange(len(self.people)) for _ in range(20 * len(self.people))):
            if not self.clients[place].is_busy and action.is_ready(self.people[place]):
                return place
        self.errors.append(f"{action.name}: every customer still waits for an answer")
        return None

    async def _send(self, action: Action, place: int, due: float) -> None:
        try:
            await action.do(self.clients[place], self.people[place])
            self.times[action.name].append(time.perf_counter() - due)
        except (EventFailed, OSError, aiohttp.ClientError) as error:
            self.errors.append(f"{action.name}: {type(error).__name__} {error}"[:300])


if __name__ == "__main__":
    crowd = Crowd(json.loads(Path(sys.argv[1]).read_text()))
    asyncio.run(crowd.run())
    print(json.dumps({"times": crowd.times, "entered": crowd.entered, "errors": crowd.errors}))
