"""Lists of actions: saved by who may, run in order and in the transaction of what happened."""

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.access.codes import issue_login_code, request_login_code
from portal_app.access.events import LoginCodeRequested, StaffInvited, StaffResetRequested
from portal_app.access.models import LoginCode
from portal_app.access.requests import NotIssued
from portal_app.automations import listeners, rules, service
from portal_app.automations.models import ActionList, ActionRow
from portal_app.automations.service import ActionListForm, actions_of, ensure_default_actions, run_actions, save_actions
from portal_app.core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound
from portal_app.core.events import publish
from portal_app.core.forms import parse
from portal_app.core.ids import new_id
from portal_app.customers.events import CustomerRegistered
from portal_app.flows.events import ActHappened, SubstagesDeleted
from portal_app.flows.models import Substage
from portal_app.flows.view_kinds import Act
from portal_app.messaging import service as messaging
from portal_app.messaging.defaults import ensure_templates
from portal_app.messaging.models import EmailTemplate, OutboxMail
from portal_app.offers.events import OfferShared
from portal_app.opportunities.models import SubstageChange
from portal_app.opportunities.registration import RegistrationForm, register_customer
from tests.factories import actor_of, make_company, make_contact, make_flow, make_opportunity, make_staff

assert listeners
OFFER = {"offer_title": "Balance", "offer_total": "€10,370"}


@pytest.fixture
def admin(session: Session):
    make_company(session)
    ensure_templates(session)
    return actor_of(make_staff(session))


@pytest.fixture
def flow(session: Session):
    return make_flow(session, ("Offer", [("Choose", "offer"), ("Wait", None)]), ("Build", [("Ordered", None)]))


def save(session: Session, actor, **given):
    form = parse(ActionListForm, {"trigger": "accept-budget", "flow_id": "", "version": 0, "actions": [], **given})
    save_actions(session, actor, form)


def sending(template: str) -> dict:
    return {"kind": "send_template", "template_key": template}


def moving(substage: Substage) -> dict:
    return {"kind": "move", "substage_id": substage.id}


def kinds(session: Session, trigger="accept-budget", flow_id="") -> list[str]:
    return [row.template_key or row.substage_id or "" for row in actions_of(session, trigger, flow_id)]


def test_a_list_is_saved_in_order_and_replaced_whole(session: Session, admin, flow):
    home, (_, wait, ordered) = flow
    three = [moving(ordered), sending("accept-budget"), sending("decline-budget")]
    save(session, admin, flow_id=home.id, actions=three)
    assert kinds(session, flow_id=home.id) == [ordered.id, "accept-budget", "decline-budget"]
    save(session, admin, flow_id=home.id, version=1, actions=[sending("decline-budget"), moving(wait)])
    assert kinds(session, flow_id=home.id) == ["decline-budget", wait.id]


def test_a_flow_without_a_list_of_its_own_has_that_of_all_flows(session: Session, admin, flow):
    home, _ = flow
    assert kinds(session, flow_id=home.id) == []
    save(session, admin, actions=[sending("accept-budget")])
    assert kinds(session, flow_id=home.id) == ["accept-budget"]
    save(session, admin, flow_id=home.id, actions=[])
    assert kinds(session, flow_id=home.id) == [], "nothing, and that on purpose"
    service.drop_own_actions(session, admin, "accept-budget", home.id, version=1)
    assert kinds(session, flow_id=home.id) == ["accept-budget"]


def test_a_move_leads_only_into_the_same_flow(session: Session, admin, flow):
    home, _ = flow
    _, [foreign] = make_flow(session)
    with pytest.raises(InvalidForm) as refused:
        save(session, admin, flow_id=home.id, actions=[sending("accept-budget"), moving(foreign)])
    assert refused.value.errors == {"actions.1.substage_id": (rules.UNKNOWN_SUBSTAGE, {})}
    assert session.exec(select(ActionList)).all() == []


