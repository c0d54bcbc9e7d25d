"""What the customer's home reads in one go: the projects that the customer may see, and one of them."""

import pytest
from factories import actor_of, make_contact, make_flow, make_opportunity, make_staff
from sqlmodel import Session

from portal_app.access import modules
from portal_app.company.schemas import CompanySnapshot
from portal_app.core.errors import NotAllowed, NotFound
from portal_app.core.ids import new_id
from portal_app.customers.models import Account
from portal_app.opportunities import service

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
