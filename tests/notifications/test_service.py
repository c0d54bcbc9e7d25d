"""Who is told of what, by which way, and what stands in the inbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from portal_app.access import desk
from portal_app.access.actors import Role
from portal_app.core import clock, live
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound
from portal_app.core.forms import parse
from portal_app.core.ids import new_id
from portal_app.core.texts import LANGUAGES
from portal_app.flows.events import ActHappened
from portal_app.flows.view_kinds import Act
from portal_app.messaging.models import OutboxMail
from portal_app.notifications import listeners, rules, service
from portal_app.notifications.models import Notification
from portal_app.notifications.rules import EVERYBODY, OWNER, Channel, Kind
from portal_app.notifications.service import ChoicesForm, InboxFilter, notify
from tests.factories import actor_of, make_company, make_contact, make_opportunity, make_staff

assert listeners
DRAWN = Act.DRAWING_SUBMITTED.value


@pytest.fixture
def company(session):
    return make_company(session)


@pytest.fixture
def owner(session, company):
    return make_staff(session, Role.SALES, name="Javier Molina", language="es")


@pytest.fixture
def opportunity(session, owner):
    contact = make_contact(session, name="Lucía Fernández")
    return make_opportunity(session, contact=contact, owner_id=owner.id, title="Calle del Olivo 14")


def choose(session, member, channel: Channel, kind: Kind = Kind.DRAWING, follows_all: bool = False) -> None:
    service.save_choices(session, actor_of(member), ChoicesForm(channels={kind: channel}, follows_all=follows_all))


def inbox(session, member, **asked) -> list[service.InboxRow]:
    return service.get_inbox(session, actor_of(member), InboxFilter(**asked)).rows


def test_the_owner_is_told_in_the_application_and_nobody_else(session, opportunity, owner):
    other = make_staff(session)
    assert notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id) == 1
    (row,) = inbox(session, owner)
    assert (row.text, row.values["name"], row.number) == (
        "{name} sent the drawing of the roof.", "Lucía Fernández", opportunity.number)
    assert (row.about, row.page, row.is_new) == ("Calle del Olivo 14", f"/staff/project?id={opportunity.id}", True)
    assert inbox(session, other) == []
    assert session.exec(select(OutboxMail)).all() == []


@pytest.mark.parametrize(("channel", "rows", "mails"), [
    (Channel.APPLICATION, 1, 0), (Channel.EMAIL, 0, 1), (Channel.BOTH, 1, 1), (Channel.NONE, 0, 0)])
def test_each_is_told_as_they_chose(session, opportunity, owner, channel, rows, mails):
    choose(session, owner, channel)
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    assert len(inbox(session, owner)) == service.count_new(session, actor_of(owner)) == rows
    assert len(session.exec(select(OutboxMail)).all()) == mails


def test_a_choice_for_one_kind_leaves_the_others(session, opportunity, owner):
    choose(session, owner, Channel.NONE, Kind.OFFER)
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    notify(session, Kind.OFFER, OWNER, Act.ACCEPT_BUDGET.value, opportunity_id=opportunity.id)
    assert [row.kind for row in inbox(session, owner)] == ["drawing"]


def test_the_mail_speaks_the_readers_language_and_leads_to_the_project(session, opportunity, owner):
    choose(session, owner, Channel.EMAIL)
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    mail = session.exec(select(OutboxMail)).one()
    assert mail.to_address == owner.email
    assert mail.subject == "Lucía Fernández ha enviado el dibujo del tejado."
    assert f"/staff/project?id={opportunity.id}" in mail.text
    assert f"{opportunity.number} · Calle del Olivo 14" in mail.text
    assert "|" not in mail.text


def test_a_project_without_an_owner_concerns_all_who_may_see_it(session, company):
    opportunity = make_opportunity(session)
    seers = [make_staff(session, Role.ADMINISTRATOR), make_staff(session, Role.VIEWER)]
    installer, gone = make_staff(session, Role.INSTALLER), make_staff(session, is_active=False)
    assert notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id) == 2
    assert all(inbox(session, member) for member in seers)
    assert not inbox(session, installer)
    assert session.exec(select(Notification).where(Notification.staff_id == gone.id)).all() == []


@pytest.mark.parametrize(("kind", "leaves"), [(Kind.DRAWING, {"is_active": False}), (Kind.CASE, {"role": Role.VIEWER})])
def test_what_concerned_somebody_who_has_left_is_told_to_those_who_are_there(session, opportunity, owner, kind, leaves):
    admin = make_staff(session)
    for name, value in leaves.items():
        setattr(owner, name, value)
    session.add(owner)
    assert notify(session, kind, OWNER, DRAWN, opportunity_id=opportunity.id) == 1
    assert [row.kind for row in inbox(session, admin)] == [kind]


def test_what_was_meant_for_a_colleague_who_has_left_is_told_to_the_owner(session, opportunity, owner):
    make_staff(session)
    gone = make_staff(session, is_active=False)
    assert notify(session, Kind.PROCESS, gone.id, "automation-note", {"note": "Call them"}, opportunity.id) == 1
    assert notify(session, Kind.CASE, gone.id, "case-answered", contact_id=opportunity.contact_id) == 1
    assert [row.kind for row in inbox(session, owner)] == ["case", "process"]


def test_who_follows_all_is_told_of_colleagues_projects_too(session, opportunity, owner):
    curious, installer = make_staff(session), make_staff(session, Role.INSTALLER)
    for member in (curious, installer):
        choose(session, member, Channel.APPLICATION, follows_all=True)
    assert notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id) == 2
    assert inbox(session, curious)
    assert not inbox(session, installer)  # may not see it, whatever was sent


def test_everybody_and_one_person_can_be_meant(session, opportunity, owner):
    other, installer = make_staff(session), make_staff(session, Role.INSTALLER)
    assert notify(session, Kind.PROCESS, EVERYBODY, "automation-note", {"note": "Call them"}, opportunity.id) == 2
    assert notify(session, Kind.PROCESS, other.id, "automation-note", {"note": "Call them"}, opportunity.id) == 1
    assert notify(session, Kind.PROCESS, installer.id, "automation-note", {"note": "x"}, opportunity.id) == 0
    assert inbox(session, other)[0].values["note"] == "Call them"


def test_cases_are_told_to_those_who_handle_them(session, company):
    handler, viewer = make_staff(session, Role.BACK_OFFICE), make_staff(session, Role.VIEWER)
    contact = make_contact(session)
    notify(session, Kind.CASE, EVERYBODY, Act.INCIDENT_CREATED.value, contact_id=contact.id, page="/staff/cases?case=1")
    assert inbox(session, handler)[0].page == "/staff/cases?case=1"
    assert not inbox(session, viewer)


def test_who_did_it_is_not_told(session, opportunity, owner):
    assert notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id, except_staff_id=owner.id) == 0


@pytest.mark.parametrize("page", ["https://evil.example", "//evil.example", "/home", "/staff//evil.example", "/staff/a\nb"])
def test_a_notification_never_leads_elsewhere(session, opportunity, owner, page):
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id, page=page)
    assert inbox(session, owner)[0].page == f"/staff/project?id={opportunity.id}"


def test_a_dozen_files_are_one_line_until_it_is_read(session, opportunity, owner):
    choose(session, owner, Channel.BOTH, Kind.DOCUMENTATION)
    for _ in range(12):
        notify(session, Kind.DOCUMENTATION, OWNER, "document-given", opportunity_id=opportunity.id)
    (row,) = inbox(session, owner)
    assert row.times == 12
    assert len(session.exec(select(OutboxMail)).all()) == 1
    service.mark_read(session, actor_of(owner), row.id)
    notify(session, Kind.DOCUMENTATION, OWNER, "document-given", opportunity_id=opportunity.id)
    assert [row.times for row in inbox(session, owner)] == [1, 12]


def test_what_a_customer_does_is_told_by_itself(session, opportunity, owner):
    from portal_app.core.events import publish

    for act in (Act.DRAWING_SUBMITTED, Act.LOGIN_CODE):
        publish(session, ActHappened(act=act, contact_id=opportunity.contact_id, opportunity_id=opportunity.id))
    assert [row.kind for row in inbox(session, owner)] == ["drawing"]


def test_every_act_but_the_code_has_a_kind_and_words():
    assert set(rules.KIND_BY_ACT) == set(Act) - {Act.LOGIN_CODE}
    assert {act.value for act in rules.KIND_BY_ACT} <= set(rules.TEXTS)


def test_the_inbox_is_paged_and_filtered(session, opportunity, owner, monkeypatch):
    monkeypatch.setattr(service, "PAGE_SIZE", 2)
    for number in range(5):
        with clock.fixed(clock.now() + timedelta(minutes=number)):
            notify(session, Kind.OFFER if number % 2 else Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    seen, after = [], ""
    while True:
        page = service.get_inbox(session, actor_of(owner), InboxFilter(after=after))
        seen += page.rows
        after = page.next
        if not after:
            break
    assert len({row.id for row in seen}) == len(seen) == page.new_count == 5
    assert [row.at for row in seen] == sorted((row.at for row in seen), reverse=True)
    assert len(inbox(session, owner, kind="offer")) == 2
    service.mark_read(session, actor_of(owner), seen[0].id)
    assert inbox(session, owner, only_new=True)[0].id == seen[1].id
    assert inbox(session, owner, after="nonsense")[0].id == seen[0].id


def test_reading_all_leaves_what_came_later(session, opportunity, owner):
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    seen_at = clock.now()
    with clock.fixed(seen_at + timedelta(seconds=1)):
        notify(session, Kind.OFFER, OWNER, DRAWN, opportunity_id=opportunity.id)
    service.mark_all_read(session, actor_of(owner), seen_at)
    assert [row.kind for row in inbox(session, owner, only_new=True)] == ["offer"]


def test_reading_all_of_a_kind_leaves_the_others(session, opportunity, owner):
    for kind in (Kind.DRAWING, Kind.OFFER):
        notify(session, kind, OWNER, DRAWN, opportunity_id=opportunity.id)
    service.mark_all_read(session, actor_of(owner), clock.now(), Kind.OFFER)
    assert [row.kind for row in inbox(session, owner, only_new=True)] == ["drawing"]


def test_somebody_elses_notification_is_unknown(session, opportunity, owner):
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    told = session.exec(select(Notification)).one()
    for notification_id in (told.id, new_id()):
        with pytest.raises(NotFound):
            service.mark_read(session, actor_of(make_staff(session)), notification_id)
    customer = actor_of(make_contact(session))
    for call in (lambda: service.count_new(session, customer), lambda: service.get_choices(session, customer),
                 lambda: service.save_choices(session, customer, ChoicesForm(channels={}))):
        with pytest.raises(NotAllowed):
            call()


def test_a_project_that_is_no_longer_seen_is_gone_from_the_inbox(session, opportunity, owner):
    installer = make_staff(session, Role.INSTALLER)
    opportunity.owner_id = installer.id
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    assert inbox(session, installer)
    opportunity.owner_id = owner.id
    session.flush()
    assert inbox(session, installer) == []
    assert service.count_new(session, actor_of(installer)) == 0


def test_the_bell_rings_for_the_reader_only(session, opportunity, owner, monkeypatch):
    heard = []
    monkeypatch.setattr(live.the_hub, "tell_later", lambda topics, by: heard.append(topics))
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    session.commit()
    assert heard == [{f"staff:{owner.id}"}]


def test_old_ones_are_forgotten(session, opportunity, owner):
    with clock.fixed(clock.now() - rules.KEPT_FOR - timedelta(days=1)):
        notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    desk.clear_ended(session)
    assert len(inbox(session, owner)) == 1


def test_choices_are_shown_as_they_were_saved(session, company):
    sales, viewer = make_staff(session, Role.SALES), make_staff(session, Role.VIEWER)
    choose(session, sales, Channel.BOTH, Kind.OFFER, follows_all=True)
    choices = service.get_choices(session, actor_of(sales))
    assert {row.kind: row.channel for row in choices.rows} == {
        kind.value: "both" if kind == Kind.OFFER else "application" for kind in Kind}
    assert choices.follows_all
    assert choices.can_follow_all
    assert "case" not in {row.kind for row in service.get_choices(session, actor_of(viewer)).rows}
    choose(session, sales, Channel.NONE, Kind.OFFER)
    assert not service.get_choices(session, actor_of(sales)).follows_all


@pytest.mark.parametrize("hostile", [{"channels": {"nothing": "both"}}, {"channels": {"offer": "pigeon"}},
                                     {"channels": "offer"}, {"channels": {}, "staff_id": "1"}])
def test_choices_of_hostile_clients_are_refused(hostile):
    with pytest.raises(InvalidForm):
        parse(ChoicesForm, hostile)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_is_there_in_every_language(session, opportunity, owner, language):
    owner.language = language
    choose(session, owner, Channel.EMAIL)
    notify(session, Kind.DRAWING, OWNER, DRAWN, opportunity_id=opportunity.id)
    assert "Lucía Fernández" in session.exec(select(OutboxMail)).one().subject
