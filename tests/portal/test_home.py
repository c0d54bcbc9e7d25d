"""The customer's home without a browser: what it shows of whose project, and what it does when it can't."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from portal_app.company.service import forget_snapshot
from portal_app.core.ids import new_id
from portal_app.opportunities.models import Answer
from portal_app.portal.home import state as home_state
from portal_app.portal.home.reading import arc_of
from portal_app.portal.home.state import HomeState
from portal_app.portal.home.view import home
from tests.factories import actor_of, make_company, make_contact, make_field, make_flow, make_opportunity, make_staff
from tests.handling import Reader, served

assert served
WAY = (("Request", [("We have your request", None)]), ("Your offer", [("Choose your offer", "offer")]),
       ("Switch-on", [("Done", "finalization-success"), ("Stopped", "finalization-failed")]))


@pytest.fixture
def way(served):
    make_company(served, success_text={"en": "Enjoy the sun"})
    forget_snapshot()
    _, substages = make_flow(served, *WAY)
    yield substages
    forget_snapshot()


def open_home(contact, **query) -> tuple[Reader, HomeState]:
    reader = Reader(actor_of(contact), **query)
    reader.send(HomeState, "load")
    return reader, reader.state(HomeState)


def test_the_page_can_be_built():
    assert "data-testid" in str(home())


def test_the_first_project_is_shown_with_its_one_step(served, way):
    contact = make_contact(served, name="Lucía Fernández")
    owner = make_staff(served, name="Javier Molina", phone="+34 600", email="javier@example.com")
    at = datetime(2026, 11, 18, 9, tzinfo=UTC)
    opportunity = make_opportunity(served, contact=contact, substage=way[1], owner_id=owner.id, entered_substage_at=at)
    served.commit()
    _, state = open_home(contact)
    assert (state.name, state.page.process.opportunity_id, state.page.process.current.name) == (
        "Lucía", opportunity.id, "Choose your offer")
    assert state.page.process.current.needs_customer
    assert state.page.process.current.since == "2026-11-18"
    assert [(s.name, s.status) for s in state.page.arc] == [
        ("Request", "done"), ("Your offer", "current"), ("Switch-on", "next")]
    assert state.page.arc[1].caption == "Now"
    assert (state.page.adviser.name, state.page.adviser_initials) == ("Javier Molina", "JM")
    assert not state.page.has_several


def test_captions_of_the_arc_are_days_in_the_readers_language(served, way):
    contact = make_contact(served)
    make_opportunity(served, contact=contact, substage=way[0])
    served.commit()
    process = open_home(contact)[1].page.process
    process.stages[2].entered_on = "2026-11-09"
    assert [arc_of(process, language)[2].caption for language in ("en", "es", "de")] == ["9 Nov", "9 nov", "9. Nov."]


def test_several_projects_can_be_switched(served, way):
    contact = make_contact(served)
    first, second = (make_opportunity(served, contact=contact, substage=way[n]) for n in (0, 1))
    served.commit()
    for opportunity in (first, second):
        _, state = open_home(contact, project=opportunity.id)
        assert state.page.process.opportunity_id == opportunity.id
        assert {project.id for project in state.page.projects} == {first.id, second.id}
        assert state.page.has_several


@pytest.mark.parametrize("asked", ["foreign", "unknown", "junk"])
def test_a_foreign_an_unknown_and_a_mistyped_project_look_alike(served, way, asked):
    contact = make_contact(served)
    make_opportunity(served, contact=contact, substage=way[0])
    foreign = make_opportunity(served, substage=way[0], address="Secret street 1")
    served.commit()
    _, state = open_home(contact, project={"foreign": foreign.id, "unknown": new_id(), "junk": "' or 1=1"}[asked])
    assert (state.is_missing, state.is_loaded, state.page.process.number, state.page.projects) == (True, True, "", [])


def test_without_a_project_it_says_so(served, way):
    contact = make_contact(served, name="Nadia Neu", language="de")
    served.commit()
    _, state = open_home(contact)
    assert (state.page.is_empty, state.is_loaded, state.name) == (True, True, "Nadia Neu")


@pytest.mark.parametrize(("place", "outcome", "ending"), [(2, "success", "Enjoy the sun"), (3, "failed", "")])
def test_the_end_says_what_the_company_wrote(served, way, place, outcome, ending):
    contact = make_contact(served)
    make_opportunity(served, contact=contact, substage=way[place])
    served.commit()
    _, state = open_home(contact)
    assert (state.page.process.outcome, state.page.ending) == (outcome, ending)


def test_when_the_database_does_not_answer_it_can_be_tried_again(served, way, monkeypatch):
    contact = make_contact(served)
    opportunity = make_opportunity(served, contact=contact, substage=way[0])
    served.commit()
    real = home_state.load_home

    def broken(*_):
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(home_state, "load_home", broken)
    reader, state = open_home(contact)
    assert (state.has_failed, state.is_loaded) == (True, True)
    monkeypatch.setattr(home_state, "load_home", real)
    reader.send(HomeState, "retry")
    assert not reader.state(HomeState).is_loaded  # the skeleton, until it is read again
    reader.send(HomeState, "load")
    state = reader.state(HomeState)
    assert (state.has_failed, state.page.process.opportunity_id) == (False, opportunity.id)


def test_a_step_that_only_informs_shows_what_is_known(served):
    make_company(served)
    forget_snapshot()
    _, (step,) = make_flow(served, ("Planning", [("We plan", None)]))
    contact = make_contact(served, language="en")
    opportunity = make_opportunity(served, contact=contact, substage=step)
    field = make_field(served, "number", substage=step, is_read_only=True, label={"en": "Use"}, limits={"unit": "kWh"})
    make_field(served, substage=step, label={"en": "Roof"})
    served.add(Answer(opportunity_id=opportunity.id, field_id=field.id, value="4200"))
    served.commit()
    reader = Reader(actor_of(contact), project=opportunity.id)
    reader.send(HomeState, "load")
    assert [(line.label, line.text) for line in reader.state(HomeState).page.known] == [("Use", "4200 kWh"), ("Roof", "")]