@pytest.mark.parametrize(("trigger", "template", "name"), [
    ("drawing-submitted", "accept-budget", "offer_title"), ("accept-budget", "login-code", "client_code_minutes")])
def test_a_template_needs_its_variables(session: Session, admin, trigger, template, name):
    with pytest.raises(InvalidForm) as refused:
        save(session, admin, trigger=trigger, actions=[sending(template)])
    assert refused.value.errors == {"actions.0.template_key": (rules.FOREIGN_VARIABLE, {"name": name})}


def test_unknown_triggers_and_flows_are_not_found(session: Session, admin, flow):
    home, _ = flow
    for values in ({"trigger": "no-such-act"}, {"trigger": "login-code", "flow_id": home.id}, {"flow_id": new_id()}):
        with pytest.raises(NotFound):
            save(session, admin, **values)
    for trigger, flow_id in (("accept-budget", home.id), ("accept-budget", ""), ("no-such-act", home.id)):
        with pytest.raises(NotFound):
            service.drop_own_actions(session, admin, trigger, flow_id, version=0)


def test_the_second_of_two_is_told(session: Session, admin, flow):
    home, _ = flow
    save(session, admin, flow_id=home.id)
    with pytest.raises(ChangedMeanwhile):
        save(session, admin, flow_id=home.id)
    with pytest.raises(ChangedMeanwhile):
        service.drop_own_actions(session, admin, "accept-budget", home.id, version=0)


def test_two_who_make_a_list_at_the_same_moment(session: Session, admin, monkeypatch: pytest.MonkeyPatch):
    save(session, admin)
    monkeypatch.setattr(service, "_locked_list", lambda *_: None)
    with pytest.raises(ChangedMeanwhile):
        save(session, admin)


@pytest.mark.parametrize("role", [Role.SALES, Role.BACK_OFFICE, Role.INSTALLER, Role.VIEWER, None])
def test_only_who_may_sees_or_sets_actions(session: Session, admin, role):
    actor = actor_of(make_staff(session, role) if role else make_contact(session))
    for call in (lambda: service.list_actions(session, actor), lambda: save(session, actor),
                 lambda: service.drop_own_actions(session, actor, "accept-budget", new_id(), 0)):
        with pytest.raises(NotAllowed):
            call()


def test_the_page_shows_sentences_with_names(session: Session, admin, flow):
    home, (_, _, ordered) = flow
    ensure_default_actions(session)
    save(session, admin, flow_id=home.id, actions=[moving(ordered), sending("accept-budget")])
    page = service.list_actions(session, admin)
    by_key = {trigger.trigger: trigger for trigger in page.triggers}
    general, own = by_key["accept-budget"].lists
    assert (general.flow_id, general.version, [a.template_name for a in general.actions]) == ("", 1, ["Offer accepted"])
    assert (own.flow_name, own.is_own, own.version) == ("Home solar", True, 1)
    assert [each.substage_name or each.template_name for each in own.actions] == ["Build · Ordered", "Offer accepted"]
    inherited = by_key["decline-budget"].lists[1]
    assert (inherited.is_own, inherited.version, len(inherited.actions)) == (False, 0, 1)
    assert len(by_key["login-code"].lists) == 1
    assert "login-code" in {choice.value for choice in by_key["login-code"].templates}
    assert "login-code" not in {choice.value for choice in by_key["accept-budget"].templates}
    assert [choice.text for choice in page.substages[home.id]] == ["Offer · Choose", "Offer · Wait", "Build · Ordered"]


def test_nothing_set_is_shown_as_nothing(session: Session, admin, flow):
    triggers = service.list_actions(session, admin).triggers
    assert all(each.actions == [] for trigger in triggers for each in trigger.lists)


