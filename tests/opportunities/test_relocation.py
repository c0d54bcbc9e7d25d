"""A part of a flow where opportunities stand goes only when they have somewhere to go."""

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Actor, Permission, Role
from portal_app.core.errors import NotAllowed, NotFound
from portal_app.core.ids import new_id
from portal_app.flows import trees
from portal_app.flows.models import Substage
from portal_app.flows.rules import FlowInUse, LastOne, StillInUse
from portal_app.opportunities import relocation
from portal_app.opportunities.models import Opportunity, SubstageChange
from portal_app.opportunities.rules import NoTarget, WrongFlow
from tests.factories import actor_of, make_flow, make_opportunity, make_staff

WAY = (("Request", [("Asked", None)]), ("Roof", [("Draw", "drawing"), ("Check", None)]))


@pytest.fixture
def admin(session: Session):
    return actor_of(make_staff(session))


def names(session: Session, flow_id: str) -> list[str]:
    return [substage.public_name["en"] for substage in trees.get_flow_tree(session, flow_id).substages()]


def test_an_empty_substage_goes(session: Session, admin):
    flow, substages = make_flow(session, *WAY)
    assert relocation.delete_substage(session, admin, substages[1].id) == 0
    assert names(session, flow.id) == ["Asked", "Check"]


def test_it_is_refused_with_the_number_of_projects(session: Session, admin):
    flow, substages = make_flow(session, *WAY)
    for substage in (substages[1], substages[1], substages[2]):
        make_opportunity(session, substage=substage)
    with pytest.raises(StillInUse) as refused:
        relocation.delete_substage(session, admin, substages[1].id)
    assert refused.value.values == {"count": 2}
    with pytest.raises(StillInUse) as refused:
        relocation.delete_stage(session, admin, substages[1].stage_id)
    assert refused.value.values == {"count": 3}
    with pytest.raises(FlowInUse) as in_use:
        relocation.delete_flow(session, admin, flow.id)
    assert in_use.value.values == {"count": 3}
    assert names(session, flow.id) == ["Asked", "Draw", "Check"]


def test_projects_move_to_the_chosen_substage(session: Session, admin):
    flow, substages = make_flow(session, *WAY)
    moving = [make_opportunity(session, substage=substages[n]) for n in (1, 1, 2)]
    staying = make_opportunity(session, substage=substages[0])
    assert relocation.delete_substage(session, admin, substages[1].id, substages[2].id) == 2
    assert relocation.delete_stage(session, admin, substages[2].stage_id, substages[0].id) == 3
    assert names(session, flow.id) == ["Asked"]
    assert {opportunity.substage_id for opportunity in (*moving, staying)} == {substages[0].id}
    moves = [(change.opportunity_id, change.cause) for change in session.exec(select(SubstageChange))]
    assert moves.count((moving[0].id, "substage-deleted")) == 2
    assert staying.id not in dict(moves)


def test_the_target_stays_and_belongs_to_the_flow(session: Session, admin):
    _, substages = make_flow(session, *WAY)
    _, others = make_flow(session, *WAY)
    make_opportunity(session, substage=substages[1])
    with pytest.raises(NoTarget):
        relocation.delete_substage(session, admin, substages[1].id, substages[1].id)
    with pytest.raises(NoTarget):
        relocation.delete_stage(session, admin, substages[1].stage_id, substages[2].id)
    with pytest.raises(WrongFlow):
        relocation.delete_substage(session, admin, substages[1].id, others[0].id)
    with pytest.raises(NotFound):
        relocation.delete_substage(session, admin, substages[1].id, new_id())


def test_the_last_substage_stays_also_with_a_target(session: Session, admin):
    _, substages = make_flow(session, ("Request", [("Asked", None)]))
    with pytest.raises(LastOne):
        relocation.delete_substage(session, admin, substages[0].id)


def test_an_unused_flow_goes(session: Session, admin):
    flow, _ = make_flow(session, *WAY)
    relocation.delete_flow(session, admin, flow.id)
    with pytest.raises(NotFound):
        trees.get_flow_tree(session, flow.id)


@pytest.mark.parametrize(("role", "error"), [(Role.SALES, NotAllowed), (Role.VIEWER, NotAllowed),
                                             (Role.INSTALLER, NotFound)])
def test_nobody_else_deletes(session: Session, role: Role, error: type[Exception]):
    flow, substages = make_flow(session, *WAY)
    opportunity = make_opportunity(session, substage=substages[1])
    actor = actor_of(make_staff(session, role))
    for change in (lambda: relocation.delete_substage(session, actor, substages[1].id, substages[2].id),
                   lambda: relocation.delete_stage(session, actor, substages[1].stage_id, substages[0].id),
                   lambda: relocation.delete_flow(session, actor, flow.id)):
        with pytest.raises(error):
            change()
    stands = session.exec(select(Opportunity.substage_id).where(Opportunity.id == opportunity.id)).one()
    assert stands == substages[1].id


def test_who_may_change_flows_but_not_move_projects_leaves_them_where_they_are(session: Session):
    """Roles will be edited: the permission to move is asked for itself."""

    class FlowEditor(Actor):
        __slots__ = ()

        def can(self, permission: str) -> bool:
            return permission in (Permission.SEE_FLOWS, Permission.MODIFY_FLOWS)

    editor = FlowEditor(kind="staff", id=new_id(), name="Eva", language="en")
    _, substages = make_flow(session, *WAY)
    make_opportunity(session, substage=substages[1])
    with pytest.raises(NotAllowed):
        relocation.delete_substage(session, editor, substages[1].id, substages[2].id)
    assert session.get(Substage, substages[1].id) is not None
    relocation.delete_substage(session, editor, substages[2].id)
