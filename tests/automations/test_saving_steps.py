"""What staff may set a step to do by itself, and what becomes of it when the step or its actions change."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.automations import listeners, rules
from portal_app.automations.models import ActionList, ActionRow, PlannedAction
from portal_app.automations.service import list_actions
from portal_app.automations.step_lists import get_step_actions
from portal_app.core import clock
from portal_app.core.clock import now
from portal_app.core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound
from portal_app.core.events import publish
from portal_app.core.ids import new_id
from portal_app.flows.events import ActHappened, SubstagesDeleted
from portal_app.flows.models import DynamicField
from portal_app.flows.view_kinds import Act
from tests.automations.stepping import HELLO, admin, flow, go, save, to, troubles
from tests.factories import actor_of, make_contact, make_opportunity, make_staff

assert listeners
assert admin
assert flow


def test_saving_keeps_what_waits_and_counts_new_ones_from_now(session: Session, admin, flow):
    _, (a, b, *_) = flow
    save(session, admin, b, {**HELLO, "moment": "after", "hours": 24})
    opportunity = make_opportunity(session, substage=a)
    began = now() - timedelta(hours=20)
    with clock.fixed(began):
        go(session, admin, opportunity, b)
    [kept] = get_step_actions(session, admin, b.id).actions
    save(session, admin, b, {**HELLO, "id": kept.id, "moment": "after", "hours": 48},
         {**HELLO, "moment": "after", "hours": 24}, version=1)
    old, new = session.exec(select(PlannedAction).order_by(PlannedAction.id)).all()
    assert old.action_id == kept.id
    assert abs(old.due_at - (began + timedelta(hours=48))) < timedelta(minutes=1)
    assert abs(new.due_at - (now() + timedelta(hours=24))) < timedelta(minutes=1)
    save(session, admin, b, {**HELLO, "id": kept.id, "moment": "enter"}, version=2)
    session.expire_all()
    assert session.exec(select(PlannedAction)).all() == []
    assert [row.id for row in session.exec(select(ActionRow))] == [kept.id]


def test_a_new_reminder_leaves_those_alone_who_have_done_what_the_step_asks(session: Session, admin, flow):
    _, (a, b, *_) = flow
    done, to_do = (make_opportunity(session, substage=a) for _ in range(2))
    for opportunity in (done, to_do):
        go(session, admin, opportunity, b)
    publish(session, ActHappened(act=Act.DRAWING_SUBMITTED, contact_id=done.contact_id, opportunity_id=done.id))
    save(session, admin, b, {**HELLO, "moment": "every", "hours": 24, "times": 3}, {**HELLO, "moment": "after", "hours": 9})
    planned = session.exec(select(PlannedAction.opportunity_id, PlannedAction.is_repeated)).all()
    assert sorted(map(tuple, planned)) == sorted([(done.id, False), (to_do.id, False), (to_do.id, True)])


def test_an_id_of_another_list_is_a_new_action(session: Session, admin, flow):
    _, (a, b, *_) = flow
    save(session, admin, a, HELLO)
    [foreign] = get_step_actions(session, admin, a.id).actions
    save(session, admin, b, {**HELLO, "id": foreign.id}, {**HELLO, "id": foreign.id})
    assert len(session.exec(select(ActionRow)).all()) == 3
    assert [each.id for each in get_step_actions(session, admin, a.id).actions] == [foreign.id]


@pytest.mark.parametrize(("action", "part", "text"), [
    ({**HELLO, "moment": ""}, "moment", rules.NO_MOMENT), ({**HELLO, "moment": "never"}, "moment", rules.NO_MOMENT),
    ({**HELLO, "moment": "after"}, "hours", rules.BAD_HOURS),
    ({**HELLO, "moment": "after", "hours": 9999}, "hours", rules.BAD_HOURS),
    ({**HELLO, "moment": "every", "hours": 1}, "times", rules.BAD_TIMES),
    ({**HELLO, "moment": "every", "hours": 1, "times": 21}, "times", rules.BAD_TIMES),
    ({"kind": "move", "moment": "every", "hours": 1, "times": 1, "substage_id": "x"}, "moment", rules.REPEATED_MOVE),
    ({"kind": "notify_staff", "audience": "nobody", "note": "x"}, "audience", rules.UNKNOWN_AUDIENCE),
    ({"kind": "notify_staff", "audience": "owner", "note": "  "}, "note", rules.NO_NOTE),
    ({"kind": "call_webhook", "endpoint_id": "x"}, "endpoint_id", rules.UNKNOWN_ENDPOINT),
    ({"kind": "set_field", "field_id": "x", "value": "1"}, "field_id", rules.UNKNOWN_FIELD),
    ({"kind": "send_template", "template_key": "accept-budget"}, "template_key", rules.FOREIGN_VARIABLE),
])
def test_what_is_wrong_is_said_at_its_place(session: Session, admin, flow, action, part, text):
    _, (a, *_) = flow
    with pytest.raises(InvalidForm) as refused:
        save(session, admin, a, HELLO, action)
    assert refused.value.errors[f"actions.1.{part}"][0] == text


def test_the_value_of_a_field_is_judged_as_the_field_says(session: Session, admin, flow):
    _, (a, *_) = flow
    number, file = DynamicField(kind="number", label={"en": "Panels"}), DynamicField(kind="file", label={"en": "Bill"})
    session.add_all([number, file])
    session.flush()
    for part, field, value in (("value", number, "many"), ("value", number, ""), ("field_id", file, "x")):
        with pytest.raises(InvalidForm) as refused:
            save(session, admin, a, {"kind": "set_field", "field_id": field.id, "value": value})
        assert list(refused.value.errors) == [f"actions.0.{part}"]
    save(session, admin, a, {"kind": "set_field", "field_id": number.id, "value": "12"})
    assert get_step_actions(session, admin, a.id).actions[0].value_text == "12"


def test_the_second_of_two_is_told(session: Session, admin, flow):
    _, (a, *_) = flow
    save(session, admin, a, HELLO)
    with pytest.raises(ChangedMeanwhile):
        save(session, admin, a)


def test_only_who_may_sets_them(session: Session, admin, flow):
    _, (a, *_) = flow
    sales, installer = (actor_of(make_staff(session, role)) for role in (Role.SALES, Role.INSTALLER))
    assert get_step_actions(session, sales, a.id).actions == []
    for call in (lambda: get_step_actions(session, installer, a.id), lambda: save(session, sales, a),
                 lambda: get_step_actions(session, actor_of(make_contact(session)), a.id)):
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(NotFound):
        get_step_actions(session, admin, new_id())


def test_a_deleted_substage_takes_its_actions_along(session: Session, admin, flow):
    home, (a, b, c, _) = flow
    save(session, admin, a, {**HELLO, "moment": "after", "hours": 5})
    save(session, admin, b, to(c))
    make_opportunity(session, substage=a)
    publish(session, SubstagesDeleted(flow_id=home.id, substage_ids=[a.id, c.id]))
    session.expire_all()
    assert [row.scope for row in session.exec(select(ActionList))] == [b.id]
    assert get_step_actions(session, admin, b.id).actions[0].substage_name == ""
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    assert troubles(session) == [rules.FAILED_BY_KIND[rules.ActionKind.MOVE]]


def test_actions_of_steps_are_not_among_those_of_acts(session: Session, admin, flow):
    _, (a, *_) = flow
    save(session, admin, a, HELLO)
    assert all(each.actions == [] for trigger in list_actions(session, admin).triggers for each in trigger.lists)
