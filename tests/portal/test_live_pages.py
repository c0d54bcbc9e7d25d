"""What open pages do when something changes elsewhere: they follow, and leave alone what somebody is about to do."""

from __future__ import annotations

import asyncio

import pytest
from factories import actor_of, make_company, make_contact, make_field, make_flow, make_opportunity, make_staff
from handling import Reader, served
from sqlmodel import Session

from portal_app.access.actors import SYSTEM
from portal_app.company.service import forget_snapshot
from portal_app.core import live
from portal_app.flows.field_forms import FieldForm
from portal_app.flows.field_service import save_field
from portal_app.flows.rules import FlowForm, SubstageForm
from portal_app.flows.service import rename_flow, save_substage
from portal_app.opportunities.service import get_visible, move
from portal_app.portal.home import state as home_state
from portal_app.portal.home.state import HomeState
from portal_app.portal.home.words import say_words
from portal_app.portal.step.state import StepState
from portal_app.staff.opportunity.state import ProjectState
from portal_app.ui.handlers import current_actor

assert served
WAY = (("Request", [("We have your request", None), ("We look at it", None)]),
       ("Your offer", [("Choose your offer", "offer")]))


@pytest.fixture
def project(served: Session):
    make_company(served)
    forget_snapshot()
    _, substages = make_flow(served, *WAY)
    opportunity = make_opportunity(served, contact=make_contact(served), substage=substages[0],
                                   owner_id=make_staff(served).id)
    served.commit()
    yield opportunity, substages
    forget_snapshot()


def goes_to(session: Session, opportunity, substage) -> None:
    move(session, SYSTEM, get_visible(session, SYSTEM, opportunity.id), substage.id, "by-hand")
    session.commit()


def test_a_home_shows_the_new_step_and_says_so_once(served, project):
    opportunity, substages = project
    reader = Reader(actor_of(make_reader(served, opportunity)))
    reader.send(HomeState, "load")
    reader.send(HomeState, "refresh")
    assert reader.notices == []  # nothing of it moved
    goes_to(served, opportunity, substages[1])
    reader.send(HomeState, "refresh")
    assert reader.state(HomeState).process.current.name == "We look at it"
    assert reader.notices == ["info"]


@pytest.fixture
def news(monkeypatch) -> dict[str, set[str]]:
    """What each handler follows, and under `told` what has been touched."""
    heard: dict[str, set[str]] = {"told": set()}
    monkeypatch.setattr(live.the_hub, "follow",
                        lambda follower, topics, since: heard.update({follower.handler: set(topics)}))
    monkeypatch.setattr(live.the_hub, "tell_later", lambda topics, by: heard["told"].update(topics))
    return heard


def test_a_home_follows_the_texts_that_staff_save(served, project, news):
    opportunity, substages = project
    reader = Reader(actor_of(make_reader(served, opportunity)))
    reader.send(HomeState, "load")
    administrator = actor_of(make_staff(served))
    made_elsewhere, _ = make_flow(served)
    served.commit()
    news["told"].clear()
    save_substage(served, administrator, substages[0].id, SubstageForm(public_name={"en": "Your wish is here"}),
                  substages[0].version)
    served.commit()
    assert news["told"] & news[f"{HomeState.get_full_name()}.refresh"] == {live.flow_topic(opportunity.flow_id)}
    reader.send(HomeState, "refresh")
    assert reader.state(HomeState).process.current.name == "Your wish is here"
    assert reader.notices == []
    news["told"].clear()
    rename_flow(served, administrator, made_elsewhere.id, FlowForm(name="Another"))
    served.commit()
    assert news["told"]
    assert not news["told"] & news[f"{HomeState.get_full_name()}.refresh"]