def test_an_act_moves_and_mails_in_order(session: Session, admin, flow):
    home, (choose, _, ordered) = flow
    save(session, admin, flow_id=home.id, actions=[moving(ordered), sending("accept-budget")])
    contact = make_contact(session, name="Lucía")
    opportunity = make_opportunity(session, substage=choose, contact=contact)
    publish(session, ActHappened(act=Act.ACCEPT_BUDGET, contact_id=contact.id, opportunity_id=opportunity.id,
                                 variables=OFFER))
    session.refresh(opportunity)
    assert opportunity.substage_id == ordered.id
    change = session.exec(select(SubstageChange)).one()
    assert (change.cause, change.moved_by_kind, change.moved_by_name) == ("accept-budget", "system", "Lucía")
    mail = session.exec(select(OutboxMail)).one()
    assert (mail.opportunity_id, mail.cause, mail.template_key) == (opportunity.id, "accept-budget", "accept-budget")
    assert "What happens next: Ordered" in mail.text, "the mail tells where the move led"
    assert "€10,370" in mail.text


def test_a_move_after_a_shared_offer_is_not_said_to_be_the_customers(session: Session, admin, flow):
    home, (choose, _, ordered) = flow
    save(session, admin, trigger="offer-shared", flow_id=home.id, actions=[moving(ordered)])
    opportunity = make_opportunity(session, substage=choose)
    publish(session, OfferShared(contact_id=opportunity.contact_id, opportunity_id=opportunity.id, offer_id=new_id(),
                                 variables={**OFFER, "offer_valid_until": "5 December"}))
    change = session.exec(select(SubstageChange)).one()
    assert (change.to_substage_id, change.cause, change.moved_by_name) == (ordered.id, "offer-shared", "")


def test_a_failing_action_undoes_what_happened(session: Session, admin, flow):
    home, (choose, _, ordered) = flow
    save(session, admin, flow_id=home.id, actions=[moving(ordered), sending("accept-budget")])
    session.add(EmailTemplate(key="gone", use="accept-budget", name="Gone", subject={"en": "x"}, body={"en": "x"}))
    opportunity = make_opportunity(session, substage=choose)
    row = session.exec(select(ActionRow).where(ActionRow.kind == "send_template")).one()
    row.template_key = "no-such-template"
    session.add(row)
    session.commit()
    with pytest.raises(NotFound):
        publish(session, ActHappened(act=Act.ACCEPT_BUDGET, contact_id=opportunity.contact_id,
                                     opportunity_id=opportunity.id))
    session.rollback()
    session.refresh(opportunity)
    assert opportunity.substage_id == choose.id


