"""What open pages do when something changes elsewhere: they follow, and leave alone what somebody is about to do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from factories import actor_of, make_company, make_contact, make_field, make_flow, make_opportunity, make_staff
from handling import Reader, served
from reflex.constants.state import FIELD_MARKER
from sqlmodel import Session

from portal_app.access.actors import SYSTEM
from portal_app.company.service import forget_snapshot
from portal_app.core import live
from portal_app.core.clock import now
from portal_app.flows.field_forms import FieldForm
from portal_app.flows.field_service import save_field
from portal_app.flows.models import DynamicField
from portal_app.flows.rules import FlowForm, SubstageForm
from portal_app.flows.service import rename_flow, save_substage
from portal_app.opportunities.service import get_visible, move
from portal_app.portal.home import state as home_state
from portal_app.portal.home.state import HomeState
from portal_app.portal.step.state import StepState
from portal_app.portal.words import say_words
from portal_app.staff.opportunity.state import ProjectState
from portal_app.ui.handlers import current_actor
from portal_app.ui.live import merged
from portal_app.ui.shell_state import ShellState

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
    assert reader.notices == ["ok"]


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
    hub = hub_of(news, HomeState)
    save_substage(served, actor_of(make_staff(served)), substages[0].id, SubstageForm(
        public_name={"en": "Your wish is here", "de": "Ihr Wunsch ist da"}), substages[0].version)
    served.commit()
    words = said_to(HomeState, opportunity.flow_id, hub)["words"]
    assert words[substages[0].id] == {
        "name": "Your wish is here", "description": "", "step_name": "Your wish is here", "flow_name": "Home solar",
        "view_kind": "", "ball": "company"}
    assert substages[1].id not in words  # they do not see it either
    assert {name["name"] for name in words.values()} == {"Your wish is here", "Request", "Your offer"}
    assert asyncio.run(say_words("staff", hub)) == {}


def test_new_words_are_also_said_to_a_home_that_has_the_step_in_its_switcher(served, project, news):
    opportunity, substages = project
    other = make_opportunity(served, contact=make_reader(served, opportunity), substage=substages[2])
    served.commit()
    Reader(actor_of(make_reader(served, opportunity)), project=opportunity.id).send(HomeState, "load")
    hub = hub_of(news, HomeState)
    assert hub.followers_of(live.opportunity_topic(other.id))
    rewrite(served, substages[2], "Choose one of three")
    said = asyncio.run(say_words(live.flow_topic(opportunity.flow_id), hub))
    [topics] = hub.followed_among(said).values()
    assert sorted(topics) == [live.step_topic(substages[2].id, "en"), live.turn_topic(substages[0].id, "en")]
    words = said_to(HomeState, opportunity.flow_id, hub)["words"]
    assert words[substages[2].id]["step_name"] == "Choose one of three"
    assert words[substages[0].id]["step_name"] == "We have your request"


def test_whose_turn_it_is_is_said_to_those_who_have_sent_nothing_yet(served, project, news):
    opportunity, substages = project
    reader = Reader(actor_of(make_reader(served, opportunity)))
    served.rollback()  # on SQLite it would lock the writers out
    for sent_at, turn in ((None, {"view_kind": "drawing", "ball": "customer"}), (now(), {})):
        opportunity.step_sent_at = sent_at
        served.add(opportunity)
        rewrite(served, substages[0], "Draw your roof", "drawing")
        flow_id, step_id = opportunity.flow_id, substages[0].id
        served.rollback()
        reader.send(HomeState, "load")
        words = said_to(HomeState, flow_id, hub_of(news, HomeState))["words"][step_id]
        assert words["name"] == "Draw your roof"
        assert {name: words[name] for name in ("view_kind", "ball") if name in words} == turn


def hub_of(news: dict[str, set[str]], *states: type) -> live.Hub:
    """One browser in front of a page with these states, as they followed when they were loaded."""
    hub = live.Hub()
    for state in states:
        name = f"{state.get_full_name()}.refresh"
        hub.follow(live.Follower("here", name), news[name])
    return hub


def said_to(state: type, flow_id: str, hub: live.Hub) -> dict[str, Any]:
    """What the crowd of a flow is said of this state; names without what Reflex adds to them."""
    said = merged(list(asyncio.run(say_words(live.flow_topic(flow_id), hub)).values()))
    return {name.removesuffix(FIELD_MARKER): value for name, value in said.get(state.get_full_name(), {}).items()}


def rewrite(session: Session, substage, name: str, view_kind: str | None = None) -> None:
    save_substage(session, actor_of(make_staff(session)), substage.id, SubstageForm.model_validate(
        {"public_name": {"en": name}, "view_kind": view_kind or substage.view_kind}), substage.version)
    session.commit()


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


@pytest.fixture
def filling(served, project, news):
    """Somebody fills in a step that asks for two fields; its flow's crowd, and a way to save what it asks."""
    opportunity, substages = project
    substages[0].view_kind = "initial-documentation"
    name = make_field(served, substage=substages[0], label={"en": "Owner"}, group_name={"en": "You"})
    phone = make_field(served, "single-choice", substage=substages[0], label={"en": "Phone", "de": "Telefon"},
                       options=[{"key": "a", "label": {"en": "Mine"}}, {"key": "b", "label": {"en": "Hers"}}])
    staff = actor_of(make_staff(served))
    served.commit()
    reader = Reader(actor_of(make_reader(served, opportunity)), project=opportunity.id)
    flow_id, name_id, phone_id, step_id = opportunity.flow_id, name.id, phone.id, substages[0].id
    served.rollback()  # on SQLite it would lock the writers out
    reader.send(StepState, "load")

    def save(field_id: str = name_id, **changes: Any) -> tuple[dict[str, Any], list[Any]]:
        """The words of the form that are said to all, and the notices."""
        if changes:
            field = served.get_one(DynamicField, field_id)
            save_field(served, staff, field_id, FieldForm.model_validate(
                {"kind": field.kind, "label": field.label, "group_name": field.group_name, "options": field.options,
                 **changes}), field.version)
            served.commit()
        hub = hub_of(news, StepState)
        is_told = said_to(ShellState, flow_id, hub) == {"is_changed_elsewhere": True}  # other notices stay
        return said_to(StepState, flow_id, hub)["words"], is_told

    return save, name_id, phone_id, step_id, reader


