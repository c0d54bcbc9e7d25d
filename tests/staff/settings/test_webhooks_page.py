"""Webhooks in the browser: a secret once, the log, what is wrong at its field."""

import pytest
from sqlmodel import select

from portal_app.core.ids import new_id
from portal_app.staff.settings.webhooks.state import WebhooksState
from portal_app.staff.settings.webhooks.view import webhooks_page
from portal_app.webhooks.models import WebhookEndpoint, WebhookMessage
from tests.handling import Tab

GOOD = {"name": "CRM", "url": "https://hooks.example.com/in"}


def test_the_page_can_be_built():
    assert "deliveries" in str(webhooks_page())


@pytest.fixture
def tab(house) -> Tab:
    tab = Tab(house.admin, WebhooksState)
    tab.send("load")
    return tab


def made(tab: Tab, **values) -> str:
    tab.send("begin", "new")
    tab.send("save", {**GOOD, **values})
    tab.send("forget_secret")
    return tab.page.endpoints[-1].id


def test_the_secret_is_shown_until_it_is_copied(house, tab):
    tab.send("begin", "new")
    tab.send("save", GOOD)
    secret = tab.page.secret
    assert secret.startswith("whsec_")
    assert tab.page.editing == ""
    tab.send("forget_secret")
    tab.send("load")
    assert tab.page.secret == ""
    tab.send("ask", "renew", tab.page.endpoints[0].id)
    tab.send("renew")
    assert tab.page.secret not in ("", secret)


def test_what_is_wrong_stands_at_its_field(house, tab):
    tab.send("begin", "new")
    tab.send("save", {"name": "", "url": "http://example.com"})
    assert set(tab.page.field_errors) == {"name", "url"}
    assert tab.page.editing == "new"
    tab.send("stop")
    assert tab.page.field_errors == {}


def test_who_saves_second_chooses_and_what_is_gone_is_not_saved(house, tab):
    endpoint_id, other = made(tab), Tab(house.admin, WebhooksState)
    other.send("load")
    for each in (tab, other):
        each.send("begin", endpoint_id)
    tab.send("save", {"name": "Theirs", "url": "https://hooks.example.com/new"})
    other.send("save", {**GOOD, "name": "Mine", "tells_contact": "on"})
    assert (other.page.editing, other.page.conflict_with) == (endpoint_id, house.admin.name)
    assert [(row.field, row.theirs, row.mine) for row in other.page.conflicts] == [("name", "Theirs", "Mine")]
    assert other.page.entered == {"name": "Mine", "url": "https://hooks.example.com/new", "tells_contact": "on"}
    other.send("choose_side", "name", "theirs")
    assert other.page.entered["name"] == "Theirs"
    other.send("save", {**other.page.entered, "name": "Ours"})
    assert [(each.name, each.tells_contact) for each in other.page.endpoints] == [("Ours", True)]
    other.send("begin", endpoint_id)
    tab.send("ask", "delete", endpoint_id)
    tab.send("delete")
    other.send("save", GOOD)
    assert other.reader.notices[-1] == "error"


def test_an_endpoint_is_changed_switched_and_deleted(house, tab):
    endpoint_id = made(tab)
    tab.send("begin", endpoint_id)
    assert tab.page.entered["url"] == GOOD["url"]
    tab.send("save", {**GOOD, "name": "Billing", "tells_contact": "on"})
    assert (tab.page.endpoints[0].name, tab.page.endpoints[0].tells_contact) == ("Billing", True)
    tab.send("switch", endpoint_id, False)
    assert not tab.page.endpoints[0].is_on
    tab.send("send_test", endpoint_id)
    assert tab.was_told("This webhook is switched off. Please switch it on first.")
    tab.send("delete")
    assert tab.page.endpoints, "asked for first"
    tab.send("ask", "delete", endpoint_id)
    tab.send("delete")
    assert tab.page.endpoints == []


def test_the_log_and_a_replay(house, tab):
    endpoint_id = made(tab)
    tab.send("send_test", endpoint_id)
    [message] = tab.page.messages
    assert (tab.page.shown_id, message.kind, message.status) == (endpoint_id, "portal.test", "waiting")
    tab.send("replay", message.id)
    tab.send("turn_page", 1)
    assert tab.page.messages == []
    tab.send("turn_page", -1)
    assert len(tab.page.messages) == 1
    tab.send("hide_log")
    assert tab.page.messages == []


def test_what_is_not_there_changes_nothing(house, tab):
    for handler, arguments in (("begin", ("x",)), ("switch", (new_id(), True)), ("ask", ("drop", new_id())),
                               ("show_log", ("x",)), ("renew", ()), ("replay", (new_id(),)), ("send_test", ("x",)),
                               ("turn_page", (7,))):
        tab.send(handler, *arguments)
    assert tab.page.endpoints == []
    assert house.session.exec(select(WebhookMessage)).all() == []
    house.session.rollback()


def test_others_see_nothing(house):
    page = Tab(house.sales, WebhooksState).send("load")
    assert (page.may_manage, page.endpoints, page.is_loaded) == (False, [], True)
    assert house.session.exec(select(WebhookEndpoint)).all() == []
    house.session.rollback()
