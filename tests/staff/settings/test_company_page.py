"""Settings → Customer portal in the browser."""

import pytest

from portal_app.access import modules
from portal_app.company.schemas import public_values
from portal_app.company.service import company_snapshot, get_company, remove_logo
from portal_app.core import live
from portal_app.core.errors import NotFound
from portal_app.core.texts import text_id
from portal_app.portal.documents.state import read_papers
from portal_app.staff.settings.company.state import CompanyState, contrasts_of
from portal_app.staff.settings.company.view import company_page
from tests.factories import actor_of, make_contact
from tests.handling import Tab


def test_the_page_can_be_built():
    assert "logo-place" in str(company_page())


@pytest.fixture
def tab(house) -> Tab:
    tab = Tab(house.admin, CompanyState)
    tab.send("load")
    return tab


def test_changes_are_named_and_saved_by_a_button(house, tab):
    assert tab.page.changed == []
    tab.send("write", "name", "Sunny")
    tab.send("write", "welcome.es", "Hola")
    tab.send("write", "link_minutes", "60")
    tab.send("choose", "languages", "de", False)
    assert tab.page.changed == ["name", "link_minutes", "languages", "welcome"]
    assert company_snapshot().name == "Helianta"
    tab.send("save")
    assert tab.was_told("Saved. Customers see it from now on.")
    assert tab.page.changed == []
    saved = company_snapshot()
    assert (saved.name, saved.link_minutes, saved.languages) == ("Sunny", 60, ("en", "es", "it"))
    assert saved.welcome == {"en": "Welcome", "es": "Hola"}


def test_errors_stand_at_their_field_and_nothing_is_lost(house, tab):
    tab.send("write", "link_minutes", "2")
    tab.send("write", "name", "Sunny")
    tab.send("save")
    assert tab.page.field_errors["link_minutes"].id == text_id("This must be at least {ge}.")
    assert tab.page.draft["name"] == "Sunny"
    assert tab.was_told("Please check the marked fields.")
    tab.send("discard")
    assert (tab.page.draft["name"], tab.page.field_errors) == ("Helianta", {})


def test_contrast_is_shown_while_choosing(tab):
    assert tab.page.weak_count == 0
    assert all(each.light_passes and each.dark_passes for each in tab.page.contrasts)
    tab.send("pick_color", "#f0771a")
    assert (tab.page.draft["brand_color"], len(tab.page.contrasts) > 0) == ("#f0771a", True)
    tab.send("write", "brand_color", "#f07")
    assert tab.page.contrasts
    tab.send("write", "brand_color", "#f0")
    assert tab.page.contrasts == []
    assert contrasts_of("red", "#ffc53d") == []


def test_somebody_else_saved_first(house, tab):
    other = Tab(house.admin, CompanyState)
    other.send("load")
    for each, name, phone in ((tab, "Sunny", "+34 911 111 111"), (other, "Windy", "")):
        each.send("write", "name", name)
        if phone:
            each.send("write", "phone", phone)
            each.send("choose", "languages", "de", False)
        else:
            each.send("choose", "languages", "it", False)
        each.send("save")
    assert (other.page.conflict_with, other.page.taken_count) == (house.admin.name, 2)
    assert [(row.part, row.theirs, row.mine) for row in other.page.conflicts] == [("name", "Sunny", "Windy")]
    assert other.page.draft["name"] == "Windy"
    house.session.rollback()
    assert get_company(house.session).name == "Sunny"
    house.session.rollback()
    assert (other.page.changed, other.page.draft["phone"]) == (["name", "languages"], "+34 911 111 111")
    other.send("choose_side", "name", "theirs")
    assert (other.page.draft["name"], other.page.keeps_theirs) == ("Sunny", True)
    other.send("choose_side", "name", "mine")
    assert not other.page.keeps_theirs
    other.send("save")
    assert (other.page.conflict_with, other.page.changed) == ("", [])
    house.session.rollback()
    company = get_company(house.session)
    assert (company.name, company.phone, company.languages) == ("Windy", "+34 911 111 111", ["en", "es"])


def test_a_logo_hides_nothing_that_somebody_else_saved(house, tab):
    other = Tab(house.admin, CompanyState)
    other.send("load")
    tab.send("write", "phone", "+34 911 111 111")
    tab.send("save")
    remove_logo(house.session, house.admin)  # as plain HTTP does it for the other
    house.session.commit()
    other.send("logo_changed")
    other.send("write", "name", "Windy")
    other.send("save")
    assert (other.page.conflict_with, other.page.draft["phone"]) == (house.admin.name, "+34 911 111 111")
    other.send("save")
    house.session.rollback()
    company = get_company(house.session)
    assert (company.name, company.phone) == ("Windy", "+34 911 111 111")


def test_a_logo_alone_is_no_change_of_somebody_else(house, tab):
    tab.send("write", "name", "Sunny")
    remove_logo(house.session, house.admin)
    house.session.commit()
    tab.send("logo_changed")
    tab.send("save")
    assert (tab.page.conflict_with, tab.page.changed) == ("", [])


def test_a_lost_connection_takes_nothing_away(tab):
    tab.send("write", "name", "Sunny")
    tab.send("load")
    assert tab.page.draft["name"] == "Sunny"


@pytest.mark.parametrize(("field", "text"), [("logo_key", "x"), ("version", "9"), ("languages", "xx"), ("modules", "{}")])
def test_unknown_entries_are_no_entries(tab, field, text):
    before = dict(tab.page.draft)
    tab.send("write", field, text)
    assert dict(tab.page.draft) == before


def test_the_logos_outcome_is_told(house, tab):
    tab.send("logo_refused", "abc", {"megabytes": 2, "bad": [1], "x" * 90: "y"})
    assert (tab.page.logo_error.id, tab.page.logo_error.values) == ("abc", {"megabytes": 2, "x" * 40: "y"})
    tab.send("logo_changed")
    assert tab.page.logo_error.id == ""
    assert tab.was_told("The logo is removed.")


def test_others_see_nothing(house):
    page = Tab(house.sales, CompanyState).send("load")
    assert (page.may_edit, page.draft, page.is_loaded) == (False, {}, True)


def test_modules_are_switched_and_shared_and_hold_at_once(house, tab, monkeypatch):
    told: list[frozenset[str]] = []
    monkeypatch.setattr(live.the_hub, "tell_later", lambda topics, by: told.append(topics))
    assert tab.page.draft["modules.documents"]
    assert tab.page.draft["scope-cases.account"]
    tab.send("choose", "modules", "documents", False)
    tab.send("choose", "modules", "projects", False)
    tab.send("choose", "scope-cases", "account", False)
    assert tab.page.changed == ["modules", "scope-cases"]
    tab.send("save")
    company = company_snapshot()
    assert [key for key in modules.MODULES if not modules.is_on(company.modules, key)] == ["documents"]
    assert modules.scope_of(company.modules, "cases") == "contact"
    assert modules.scope_of(company.modules, "account") == "contact"
    assert public_values(company)["off"] == ["documents"]
    assert told == [frozenset({live.COMPANY_TOPIC})]
    customer = actor_of(make_contact(house.session))
    house.session.commit()
    with pytest.raises(NotFound):
        read_papers(house.session, customer, "", "en")
    tab.send("choose", "modules", "documents", True)
    tab.send("save")
    assert read_papers(house.session, customer, "", "en").projects == []
