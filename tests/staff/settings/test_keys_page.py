"""API keys in the browser: a key once, then only how it begins."""

import pytest

from portal_app.staff.settings.keys.state import ApiKeysState
from portal_app.staff.settings.keys.view import keys_page
from tests.handling import Tab


def test_the_page_can_be_built():
    assert "key-once" in str(keys_page())


@pytest.fixture
def tab(house) -> Tab:
    tab = Tab(house.admin, ApiKeysState)
    tab.send("load")
    return tab


def test_a_key_is_shown_until_it_is_copied(house, tab):
    tab.send("begin")
    tab.send("create", {"name": "Website"})
    key = tab.page.key
    assert (key.startswith("pk_"), tab.page.key_of, tab.page.is_adding) == (True, "Website", False)
    tab.send("forget_key")
    tab.send("load")
    assert tab.page.key == ""
    assert key not in str(tab.page.keys)


def test_what_is_wrong_stands_at_its_field(house, tab):
    tab.send("begin")
    tab.send("create", {"name": " "})
    assert (set(tab.page.field_errors), tab.page.is_adding, tab.page.keys) == ({"name"}, True, [])
    tab.send("stop")
    assert tab.page.field_errors == {}


def test_a_key_is_deleted_after_asking(house, tab):
    tab.send("create", {"name": "Website"})
    key_id = tab.page.keys[0].id
    tab.send("delete")
    assert len(tab.page.keys) == 1
    tab.send("ask", "0" * 32)
    assert not tab.page.is_asking
    tab.send("ask", key_id)
    tab.send("stop_asking")
    tab.send("delete")
    assert len(tab.page.keys) == 1
    tab.send("ask", key_id)
    tab.send("delete")
    assert tab.page.keys == []


def test_who_may_not_manage_them_sees_none(house, tab):
    tab.send("create", {"name": "Website"})
    other = Tab(house.sales, ApiKeysState)
    other.send("load")
    assert (other.page.may_manage, other.page.keys) == (False, [])
