"""Trees as the pages of customers read them: kept by the version of their flow, and yet as new as what is committed."""

import pytest
from sqlmodel import Session

from portal_app.core.database import READS_ONLY
from portal_app.flows import service, trees
from portal_app.flows.models import Flow
from portal_app.flows.rules import FlowForm, StageForm, SubstageForm
from tests.factories import actor_of, make_flow, make_staff

WAY = (("Request", [("Asked", None)]), ("Roof", [("Draw", "drawing"), ("Check", None)]), ("Empty", []))
CHANGES = {
    "rename the flow": lambda s, a, f, st, su: service.rename_flow(s, a, f, FlowForm(name="Another", public_name={})),
    "move the flow": lambda s, a, f, st, su: service.move_flow(s, a, f, 0),
    "add a stage": lambda s, a, f, st, su: service.create_stage(s, a, f, StageForm(public_name={"en": "M"})),
    "save a stage": lambda s, a, f, st, su: service.save_stage(s, a, st, StageForm(public_name={"en": "New"}), 1),
    "move a stage": lambda s, a, f, st, su: service.move_stage(s, a, st, 1),
    "delete a stage": lambda s, a, f, st, su: service.delete_stage(s, a, st),
    "add a substage": lambda s, a, f, st, su: service.create_substage(s, a, st, SubstageForm(public_name={"en": "M"})),
    "save a substage": lambda s, a, f, st, su: service.save_substage(s, a, su, SubstageForm(public_name={"en": "N"}), 1),
    "move a substage": lambda s, a, f, st, su: service.move_substage(s, a, su, 1),
    "delete a substage": lambda s, a, f, st, su: service.delete_substage(s, a, su),
}


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(trees, "_kept", {})


def read(session: Session, flow: Flow, *, as_reader: bool = True):
    """The tree as a session reads it that only reads."""
    session.refresh(flow)
    session.info.update({READS_ONLY: True} if as_reader else {})
    try:
        return trees.read_trees(session, {flow.id: flow.version})[flow.id]
    finally:
        session.info.pop(READS_ONLY, None)


def test_a_kept_tree_is_the_same_as_a_fresh_one(session: Session):
    flow, _ = make_flow(session, *WAY)
    assert read(session, flow) == trees.get_flow_tree(session, flow.id)
    stages = trees.get_flow_tree(session, flow.id).stages
    assert [stage.public_name["en"] for stage in stages] == ["Request", "Roof", "Empty"]


def test_a_tree_is_made_once_while_nothing_changes(session: Session):
    flow, _ = make_flow(session, *WAY)
    first = read(session, flow)
    assert read(session, flow) is first
    assert trees.get_flow_tree(session, flow.id) is not first  # staff get one of their own


@pytest.mark.parametrize("change", CHANGES)
def test_a_tree_is_new_after_every_change(session: Session, change):
    make_flow(session)
    flow, substages = make_flow(session, *WAY)
    before = read(session, flow)
    CHANGES[change](session, actor_of(make_staff(session)), flow.id, substages[1].stage_id, substages[1].id)
    session.expire_all()
    after = read(session, flow)
    assert after is not before
    assert after == trees.get_flow_tree(session, flow.id)
    assert after != before


def test_who_writes_keeps_no_tree(session: Session):
    flow, _ = make_flow(session, *WAY)
    assert read(session, flow, as_reader=False) is not read(session, flow, as_reader=False)
    assert trees._kept == {}


def test_only_so_many_trees_are_kept(session: Session, monkeypatch):
    monkeypatch.setattr(trees, "MOST_KEPT", 2)
    for _ in range(4):
        read(session, make_flow(session)[0])
    assert len(trees._kept) == 2


def test_an_unknown_flow_has_no_tree(session: Session):
    assert trees.read_trees(session, {"unknown": 1}) == {}
