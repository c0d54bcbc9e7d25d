"""What the customer's home reads in one go: the projects that the customer may see, and one of them."""

from dataclasses import replace

import pytest
from sqlmodel import Session

from portal_app.access import modules
from portal_app.company.schemas import CompanySnapshot
from portal_app.core.errors import NotAllowed, NotFound
from portal_app.core.ids import new_id
from portal_app.customers.models import Account
from portal_app.opportunities import homes, service
from portal_app.opportunities.homes import Looking, Reader, get_homes, list_known
from portal_app.opportunities.models import Answer
from tests.factories import actor_of, make_contact, make_field, make_flow, make_opportunity, make_staff

from .test_service import count_queries

WAY = (("Request", [("Asked", None)]), ("Roof", [("Draw", "drawing")]))


@pytest.fixture
def household(session: Session):
    """Two people of one account with a project each, and a neighbour with another."""
    _, substages = make_flow(session, *WAY)
    contact = make_contact(session)
    partner = make_contact(session, account=session.get_one(Account, contact.account_id))
    neighbour = make_contact(session)
    return [(actor_of(person), make_opportunity(session, contact=person, substage=substages[1]).id)
            for person in (contact, partner, neighbour)]


def visible_ids(session: Session, actor) -> set[str]:
    return {row.id for row in session.exec(service.visible_opportunities(actor))}


def test_home_shows_what_the_customer_may_see(session: Session, household, company_copy: CompanySnapshot):
    for scope, count in (("account", 2), ("contact", 1)):
        company_copy.modules["projects"] = {"scope": scope}
        assert modules.scope_of(company_copy.modules, "projects") == scope
        actor, own = household[0]
        home = service.get_home(session, actor, own, "en")
        assert {line.id for line in home.projects} == visible_ids(session, actor)
        assert len(home.projects) == count
        assert home.process is not None
        assert home.process == service.get_process(session, actor, own, "en")
    company_copy.modules["projects"] = {"scope": "contact"}
    with pytest.raises(NotFound):
        service.get_home(session, actor, household[1][1], "en")


def test_a_foreign_project_and_an_unknown_one_look_alike(session: Session, household):
    actor, neighbours = household[0][0], household[2][1]
    for opportunity_id in (neighbours, new_id()):
        with pytest.raises(NotFound):
            service.get_home(session, actor, opportunity_id, "en")


def test_without_an_id_the_first_project_is_shown(session: Session, household):
    actor = household[0][0]
    home = service.get_home(session, actor, "", "en")
    assert home.process is not None
    assert home.process.opportunity_id == home.projects[0].id


def test_a_project_beyond_the_list_is_found_by_its_id(session: Session, household, monkeypatch):
    monkeypatch.setattr(service, "_read_own", lambda *_: [])
    actor, own = household[0]
    home = service.get_home(session, actor, own, "en")
    assert home.process is not None
    assert home.process.opportunity_id == own


def test_somebody_without_a_project_has_an_empty_home(session: Session):
    home = service.get_home(session, actor_of(make_contact(session)), "", "en")
    assert (home.process, home.projects) == (None, [])


def test_the_home_of_customers_is_not_for_staff(session: Session):
    with pytest.raises(NotAllowed):
        service.get_home(session, actor_of(make_staff(session)), "", "en")


def test_home_takes_three_queries(session: Session, household):
    actor, own = household[0]
    assert count_queries(session, service.get_home, actor, own, "en") == 3


@pytest.mark.parametrize("scope", ["account", "contact"])
def test_homes_that_are_read_together_show_what_each_would_show(session: Session, household, company_copy, scope):
    company_copy.modules["projects"] = {"scope": scope}
    neighbours = household[2][1]
    read = get_homes(session, [Looking(actor, own, "en") for actor, own in household])
    assert read == [service.get_home(session, actor, own, "en") for actor, own in household]
    actor, own = household[0]
    for opportunity_id in (neighbours, new_id()):
        assert get_homes(session, [Looking(actor, opportunity_id, "en"), Looking(actor, own, "en")]) == [None, read[0]]
    assert get_homes(session, []) == []


def test_of_many_projects_only_the_newest_are_read(session: Session, household, monkeypatch):
    actor = household[0][0]
    monkeypatch.setattr(homes, "MOST_PROJECTS", 1)
    homes._projects.cache_clear()
    first = service.get_home(session, actor, "", "en").projects[0].id
    others = {household[0][1], household[1][1]} - {first}
    assert get_homes(session, [Looking(actor, other, "en") for other in others]) == [None]
    [home] = get_homes(session, [Looking(actor, first, "en")])
    assert home is not None
    assert [line.id for line in home.projects] == [first]
    homes._projects.cache_clear()


def test_a_step_that_only_informs_shows_the_answers_of_each(session: Session):
    _, (step,) = make_flow(session, ("Planning", [("We plan", None)]))
    fields = [make_field(session, "number", substage=step, label={"en": name}, limits={"unit": "kWh"}) for name in "ab"]
    shown = []
    for use in ("4200", "5100"):
        contact = make_contact(session)
        opportunity = make_opportunity(session, contact=contact, substage=step)
        session.add(Answer(opportunity_id=opportunity.id, field_id=fields[0].id, value=use))
        customer = actor_of(contact)
        shown.append(Reader(customer, service.get_process(session, customer, opportunity.id, "en"), "en"))
    opportunity.asked_again = [fields[1].id]
    session.add(opportunity)
    session.flush()
    shown.append(shown[0]._replace(language="de"))
    assert [[(line.label, line.text) for line in lines] for lines in list_known(session, shown)] == [
        [("a", "4200 kWh"), ("b", "")], [("a", "5100 kWh")], [("a", "4200 kWh"), ("b", "")]]


def test_who_looks_as_a_customer_knows_a_bank_account_by_its_end(session: Session):
    _, (step,) = make_flow(session, ("Planning", [("We plan", None)]))
    field, contact = make_field(session, "iban", substage=step), make_contact(session)
    opportunity = make_opportunity(session, contact=contact, substage=step)
    session.add(Answer(opportunity_id=opportunity.id, field_id=field.id, value="ES9121000418450200051332"))
    customer = actor_of(contact)
    process = service.get_process(session, customer, opportunity.id, "en")
    looking = replace(customer, viewer_id=new_id())
    assert [line.text for [line] in list_known(session, [Reader(who, process, "en") for who in (customer, looking)])] == [
        "ES91 2100 0418 4502 0005 1332", "•••• 1332"]
