"""Journeys in a real browser against the production build.

Without `PORTAL_E2E_URL` the portal is started once for the whole run, on its own port with its own data. With it the
journeys run against that deployment, which must be a demonstration that may be reset (`PORTAL_DEMO_RESET=1`).
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import find_browser
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .support import Portal, stop_and_see_what_is_left, wait_until

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "test-results"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run", "--disable-quic"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.e2e)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The running portal: its address, its mailbox, and how to reset its demonstration."""
    given = os.getenv("PORTAL_E2E_URL")
    if given:
        yield Portal(given.rstrip("/"))
        return
    folder, port = tmp_path_factory.mktemp("portal"), _free_port()
    environ = {**os.environ, "PORTAL_PORT": str(port), "PORTAL_DATA_FOLDER": str(folder), "PORTAL_DEMO_RESET": "1",
               "PORTAL_PUBLIC_URL": "", "PORTAL_WEBHOOK_TEST_NETWORKS": "127.0.0.0/8", "PORTAL_SOCKETS_PER_ADDRESS": "400"}
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen([sys.executable, "tools/serve.py"], cwd=ROOT, env=environ, stdin=subprocess.DEVNULL,
                               stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    portal = Portal(f"http://localhost:{port}", log=folder / "server.log")
    wait_until(lambda: portal.is_healthy() or process.poll() is not None, seconds=240)
    if process.poll() is not None:
        pytest.exit(f"the portal did not start:\n{(folder / 'server.log').read_text()[-3000:]}", 1)
    yield portal
    assert stop_and_see_what_is_left(process) == [], "Ctrl-C stops everything that was started"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "something still listens after the portal was stopped"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    outcome = yield
    if outcome.get_result().when == "call":
        item.stash[_FAILED] = outcome.get_result().failed


_FAILED = pytest.StashKey[bool]()


class Contexts:
    """Browser contexts of one test: each is a person on a device. Traces are kept when the test fails."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.browser, self.portal = browser, portal
        self.contexts: list[BrowserContext] = []
        self.said: list[str] = []

    def new_page(self, locale: str = "en-GB", **options) -> Page:
        """Who does not ask for movement (`reduced_motion="no-preference"`) does not have to wait for its end."""
        context = self.browser.new_context(base_url=self.portal.url, locale=locale, **{
            "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options})
        context.tracing.start(snapshots=True)  # no film: two cores have enough to do
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def _note(self, message) -> None:
        """What the browser complains about, such as a breach of the content security policy; answers of 4xx are no fault,
        and that no script runs in the frame of a mail is told because the trace would like to run one."""
        expected = ("Failed to load resource", "because the document's frame is sandboxed")
        if message.type == "error" and not any(words in message.text for words in expected):
            self.said.append(message.text)

    def close(self, name: str, failed: bool) -> None:
        folder = RESULTS / re.sub(r"[^\w.-]+", "_", name)[-120:]
        for number, context in enumerate(self.contexts):
            if failed:
                folder.mkdir(parents=True, exist_ok=True)
                for place, page in enumerate(context.pages):
                    page.screenshot(path=folder / f"{number}-{place}.png", full_page=True)
                context.tracing.stop(path=folder / f"{number}.zip")
            context.close()


@pytest.fixture
def people(request: pytest.FixtureRequest, browser: Browser, portal: Portal) -> Iterator[Contexts]:
    """`people.new_page()` is one more person with an own browser; what their browsers complain about fails the test."""
    contexts = Contexts(browser, portal)
    yield contexts
    failed = request.node.stash.get(_FAILED, True)
    contexts.close(request.node.nodeid, failed)
    if not failed:
        assert contexts.said == []


@pytest.fixture
def page(people: Contexts) -> Page:
    return people.new_page()
