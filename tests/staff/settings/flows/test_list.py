"""The list of flows without a browser."""

from __future__ import annotations

import pytest
from sqlmodel import select

from portal_app.access.actors import Role
from portal_app.core.ids import new_id
from portal_app.flows.models import Stage
from portal_app.staff.settings.flows.list_state import FlowListState
from portal_app.staff.settings.flows.state import FlowEditorState
from tests.factories import make_opportunity
from tests.handling import served

from .editing import edit, flow

assert served
assert flow
assert edit


@pytest.fixture
def listing(served, flow, edit):
    editing = edit()
    editing.query.clear()
    editing(FlowEditorState, "load")
    editing(FlowListState, "load")
    return editing


def test_the_list_names_flows_with_their_numbers(served, flow, listing):
    make_opportunity(served, substage=flow[1][0])
    served.commit()
    listing(FlowListState, "load")
    assert listing.state().mode == "list"
    rows = listing.state(FlowListState).flows
    assert [(row.name, row.project_count, row.stage_count, row.substage_count) for row in rows] == [
        ("Home solar", 1, 3, 4)]


def test_the_list_is_missing_for_who_may_not_see_it(edit):
    editing = edit(Role.INSTALLER)
    editing.query.clear()
    editing(FlowListState, "load")
    assert editing.state(FlowListState).is_missing


def test_the_list_is_not_read_for_the_editor(edit):
    editing = edit()
    editing(FlowListState, "load")
    assert not editing.state(FlowListState).is_loaded


def test_flows_are_created_renamed_ordered_and_deleted(served, flow, listing):
    listing(FlowListState, "begin_creating")
    listing(FlowListState, "save_name", {"name": "home solar"})
    assert list(listing.state(FlowListState).field_errors) == ["name"]
    went = listing(FlowListState, "save_name", {"name": "Business"})
    assert "/staff/settings/flows?flow=" in str(went)
    listing(FlowListState, "load")
    made = listing.state(FlowListState).flows[1]
    listing(FlowListState, "begin_renaming", made.id)
    assert (listing.state(FlowListState).name, listing.state(FlowListState).public_names["en"]) == (
        "Business", "Business")
    listing(FlowListState, "save_name", {"name": "Firms", "public_name.en": "For firms", "public_name.de": "Für Firmen"})
    assert not listing.state(FlowListState).is_naming
    listing(FlowListState, "move_item", "flow", made.id, "", 0)
    assert [row.name for row in listing.state(FlowListState).flows] == ["Firms", "Home solar"]
    listing(FlowListState, "begin_creating")
    listing(FlowListState, "stop_naming")
    assert not listing.state(FlowListState).is_naming
    listing(FlowListState, "ask_to_delete", made.id)
    listing(FlowListState, "stop_deleting")
    listing(FlowListState, "ask_to_delete", new_id())
    assert listing.state(FlowListState).deletion.id == ""
    listing(FlowListState, "ask_to_delete", made.id)
    listing(FlowListState, "delete")
    assert [row.name for row in listing.state(FlowListState).flows] == ["Home solar"]
    served.rollback()
    assert served.exec(select(Stage).where(Stage.flow_id == made.id)).all() == []


def test_a_flow_with_projects_stays(served, flow, listing):
    make_opportunity(served, substage=flow[1][0])
    served.commit()
    listing(FlowListState, "ask_to_delete", flow[0].id)
    listing(FlowListState, "delete")
    assert [row.name for row in listing.state(FlowListState).flows] == ["Home solar"]
    assert listing.notices == ["error"]