def test_new_words_of_a_form_are_said_at_once_to_all_who_fill_it_in(filling):
    save, name_id, phone_id, step_id, _ = filling
    words, is_told = save(name_id, label={"en": "Whose house is it?"}, help={"en": "As in the land register"},
                          group_name={"en": "Your house"})
    assert not is_told
    assert (words[step_id]["name"], words[f"group-{name_id}"]) == ("We have your request", {"name": "Your house"})
    assert (words[name_id]["label"], words[name_id]["help"]) == ("Whose house is it?", "As in the land register")
    words, is_told = save(phone_id, options=[{"key": "a", "label": {"en": "My own"}}, {"key": "b", "label": {"en": "Hers"}}])
    assert not is_told
    assert words[phone_id]["labels"] == {"a": "My own", "b": "Hers"}
    assert {"text", "answer", "files", "address"}.isdisjoint(words[name_id])  # what is somebody's own


@pytest.mark.parametrize("change", [
    {"group_name": {}}, {"options": [{"key": "b", "label": {"en": "Hers"}}]},
    {"options": [{"key": key, "label": {"en": key}} for key in "abc"]},
])
def test_who_fills_in_a_form_that_asks_something_else_now_is_told_so_at_once(filling, change):
    save, name_id, phone_id, _, reader = filling
    _, is_told = save(phone_id if "options" in change else name_id, **change)
    assert is_told
    reader.send(StepState, "refresh")  # in its turn
    assert reader.notices == ["info"]
    reader.send(StepState, "load")
    assert not save()[1]


def test_a_form_is_the_same_for_all_whatever_each_has_entered(filling):
    save, name_id, _, _, reader = filling
    page = reader.state(StepState)
    reader.send(StepState, "keep", {"about": page.about, "number": 1, "values": {name_id: "Lucía"}})
    reader.send(StepState, "load")
    words, is_told = save()
    assert not is_told
    assert "Lucía" not in repr(words)


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
