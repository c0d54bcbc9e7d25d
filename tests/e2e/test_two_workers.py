"""Two server processes with one PostgreSQL and one Redis: a page on one follows what is done on the other."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from raw_client import RawClient
from redis_server import RedisServer, free_port
from reflex.utils.format import format_event_handler
from sqlalchemy import create_engine, text

from portal_app.portal.home.state import HomeState
from portal_app.portal.views.offer.state import OffersState
from portal_app.ui.bell import BellState

from .outside import customer_cookie, run, staff_cookie
from .support import Portal, wait_until

ROOT = Path(__file__).resolve().parents[2]
SOON_SECONDS = 2.0


def name_of(state: type, handler: str) -> str:
    return format_event_handler(state.event_handlers[handler])  # pyright: ignore[reportAttributeAccessIssue]


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


@contextmanager
def _serving(folder: Path, **env: str) -> Iterator[Portal]:
    port = free_port()
    log = folder / f"server-{port}.log"
    environ = {**os.environ, "PORTAL_PORT": str(port), "PORTAL_DATA_FOLDER": str(folder), "PORTAL_DEMO_RESET": "1",
               "PORTAL_PUBLIC_URL": "", **env}
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "tools/serve.py"], cwd=ROOT, env=environ, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    portal = Portal(f"http://localhost:{port}", log=log)
    try:
        wait_until(lambda: portal.is_healthy() or process.poll() is not None, seconds=240)
        assert process.poll() is None, log.read_text()[-3000:]
        yield portal
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


@pytest.fixture(scope="module")
def two_portals(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[tuple[Portal, Portal]]:
    folder = tmp_path_factory.mktemp("two-workers")
    redis = RedisServer(folder)
    redis.start()
    shared = {"PORTAL_DATABASE_URL": database_url, "PORTAL_REDIS_URL": redis.url}
    with ExitStack() as stack:
        stack.callback(redis.stop)
        first = stack.enter_context(_serving(folder, **shared))
        yield first, stack.enter_context(_serving(folder, **shared))


def test_a_page_on_one_worker_follows_what_is_done_on_the_other(two_portals):
    here, there = two_portals
    made = here.reset("two-households")
    customer = customer_cookie(here, made["email"])
    neighbour = customer_cookie(here, made["neighbour"]["email"])
    sales = staff_cookie(here, made, "sales")
    load, refresh = name_of(HomeState, "load"), name_of(HomeState, "refresh")

    async def go() -> None:
        async with (RawClient(there.url, customer) as page, RawClient(there.url, neighbour) as idle,
                    RawClient(there.url, sales) as desk, RawClient(here.url, customer) as hand):
            before = await page.call(load, query=f"project={made['opportunity']}")
            assert made["number"] in before
            await idle.call(load)
            await desk.call(name_of(BellState, "load"), path="/staff")
            await hand.call(name_of(OffersState, "load"), path="/offers", query=f"project={made['opportunity']}")
            began = time.monotonic()
            await hand.send(name_of(OffersState, "decline"), {"form_data": {"reason": "not_now", "comment": ""}},
                            path="/offers")
            told = await asyncio.wait_for(page.updates.get(), SOON_SECONDS)
            assert told["events"][0]["name"] == refresh
            rung = await asyncio.wait_for(desk.updates.get(), SOON_SECONDS)
            assert rung["events"][0]["name"] == name_of(BellState, "load")
            assert time.monotonic() - began < SOON_SECONDS
            after = await page.call(refresh, query=f"project={made['opportunity']}")
            assert made["number"] in after
            assert "'count': '1'" in await desk.call(name_of(BellState, "load"), path="/staff")
            assert idle.updates.empty()  # a page that shows something else hears nothing

    run(go())
