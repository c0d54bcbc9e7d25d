"""axe finds nothing on any page: light and dark, on a desk and on a phone; and nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from . import ways_of_customers, ways_of_staff
from .looking import SIZES, People, problems_of
from .support import Portal

PAGES = ways_of_customers.PAGES | ways_of_staff.PAGES


@pytest.fixture(scope="module")
def lookers(browser: Browser, portal: Portal) -> Iterator[People]:
    people = People(browser, portal)
    yield people
    for context in people.contexts.values():
        context.close()


BY_SCENARIO = [name for name, _ in sorted(PAGES.items(), key=lambda page: page[1][0])]  # each is built once


@pytest.mark.parametrize("name", BY_SCENARIO)
def test_axe_finds_nothing(lookers, name):
    scenario, who, address, get_there = PAGES[name]
    made = lookers.stand_at(scenario)
    page = lookers.contexts[who].new_page()
    try:
        page.set_viewport_size(SIZES["desk"])
        page.goto(address.format(**made))
        problems = [problem for part in get_there(page) or [""] for problem in problems_of(page, part)]
        assert problems == []
    finally:
        page.close()
