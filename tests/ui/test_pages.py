"""Every page can be put together: what only the build would find out is found here."""

from __future__ import annotations

import pytest


def _pages():
    import portal_app.portal_app  # noqa: F401
    from portal_app.pages import pages

    return {page.route: page for page in pages()}


@pytest.mark.parametrize("route", sorted(_pages()))
def test_a_page_can_be_put_together(route):
    assert _pages()[route].view().render()
