"""What stands around a customer's page."""

from __future__ import annotations

import pytest

from portal_app.access.modules import MODULES
from portal_app.portal.home.view import home
from portal_app.ui.closed import while_open
from portal_app.ui.frames import portal_frame


def test_the_menu_asks_for_each_place_that_a_company_may_switch_off():
    shown = str(portal_frame())
    for module in MODULES.values():
        if module.in_navigation:
            assert f'"{module.page}"' in shown
            assert (f'!modulesOff.includes("{module.key}")' in shown) == module.can_be_off


def test_the_home_page_asks_for_each_place_that_it_has_a_tile_for():
    shown = str(home())
    for module in MODULES.values():
        if module.on_dashboard:
            assert f'!modulesOff.includes("{module.key}")' in shown


def test_a_place_that_can_not_be_closed_says_no_word_of_it():
    with pytest.raises(ValueError, match="offers"):
        while_open("offers")
