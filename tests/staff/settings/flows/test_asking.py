"""What a substage asks for, in the flow editor without a browser: chosen, moded, ordered, saved with the rest, merged."""

from __future__ import annotations

from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.flows.contents import contents_of
from portal_app.flows.models import DynamicField
from portal_app.staff.settings.flows.state import FlowEditorState as Editor
from tests.factories import make_condition, make_field
from tests.handling import served

from .editing import edit, flow, stored

assert served
assert flow
assert edit


def _defined(session: Session) -> tuple[list[str], str]:
    ids = [make_field(session, label={"en": name}, group_name={"en": group}).id
           for name, group in (("Consumption", "Home"), ("Roof", ""), ("Meter", "Home"))]
    condition = make_condition(session).condition_id
    session.commit()
    return ids, condition


def _asked(session: Session, substage_id: str) -> list[tuple[str, bool, bool]]:
    with Session(session.get_bind()) as looking:
        found = contents_of(looking, substage_id)
        return [(spec.label["en"], spec.is_required, spec.is_read_only) for spec in found.fields]


def test_fields_are_chosen_moded_ordered_and_saved_together_with_the_texts(served, flow, edit):
    (consumption, _, meter), condition = _defined(served)
    editing = edit()
    groups = editing.state().field_groups
    assert [(group.name, [choice.name for choice in group.choices]) for group in groups] == [
        ("Home", ["Consumption", "Meter"]), ("", ["Roof"])]
    editing(Editor, "open_choosing", "fields")
    editing(Editor, "add_fields", {consumption: "on", meter: "on", "0" * 32: "on"})
    assert [row.name for row in editing.state().asked] == ["Consumption", "Meter"]
    editing(Editor, "set_required", meter, "required")
    editing(Editor, "set_read_only", consumption, "read-only")
    editing(Editor, "move_field", "asked-field", meter, "", 0)
    editing(Editor, "add_conditions", {condition: "on"})
    editing(Editor, "set_asks_again", condition, True)
    editing(Editor, "choose_ball", "authority")
    editing(Editor, "choose_ball", "nobody")
    editing(Editor, "write_name", "en", "Tell us")
    state = editing.state()
    assert state.changed_parts == ["ball", "conditions", "fields", "public_name"]
    assert [choice.name for group in state.field_groups for choice in group.choices] == ["Roof"]
    assert _asked(served, state.selected_id) == []
    editing(Editor, "save")
    assert editing.state().change_count == 0
    first = flow[1][0]
    assert _asked(served, first.id) == [("Meter", True, False), ("Consumption", False, True)]
    saved = stored(served, first)
    assert (saved.public_name["en"], saved.ball) == ("Tell us", "authority")
    row = editing.state().stages[0].substages[0]
    assert (row.field_count, row.condition_count) == (2, 1)
    editing(Editor, "remove_field", meter)
    editing(Editor, "remove_condition", condition)
    editing(Editor, "discard")
    assert [row.name for row in editing.state().asked] == ["Meter", "Consumption"]
    editing(Editor, "remove_field", meter)
    editing(Editor, "save")
    assert _asked(served, first.id) == [("Consumption", False, True)]


def test_two_who_add_keep_both_and_are_told_of_one_entry_in_two_ways(served, flow, edit):
    (consumption, roof, meter), _ = _defined(served)
    mine, theirs = edit(name="Ana"), edit(name="Bo")
    theirs(Editor, "add_fields", {consumption: "on", roof: "on"})
    theirs(Editor, "save")
    mine(Editor, "add_fields", {meter: "on", roof: "on"})
    mine(Editor, "set_required", roof, "required")
    mine(Editor, "save")
    state = mine.state()
    assert state.conflict_with == "Bo"
    assert [(row.part, [each.name for each in row.their_entries]) for row in state.conflicts] == [
        ("fields", ["Consumption", "Roof"])]
    assert {row.name: row.is_required for row in state.asked} == {"Consumption": False, "Roof": True, "Meter": False}
    mine(Editor, "choose_side", "fields", "theirs")
    assert [row.name for row in mine.state().asked] == ["Consumption", "Roof"]
    mine(Editor, "choose_side", "fields", "mine")
    mine(Editor, "save")
    assert {name: required for name, required, _ in _asked(served, flow[1][0].id)} == {
        "Consumption": False, "Roof": True, "Meter": False}


def test_what_two_add_apart_comes_together_without_a_question(served, flow, edit):
    (consumption, _, meter), _ = _defined(served)
    mine, theirs = edit(name="Ana"), edit(name="Bo")
    theirs(Editor, "add_fields", {consumption: "on"})
    theirs(Editor, "save")
    mine(Editor, "add_fields", {meter: "on"})
    mine(Editor, "save")
    state = mine.state()
    assert (state.conflict_with, state.conflicts, state.taken_count) == ("Bo", [], 1)
    mine(Editor, "save")
    assert {name for name, _, _ in _asked(served, flow[1][0].id)} == {"Consumption", "Meter"}


def test_a_field_that_went_meanwhile_leaves_the_draft(served, flow, edit):
    (consumption, roof, _), _ = _defined(served)
    editing = edit()
    editing(Editor, "add_fields", {consumption: "on", roof: "on"})
    served.delete(served.exec(select(DynamicField).where(DynamicField.id == roof)).one())
    served.commit()
    editing(Editor, "save")
    assert "error" in editing.notices
    assert [row.name for row in editing.state().asked] == ["Consumption"]
    editing(Editor, "save")
    assert _asked(served, flow[1][0].id) == [("Consumption", False, False)]


def test_a_stage_and_who_may_only_see_change_nothing(served, flow, edit):
    (consumption, _, _), condition = _defined(served)
    reader = edit(Role.VIEWER)
    reader(Editor, "add_fields", {consumption: "on"})
    reader(Editor, "add_conditions", {condition: "on"})
    assert (reader.state().asked, reader.state().accepted) == ([], [])
    editing = edit()
    editing(Editor, "select", "stage", flow[1][0].stage_id)
    editing(Editor, "add_fields", {consumption: "on"})
    editing(Editor, "choose_ball", "customer")
    assert (editing.state().change_count, editing.state().asked) == (0, [])


def test_a_kept_draft_brings_the_lists_back(served, flow, edit):
    (consumption, _, _), _ = _defined(served)
    editing, other = edit(), edit(name="Bo")
    editing(Editor, "add_fields", {consumption: "on"})
    editing(Editor, "set_required", consumption, "required")
    kept = editing.state().kept
    listed = kept["draft"]["fields"].replace("{", '{"junk": "z", ')
    other(Editor, "restore", {**kept, "draft": {**kept["draft"], "fields": listed}})
    assert [(row.name, row.is_required) for row in other.state().asked] == [("Consumption", True)]
