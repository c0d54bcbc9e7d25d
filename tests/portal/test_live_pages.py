"""What open pages do when something changes elsewhere: they follow, and leave alone what somebody is about to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from reflex.constants.state import FIELD_MARKER
from reflex.istate.data import RouterData, SessionData
from sqlmodel import Session, select, update

from portal_app.access.actors import SYSTEM
from portal_app.access.models import PortalSession
from portal_app.access.sessions import open_session
from portal_app.company.models import Company
from portal_app.company.service import forget_snapshot
from portal_app.core import live
from portal_app.core.clock import now
from portal_app.core.crypto import hash_of
from portal_app.core.database import read_scope
from portal_app.core.live import Follower
from portal_app.customers.models import Contact
from portal_app.flows.contents import save_contents
from portal_app.flows.field_forms import AskedField, ContentsForm
from portal_app.flows.models import Substage
from portal_app.flows.rules import FlowForm, StageForm, SubstageForm
from portal_app.flows.service import (
    create_stage,
    create_substage,
    delete_substage,
    move_substage,
    rename_flow,
    save_substage,
)
from portal_app.opportunities import relocation
from portal_app.opportunities.models import Answer
from portal_app.opportunities.service import get_visible, move
from portal_app.portal.home import state as home_state
from portal_app.portal.home.reading import ShownHome, load_homes
from portal_app.portal.home.state import HomeState
from portal_app.staff.opportunity.state import ProjectState
from portal_app.ui.handlers import current_actor
from portal_app.ui.i18n import say
from portal_app.ui.shell_state import ShellState, follow_company
from tests.factories import actor_of, make_company, make_contact, make_field, make_flow, make_opportunity, make_staff
from tests.handling import Reader, queries, sent_now, served

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
    assert reader.state(HomeState).page.process.current.name == "We look at it"
    assert reader.notices == ["ok"]


def test_a_home_that_moved_in_a_crowd_says_so_once_too(served, project):
    opportunity, substages = project
    contact = served.get_one(Contact, opportunity.contact_id)
    token = open_session(served, contact_id=contact.id)
    served.commit()
    reader = Reader(replace(actor_of(contact), session_hash=hash_of(token)))
    reader.root.router = RouterData(session=SessionData(session_id="a crowd"))
    reader.send(HomeState, "load")
    shown = live.the_hub.shows(Follower("a crowd", f"{HomeState.get_full_name()}.refresh"))

    def sent() -> tuple[str, Any]:
        [delta] = sent_now({Follower("a crowd", "home.refresh"): shown}).values()
        news = delta.get(ShellState.get_full_name(), {}).get(f"news{FIELD_MARKER}")
        return delta[HomeState.get_full_name()][f"page{FIELD_MARKER}"].process.current.name, news

    assert sent() == ("We have your request", None)  # nothing of it moved
    goes_to(served, opportunity, substages[1])
    assert sent() == ("We look at it", say(home_state.MOVED_ON))
    assert sent() == ("We look at it", None)
    reader.send(HomeState, "refresh")
    assert reader.notices == []  # it has been said
    goes_to(served, opportunity, substages[0])
    reader.send(HomeState, "refresh")
    assert reader.notices == ["ok"]


@pytest.fixture
def news(monkeypatch) -> dict[str, Any]:
    """What each handler follows and says that it shows, and under `told` what has been touched."""
    heard: dict[str, Any] = {"told": set()}
    monkeypatch.setattr(live.the_hub, "follow",
                        lambda follower, topics, since, shows: heard.update({follower.handler: set(topics),
                                                                             f"{follower.handler} shows": shows}))
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
    assert reader.state(HomeState).page.process.current.name == "Your wish is here"
    assert reader.notices == []
    news["told"].clear()
    rename_flow(served, administrator, made_elsewhere.id, FlowForm(name="Another"))
    served.commit()
    assert news["told"]
    assert not news["told"] & news[f"{HomeState.get_full_name()}.refresh"]


Sent = Callable[[], dict[str, Any] | None]


@pytest.fixture
def at_home(served, project, news):
    """Opens somebody's home, signed in; gives the reader, and what that open page would be sent now."""
    opportunity, _ = project

    def open_home(contact_id: str = opportunity.contact_id, **query: str) -> tuple[Reader, Sent]:
        contact = served.get_one(Contact, contact_id)
        token = open_session(served, contact_id=contact.id)
        served.commit()
        reader = Reader(replace(actor_of(contact), session_hash=hash_of(token)), **query)
        reader.send(HomeState, "load")
        shown = news[f"{HomeState.get_full_name()}.refresh shows"]
        return reader, lambda: sent_to(shown)

    return open_home


def sent_to(page: Any) -> dict[str, Any] | None:
    """What a follower that shows this is sent; names without what Reflex adds."""
    for delta in sent_now({Follower("socket", "home.refresh"): page}).values():
        return {name.removesuffix(FIELD_MARKER): value for name, value in delta[HomeState.get_full_name()].items()}
    return None


def shown_by(state: HomeState) -> dict[str, Any]:
    return {"page": state.page}


