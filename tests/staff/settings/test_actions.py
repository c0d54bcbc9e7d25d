"""External source actions in the browser: one list at a time, saved by a button."""

import pytest

from portal_app.automations import rules
from portal_app.automations.service import actions_of
from portal_app.core.texts import text_id
from portal_app.staff.settings.actions.state import ActionsState, FinishFirst
from portal_app.staff.settings.actions.view import actions_page
from tests.handling import Tab

SAVED = "Saved. It holds from now on."


def test_the_page_can_be_built():
    assert "action-list" in str(actions_page())


@pytest.fixture
def tab(house) -> Tab:
    tab = Tab(house.admin, ActionsState)
    tab.send("load")
    return tab


def in_database(house) -> list[str]:
    found = [row.template_key or row.substage_id or ""
             for row in actions_of(house.session, "accept-budget", house.flow_id)]
    house.session.rollback()  # on SQLite a session that has read holds the lock
    return found


def test_staff_set_what_an_act_does(house, tab):
    tab.send("edit", "accept-budget", house.flow_id)
    assert [action.template_key for action in tab.page.draft] == ["accept-budget"]
    tab.send("add", "move")
    tab.send("write", 1, "substage_id", house.substage_ids[1])
    tab.send("shift", 1, -1)
    assert in_database(house) == ["accept-budget"], "nothing before the button"
    tab.send("save")
    assert tab.was_told(SAVED)
    assert in_database(house) == [house.substage_ids[1], "accept-budget"]
    assert not tab.page.is_editing
    own = next(each for entry in tab.page.triggers if entry.trigger == "accept-budget" for each in entry.lists
               if each.flow_id == house.flow_id)
    assert (own.is_own, own.actions[0].substage_name) == (True, "Offer · Ordered")
    tab.send("take_general", "accept-budget", house.flow_id)
    assert in_database(house) == ["accept-budget"]


def test_what_is_wrong_is_told_at_its_action(house, tab):
    tab.send("edit", "accept-budget", house.flow_id)
    tab.send("add", "send_template")
    tab.send("save")
    assert [{part: said.id for part, said in action.errors.items()} for action in tab.page.draft] == [
        {}, {"template_key": text_id(rules.UNKNOWN_TEMPLATE)}]
    tab.send("remove", 1)
    assert len(tab.page.draft) == 1
    tab.send("save")
    assert tab.was_told(SAVED)


def test_what_was_begun_survives_a_lost_connection_and_is_finished_first(house, tab):
    tab.send("edit", "accept-budget", house.flow_id)
    tab.send("add", "send_template")
    tab.send("load")
    assert len(tab.page.draft) == 2
    tab.send("edit", "decline-budget", "")
    tab.send("take_general", "accept-budget", house.flow_id)
    assert tab.was_told(FinishFirst.text)
    assert tab.page.trigger == "accept-budget"
    tab.send("discard")
    tab.send("edit", "decline-budget", "")
    tab.send("add", "move")
    assert [action.kind for action in tab.page.draft] == ["send_template"], "the general list moves nowhere"


def test_the_second_of_two_keeps_what_they_wrote(house, tab):
    other = Tab(house.admin, ActionsState)
    other.send("load")
    for each in (tab, other):
        each.send("edit", "accept-budget", house.flow_id)
        each.send("remove", 0)
        each.send("save")
    assert other.page.conflict_with == house.admin.name
    assert other.page.is_editing
    other.send("save")
    assert not other.page.is_editing, "saving again holds"


def test_lists_of_two_are_written_anew_and_come_together(house, tab):
    other = Tab(house.admin, ActionsState)
    other.send("load")
    for each, template in ((tab, "welcome"), (other, "step-reminder")):
        each.send("edit", "accept-budget", house.flow_id)
        each.send("add", "send_template")
        each.send("write", 1, "template_key", template)
    tab.send("write", 0, "template_key", "decline-budget")
    tab.send("save")
    other.send("load")  # a lost connection
    other.send("save")
    assert (other.page.conflicts, other.page.taken_count) == ([], 1)
    other.send("save")
    assert sorted(in_database(house)) == ["decline-budget", "step-reminder", "welcome"]


@pytest.mark.parametrize("place", [-1, 7, "0", None, True, 1.5, [0]])
def test_places_that_are_none_change_nothing(house, tab, place):
    tab.send("edit", "accept-budget", house.flow_id)
    for name, arguments in (("write", (place, "note", "x")), ("shift", (place, 1)), ("remove", (place,))):
        tab.send(name, *arguments)
    assert not tab.page.is_changed


def test_what_is_not_there_is_not_opened(house, tab):
    tab.send("edit", "no-such-act", "")
    tab.send("add", "send_template")
    tab.send("save")
    tab.send("take_general", "accept-budget", house.flow_id)
    assert tab.page.draft == []
    assert not tab.page.is_editing


def test_others_see_nothing(house):
    page = Tab(house.sales, ActionsState).send("load")
    assert (page.may_edit, page.triggers, page.is_loaded) == (False, [], True)
