"""Every page can be put together: what only the build would find out is found here."""

from __future__ import annotations

import re

import pytest

NAME = re.compile(r'\["(\w+)"\] :')
LAYOUT = re.compile(r"(margin|padding)\w*|maxWidth")


def _pages():
    import portal_app.portal_app  # noqa: F401
    from portal_app.pages import pages

    return {page.route: page for page in pages()}


@pytest.fixture(scope="module", params=sorted(_pages()))
def rendered(request: pytest.FixtureRequest):
    return _pages()[request.param].view().render()


def test_a_page_can_be_put_together(rendered):
    assert rendered


def test_an_attribute_that_an_element_does_not_know_does_not_become_a_style(rendered):
    """Reflex takes it for one, and it is lost; such go into `custom_attrs`."""
    styles = re.findall(r"css:\(\{(.*?)\}\)", str(rendered))
    assert {name for style in styles for name in NAME.findall(style) if not LAYOUT.fullmatch(name)} == set()
