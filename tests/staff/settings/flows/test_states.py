"""The flow editor without a browser: what it shows, what it asks, and that a draft is never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from portal_app.access.actors import Role
from portal_app.core.ids import new_id
from portal_app.opportunities.models import Opportunity
from portal_app.staff.settings.flows.state import FlowEditorState
from portal_app.ui.shell_state import ShellState
from tests.factories import make_opportunity
from tests.handling import served

from .editing import edit, flow, stored, tree

assert served
assert flow
assert edit


def test_the_editor_opens_with_the_first_substage(served, flow, edit):
    make_opportunity(served, substage=flow[1][1])
    state = edit().state()
    assert (state.mode, state.flow_name, state.can_modify, state.project_count) == ("editor", "Home solar", True, 1)
    assert [(row.number, row.name, [s.name for s in row.substages]) for row in state.stages] == [
        (1, "Request", ["Asked"]), (2, "Roof", ["Draw", "Check"]), (3, "Offer", ["Choose"])]
    assert state.stages[1].substages[0].project_count == 1
    assert state.stages[0].missing == "ES, IT, DE"
    assert (state.kind, state.selected_id, state.title) == ("substage", flow[1][0].id, "Asked")
    assert (state.change_count, state.preview.title, state.preview.turn) == (0, "Asked", "us")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INSTALLER])
def test_what_is_not_open_looks_like_what_does_not_exist(edit, role):
    if role == Role.INSTALLER:
        assert edit(role).state().mode == "missing"
    assert edit(role, flow_id=new_id()).state().mode == "missing"
    assert edit(role, flow_id="x").state().mode == "missing"


def test_who_may_only_see_reads(edit):
    assert edit(Role.VIEWER).state().can_modify is False


def test_a_draft_is_previewed_and_saved_with_one_button(served, flow, edit):
    editing = edit()
    editing(FlowEditorState, "select", "substage", flow[1][1].id)
    editing(FlowEditorState, "write_name", "en", "Draw your roof")
    editing(FlowEditorState, "write_name", "de", "Dach zeichnen")
    editing(FlowEditorState, "write_description", "en", "It takes five minutes.")
    state = editing.state()
    assert (state.change_count, state.changed_parts) == (3, ["public_description", "public_name"])
    assert state.missing_descriptions == ["es", "it", "de"]
    assert (state.preview.title, state.preview.turn, state.preview.call) == ("Draw your roof", "you", "Draw my roof")
    assert [stage.status for stage in state.preview.stages] == ["done", "current", "next"]
    editing(FlowEditorState, "show_preview_in", "de")
    assert (editing.state().preview.title, editing.state().preview.greeting) == ("Dach zeichnen", "Guten Morgen, Lucía")
    assert stored(served, flow[1][1]).public_name == {"en": "Draw"}, "nothing is saved silently"
    editing(FlowEditorState, "save")
    assert stored(served, flow[1][1]).public_name == {"en": "Draw your roof", "de": "Dach zeichnen"}
    assert (editing.state().change_count, editing.state().saved_customers) == (0, 0)
    editing(FlowEditorState, "choose_view", "")
    editing(FlowEditorState, "save")
    assert stored(served, flow[1][1]).view_kind is None


def test_discarding_brings_back_what_is_saved(edit):
    editing = edit()
    before = editing.state().revision
    editing(FlowEditorState, "write_name", "en", "Something else")
    editing(FlowEditorState, "discard")
    assert (editing.state().names["en"], editing.state().change_count) == ("Asked", 0)
    assert editing.state().revision > before, "the fields take it over"


def test_a_missing_name_is_said_at_the_field(edit):
    editing = edit()
    editing(FlowEditorState, "write_name", "en", "  ")
    editing(FlowEditorState, "save")
    assert list(editing.state().field_errors) == ["public_name.en"]
    assert editing.state().change_count == 1


def test_leaving_a_draft_is_asked_first(served, flow, edit):
    editing = edit()
    editing(FlowEditorState, "write_name", "en", "Asked for")
    editing(FlowEditorState, "select", "substage", flow[1][1].id)
    assert (editing.state().is_asking, editing.state().title) == (True, "Asked")
    editing(FlowEditorState, "keep_writing")
    assert (editing.state().is_asking, editing.state().names["en"]) == (False, "Asked for")
    editing(FlowEditorState, "select", "substage", flow[1][1].id)
    editing(FlowEditorState, "save_and_go")
    assert (editing.state().title, stored(served, flow[1][0]).public_name["en"]) == ("Draw", "Asked for")
    editing(FlowEditorState, "write_name", "en", "Never mind")
    editing(FlowEditorState, "select", "stage", flow[1][0].stage_id)
    editing(FlowEditorState, "discard_and_go")
    assert (editing.state().kind, editing.state().title, stored(served, flow[1][1]).public_name["en"]) == (
        "stage", "Request", "Draw")


def test_another_page_waits_for_an_answer(served, flow, edit):
    editing = edit()
    editing(FlowEditorState, "ask_before_leaving")
    assert not editing.state().is_asking, "there is nothing to lose"
    for answer, stays in (("keep_writing", 1), ("discard_and_go", 0), ("save_and_go", 0)):
        editing(FlowEditorState, "write_name", "en", "Asked for")
        editing(FlowEditorState, "ask_before_leaving")
        editing(FlowEditorState, "load")  # the click that asks may be the one that restores a lost connection
        assert editing.state().is_asking
        editing(FlowEditorState, answer)
        assert (editing.state().is_asking, editing.state().change_count) == (False, stays)
    assert editing.state().selected_id == flow[1][0].id


def test_what_can_not_be_saved_does_not_go_away(flow, edit):
    editing = edit()
    editing(FlowEditorState, "write_name", "en", "")
    editing(FlowEditorState, "select", "substage", flow[1][1].id)
    editing(FlowEditorState, "save_and_go")
    assert (editing.state().selected_id, editing.state().change_count) == (flow[1][0].id, 1)


def test_a_lost_connection_loses_no_draft(edit):
    editing = edit()
    editing(FlowEditorState, "write_name", "en", "Half a sent")
    editing(FlowEditorState, "load")
    assert (editing.state().names["en"], editing.state().change_count) == ("Half a sent", 1)


def test_a_forgotten_draft_comes_back_from_the_browser(served, flow, edit):
    editing = edit()
    editing(FlowEditorState, "select", "substage", flow[1][1].id)
    editing(FlowEditorState, "write_name", "en", "Half a sent")
    kept = dict(editing.state().kept)
    restarted = edit(name="Ana")
    assert restarted.state().mark != kept["mark"]
    restarted(FlowEditorState, "write_name", "en", "x")
    restarted(FlowEditorState, "restore", kept)
    assert restarted.state().names["en"] == "x", "a newer draft stays"
    restarted(FlowEditorState, "discard")
    assert restarted.state().kept == {}
    for wrong in ({}, {**kept, "flow_id": new_id()}, {**kept, "id": new_id()}, {**kept, "saved": 3}):
        restarted(FlowEditorState, "restore", wrong)
        assert restarted.state().change_count == 0
    other = edit(name="Bea")
    other(FlowEditorState, "select", "substage", flow[1][1].id)
    other(FlowEditorState, "write_name", "es", "Dibuja")
    other(FlowEditorState, "save")
    restarted(FlowEditorState, "restore", kept)
    assert (restarted.state().title, restarted.state().names["en"]) == ("Draw", "Half a sent")
    restarted(FlowEditorState, "save")
    assert restarted.state().conflict_with == "Bea"
    restarted(FlowEditorState, "save")
    assert stored(served, flow[1][1]).public_name == {"en": "Half a sent", "es": "Dibuja"}


def test_the_second_of_two_is_told_and_loses_nothing(served, flow, edit):
    first, second = edit(name="Ana"), edit(name="Bea")
    for editing, name in ((first, "Ana's"), (second, "Bea's")):
        editing(FlowEditorState, "write_name", "en", name)
    first(FlowEditorState, "write_name", "es", "De Ana")
    second(FlowEditorState, "write_name", "de", "Von Bea")
    first(FlowEditorState, "save")
    second(FlowEditorState, "save")
    state = second.state()
    assert (state.conflict_with, state.taken_count) == ("Ana", 1)
    assert [(row.field, row.theirs, row.mine) for row in state.conflicts] == [("public_name.en", "Ana's", "Bea's")]
    assert {language: text for language, text in state.names.items() if text} == {
        "en": "Bea's", "es": "De Ana", "de": "Von Bea"}
    assert stored(served, flow[1][0]).public_name["en"] == "Ana's"
    second(FlowEditorState, "choose_side", "public_name.en", "theirs")
    assert second.state().names["en"] == "Ana's"
    second(FlowEditorState, "choose_side", "public_name.en", "mine")
    second(FlowEditorState, "choose_side", "public_name.it", "theirs")
    second(FlowEditorState, "save")
    assert stored(served, flow[1][0]).public_name == {"en": "Bea's", "es": "De Ana", "de": "Von Bea"}
    assert second.state().conflict_with == ""


def test_parts_change_places_and_a_draft_stays(served, flow, edit):
    editing = edit()
    editing(FlowEditorState, "write_name", "en", "Half a sent")
    editing(FlowEditorState, "move_item", "stage", flow[1][3].stage_id, "", 1)
    assert tree(served, flow[0]) == [["Asked"], ["Choose"], ["Draw", "Check"]]
    editing(FlowEditorState, "move_item", "substage", flow[1][2].id, flow[1][0].stage_id, 0)
    assert tree(served, flow[0]) == [["Check", "Asked"], ["Choose"], ["Draw"]]
    assert editing.state().names["en"] == "Half a sent"
    for wrong in (("flow", flow[0].id, "", 0), ("stage", "x", "", 0), ("stage", flow[1][0].stage_id, "", -1),
                  ("substage", flow[1][0].id, new_id(), 0), ("stage", None, None, "a")):
        editing(FlowEditorState, "move_item", *wrong)
    assert tree(served, flow[0]) == [["Check", "Asked"], ["Choose"], ["Draw"]]


def test_stages_and_substages_are_added_by_name(served, flow, edit):
    editing = edit()
    editing(FlowEditorState, "begin_adding", "stage")
    for wrong in (" ", "x" * 200):
        editing(FlowEditorState, "add", {"name": wrong})
        assert list(editing.state().field_errors) == ["name"], "not the names of the part in the panel"
    editing(FlowEditorState, "add", {"name": "Visit"})
    assert (editing.state().kind, editing.state().title) == ("stage", "Visit")
    assert editing.state().adding == editing.state().selected_id, "its first substage comes next"
    assert not editing.state().preview.is_possible
    editing(FlowEditorState, "add", {"name": "We come"})
    assert (editing.state().kind, editing.state().title, editing.state().adding) == ("substage", "We come", "")
    assert tree(served, flow[0])[3] == ["We come"]
    editing(FlowEditorState, "begin_adding", new_id())
    assert editing.state().adding == ""
    editing(FlowEditorState, "begin_adding", "stage")
    editing(FlowEditorState, "stop_adding")
    assert editing.state().adding == ""


def test_deleting_asks_where_projects_go(served, flow, edit):
    opportunity = make_opportunity(served, substage=flow[1][1])
    served.commit()
    editing = edit()
    editing(FlowEditorState, "ask_to_delete", "stage", flow[1][1].stage_id)
    deletion = editing.state().deletion
    assert (deletion.project_count, deletion.is_last) == (1, False)
    assert [choice.text for choice in deletion.targets] == ["Request · Asked", "Offer · Choose"]
    editing(FlowEditorState, "delete", {"target": ""})
    assert tree(served, flow[0])[1] == ["Draw", "Check"]
    assert set(editing.state().field_errors) == {"target"}
    editing(FlowEditorState, "delete", {"target": flow[1][3].id})
    assert tree(served, flow[0]) == [["Asked"], ["Choose"]]
    assert served.exec(select(Opportunity.substage_id).where(Opportunity.id == opportunity.id)).one() == flow[1][3].id
    served.rollback()
    assert editing.notices == ["ok"]
    editing(FlowEditorState, "ask_to_delete", "substage", flow[1][0].id)
    editing(FlowEditorState, "stop_deleting")
    assert editing.state().deletion.id == ""
    editing(FlowEditorState, "ask_to_delete", "substage", flow[1][0].id)
    editing(FlowEditorState, "delete", {})
    assert tree(served, flow[0]) == [[], ["Choose"]]
    assert editing.state().title == "Choose", "what was chosen is gone"
    editing(FlowEditorState, "ask_to_delete", "substage", flow[1][3].id)
    assert editing.state().deletion.is_last


def test_a_project_that_came_while_the_question_was_open_is_asked_for(served, flow, edit):
    editing = edit()
    editing(FlowEditorState, "ask_to_delete", "substage", flow[1][1].id)
    assert editing.state().deletion.project_count == 0
    make_opportunity(served, substage=flow[1][1])
    served.commit()
    editing(FlowEditorState, "delete", {})
    assert editing.state().deletion.project_count == 1
    assert set(editing.state().field_errors) == {"target"}


def test_small_choices(flow, edit):
    editing = edit()
    editing(FlowEditorState, "show_tab", "view")
    assert editing.state().tab == "view"
    editing(FlowEditorState, "bring_into_sight")
    assert editing.state().sought == 1
    editing(FlowEditorState, "select", "stage", flow[1][0].stage_id)
    editing(FlowEditorState, "show_tab", "view")
    assert editing.state().tab == "information", "a stage has no view"
    editing(FlowEditorState, "choose_view", "offer")
    editing(FlowEditorState, "write_name", "fr", "Toit")
    editing(FlowEditorState, "write_description", "fr", "Toit")
    editing(FlowEditorState, "show_description", "fr")
    editing(FlowEditorState, "show_preview_in", "fr")
    state = editing.state()
    assert (state.change_count, state.view_kind, state.description_language, state.preview_language) == (0, "", "en", "en")
    editing(FlowEditorState, "show_description", "it")
    assert editing.state().description_language == "it"
    editing(FlowEditorState, "open_preview")
    assert editing.state().is_previewing
    editing(FlowEditorState, "close_preview")
    assert not editing.state().is_previewing
    editing(FlowEditorState, "write_description", "it", "Di cosa si tratta")
    editing(FlowEditorState, "save")
    assert editing.state().saved_customers == 0


def test_the_page_can_be_built():
    from portal_app.staff.settings.flows.view import flows_page

    assert flows_page().render()


def test_in_another_language_the_names_follow_and_the_draft_stays(flow, edit):
    editing = edit()
    editing(FlowEditorState, "write_name", "es", "Preguntado")
    editing(FlowEditorState, "save")
    editing(FlowEditorState, "write_name", "en", "Half a na")
    router = editing.root.router
    editing.root.router = replace(router, session=replace(router.session, session_id=new_id()))
    editing(ShellState, "remember_language", "es")
    editing(FlowEditorState, "speak")
    state = editing.state()
    assert (state.stages[0].substages[0].name, state.title) == ("Preguntado", "Preguntado")
    assert (state.change_count, state.names["en"]) == (1, "Half a na")


def test_the_tree_follows_a_colleague_and_the_panel_stays_as_it_is_written(served, flow, edit):
    mine, theirs = edit(), edit(name="Bea")
    for editing in (mine, theirs):
        editing(FlowEditorState, "select", "substage", flow[1][1].id)
    mine(FlowEditorState, "write_name", "en", "Half a na")
    theirs(FlowEditorState, "select", "substage", flow[1][2].id)
    theirs(FlowEditorState, "write_name", "en", "We check it")
    theirs(FlowEditorState, "save")
    mine(FlowEditorState, "refresh")
    assert "We check it" in str(mine.state().stages)
    assert mine.notices == []  # another step than the one that is open
    theirs(FlowEditorState, "select", "substage", flow[1][1].id)
    theirs(FlowEditorState, "write_name", "en", "Draw it")
    theirs(FlowEditorState, "save")
    mine(FlowEditorState, "refresh")
    assert mine.notices == ["info"]
    assert mine.state().change_count == 1
    assert "Half a na" in str(mine.state().kept)
