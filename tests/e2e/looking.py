"""How axe looks at a page: light and dark, on a desk and on a phone; and what is on the way to many pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.documents import corpus

from .entering import enter_as_staff
from .outside import customer_cookie
from .pages import Screen
from .support import Portal

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async ([part, rules]) => {
  const only = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
  const dialog = document.querySelector("dialog[open]");  // the page behind it has been looked at
  const found = await axe.run(dialog ?? (part || document), {resultTypes: ["violations"], ...only});
  const at = dialog?.querySelector("h2")?.textContent ?? "the page";
  return found.violations.map((each) => `${at}: ${each.id}: ${each.help}\\n` + each.nodes.slice(0, 4).map((node) =>
    `    ${node.target.join(" ")}  ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`).join("\\n"));
}"""
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # for what else there is, it is no matter whether it is dark
# As the button of the frame does; the pages before signing in follow the device alone.
WEAR = "scheme => { const shown = document.documentElement.classList; shown.remove('light', 'dark'); shown.add(scheme); }"
MORE_OF_OFFER = ".title-row details summary"
WITH_A_FILE = " with a file"  # a scenario in which the customer has given one
SIZES: dict[str, ViewportSize] = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}


class People:
    """A customer and an administrator who look at every page, in contexts that last for this file."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.portal = portal
        self.contexts = {who: browser.new_context(base_url=portal.url, locale="en-GB", reduced_motion="reduce")
                         for who in ("customer", "staff", "nobody")}
        self.scenario, self.made = "", {}

    def stand_at(self, scenario: str) -> dict:
        if scenario != self.scenario:
            self.scenario, self.made = scenario, self.portal.reset(scenario.removesuffix(WITH_A_FILE))
            for context in self.contexts.values():
                context.clear_cookies()
            if "email" in self.made:
                name, _, value = customer_cookie(self.portal, self.made["email"]).partition("=")
                self.contexts["customer"].add_cookies([{"name": name, "value": value, "url": self.portal.url}])
            page = self.contexts["staff"].new_page()
            enter_as_staff(page, self.made)
            page.close()
            if scenario.endswith(WITH_A_FILE):
                self._give_a_file()
        return self.made

    def _give_a_file(self) -> None:
        page = self.contexts["customer"].new_page()
        page.goto("/documents")
        reviewing(page, "file")
        page.close()


def settled(page: Page) -> None:
    Screen(page).ready()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def dialogs(page: Page, *ways: tuple[str, ...]) -> Iterator[str]:
    """Dialogs, each by what is pressed one after the other on the way to it."""
    for way in ways:
        for place in way:
            page.locator(place).first.click()
        expect(page.locator("dialog[open]")).to_be_visible()
        yield ""
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)


def with_dialogs(*ways: tuple[str, ...], of: Callable[[Page], None] = settled,
                  part: str = "") -> Callable[[Page], Iterator[str]]:
    """The page, or a part of it, and then its dialogs."""

    def get_there(page: Page) -> Iterator[str]:
        of(page)
        yield part
        yield from dialogs(page, *ways)

    return get_there


def more(item: str, of: str = "[aria-label^='More about']") -> tuple[str, str]:
    return of, f"details[open] button:has-text('{item}')"


def reviewing(page: Page, given: str = "attachment") -> None:
    settled(page)
    page.get_by_test_id("choose-files").set_input_files(
        [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": corpus.jpeg()}])
    expect(page.get_by_test_id(given)).to_have_count(1)


def written_twice(entry: str, save: str, of: Callable[[Page], None] = settled) -> Callable[[Page], None]:
    """Another tab has saved the same entry meanwhile: the question which text stays."""
    def get_there(page: Page) -> None:
        other = page.context.new_page()
        other.goto(page.url)
        for tab, text in ((other, "+34 911 222 333"), (page, "+34 911 444 555")):
            of(tab)
            Screen(tab).put(tab.locator(entry), text)
        for tab in (other, page):
            tab.get_by_test_id(save).click()
            expect(tab.get_by_test_id(save)).to_have_count(int(tab is page))
        other.close()
        expect(page.get_by_test_id("meanwhile")).to_be_visible()

    return get_there


def problems_of(page: Page, part: str) -> list[str]:
    """Of a part of it or the whole, as it stands; afterwards it is light and on a desk again."""
    problems, backgrounds = [], set()
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(WEAR, scheme)
            page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => 0)))")
            backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            rules = OF_COLOURS if scheme == "dark" else []
            problems += [f"{size} {scheme}: {problem}" for problem in page.evaluate(RUN, [part, rules])]
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        problems += [f"{size}: the page scrolls sideways by {sideways} px"] if sideways > 0 else []
    assert len(backgrounds) == 2, "light and dark look the same: only one of them was tried"
    page.set_viewport_size(SIZES["desk"])
    page.emulate_media(color_scheme="light")
    page.evaluate(WEAR, "light")
    return problems
