"""The tab *Automatic actions*: saved by its own button, and what was begun waits where it was begun."""

import pytest
import reflex as rx

from portal_app.access.actors import Role
from portal_app.automations import rules
from portal_app.automations.step_lists import get_step_actions
from portal_app.core.ids import new_id
from portal_app.core.texts import text_id
from portal_app.staff.meanwhile import ConflictEntry
from portal_app.staff.settings.actions.drafting import DraftAction, entries_of
from portal_app.staff.settings.actions.pieces import entry_in_words
from portal_app.staff.settings.flows.step_actions import StepActionsState, step_actions
from tests.factories import actor_of, make_staff
from tests.handling import Tab

SAVED = "Saved. It holds from now on."


def test_the_tab_can_be_built():
    assert "sentences" in str(step_actions("x"))


@pytest.fixture
def tab(house) -> Tab:
    tab = Tab(house.admin, StepActionsState)
    tab.send("open", house.substage_ids[0])
    return tab


def in_database(house, place: int = 0) -> list[tuple[str, str, int]]:
    house.session.expire_all()
    found = get_step_actions(house.session, house.admin, house.substage_ids[place])
    house.session.rollback()
    return [(each.kind, each.moment, each.hours) for each in found.actions]


def test_an_action_is_added_written_and_saved(house, tab):
    assert tab.page.saved == []
    tab.send("edit")
    tab.send("add", "send_template")
    for name, text in (("template_key", "step-reminder"), ("moment", "every"), ("count", "2"), ("unit", "days"),
                       ("times", "4")):
        tab.send("write", 0, name, text)
    assert in_database(house) == [], "nothing before the button"
    tab.send("save")
    assert tab.was_told(SAVED)
    assert in_database(house) == [("send_template", "every", 48)]
    assert (tab.page.is_editing, tab.page.saved[0].times) == (False, 4)
    tab.send("edit")
    assert (tab.page.draft[0].count, tab.page.draft[0].unit) == ("2", "days")


def said_of(action) -> dict[str, str]:
    """What is wrong with each of its parts."""
    return {part: said.id for part, said in action.errors.items()}


def test_what_is_wrong_stands_at_its_action_and_nothing_is_lost(house, tab):
    tab.send("edit")
    for kind in ("send_template", "notify_staff"):
        tab.send("add", kind)
    tab.send("save")
    assert [said_of(action) for action in tab.page.draft] == [
        {"template_key": text_id(rules.UNKNOWN_TEMPLATE)},
        {"audience": text_id(rules.UNKNOWN_AUDIENCE), "note": text_id(rules.NO_NOTE)}]
    tab.send("remove", 0)
    tab.send("write", 0, "audience", "owner")
    assert said_of(tab.page.draft[0]) == {"note": text_id(rules.NO_NOTE)}, "what is still wrong is still told"
    tab.send("write", 0, "note", "Call them")
    tab.send("save")
    assert in_database(house) == [("notify_staff", "enter", 0)]


def test_what_was_begun_waits_while_others_are_looked_at(house, tab):
    tab.send("edit")
    tab.send("add", "send_template")
    tab.send("open", house.substage_ids[0])
    assert len(tab.page.draft) == 1, "also after a lost connection"
    tab.send("open", house.substage_ids[1])
    assert (tab.page.is_editing, tab.page.unsaved_elsewhere) == (False, 1)
    tab.send("open", house.substage_ids[0])
    assert (tab.page.is_changed, len(tab.page.draft), tab.page.unsaved_elsewhere) == (True, 1, 0)
    tab.send("discard")
    assert not tab.page.is_editing


def test_when_an_action_of_two_happens_is_said_with_its_number():
    said = str(entry_in_words(rx.Var("entry").to(ConflictEntry)))
    assert text_id("Every day, at most {times} times, until the customer has done this step",
                   "Every {n} days, at most {times} times, until the customer has done this step") in said
    assert text_id("After {n} hour here", "After {n} hours here") in said
    assert text_id("Once, after a day, if the customer has not done this step by then",
                   "Once, after {n} days, if the customer has not done this step by then") in said


def test_another_flow_begins_anew(house, tab):
    tab.go(flow=house.flow_id)
    tab.send("load")
    tab.send("open", house.substage_ids[0])
    tab.send("edit")
    tab.send("add", "send_template")
    tab.send("load")
    assert tab.page.is_changed, "a lost connection"
    tab.go(flow=new_id())
    tab.send("load")
    assert (tab.page.is_changed, tab.page.is_editing, tab.page.substage_id) == (False, False, "")


