"""Flows as staff configure them: who may, in which order, and two people at once."""

import pytest
from sqlmodel import Session, col, select

from portal_app.access.actors import Role
from portal_app.core import events
from portal_app.core.audit import AuditRow
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound
from portal_app.core.forms import parse
from portal_app.core.ids import new_id
from portal_app.flows import rules, service, trees
from portal_app.flows.events import FlowCreated, FlowDeleted, SubstagesDeleted
from portal_app.flows.models import Flow, Stage, Substage
from portal_app.flows.rules import FlowForm, LastOne, NameTaken, StageForm, StillInUse, SubstageForm, TooMany
from portal_app.flows.service import SavedMeanwhile
from portal_app.opportunities.models import SubstageChange
from tests.factories import actor_of, make_company, make_contact, make_flow, make_opportunity, make_staff

WAY = (("Request", [("Asked", None)]),
       ("Roof", [("Draw", "drawing"), ("Check", None)]), ("Offer", [("Choose", "offer")]))


@pytest.fixture
def admin(session: Session):
    return actor_of(make_staff(session, name="Ana Admin"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch):
    """The events of flows, in their order."""
    heard: list = []
    monkeypatch.setattr(events, "_listeners", {kind: [lambda _, event: heard.append(event)]
                                               for kind in (FlowCreated, FlowDeleted, SubstagesDeleted)})
    return heard


def named(**names: str) -> SubstageForm:
    return parse(SubstageForm, {"public_name": names})


def stage_named(**names: str) -> StageForm:
    return parse(StageForm, {"public_name": names})


def order(session: Session, flow_id: str) -> list[tuple[str, list[str]]]:
    tree = trees.get_flow_tree(session, flow_id)
    for stages in (tree.stages, *(stage.substages for stage in tree.stages)):
        assert [node.position for node in stages] == list(range(len(stages)))
    return [(stage.public_name["en"], [s.public_name["en"] for s in stage.substages]) for stage in tree.stages]


def verbs(session: Session, thing_id: str) -> list[str]:
    return list(session.exec(select(AuditRow.verb).where(AuditRow.thing_id == thing_id).order_by(col(AuditRow.id))))


# Reading


def test_a_tree_is_in_order_and_complete(session: Session, admin):
    flow, substages = make_flow(session, *WAY, ("Empty", []))
    tree = service.get_visible_tree(session, admin, flow.id)
    assert order(session, flow.id) == [("Request", ["Asked"]), ("Roof", ["Draw", "Check"]), ("Offer", ["Choose"]),
                                       ("Empty", [])]
    assert tree.stages[1].substages[0].view_kind == "drawing"
    assert trees.first_substage(session, flow.id).id == substages[0].id
    assert trees.flow_of_substage(session, substages[3].id) == flow.id


def test_a_flow_without_stages_has_no_beginning(session: Session):
    flow = Flow(name="Bare")
    session.add(flow)
    session.flush()
    assert trees.get_flow_tree(session, flow.id).stages == []
    with pytest.raises(NotFound):
        trees.first_substage(session, flow.id)


def test_what_does_not_exist_is_not_found(session: Session, admin):
    make_company(session)
    unknown = new_id()
    for ask in (trees.get_flow_tree, trees.flow_of_substage, trees.substages_of_stage):
        with pytest.raises(NotFound):
            ask(session, unknown)
    for change in (
        lambda: service.rename_flow(session, admin, unknown, FlowForm(name="x")),
        lambda: service.move_flow(session, admin, unknown, 0),
        lambda: service.delete_flow(session, admin, unknown),
        lambda: service.create_stage(session, admin, unknown, stage_named(en="x")),
        lambda: service.create_substage(session, admin, unknown, named(en="x")),
        lambda: service.move_stage(session, admin, unknown, 0),
        lambda: service.move_substage(session, admin, unknown, 0),
        lambda: service.save_stage(session, admin, unknown, stage_named(en="x"), 1),
        lambda: service.save_substage(session, admin, unknown, named(en="x"), 1),
        lambda: service.delete_stage(session, admin, unknown),
        lambda: service.delete_substage(session, admin, unknown),
    ):
        with pytest.raises(NotFound):
            change()


@pytest.mark.parametrize(("role", "may_read"), [
    (Role.ADMINISTRATOR, True), (Role.SALES, True), (Role.BACK_OFFICE, True), (Role.VIEWER, True),
    (Role.INSTALLER, False), (None, False)])
def test_who_may_read_and_change(session: Session, role: Role | None, may_read: bool):
    actor = actor_of(make_staff(session, role) if role else make_contact(session))
    flow, substages = make_flow(session, *WAY)
    stage_id, substage_id = substages[1].stage_id, substages[1].id
    if may_read:
        assert flow.id in [found.id for found in service.list_flows(session, actor)]
        assert service.get_visible_tree(session, actor, flow.id).id == flow.id
    else:
        for read in (lambda: service.list_flows(session, actor),
                     lambda: service.get_visible_tree(session, actor, flow.id)):
            with pytest.raises(NotFound):
                read()
    if role == Role.ADMINISTRATOR:
        return
    for change in (
        lambda: service.create_flow(session, actor, FlowForm(name="x")),
        lambda: service.rename_flow(session, actor, flow.id, FlowForm(name="x")),
        lambda: service.move_flow(session, actor, flow.id, 0),
        lambda: service.delete_flow(session, actor, flow.id),
        lambda: service.create_stage(session, actor, flow.id, stage_named(en="x")),
        lambda: service.create_substage(session, actor, stage_id, named(en="x")),
        lambda: service.move_stage(session, actor, stage_id, 0),
        lambda: service.move_substage(session, actor, substage_id, 0),
        lambda: service.save_stage(session, actor, stage_id, stage_named(en="x"), 1),
        lambda: service.save_substage(session, actor, substage_id, named(en="x"), 1),
        lambda: service.delete_stage(session, actor, stage_id),
        lambda: service.delete_substage(session, actor, substage_id),
    ):
        with pytest.raises(NotAllowed if may_read else NotFound):
            change()
    assert order(session, flow.id) == [("Request", ["Asked"]), ("Roof", ["Draw", "Check"]), ("Offer", ["Choose"])]


# Flows


def test_a_new_flow_can_be_used_at_once(session: Session, admin, told):
    make_company(session, default_language="es")
    flow = service.create_flow(session, admin, FlowForm(name="Home solar"))
    assert flow.public_name == {"es": "Home solar"}
    assert order(session, flow.id) == [("Request", ["We have your request"])]
    first = trees.first_substage(session, flow.id)
    assert set(first.public_name) == {"en", "es", "it", "de"}
    assert told == [FlowCreated(flow_id=flow.id)]
    assert verbs(session, flow.id) == ["create"]


def test_names_of_flows_differ(session: Session, admin):
    one = service.create_flow(session, admin, FlowForm(name="Home solar", public_name={"en": "Solar"}))
    two = service.create_flow(session, admin, FlowForm(name="Business"))
    assert one.public_name == {"en": "Solar"}
    for change in (lambda: service.create_flow(session, admin, FlowForm(name="home SOLAR")),
                   lambda: service.rename_flow(session, admin, two.id, FlowForm(name="Home solar"))):
        with pytest.raises(NameTaken) as taken:
            change()
        assert taken.value.field == "name"
    service.rename_flow(session, admin, two.id, FlowForm(name="business"))
    assert (two.name, two.public_name) == ("business", {"en": "business"})
    service.rename_flow(session, admin, two.id, FlowForm(name="Firms", public_name={"de": "Firmen"}))
    assert (two.name, two.public_name, two.version) == ("Firms", {"de": "Firmen"}, 3)
    assert verbs(session, two.id) == ["create", "rename", "rename"]


def test_there_are_not_endlessly_many(session: Session, admin, monkeypatch):
    monkeypatch.setattr(rules, "MOST_FLOWS", 1)
    monkeypatch.setattr(rules, "MOST_STAGES", 2)
    monkeypatch.setattr(rules, "MOST_SUBSTAGES", 1)
    flow = service.create_flow(session, admin, FlowForm(name="One"))
    with pytest.raises(TooMany):
        service.create_flow(session, admin, FlowForm(name="Two"))
    other = service.create_stage(session, admin, flow.id, stage_named(en="Roof"))
    with pytest.raises(TooMany):
        service.create_stage(session, admin, flow.id, stage_named(en="Offer"))
    first = trees.first_substage(session, flow.id)
    with pytest.raises(TooMany):
        service.create_substage(session, admin, first.stage_id, named(en="x"))
    service.create_substage(session, admin, other.id, named(en="Draw"))
    with pytest.raises(TooMany):
        service.move_substage(session, admin, first.id, 0, other.id)


def test_flows_stand_in_the_order_that_staff_want(session: Session, admin):
    flows = [service.create_flow(session, admin, FlowForm(name=name)) for name in ("One", "Two", "Three")]
    service.move_flow(session, admin, flows[2].id, 0)
    assert [flow.name for flow in service.list_flows(session, admin)] == ["Three", "One", "Two"]


def test_a_flow_is_deleted_with_all_its_parts(session: Session, admin, told):
    flow, substages = make_flow(session, *WAY)
    ids = [substage.id for substage in substages]
    service.delete_flow(session, admin, flow.id)
    assert session.exec(select(Stage.id).where(Stage.flow_id == flow.id)).all() == []
    assert session.exec(select(Substage.id).where(col(Substage.id).in_(ids))).all() == []
    assert told == [SubstagesDeleted(flow_id=flow.id, substage_ids=ids), FlowDeleted(flow_id=flow.id)]
    assert verbs(session, flow.id) == ["delete"]


def test_an_empty_flow_is_deleted(session: Session, admin, told):
    flow = Flow(name="Bare")
    session.add(flow)
    session.flush()
    service.delete_flow(session, admin, flow.id)
    assert told == [FlowDeleted(flow_id=flow.id)]


# Stages and substages


def test_new_parts_stand_at_the_end(session: Session, admin):
    flow, substages = make_flow(session, *WAY)
    stage = service.create_stage(session, admin, flow.id, stage_named(en="Visit"))
    service.create_substage(session, admin, stage.id, named(en="We come"))
    made = service.create_substage(session, admin, substages[1].stage_id, parse(SubstageForm, {
        "public_name": {"en": "Again"}, "public_description": {"en": "Once more"}, "view_kind": "drawing"}))
    assert order(session, flow.id) == [("Request", ["Asked"]), ("Roof", ["Draw", "Check", "Again"]),
                                       ("Offer", ["Choose"]), ("Visit", ["We come"])]
    assert (made.view_kind, made.public_description, made.changed_by) == ("drawing", {"en": "Once more"}, "Ana Admin")
    assert verbs(session, made.id) == ["create"]


def test_a_new_part_needs_a_name_in_the_companys_language(session: Session, admin):
    make_company(session, default_language="de")
    flow, substages = make_flow(session, *WAY)
    with pytest.raises(InvalidForm):
        service.create_stage(session, admin, flow.id, stage_named(en="Visit"))
    with pytest.raises(InvalidForm):
        service.create_substage(session, admin, substages[0].stage_id, named(en="Visit"))


def test_stages_and_substages_change_places(session: Session, admin):
    flow, substages = make_flow(session, *WAY)
    roof, offer = substages[1].stage_id, substages[3].stage_id
    service.move_stage(session, admin, offer, 1)
    assert [name for name, _ in order(session, flow.id)] == ["Request", "Offer", "Roof"]
    service.move_substage(session, admin, substages[2].id, 0)
    assert order(session, flow.id)[2] == ("Roof", ["Check", "Draw"])
    service.move_substage(session, admin, substages[1].id, 0, offer)
    assert order(session, flow.id) == [("Request", ["Asked"]), ("Offer", ["Draw", "Choose"]), ("Roof", ["Check"])]
    service.move_substage(session, admin, substages[2].id, 9, offer)
    assert order(session, flow.id)[1:] == [("Offer", ["Draw", "Choose", "Check"]), ("Roof", [])]
    service.move_substage(session, admin, substages[0].id, 3, roof)
    assert order(session, flow.id)[2] == ("Roof", ["Asked"])
    assert verbs(session, substages[1].id) == ["reorder"]


def test_a_substage_stays_in_its_flow(session: Session, admin):
    _, substages = make_flow(session, *WAY)
    _, others = make_flow(session, *WAY)
    with pytest.raises(NotFound):
        service.move_substage(session, admin, substages[0].id, 0, others[0].stage_id)


def test_substages_and_stages_are_deleted_until_one_is_left(session: Session, admin, told):
    flow, substages = make_flow(session, *WAY)
    service.delete_substage(session, admin, substages[1].id)
    assert order(session, flow.id)[1] == ("Roof", ["Check"])
    service.delete_stage(session, admin, substages[0].stage_id)
    assert order(session, flow.id) == [("Roof", ["Check"]), ("Offer", ["Choose"])]
    service.delete_stage(session, admin, substages[2].stage_id)
    for change in (lambda: service.delete_stage(session, admin, substages[3].stage_id),
                   lambda: service.delete_substage(session, admin, substages[3].id)):
        with pytest.raises(LastOne):
            change()
    empty = service.create_stage(session, admin, flow.id, stage_named(en="Later"))
    service.delete_stage(session, admin, empty.id)
    assert order(session, flow.id) == [("Offer", ["Choose"])]
    assert [event.substage_ids for event in told] == [[substages[1].id], [substages[0].id], [substages[2].id]]


def test_the_database_keeps_what_is_in_use(session: Session, admin):
    """Also when an opportunity comes to the substage after the question whether it is empty."""
    _, substages = make_flow(session, *WAY)
    make_opportunity(session, substage=substages[1])
    with pytest.raises(StillInUse):
        service.delete_substage(session, admin, substages[1].id)


def test_the_history_outlives_its_substage(session: Session, admin):
    _, substages = make_flow(session, *WAY)
    opportunity = make_opportunity(session, substage=substages[0])
    change = SubstageChange(opportunity_id=opportunity.id, to_substage_id=substages[1].id,
                            to_stage_id=substages[1].stage_id, to_name={"en": "Draw"}, moved_by_kind="system",
                            cause="by-hand")
    session.add(change)
    session.flush()
    service.delete_stage(session, admin, substages[1].stage_id)
    session.refresh(change)
    assert (change.to_substage_id, change.to_stage_id, change.to_name) == (None, None, {"en": "Draw"})


def test_what_went_while_one_waited_is_not_found(session: Session, admin, monkeypatch):
    _, substages = make_flow(session, *WAY)
    other, _ = make_flow(session)
    locked = trees.get_flow_tree(session, other.id)
    monkeypatch.setattr(service, "_locked_tree", lambda *_: locked)
    with pytest.raises(NotFound):
        service.move_stage(session, admin, substages[0].stage_id, 0)
    with pytest.raises(NotFound):
        service.move_substage(session, admin, substages[0].id, 0)


# Saving


def test_texts_and_view_are_saved(session: Session, admin):
    _, substages = make_flow(session, *WAY)
    form = parse(SubstageForm, {"public_name": {"en": "Draw it", "de": "Zeichnen"}, "public_description": {"en": "Now"},
                                "view_kind": None})
    saved = service.save_substage(session, admin, substages[1].id, form, 1)
    assert (saved.public_name, saved.public_description) == ({"en": "Draw it", "de": "Zeichnen"}, {"en": "Now"})
    assert (saved.view_kind, saved.version, saved.changed_by) == (None, 2, "Ana Admin")
    again = service.save_substage(session, admin, substages[1].id,
                                  form.model_copy(update={"view_kind": rules.ViewKind.OFFER}), 2)
    assert (again.view_kind, again.version) == ("offer", 3)
    rows = session.exec(select(AuditRow).where(AuditRow.thing_id == saved.id).order_by(col(AuditRow.id)))
    assert [row.detail["changed"] for row in rows] == [["public_name", "public_description", "view_kind"],
                                                       ["view_kind"]]
    stage = service.save_stage(session, admin, saved.stage_id, stage_named(en="Your roof"), 1)
    assert (stage.public_name, stage.version) == ({"en": "Your roof"}, 2)
    assert verbs(session, stage.id) == ["save"]


def test_a_name_in_the_companys_language_stays(session: Session, admin):
    make_company(session, default_language="it")
    _, substages = make_flow(session, *WAY)
    with pytest.raises(InvalidForm):
        service.save_substage(session, admin, substages[0].id, named(en="x"), 1)
    with pytest.raises(InvalidForm):
        service.save_stage(session, admin, substages[0].stage_id, stage_named(en="x"), 1)


def test_the_second_of_two_is_told_what_the_first_saved(session: Session, admin):
    _, substages = make_flow(session, *WAY)
    second = actor_of(make_staff(session, name="Bea"))
    service.save_substage(session, admin, substages[0].id, named(en="Theirs"), 1)
    with pytest.raises(SavedMeanwhile) as told:
        service.save_substage(session, second, substages[0].id, named(en="Mine"), 1)
    assert told.value.values == {"name": "Ana Admin"}
    assert told.value.theirs.public_name == {"en": "Theirs"}
    assert substages[0].public_name == {"en": "Theirs"}
    service.save_substage(session, second, substages[0].id, named(en="Mine"), told.value.theirs.version)
    assert substages[0].public_name == {"en": "Mine"}
    service.save_stage(session, admin, substages[0].stage_id, stage_named(en="Theirs"), 1)
    with pytest.raises(SavedMeanwhile) as told:
        service.save_stage(session, second, substages[0].stage_id, stage_named(en="Mine"), 1)
    assert told.value.theirs.public_name == {"en": "Theirs"}


def test_moving_a_substage_does_not_disturb_who_writes_its_texts(session: Session, admin):
    _, substages = make_flow(session, *WAY)
    service.move_substage(session, admin, substages[1].id, 1)
    saved = service.save_substage(session, admin, substages[1].id, named(en="Draw it"), 1)
    assert saved.position == 1
