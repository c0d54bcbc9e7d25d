"""One portal of two workers with PostgreSQL and Redis: a page on one worker follows what is done on the other."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import create_engine, text

from portal_app.portal.home.state import HomeState
from portal_app.portal.views.offer.state import OffersState
from portal_app.staff.settings.flows.state import FlowEditorState
from portal_app.ui.bell import BellState
from tests.raw_client import PATIENCE_SECONDS, RawClient
from tests.redis_server import RedisServer, free_port

from .outside import ask, customer_cookie, name_of, run, staff_cookie
from .support import Portal, stop_and_see_what_is_left, wait_until

ROOT = Path(__file__).resolve().parents[2]
SOON_SECONDS = 2.0


@pytest.fixture(scope="module")
def database_url(postgresql_url: str) -> Iterator[str]:
    """A database that no other test knows, on the tests' PostgreSQL server."""
    engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE two_workers"))
    yield engine.url.set(database="two_workers").render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE two_workers WITH (FORCE)"))
    engine.dispose()


class Serving:
    """A portal whose workers can be told apart."""

    def __init__(self, portal: Portal, process: subprocess.Popen) -> None:
        self.portal, self.process = portal, process

    def worker_of(self, client: RawClient) -> int:
        """The process that holds the other end of a client's socket."""
        port = client.sio.eio.ws.get_extra_info("sockname")[1]
        for worker in psutil.Process(self.process.pid).children(recursive=True):
            if any(each.raddr and each.raddr.port == port for each in worker.net_connections("tcp")):
                return worker.pid
        raise LookupError(port)

    async def two_apart(self, stack: AsyncExitStack, cookie: str) -> tuple[RawClient, RawClient]:
        """Two clients of one person, each on a worker of its own."""
        first = await stack.enter_async_context(RawClient(self.portal.url, cookie))
        for _ in range(40):
            second = await stack.enter_async_context(RawClient(self.portal.url, cookie))
            if self.worker_of(second) != self.worker_of(first):
                return first, second
        raise AssertionError("one worker takes every socket")


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Serving]:
    folder, port = tmp_path_factory.mktemp("two-workers"), free_port()
    redis, log = RedisServer(folder), folder / "server.log"
    redis.start()
    environ = {**os.environ, "PORTAL_PORT": str(port), "PORTAL_DATA_FOLDER": str(folder), "PORTAL_DEMO_RESET": "1",
               "PORTAL_PUBLIC_URL": "", "PORTAL_DATABASE_URL": database_url, "PORTAL_REDIS_URL": redis.url,
               "PORTAL_WORKERS": "2"}
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "tools/serve.py"], cwd=ROOT, env=environ, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    portal = Portal(f"http://localhost:{port}", log=log)
    try:
        wait_until(lambda: portal.is_healthy() or process.poll() is not None, seconds=240)
        assert process.poll() is None, log.read_text()[-3000:]
        yield Serving(portal, process)
    finally:
        left = stop_and_see_what_is_left(process)
        redis.stop()
    assert left == [], "Ctrl-C stops everything that was started"


def test_a_page_on_one_worker_follows_what_is_done_on_the_other(serving: Serving):
    portal = serving.portal
    made = portal.reset("two-households")
    customer = customer_cookie(portal, made["email"])
    neighbour = customer_cookie(portal, made["neighbour"]["email"])
    sales = staff_cookie(portal, made, "sales")
    load, refresh = name_of(HomeState, "load"), name_of(HomeState, "refresh")

    async def go() -> None:
        async with (AsyncExitStack() as stack, RawClient(portal.url, neighbour) as idle,
                    RawClient(portal.url, sales) as desk):
            hand, page = await serving.two_apart(stack, customer)
            before = await page.call(load, query=f"project={made['opportunity']}")
            assert made["number"] in before
            await idle.call(load)
            await desk.call(name_of(BellState, "load"), path="/staff")
            await hand.call(name_of(OffersState, "load"), path="/offers", query=f"project={made['opportunity']}")
            began = time.monotonic()
            await hand.send(name_of(OffersState, "decline"), {"form_data": {"reason": "not_now", "comment": ""}},
                            path="/offers")
            await asyncio.wait_for(page.hear(refresh), SOON_SECONDS)
            await asyncio.wait_for(desk.hear(name_of(BellState, "load")), SOON_SECONDS)
            assert time.monotonic() - began < SOON_SECONDS
            after = await page.call(refresh, query=f"project={made['opportunity']}")
            assert made["number"] in after
            assert "'count': '1'" in await desk.call(name_of(BellState, "load"), path="/staff")
            assert idle.updates.empty()  # a page that shows something else hears nothing

    run(go())


