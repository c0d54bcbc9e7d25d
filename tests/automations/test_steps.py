"""What steps do by themselves: at once, after a time, again and again; circles stopped, failures said."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from portal_app.access.actors import Role
from portal_app.automations import listeners, rules
from portal_app.automations.models import ActionList, ActionRow, ActionTrouble, PlannedAction
from portal_app.automations.planned import run_next
from portal_app.automations.running import note_trouble
from portal_app.automations.step_lists import get_step_actions
from portal_app.automations.troubles import list_planned, list_troubles, settle_trouble
from portal_app.core import clock, live
from portal_app.core.clock import now
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound
from portal_app.core.events import publish
from portal_app.core.ids import new_id
from portal_app.flows.events import ActHappened
from portal_app.flows.models import DynamicField
from portal_app.flows.view_kinds import Act
from portal_app.messaging.models import EmailTemplate, OutboxMail
from portal_app.notifications.models import Notification
from portal_app.notifications.service import InboxFilter, get_inbox
from portal_app.offers.authoring import create_offer, share_offer
from portal_app.offers.deciding import decline_offer
from portal_app.offers.forms import DeclineForm, OfferForm
from portal_app.offers.rules import DeclineReason, Line
from portal_app.opportunities.answers import answers_of, put_file_draft, set_files
from portal_app.opportunities.events import FieldsAskedAgain
from portal_app.opportunities.models import SubstageChange
from portal_app.opportunities.rules import OpportunityForm
from portal_app.opportunities.service import create_opportunity
from portal_app.opportunities.steps import drop_file, submit_step
from portal_app.webhooks.events import WebhookGivenUp
from portal_app.webhooks.models import WebhookEndpoint, WebhookMessage
from tests.automations.stepping import HELLO, admin, flow, go, save, to, troubles
from tests.factories import actor_of, make_contact, make_field, make_flow, make_opportunity, make_staff

assert listeners
assert admin
assert flow


def subjects(session: Session) -> list[str]:
    return list(session.exec(select(OutboxMail.subject).order_by(OutboxMail.id)))


def make_shared(session: Session, admin, opportunity) -> str:
    line = Line(description={"en": "Module"}, quantity_thousandths=1000, unit_price_cents=1000, vat_rate_bp=2100)
    written = OfferForm(title="Balance", valid_until=now().date() + timedelta(days=9), lines=(line,))
    offer_id = create_offer(session, admin, opportunity.id, form=written)
    share_offer(session, admin, offer_id)
    return offer_id


def run_all(session: Session, at) -> int:
    count = 0
    with clock.fixed(at):
        while run_next(session):
            count += 1
    return count


def test_entering_and_leaving_do_what_staff_set(session: Session, admin, flow):
    _, (a, b, c, _) = flow
    save(session, admin, a, {**HELLO, "moment": "leave"})
    save(session, admin, b, HELLO)
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    assert subjects(session) == ["You are at b", "You are at b"]
    go(session, admin, opportunity, c)
    assert len(subjects(session)) == 2


def test_the_first_step_acts_when_a_project_begins(session: Session, admin, flow):
    home, (a, b, *_) = flow
    save(session, admin, a, HELLO, to(b))
    contact = make_contact(session)
    made = create_opportunity(session, admin, OpportunityForm(contact_id=contact.id, flow_id=home.id))
    assert subjects(session) == ["You are at a"]
    assert made.substage_id == b.id


def test_one_move_leads_to_the_next_and_the_history_says_why(session: Session, admin, flow):
    _, (a, b, c, d) = flow
    save(session, admin, b, to(c), HELLO)
    save(session, admin, c, {**to(d), "moment": "enter"}, HELLO)
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    assert opportunity.substage_id == d.id
    causes = session.exec(select(SubstageChange.cause).order_by(SubstageChange.id)).all()
    assert causes == ["by-hand", "step-entered", "step-entered"]
    last = session.exec(select(SubstageChange).order_by(col(SubstageChange.id).desc())).first()
    assert last is not None
    assert (last.moved_by_kind, last.moved_by_name) == ("system", ""), "the portal, not the customer"
    assert subjects(session) == [], "what was set behind a move belongs to a step that is over"


def test_a_move_on_leaving_overrules_where_they_were_going(session: Session, admin, flow):
    _, (a, b, _, d) = flow
    save(session, admin, a, {**to(d), "moment": "leave"})
    save(session, admin, b, HELLO)
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    assert opportunity.substage_id == d.id
    assert subjects(session) == []


@pytest.mark.parametrize("moment", ["enter", "leave", "after"])
def test_a_circle_is_found_when_saving(session: Session, admin, flow, moment):
    _, (a, b, c, _) = flow
    hours = {"hours": 5} if moment == "after" else {}
    save(session, admin, a, to(b))
    save(session, admin, b, {**to(c), "moment": moment, **hours})
    with pytest.raises(InvalidForm) as refused:
        save(session, admin, c, HELLO, to(a))
    [(place, (text, values))] = refused.value.errors.items()
    assert (place, text) == ("actions.1.substage_id", rules.LOOP)
    assert values["steps"] == "Way · c → Way · a → Way · b → Way · c"
    with pytest.raises(InvalidForm) as refused:
        save(session, admin, c, to(c))
    assert refused.value.errors["actions.0.substage_id"][0] == rules.OWN_STEP


def force(session: Session, flow, here, there, moment="enter", **detail) -> None:
    """A move that no page would have saved."""
    row = ActionList(trigger="step", scope=here.id, flow_id=flow.id)
    session.add(row)
    session.flush()
    session.add(ActionRow(list_id=row.id, position=0, kind="move", substage_id=there.id, moment=moment, detail=detail))
    session.flush()


def test_a_circle_is_stopped_when_running_and_said_on_the_opportunity(session: Session, admin, flow):
    home, (a, b, c, d) = flow
    force(session, home, a, b)
    force(session, home, b, c)
    force(session, home, c, a)
    opportunity = make_opportunity(session, substage=d, owner_id=admin.id)
    go(session, admin, opportunity, a)
    assert opportunity.substage_id == c.id
    [trouble] = session.exec(select(ActionTrouble)).all()
    assert (trouble.reason, trouble.detail, trouble.opportunity_id) == (
        rules.STOPPED_CIRCLE, {"step": a.public_name}, opportunity.id)
    assert [row.text_key for row in session.exec(select(Notification))] == ["automation-stopped"]


def test_staff_see_to_what_did_not_happen(session: Session, admin, flow):
    _, (a, *_) = flow
    opportunity = make_opportunity(session, substage=a)
    note_trouble(session, opportunity.id, rules.STOPPED_CIRCLE, step={"en": "a", "de": "A!"})
    note_trouble(session, opportunity.id, rules.STOPPED_CIRCLE, step={"en": "a", "de": "A!"})
    [line] = list_troubles(session, admin, opportunity.id)
    assert (line.reason, line.step) == (rules.STOPPED_CIRCLE, "a")
    note_trouble(session, opportunity.id, rules.STOPPED_CIRCLE, step={"en": "b"})
    assert {each.step for each in list_troubles(session, admin, opportunity.id)} == {"a", "b"}
    foreign = actor_of(make_staff(session, Role.INSTALLER))
    viewer = actor_of(make_staff(session, Role.VIEWER))
    for actor, trouble_id, error in ((foreign, line.id, NotFound), (viewer, line.id, NotAllowed),
                                     (admin, new_id(), NotFound)):
        with pytest.raises(error):
            settle_trouble(session, actor, trouble_id)
    settle_trouble(session, admin, line.id)
    settle_trouble(session, admin, line.id)
    assert [each.step for each in list_troubles(session, admin, opportunity.id)] == ["b"]


def test_what_did_not_happen_is_told_in_the_language_of_each(session: Session, flow):
    _, (a, *_) = flow
    greta, ada = make_staff(session, language="de"), make_staff(session, language="en")
    for member in (greta, ada):
        opportunity = make_opportunity(session, substage=a, owner_id=member.id)
        note_trouble(session, opportunity.id, rules.STOPPED_CIRCLE, step={"en": "Roof", "de": "Dach"})
        reader = actor_of(member)
        word = {"de": "Dach", "en": "Roof"}[member.language]
        [told] = get_inbox(session, reader, InboxFilter()).rows
        assert (told.text, told.values["step"]) == (rules.STOPPED_CIRCLE, word)
        [told] = get_inbox(session, replace(reader, language="en"), InboxFilter()).rows  # who reads in another language now
        assert told.values["step"] == "Roof"
        assert [line.step for line in list_troubles(session, reader, opportunity.id)] == [word]


def test_each_trouble_is_told_for_itself(session: Session, admin, flow):
    _, (a, *_) = flow
    opportunity = make_opportunity(session, substage=a, owner_id=admin.id)
    for reason in (rules.WEBHOOK_GIVEN_UP, *rules.FAILED_BY_KIND.values(), rules.WEBHOOK_GIVEN_UP):
        note_trouble(session, opportunity.id, reason)
    told = [(row.text, row.times) for row in get_inbox(session, admin, InboxFilter()).rows]
    assert sorted(told) == sorted((reason, 1) for reason in rules.TROUBLES)


def test_a_webhook_that_was_given_up_is_said_on_the_opportunity(session: Session, admin, flow):
    _, (a, *_) = flow
    opportunity = make_opportunity(session, substage=a)
    for about in (None, opportunity.id):
        publish(session, WebhookGivenUp(endpoint_id=new_id(), message_id=new_id(), opportunity_id=about))
    assert troubles(session) == [rules.WEBHOOK_GIVEN_UP]


def test_a_slow_circle_is_stopped_too(session: Session, admin, flow):
    home, (a, b, _, d) = flow
    force(session, home, a, b, "after", hours=24)
    force(session, home, b, a, "after", hours=24)
    opportunity = make_opportunity(session, substage=d)
    go(session, admin, opportunity, a)
    for day in range(1, 9):
        run_all(session, now() + timedelta(days=day, hours=1))
    session.refresh(opportunity)
    assert opportunity.substage_id == b.id
    assert troubles(session) == [rules.STOPPED_CIRCLE]
    go(session, admin, opportunity, d)
    go(session, admin, opportunity, a)
    assert run_all(session, now() + timedelta(days=20)) == 1, "a person has moved it: the way is open again"


def test_an_open_page_is_told_that_what_was_planned_has_happened(session: Session, admin, flow):
    _, (a, b, _, _) = flow
    save(session, admin, b, {"kind": "notify_staff", "audience": "everybody", "note": "It waits.", "moment": "after",
                             "hours": 24})
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    session.info.pop(live._TOUCHED)
    assert run_all(session, now() + timedelta(days=2)) == 1
    assert live.opportunity_topic(opportunity.id) in session.info[live._TOUCHED]


def test_after_a_time_once_and_only_while_it_stands_there(session: Session, admin, flow):
    _, (a, b, c, _) = flow
    save(session, admin, b, {**HELLO, "moment": "after", "hours": 24}, {**to(c), "moment": "after", "hours": 48})
    stays, leaves = (make_opportunity(session, substage=a) for _ in range(2))
    began = now()
    for opportunity in (stays, leaves):
        go(session, admin, opportunity, b)
    go(session, admin, leaves, a)
    assert run_all(session, began + timedelta(hours=23)) == 0
    assert run_all(session, began + timedelta(hours=24, minutes=1)) == 1
    assert subjects(session) == ["You are at b"]
    assert run_all(session, began + timedelta(hours=49)) == 1
    session.refresh(stays)
    assert stays.substage_id == c.id
    assert session.exec(select(SubstageChange.cause).order_by(SubstageChange.id.desc())).first() == "step-lasted"  # pyright: ignore
    assert session.exec(select(PlannedAction)).all() == []


def test_reminders_come_again_until_their_number_is_over(session: Session, admin, flow):
    _, (a, b, *_) = flow
    save(session, admin, b, {**HELLO, "moment": "every", "hours": 24, "times": 3})
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    for day in range(1, 8):
        run_all(session, now() + timedelta(days=day, minutes=day))
    assert len(subjects(session)) == 3


def test_reminders_end_with_the_act_and_begin_again_when_it_was_not_enough(session: Session, admin, flow):
    _, (a, b, *_) = flow
    save(session, admin, b, {**HELLO, "moment": "every", "hours": 24, "times": 3}, {**HELLO, "moment": "after", "hours": 99})
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    publish(session, ActHappened(act=Act.INCIDENT_CREATED, contact_id=opportunity.contact_id, opportunity_id=opportunity.id))
    assert len(session.exec(select(PlannedAction)).all()) == 2, "a question is no answer"
    publish(session, ActHappened(act=Act.DRAWING_SUBMITTED, contact_id=opportunity.contact_id,
                                 opportunity_id=opportunity.id))
    assert [row.is_repeated for row in session.exec(select(PlannedAction))] == [False]
    [line] = list_planned(session, admin, opportunity.id)
    assert (line.action.template_name, line.left) == ("Hello", 1)
    publish(session, FieldsAskedAgain(opportunity_id=opportunity.id, field_ids=[], cause="rejected"))
    publish(session, FieldsAskedAgain(opportunity_id=opportunity.id, field_ids=[], cause="rejected"))
    assert sorted(row.is_repeated for row in session.exec(select(PlannedAction))) == [False, True]


@pytest.mark.parametrize("who_brings", ["customer", "staff"])
@pytest.mark.parametrize("has_acted", [True, False])
def test_reminders_that_began_again_end_with_what_was_asked_again(session: Session, admin, flow, who_brings, has_acted):
    _, (a, b, *_) = flow
    save(session, admin, b, {**HELLO, "moment": "every", "hours": 24, "times": 3})
    contact, paper, bad = make_contact(session), make_field(session, "file", substage=a), new_id()
    opportunity = make_opportunity(session, substage=a, contact=contact)
    set_files(session, admin, opportunity, paper.id, [bad], "brought")
    go(session, admin, opportunity, b)
    if has_acted:
        publish(session, ActHappened(act=Act.DRAWING_SUBMITTED, contact_id=contact.id, opportunity_id=opportunity.id))
    drop_file(session, opportunity.id, paper.id, bad, "rejected")
    assert len(list_planned(session, admin, opportunity.id)) == 1
    if who_brings == "customer":
        put_file_draft(session, opportunity.id, paper.id, [new_id()])
        submit_step(session, actor_of(contact), opportunity.id)
    else:
        set_files(session, admin, opportunity, paper.id, [new_id()], "brought")
    assert len(list_planned(session, admin, opportunity.id)) == (0 if has_acted else 1), "the roof is still to be drawn"


def test_reminders_to_choose_an_offer_end_with_the_last_no_and_begin_again_with_a_new_one(session: Session, admin):
    way, (offered,) = make_flow(session, ("Offer", [("Choose", "offer")]))
    save(session, admin, offered, {**HELLO, "moment": "every", "hours": 24, "times": 3})
    contact = make_contact(session)
    opportunity = create_opportunity(session, admin, OpportunityForm(contact_id=contact.id, flow_id=way.id))
    offers = [make_shared(session, admin, opportunity) for _ in range(2)]
    for offer_id, left in zip(offers, (1, 0), strict=True):
        decline_offer(session, actor_of(contact), offer_id, 1, DeclineForm(reason=DeclineReason.NOT_NOW), "")
        assert len(list_planned(session, admin, opportunity.id)) == left
    make_shared(session, admin, opportunity)
    assert len(list_planned(session, admin, opportunity.id)) == 1


def test_leaving_ends_what_waits(session: Session, admin, flow):
    _, (a, b, c, _) = flow
    save(session, admin, b, {**HELLO, "moment": "every", "hours": 1, "times": 3}, {**HELLO, "moment": "after", "hours": 2})
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    go(session, admin, opportunity, c)
    assert session.exec(select(PlannedAction)).all() == []


def test_all_kinds_do_their_work(session: Session, admin, flow):
    _, (a, b, *_) = flow
    endpoint = WebhookEndpoint(name="CRM", url="https://hooks.example.com/", sealed_secret="sealed")
    field = DynamicField(kind="yes-no", label={"en": "Checked"})
    session.add_all([endpoint, field])
    session.flush()
    save(session, admin, b, {"kind": "notify_staff", "audience": "owner", "note": "Call them"},
         {"kind": "call_webhook", "endpoint_id": endpoint.id},
         {"kind": "set_field", "field_id": field.id, "value": "yes"})
    opportunity = make_opportunity(session, substage=a, owner_id=admin.id)
    go(session, admin, opportunity, b)
    note = session.exec(select(Notification)).one()
    assert (note.staff_id, note.values, note.opportunity_id) == (admin.id, {"note": "Call them"}, opportunity.id)
    message = session.exec(select(WebhookMessage)).one()
    assert message.kind == "step.entered"
    assert f'"number":"{opportunity.number}"' in message.body
    assert '"name":"b"' in message.body
    assert answers_of(session, opportunity.id) == {field.id: True}
    told, called, put = get_step_actions(session, admin, b.id).actions
    assert (told.audience_name, told.note) == ("Whoever looks after the project", "Call them")
    assert called.endpoint_name == "CRM"
    assert (put.field_name, put.value, put.value_text) == ("Checked", "yes", "Yes")


def test_what_fails_undoes_nothing_and_is_said(session: Session, admin, flow):
    _, (a, b, *_) = flow
    save(session, admin, b, HELLO, {"kind": "notify_staff", "audience": "everybody", "note": "Here"})
    session.delete(session.get_one(EmailTemplate, "hello"))
    session.flush()
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    assert opportunity.substage_id == b.id
    assert troubles(session) == [rules.FAILED_BY_KIND[rules.ActionKind.SEND_TEMPLATE]]
    assert {row.text_key for row in session.exec(select(Notification))} == {"automation-note", "automation-stopped"}


def test_a_planned_action_that_cannot_succeed_goes_with_a_reason(session: Session, admin, flow):
    _, (a, b, *_) = flow
    save(session, admin, b, {**HELLO, "moment": "after", "hours": 1})
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)
    session.delete(session.get_one(EmailTemplate, "hello"))
    session.flush()
    assert run_all(session, now() + timedelta(hours=2)) == 1
    assert troubles(session) == [rules.FAILED_BY_KIND[rules.ActionKind.SEND_TEMPLATE]]
    assert session.exec(select(PlannedAction)).all() == []


def test_a_planned_action_that_broke_is_tried_again_and_has_an_end(session: Session, admin, flow,
                                                                    monkeypatch: pytest.MonkeyPatch):
    _, (a, b, *_) = flow
    save(session, admin, b, {**HELLO, "moment": "after", "hours": 1})
    opportunity = make_opportunity(session, substage=a)
    go(session, admin, opportunity, b)

    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr("portal_app.automations.planned.run_step_action", broken)
    for hour in range(2, 10):
        run_all(session, now() + timedelta(hours=3 * hour))
    assert session.exec(select(PlannedAction)).all() == []
    assert len(troubles(session)) == 1