def test_an_open_home_is_sent_just_what_it_would_read(served, project, at_home):
    """Names, places, what it asks for, who acts, and how it ends."""
    opportunity, substages = project
    staff = actor_of(make_staff(served))
    make_opportunity(served, contact=make_reader(served, opportunity), substage=substages[2])
    field = make_field(served, "number", limits={"unit": "kWh"})
    served.add(Answer(opportunity_id=opportunity.id, field_id=field.id, value="4200"))
    served.commit()
    reader, sent = at_home(project=opportunity.id)
    here, last = substages[0], substages[2]

    def save(**form: Any) -> None:
        served.refresh(here)
        save_substage(served, staff, here.id, SubstageForm.model_validate({"public_name": here.public_name, **form}),
                      here.version)

    for change in (
        lambda: save(public_name={"en": "Your wish is here", "de": "Ihr Wunsch ist da"}),
        lambda: move_substage(served, staff, here.id, 0, last.stage_id),
        lambda: create_substage(served, staff, create_stage(served, staff, opportunity.flow_id, StageForm(
            public_name={"en": "Switch-on"})).id, SubstageForm(public_name={"en": "Done"})),
        lambda: delete_substage(served, staff, substages[1].id),
        lambda: save_contents(served, staff, here.id, ContentsForm(fields=[AskedField(field_id=field.id)]),
                              served.get_one(Substage, here.id, populate_existing=True).version),
        lambda: save(view_kind="drawing"),
        lambda: save(view_kind="finalization-failed"),
        lambda: relocation.delete_substage(served, staff, last.id, here.id),
    ):
        before = sent()
        assert before == shown_by(reader.state(HomeState))
        change()
        served.commit()
        now_sent = sent()
        assert now_sent != before
        reader.send(HomeState, "load")
    assert sent() == shown_by(reader.state(HomeState))


def test_whose_turn_it_is_depends_on_what_was_sent(served, project, at_home):
    opportunity, substages = project
    rewrite(served, substages[0], "Draw your roof", "drawing")
    for sent_at, ball in ((None, "customer"), (now(), "company")):
        opportunity.step_sent_at = sent_at
        served.add(opportunity)
        served.commit()
        assert at_home()[1]()["page"].process.current.ball == ball


def test_nobody_is_sent_what_is_not_theirs_any_more(served, project, at_home):
    opportunity, _ = project
    reader, sent = at_home(project=opportunity.id)
    stranger, _ = at_home(make_contact(served).id, project=opportunity.id)
    assert stranger.state(HomeState).is_missing
    token_hash = reader.actor.session_hash
    assert sent_to(ShownHome(stranger.actor.session_hash, opportunity.id, opportunity.id, "en")) is None
    assert sent() is not None
    opportunity.account_id, opportunity.contact_id = (other := make_contact(served)).account_id, other.id
    served.add(opportunity)
    served.commit()
    assert sent() is None
    _, sent = at_home(other.id)
    assert sent() is not None
    served.execute(update(PortalSession).where(PortalSession.token_hash != token_hash).values(revoked_at=now()))
    served.commit()
    assert sent() is None


def test_a_home_that_would_show_another_project_reads_itself(served, project, at_home):
    opportunity, substages = project
    _, named = at_home(project=opportunity.id)
    _, first = at_home()
    make_opportunity(served, contact=make_reader(served, opportunity), substage=substages[2])
    served.commit()
    assert named() is not None
    assert first() is None


def test_many_homes_cost_no_more_queries_than_one(served, project):
    _, substages = project
    pages = []
    for _ in range(5):
        contact = make_contact(served)
        own = [make_opportunity(served, contact=contact, substage=substages[0]).id for _ in range(2)]
        pages.append(ShownHome(hash_of(open_session(served, contact_id=contact.id)), own[0], own[0], "en"))
    served.commit()
    with read_scope() as session:
        load_homes(session, pages)
        counts = []
        for some in (pages[:1], pages):
            with queries(session) as seen:
                assert all(load_homes(session, some))
            counts.append(len(seen))
    assert counts[0] == counts[1] <= 5


def test_open_pages_are_sent_what_the_company_is_called_now(served, project, monkeypatch):
    monkeypatch.setattr(live, "SETTLED_SECONDS", -1.0)
    monkeypatch.setattr(live, "the_hub", hub := live.Hub())
    for socket in ("one", "two"):
        follow_company(socket)
    served.exec(select(Company)).one().name = "Otra casa"
    served.commit()
    forget_snapshot()
    hub._due.clear()
    hub.touched([live.COMPANY_TOPIC])
    assert hub._due == {}  # nobody has to ask
    name = f"company_now{FIELD_MARKER}"
    sent = [delta[ShellState.get_full_name()][name]["name"] for delta in sent_now(hub._outdated).values()]
    assert sent == ["Otra casa", "Otra casa"]


def rewrite(session: Session, substage, name: str, view_kind: str | None = None) -> None:
    save_substage(session, actor_of(make_staff(session)), substage.id, SubstageForm.model_validate(
        {"public_name": {"en": name}, "view_kind": view_kind or substage.view_kind}), substage.version)
    session.commit()


def make_reader(session: Session, opportunity):
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
    assert state.page.process.current.name == "We have your request"


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
    monkeypatch.setattr(live.the_hub, "follow",
                        lambda follower, topics, since, shows: followed.append((follower.handler, topics)))
    reader = Reader(actor := SYSTEM)
    token = current_actor.set(actor)
    try:
        reader.state(HomeState)._follow("opportunity:1", by="refresh")
    finally:
        current_actor.reset(token)
    assert followed == [(f"{HomeState.get_full_name()}.refresh", ("opportunity:1",))]
