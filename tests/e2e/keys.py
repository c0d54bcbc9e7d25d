"""What a person without mouse and finger does: Tab until something has the focus, then keys."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

MOST_TABS = 90  # the tree of a flow has many places
WITH_A_SIGN_OF_ITS_OWN = ".vh, #code, [role=application]"


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Presses Tab until what is meant, once it is there, has the focus, which must be seen."""
    expect(page.locator(selector).first).to_be_attached()
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        if page.evaluate("selector => !!document.activeElement?.matches(selector)", selector):
            shown = page.evaluate(
                """own => { const at = document.activeElement, style = getComputedStyle(at);
                            return { seen: style.outlineStyle !== "none" || style.boxShadow !== "none" || at.matches(own),
                                     inside: at.getBoundingClientRect().width > 0 }; }""", WITH_A_SIGN_OF_ITS_OWN)
            assert shown == {"seen": True, "inside": True}, f"the focus on {selector} can't be seen"
            return
    raise AssertionError(f"{key} does not reach {selector}")


def type_into(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


def press(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


def give_file(page: Page, place: str, path: Path) -> None:
    tab_to(page, f"{place} .upload.open button")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(path)
