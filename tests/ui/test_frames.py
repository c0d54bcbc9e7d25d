"""What stands around a customer's page."""

from __future__ import annotations

from portal_app.access.modules import MODULES
from portal_app.ui.frames import portal_frame


def test_the_menu_asks_for_each_place_that_a_company_may_switch_off():
    shown = str(portal_frame())
    for module in MODULES.values():
        if module.in_navigation:
            assert f'"{module.page}"' in shown
            assert (f'!modulesOff.includes("{module.key}")' in shown) == module.can_be_off