def test_pages_on_both_workers_are_sent_what_staff_change_in_their_flow(serving: Serving, database_url: str):
    portal = serving.portal
    made = portal.reset("two-households")
    customer, administrator = customer_cookie(portal, made["email"]), staff_cookie(portal, made, "administrator")
    engine = create_engine(database_url)
    with engine.connect() as connection:
        flow_id = connection.execute(text("SELECT flow_id FROM opportunity WHERE id = :project"),
                                     {"project": made["opportunity"]}).scalar_one()
    engine.dispose()
    editor: dict[str, Any] = {"path": "/staff/settings/flows", "query": f"flow={flow_id}"}

    async def go() -> None:
        async with AsyncExitStack() as stack, RawClient(portal.url, administrator) as desk:
            pages = await serving.two_apart(stack, customer)
            for page in pages:
                await page.call(name_of(HomeState, "load"))
            await desk.call(name_of(FlowEditorState, "load"), **editor)
            await desk.call(name_of(FlowEditorState, "begin_adding"), {"where": "stage"}, **editor)
            await desk.call(name_of(FlowEditorState, "add"), {"entries": {"name": "Your garden"}}, **editor)
            began = time.monotonic()
            await desk.send(name_of(FlowEditorState, "add"), {"entries": {"name": "We look at your trees"}}, **editor)
            await asyncio.wait_for(asyncio.gather(*(page.hear("Your garden") for page in pages)), SOON_SECONDS)
            assert time.monotonic() - began < SOON_SECONDS

    run(go())


def test_a_tab_that_lands_on_the_other_worker_goes_on_where_it_was(serving: Serving, database_url: str):
    """Its state is in Redis: a socket that is opened anew knows what the tab had before."""
    portal = serving.portal
    made = portal.reset("two-households")
    customer = customer_cookie(portal, made["email"])

    async def go() -> None:
        async with AsyncExitStack() as stack:
            first, other = await serving.two_apart(stack, customer)
            await first.call(name_of(OffersState, "load"), path="/offers", query=f"project={made['opportunity']}")
            await first.sio.disconnect()
            again = await stack.enter_async_context(RawClient(portal.url, customer, token=first.token))
            while serving.worker_of(again) != serving.worker_of(other):
                await again.sio.disconnect()
                again = await stack.enter_async_context(RawClient(portal.url, customer, token=first.token))
            await again.call(name_of(OffersState, "decline"), {"form_data": {"reason": "not_now", "comment": ""}},
                             path="/offers")

    run(go())
    engine = create_engine(database_url)
    with engine.connect() as connection:
        statuses = connection.execute(text("SELECT status FROM offer WHERE opportunity_id = :project"),
                                      {"project": made["opportunity"]}).scalars().all()
    engine.dispose()
    assert statuses
    assert set(statuses) == {"declined"}


def test_signing_out_everywhere_reaches_open_tabs_on_both_workers(serving: Serving):
    portal = serving.portal
    made = portal.reset("two-households")
    customer = customer_cookie(portal, made["email"])

    async def go() -> None:
        async with AsyncExitStack() as stack:
            tabs = await serving.two_apart(stack, customer)
            for tab in tabs:
                await tab.call(name_of(HomeState, "load"))
            answer = await asyncio.to_thread(ask, portal, "/sign-out-everywhere", "POST", {}, customer)
            assert answer.status == 303
            await asyncio.wait_for(asyncio.gather(*(tab.hear("/sign-in") for tab in tabs)), PATIENCE_SECONDS)

    run(go())
