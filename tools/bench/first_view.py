"""Bytes and requests of the first view of a page, as Chromium counts them on the wire, with an empty cache."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from blank_page import build_blank_page
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from report import Section, kb
from serving import Server, is_page_built, prepare

from tools.browser import find_browser

GOAL = 1.5
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run", "--disable-quic"]
KINDS = ("page", "script", "style", "font", "texts", "other")
# Name, address, who is signed in.
PAGES = (
    ("customer: sign in", "/sign-in", ""),
    ("customer: home", "/home", "choose"),
    ("customer: offers", "/offers", "choose"),
    ("customer: drawing (with the map)", "/drawing", "draw"),
    ("staff: sign in", "/staff/sign-in", ""),
    ("staff: home", "/staff", "staff"),
    ("staff: list of projects", "/staff/projects", "staff"),
    ("staff: one project", "/staff/project?id={choose_project}", "staff"),
    ("staff: flow editor", "/staff/settings/flows", "staff"),
)
MEASURED_AGAINST_GOAL = ("customer: sign in", "customer: home", "customer: offers")


@dataclass
class View:
    """What one page fetched: file → bytes on the wire, by kind."""

    requests: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    files: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())


def _kind(url: str, resource_type: str) -> str:
    path = urlsplit(url).path
    if path.startswith("/texts/"):
        return "texts"
    return {"Document": "page", "Script": "script", "Stylesheet": "style", "Font": "font"}.get(resource_type, "other")


def measure_view(context: BrowserContext, url: str) -> View:
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    asked: dict[str, tuple[str, str]] = {}
    view = View()

    def note(event: dict) -> None:
        address, kind = asked.get(event["requestId"], ("", ""))
        if urlsplit(address).scheme not in ("http", "https"):
            return
        view.requests += 1
        size = int(event["encodedDataLength"])
        view.by_kind[_kind(address, kind)] += size
        view.files[urlsplit(address).path] = view.files.get(urlsplit(address).path, 0) + size

    wire.on("Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: (e["request"]["url"], e.get("type", ""))}))
    wire.on("Network.loadingFinished", note)
    page.goto(url, wait_until="networkidle")
    page.close()
    return view


def _context(browser: Browser, server: Server, cookie: str) -> BrowserContext:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    if cookie:
        context.add_cookies([{"name": "session", "value": cookie, "url": server.url}])
    return context


def measure_first_views() -> Section:
    section = Section(
        "First view", "Bytes on the wire in kB (Chromium, Network.loadingFinished, headers included, empty cache), against "
        "the leanest page that Reflex builds: one plain `div`, built and served in the same run from the same npm packages.",
        ("page", "requests", *KINDS, "all", "× blank"))
    with tempfile.TemporaryDirectory(prefix="bench-") as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        blank_folder = folder / "blank-app"
        blank_folder.mkdir()
        with build_blank_page(blank_folder) as server:
            blank = measure_view(_context(browser, server, ""), server.url)
        _add(section, "blank page", blank, blank)
        portal_folder = folder / "portal"
        portal_folder.mkdir()
        people = prepare("household", portal_folder)
        with Server(portal_folder) as server:
            for title, address, person in PAGES:
                if not is_page_built(urlsplit(address).path):
                    continue
                context = _context(browser, server, people.get(person, ""))
                view = measure_view(context, server.url + address.format(**people))
                context.close()
                _add(section, title, view, blank)
                if title in MEASURED_AGAINST_GOAL:
                    section.expect(f"{title}: {view.total / blank.total:.2f} × the blank page, goal ≤ {GOAL} ×",
                                   view.total <= GOAL * blank.total)
                if title == "customer: home":
                    section.note += "\n\nLargest files of the customer's home page: " + ", ".join(
                        f"`{Path(path).name or 'page'}` {kb(size)}"
                        for path, size in sorted(view.files.items(), key=lambda file: -file[1])[:8]) + "."
        browser.close()
    return section


def _add(section: Section, title: str, view: View, blank: View) -> None:
    section.add(title, str(view.requests), *(kb(view.by_kind[kind]) for kind in KINDS), kb(view.total),
                f"{view.total / blank.total:.2f}")
