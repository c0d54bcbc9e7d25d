"""What every page has: its address, the mark that it answers to clicks, notices, the menus of the shell."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from ..support import wait_until


class Screen:
    path = "/"

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, query: str = ""):
        self.page.goto(f"{self.path}?{query}" if query else self.path)
        return self.ready()

    def ready(self):
        """Waits until this page is there, also after a click that led to it, and answers to clicks."""
        expect(self.page).to_have_url(re.compile(re.escape(self.path)))
        expect(self.page.locator('[data-hydrated="true"]')).to_be_attached()
        return self

    def id(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    def act(self, locator: Locator) -> None:
        """Clicks with the mouse, or taps where the person has a touch screen."""
        if self.has_touch:
            locator.tap()
        else:
            locator.click()

    def put(self, control: Locator, text: str) -> None:
        """Writes into a field and leaves it, or chooses the first answer that contains the words."""
        if control.evaluate("each => each.tagName") == "SELECT":
            value = control.locator("option", has_text=text).first.get_attribute("value") or ""
            control.select_option(value=value)
            expect(control).to_have_value(value)
        else:
            control.fill(text)
            control.blur()

    @property
    def has_touch(self) -> bool:
        return self.page.evaluate("navigator.maxTouchPoints > 0")

    @property
    def notices(self) -> Locator:
        return self.id("notices")

    @property
    def heading(self) -> Locator:
        return self.page.locator("main h1")

    @property
    def root(self) -> Locator:
        """The page's outermost element, which tells its language."""
        return self.page.locator("html")

    def choose_language(self, language: str) -> None:
        menu = self.id("language-menu")
        self.act(menu.locator("summary"))
        self.act(menu.locator(f"[data-language={language}]"))

    def sign_out(self) -> None:
        self.act(self.page.locator('form[action$="/sign-out"] button'))

    def expect_amount(self, locator: Locator, amount: float, within: float = 1e-6) -> None:
        """As the page shows it, in whatever language: 1,234.50 and 1.234,50 are the same."""
        assert wait_until(lambda: abs(number_of(locator.inner_text()) - amount) <= within * amount), locator.inner_text()


def begin_to_leave(page: Page) -> None:
    """For another address; the browser itself asks about what is not saved, and the person stays."""
    with page.expect_event("dialog") as question:
        page.evaluate("setTimeout(() => location.assign('/staff'))")
    assert question.value.type == "beforeunload"
    question.value.dismiss()


def number_of(text: str) -> float:
    """The number in a text; of two kinds of separators the last one is the decimal one, and so is a lone one that does
    not stand before three digits."""
    kept = "".join(char for char in text.replace("²", "") if char.isdigit() or char in ".,").strip(".,")
    last = max(kept.rfind("."), kept.rfind(","))
    is_decimal = last >= 0 and (len(kept) - last - 1 != 3 or len({char for char in kept if char in ".,"}) == 2)
    whole = "".join(char for char in (kept[:last] if is_decimal else kept) if char.isdigit())
    return float(f"{whole or 0}.{kept[last + 1:]}") if is_decimal else float(whole or 0)