def test_new_words_are_said_at_once_to_all_who_stand_at_the_step(served, project, news):
    opportunity, substages = project
    Reader(actor_of(make_reader(served, opportunity))).send(HomeState, "load")
    hub = live.Hub()
    hub.follow(live.Follower("here", "home.refresh"), news[f"{HomeState.get_full_name()}.refresh"])
    save_substage(served, actor_of(make_staff(served)), substages[0].id, SubstageForm(
        public_name={"en": "Your wish is here", "de": "Ihr Wunsch ist da"}), substages[0].version)
    served.commit()
    [(address, delta)] = asyncio.run(say_words(live.flow_topic(opportunity.flow_id), hub))
    assert len(hub.followers_of(address)) == 1
    [words] = delta[HomeState.get_full_name()].values()
    assert words[substages[0].id] == {"name": "Your wish is here", "description": ""}
    assert substages[1].id not in words  # they do not see it either
    assert {name["name"] for name in words.values()} == {"Your wish is here", "Request", "Your offer"}
    assert asyncio.run(say_words("staff", hub)) == []


def test_a_step_follows_the_label_of_a_field_that_it_asks_for(served, project, news):
    opportunity, substages = project
    substages[0].view_kind = "initial-documentation"
    field = make_field(served, substage=substages[0], label={"en": "Yearly use"})
    administrator = actor_of(make_staff(served))
    served.commit()
    reader = Reader(actor_of(make_reader(served, opportunity)), project=opportunity.id)
    reader.send(StepState, "load")
    save_field(served, administrator, field.id, FieldForm(kind="short-text", label={"en": "What you use in a year"}), 1)
    served.commit()
    assert news["told"] & news[f"{StepState.get_full_name()}.refresh"] == {live.flow_topic(opportunity.flow_id)}


def make_reader(session: Session, opportunity):
    from portal_app.customers.models import Contact

    return session.get_one(Contact, opportunity.contact_id)


def test_a_home_that_cannot_be_read_just_now_stays_as_it_is(served, project, monkeypatch):
    opportunity, _ = project
    reader = Reader(actor_of(make_reader(served, opportunity)))
    reader.send(HomeState, "load")

    def fail(*_):
        raise OSError

    monkeypatch.setattr(home_state, "load_home", fail)
    reader.send(HomeState, "refresh")
    state = reader.state(HomeState)
    assert not state.has_failed
    assert state.process.current.name == "We have your request"


def test_a_question_that_is_open_is_not_changed_under_the_reader(served, project):
    opportunity, substages = project
    desk = Reader(actor_of(make_staff(served)), id=opportunity.id)
    served.commit()
    desk.send(ProjectState, "load")
    desk.send(ProjectState, "ask_move", substages[2].id)
    goes_to(served, opportunity, substages[1])
    desk.send(ProjectState, "refresh")
    state = desk.state(ProjectState)
    assert (state.is_asking, state.header.substage_id) == (True, substages[0].id)
    assert desk.notices == ["info"]
    desk.send(ProjectState, "refresh")
    assert desk.notices == ["info"]  # said once
    desk.send(ProjectState, "stop_asking")
    assert state.header.substage_id == substages[1].id


def test_a_contact_that_is_being_corrected_stays_open(served, project):
    opportunity, substages = project
    desk = Reader(actor_of(make_staff(served)), id=opportunity.id)
    served.commit()
    desk.send(ProjectState, "load")
    desk.send(ProjectState, "edit_contact")
    goes_to(served, opportunity, substages[1])
    desk.send(ProjectState, "refresh")
    state = desk.state(ProjectState)
    assert state.is_editing_contact
    desk.send(ProjectState, "leave_contact")
    assert (state.is_editing_contact, state.header.substage_id) == (False, substages[1].id)


def test_a_page_follows_under_the_name_of_its_handler(monkeypatch):
    followed = []
    monkeypatch.setattr(live.the_hub, "follow", lambda follower, topics, since: followed.append((follower.handler, topics)))
    reader = Reader(actor := SYSTEM)
    token = current_actor.set(actor)
    try:
        reader.state(HomeState)._follow("opportunity:1", by="refresh")
    finally:
        current_actor.reset(token)
    assert followed == [(f"{HomeState.get_full_name()}.refresh", ("opportunity:1",))]