def test_a_new_customer_and_a_shared_offer_are_told(session: Session, admin, flow):
    ensure_default_actions(session)
    ensure_default_actions(session)
    opportunity = make_opportunity(session, substage=flow[1][0])
    publish(session, CustomerRegistered(contact_id=opportunity.contact_id))
    publish(session, OfferShared(contact_id=opportunity.contact_id, opportunity_id=opportunity.id, offer_id=new_id(),
                                 variables={**OFFER, "offer_valid_until": "5 December"}))
    welcome, offer = session.exec(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert (welcome.template_key, welcome.opportunity_id) == ("welcome", None)
    assert (offer.template_key, offer.opportunity_id) == ("offer-shared", opportunity.id)
    assert "/access/" in welcome.text
    assert "5 December" in offer.text


def test_the_welcome_belongs_to_the_project_that_begins(session: Session, admin, flow):
    ensure_default_actions(session)
    made = register_customer(session, admin, RegistrationForm(name="Rosa", email="rosa@example.com", flow_id=flow[0].id))
    mails = messaging.list_mails(session, admin, made.opportunity_id)
    assert [mail.subject for mail in mails] == ["Welcome to Helianta, Rosa"]


def test_a_code_is_mailed_as_staff_set_it(session: Session, admin):
    ensure_default_actions(session)
    publish(session, LoginCodeRequested(contact_id=make_contact(session).id, code="407182"))
    mail = session.exec(select(OutboxMail)).one()
    assert "407182" in mail.text


@pytest.mark.parametrize("spoilt", ["removed", "without the code", "half without the code", "gone", "moved", "broken"])
def test_a_code_is_mailed_whatever_staff_did(session: Session, admin, spoilt):
    ensure_default_actions(session)
    if spoilt == "removed":
        save(session, admin, trigger="login-code", version=1)
    else:
        row = session.exec(select(ActionRow).join(ActionList).where(ActionList.trigger == "login-code")).one()
        template = session.get_one(EmailTemplate, "login-code")
        if spoilt == "without the code":
            template.body = {"en": "Hello"}
        elif spoilt == "half without the code":
            template.body = {**template.body, "de": "Hallo"}
        elif spoilt == "broken":
            template.subject = dict.fromkeys(template.subject, 7)  # pyright: ignore[reportAttributeAccessIssue]
        elif spoilt == "gone":
            session.delete(template)
        else:
            row.kind, row.template_key = "move", None
        session.add(row)
        session.flush()
    publish(session, LoginCodeRequested(contact_id=make_contact(session, language="de").id, code="407182"))
    assert any("407182" in mail.text for mail in session.exec(select(OutboxMail)))


def test_a_code_is_issued_with_its_mail_or_not_at_all(session: Session, admin, monkeypatch):
    """From the request to the outbox: when nothing can be put in there, the next round makes the code."""
    person = make_contact(session)
    request_login_code(session, person.email, "203.0.113.7")

    def failing(*_, **__) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(messaging, "enqueue_mail", failing)
        with pytest.raises(NotIssued), session.begin_nested():
            issue_login_code(session)
    assert session.exec(select(LoginCode.issued_at, LoginCode.code_hmac)).one() == (None, "")
    assert issue_login_code(session)
    mail = session.exec(select(OutboxMail)).one()
    assert (mail.contact_id, mail.is_secret) == (person.id, True)
    assert session.exec(select(LoginCode.code_hmac)).one()


def test_colleagues_get_their_links(session: Session, admin):
    member = make_staff(session, Role.SALES)
    publish(session, StaffInvited(staff_id=member.id, token="token-1"))
    publish(session, StaffResetRequested(staff_id=member.id, token="token-2"))
    invited, reset = session.exec(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert "/staff/password?token=token-1" in invited.text
    assert "/staff/password?token=token-2" in reset.text
    assert {invited.to_address, reset.to_address} == {member.email}


def test_a_move_whose_substage_goes_stays_without_a_target(session: Session, admin, flow):
    home, (choose, wait, _) = flow
    save(session, admin, flow_id=home.id, actions=[moving(wait), sending("accept-budget")])
    publish(session, SubstagesDeleted(flow_id=home.id, substage_ids=[wait.id]))
    session.delete(wait)
    session.flush()
    first, _ = service.list_actions(session, admin).triggers[4].lists[1].actions
    assert (first.kind, first.substage_id, first.substage_name) == ("move", "", "")
    opportunity = make_opportunity(session, substage=choose)
    assert len(run_actions(session, "accept-budget", opportunity.contact_id, opportunity.id, OFFER)) == 1
    assert opportunity.substage_id == choose.id


def test_a_template_is_deleted_where_no_action_sends_it(session: Session, admin):
    session.add(EmailTemplate(key="news", use="step", name="News", subject={"en": "Hi"}, body={"en": "Hello"}))
    actions = ActionList(trigger="decline-budget")
    session.add(actions)
    session.flush()
    action = ActionRow(list_id=actions.id, position=0, kind="send_template", template_key="news")
    session.add(action)
    session.flush()
    with pytest.raises(service.TemplateInUse):
        service.delete_template(session, admin, "news")
    session.delete(action)
    session.flush()
    with pytest.raises(NotAllowed):
        service.delete_template(session, actor_of(make_staff(session, Role.SALES)), "news")
    service.delete_template(session, admin, "news")
    assert session.get(EmailTemplate, "news") is None
    with pytest.raises(NotFound):
        service.delete_template(session, admin, "welcome")  # the product needs it