def test_the_second_of_two_keeps_what_they_wrote(house, tab):
    other = Tab(house.admin, StepActionsState)
    other.send("open", house.substage_ids[0])
    for each in (tab, other):
        each.send("edit")
        each.send("add", "notify_staff")
        each.send("write", 0, "audience", "everybody")
        each.send("write", 0, "note", "Here")
        each.send("save")
    assert other.page.conflict_with == house.admin.name
    assert other.page.draft[0].note == "Here"
    other.send("save")
    assert not other.page.is_editing, "saving again holds"


def test_actions_of_two_come_together_and_of_one_that_both_changed_is_chosen(house, tab):
    tab.send("edit")
    for place, note in enumerate(("Call", "Write")):
        tab.send("add", "notify_staff")
        tab.send("write", place, "audience", "everybody")
        tab.send("write", place, "note", note)
    tab.send("write", 1, "moment", "every")
    tab.send("save")
    other = Tab(house.admin, StepActionsState)
    other.send("open", house.substage_ids[0])
    for each, note in ((tab, "Call at once"), (other, "Call tomorrow")):
        each.send("edit")
        each.send("write", 0, "note", note)
        each.send("add", "send_template")
        each.send("write", 2, "template_key", "step-reminder")
    tab.send("save")
    other.send("save")
    assert [row.field for row in other.page.conflicts] == ["actions"]
    assert [(entry.name, entry.note) for entry in other.page.conflicts[0].their_entries] == [
        ("All colleagues", "Call at once"), ("All colleagues", "Write"), ("Reminder of a step", "")]
    assert [(entry.moment, entry.hours, entry.times) for entry in other.page.conflicts[0].their_entries] == [
        ("enter", 0, 0), ("every", 72, 3), ("enter", 0, 0)]
    notes = [action.note or action.kind for action in other.page.draft]
    assert notes == ["Call tomorrow", "Write", "send_template", "send_template"]
    other.send("open", house.substage_ids[1])
    other.send("open", house.substage_ids[0])
    assert other.page.conflict_with == house.admin.name, "the choice waits where it is to be made"
    other.send("choose_side", "actions", "theirs")
    assert ([action.note for action in other.page.draft], other.page.is_changed) == (["Call at once", "Write", ""], False)
    other.send("choose_side", "actions", "mine")
    other.send("remove", 3)
    other.send("save")
    assert [action.note for action in other.page.saved] == ["Call tomorrow", "Write", ""]


@pytest.mark.parametrize(("name", "text"), [("error", "x"), ("kind", "move"), ("id", "x"), ("note", None), ("note", 5),
                                            ("options", "x"), ("__class__", "x")])
def test_only_entries_are_written(house, tab, name, text):
    tab.send("edit")
    tab.send("add", "notify_staff")
    before = tab.page.draft[0]
    tab.send("write", 0, name, text)
    assert tab.page.draft[0] == before


@pytest.mark.parametrize("count", ["", "x", "-1", "1.5", "²", "999999"])
def test_a_time_that_is_none_is_refused(house, tab, count):
    tab.send("edit")
    tab.send("add", "notify_staff")
    for name, text in (("audience", "owner"), ("note", "x"), ("moment", "after"), ("count", count)):
        tab.send("write", 0, name, text)
    tab.send("save")
    assert said_of(tab.page.draft[0]) == {"hours": text_id(rules.BAD_HOURS)}


def test_who_may_not_change_reads(house):
    sales = Tab(house.sales, StepActionsState)
    sales.send("open", house.substage_ids[0])
    assert (sales.page.is_loaded, sales.page.may_edit) == (True, False)
    for wrong in (new_id(), "x", None):
        sales.send("open", wrong)
    viewer = make_staff(house.session, Role.INSTALLER)
    house.session.commit()
    installer = Tab(actor_of(viewer), StepActionsState)
    installer.send("open", house.substage_ids[0])
    assert installer.page.saved == []


def test_entries_are_what_the_form_parses():
    entries = entries_of(DraftAction(kind="move", moment="after", count="3", unit="days", substage_id="s"))
    assert (entries["hours"], entries["times"], entries["substage_id"]) == (72, 0, "s")
    assert set(entries) == {"id", "kind", "template_key", "substage_id", "audience", "note", "endpoint_id", "field_id",
                            "value", "moment", "hours", "times"}
