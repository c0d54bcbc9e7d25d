"""Trees as the pages of customers read them: kept, and yet as new as their rows."""

from factories import make_flow
from sqlmodel import Session

from portal_app.flows import service

WAY = (("Request", [("Asked", None)]), ("Roof", [("Draw", "drawing"), ("Check", None)]), ("Empty", []))


def test_a_kept_tree_is_the_same_as_a_fresh_one(session: Session):
    flow, _ = make_flow(session, *WAY)
    assert service.read_trees(session, [flow.id])[flow.id] == service.get_flow_tree(session, flow.id)
    stages = service.get_flow_tree(session, flow.id).stages
    assert [stage.public_name["en"] for stage in stages] == ["Request", "Roof", "Empty"]


def test_a_tree_is_made_once_while_nothing_changes(session: Session):
    flow, _ = make_flow(session, *WAY)
    first = service.read_trees(session, [flow.id, flow.id])
    assert service.read_trees(session, [flow.id])[flow.id] is first[flow.id]
    assert service.get_flow_tree(session, flow.id) is not first[flow.id]  # staff get one of their own


def test_a_tree_is_new_after_every_change(session: Session):
    flow, substages = make_flow(session, *WAY)
    before = service.read_trees(session, [flow.id])[flow.id]
    substages[1].public_name = {"en": "Draw it"}
    session.add(substages[1])
    named = service.read_trees(session, [flow.id])[flow.id]
    substages[1].position, substages[2].position = 1, 0
    session.add_all(substages)
    ordered = service.read_trees(session, [flow.id])[flow.id]
    assert [s.public_name["en"] for s in before.stages[1].substages] == ["Draw", "Check"]
    assert [s.public_name["en"] for s in named.stages[1].substages] == ["Draw it", "Check"]
    assert [s.public_name["en"] for s in ordered.stages[1].substages] == ["Check", "Draw it"]


def test_only_so_many_trees_are_kept(session: Session, monkeypatch):
    monkeypatch.setattr(service, "MOST_KEPT", 2)
    monkeypatch.setattr(service, "_kept", {})
    flows = [make_flow(session)[0].id for _ in range(4)]
    assert set(service.read_trees(session, flows)) == set(flows)
    assert len(service._kept) == 2
    assert service.read_trees(session, ["unknown"]) == {}
