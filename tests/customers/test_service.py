"""Customers: entered and found by staff."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlmodel import Session

from portal_app.access import links, sessions
from portal_app.access.actors import SYSTEM, Role
from portal_app.access.codes import redeem_login_code
from portal_app.config import settings
from portal_app.core import events, live
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound
from portal_app.core.forms import parse
from portal_app.core.ids import new_id
from portal_app.customers import search, service
from portal_app.customers.errors import CustomerKnown
from portal_app.customers.events import CustomerRegistered
from portal_app.customers.history import changes_of
from portal_app.customers.models import Account, Contact
from portal_app.customers.rules import PAGE_SIZE, CustomerForm
from tests.factories import actor_of, make_company, make_contact, make_staff


@pytest.fixture
def company(session: Session):
    return make_company(session, default_language="de")


@pytest.fixture
def seller(session: Session, company):
    return actor_of(make_staff(session, Role.SALES))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[CustomerRegistered]:
    found: list[CustomerRegistered] = []
    monkeypatch.setattr(events, "_listeners", {CustomerRegistered: [lambda _s, event: found.append(event)]})
    return found


def form(**values) -> CustomerForm:
    return parse(CustomerForm, {"name": "Lucía Fernández", "email": "Lucia@Example.com", **values})


def test_a_customer_has_an_account_and_is_announced(session: Session, seller, told):
    person = service.create_customer(session, seller, form(phone="+34 910 000 214", language="es"))
    assert (person.email, person.language, person.phone) == ("lucia@example.com", "es", "+34 910 000 214")
    assert session.get_one(Account, person.account_id).name == "Lucía Fernández"
    assert told == [CustomerRegistered(contact_id=person.id, opportunity_id=None)]


def test_who_registers_quietly_is_announced_by_the_caller(session: Session, seller, told):
    service.create_customer(session, seller, form(), announce=False)
    assert told == []


def test_without_a_language_it_is_the_company_s(session: Session, seller, told):
    assert service.create_customer(session, seller, form()).language == "de"


def test_a_second_contact_joins_the_account(session: Session, seller, told):
    first = service.create_customer(session, seller, form(account_name="Fernández household"))
    second = service.create_customer(session, seller, form(email="b@example.com"), account_id=first.account_id)
    assert second.account_id == first.account_id
    assert session.get_one(Account, first.account_id).name == "Fernández household"
    with pytest.raises(NotFound):
        service.create_customer(session, seller, form(email="c@example.com"), account_id=new_id())


def test_an_address_belongs_to_one_customer(session: Session, seller, told):
    service.create_customer(session, seller, form())
    with pytest.raises(CustomerKnown) as error:
        service.create_customer(session, seller, form(email=" LUCIA@example.com"))
    assert error.value.field == "email"
    assert len(told) == 1
    assert len(session.scalars(select(Contact)).all()) == 1


@pytest.mark.parametrize("values", [
    {"email": "no address"}, {"email": ""}, {"name": "  "}, {"name": "x" * 121}, {"phone": "call me"}, {"phone": "-----"},
    {"language": "fr"}, {"is_active": False}, {"account_id": "x"}, {"address": "x" * 301},
])
def test_bad_entries_are_told_at_their_field(values: dict):
    with pytest.raises(InvalidForm) as error:
        form(**values)
    assert set(error.value.errors) == set(values)


@given(st.dictionaries(st.sampled_from(["name", "email", "phone", "address", "language", "account_name", "x"]),
                       st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.lists(st.text()))))
def test_whatever_is_sent_is_a_form_or_an_error(data: dict):
    try:
        parsed = parse(CustomerForm, data)
    except InvalidForm:
        return
    assert "@" in parsed.email


def test_who_may_not_edit_customers_enters_and_changes_none(session: Session, seller, told):
    person = make_contact(session)
    for actor in (actor_of(person), actor_of(make_staff(session, Role.VIEWER)),
                  actor_of(make_staff(session, Role.INSTALLER))):
        for attempt in (
            lambda actor=actor: service.create_customer(session, actor, form()),
            lambda actor=actor: service.update_contact(session, actor, person.id, form()),
            lambda actor=actor: service.set_active(session, actor, person.id, False),
        ):
            with pytest.raises(NotAllowed):
                attempt()


# -- seeing ----------------------------------------------------------------------------------------------------------


def test_foreign_unknown_and_forbidden_look_alike(session: Session, company):
    mine, foreign = make_contact(session), make_contact(session)
    for actor in (actor_of(mine), actor_of(make_staff(session, Role.INSTALLER))):
        for contact_id in (foreign.id, new_id()):
            with pytest.raises(NotFound) as error:
                service.get_visible_contact(session, actor, contact_id)
            assert (error.value.text, error.value.values) == (NotFound.text, {})
    assert service.get_visible_contact(session, actor_of(mine), mine.id).id == mine.id
    assert service.get_visible_contact(session, SYSTEM, foreign.id).id == foreign.id


def test_the_household_is_seen_where_the_company_says_so(session: Session, company):
    mine = make_contact(session)
    other = make_contact(session, account=session.get_one(Account, mine.account_id))
    with pytest.raises(NotFound):
        service.get_visible_contact(session, actor_of(mine), other.id)
    company.modules = {"account": {"scope": "account"}}
    assert service.get_visible_contact(session, actor_of(mine), other.id).id == other.id
    with pytest.raises(NotFound):
        service.get_visible_contact(session, actor_of(mine), make_contact(session).id)


def test_own_data_are_the_customer_s(session: Session, seller):
    person = make_contact(session)
    assert service.get_own_contact(session, actor_of(person)).id == person.id
    with pytest.raises(NotFound):
        service.get_own_contact(session, seller)


def test_lists_are_for_staff_who_see_all(session: Session, company):
    for actor in (actor_of(make_contact(session)), actor_of(make_staff(session, Role.INSTALLER))):
        with pytest.raises(NotAllowed):
            service.list_customers(session, actor)


def test_the_list_has_pages_newest_first_and_one_query(session: Session, seller):
    people = [make_contact(session) for _ in range(PAGE_SIZE + 3)]
    session.flush()
    connection, statements = session.connection(), []

    def note(*args) -> None:
        statements.append(args[2])

    event.listen(connection, "before_cursor_execute", note)
    first = service.list_customers(session, seller)
    event.remove(connection, "before_cursor_execute", note)
    second = service.list_customers(session, seller, page=2)
    assert [row.id for row in (*first.rows, *second.rows)] == sorted((p.id for p in people), reverse=True)
    assert (first.has_more, second.has_more) == (True, False)
    assert len(statements) == 1


@pytest.mark.parametrize("page", [-5, 0, 10**30])
def test_pages_that_do_not_exist_are_no_error(session: Session, seller, page: int):
    make_contact(session)
    assert len(service.list_customers(session, seller, page=page).rows) in (0, 1)


@pytest.mark.parametrize(("query", "found"), [
    ("fernán", True), ("LUCIA@", True), ("calle mayor", True), ("  910   000 ", True), ("%", False), ("_", False),
    ("\\", False), ("nobody", False), ("", True),
])
def test_search_finds_name_address_mail_and_phone(session: Session, seller, query: str, found: bool):
    person = make_contact(session, name="Lucía Fernán", email="lucia@example.com", phone="+34 910 000 214",
                          address="Calle Mayor 3")
    rows = service.list_customers(session, seller, query).rows
    assert ([row.id for row in rows] == [person.id]) is found


def test_search_follows_changed_data_and_takes_common_words(session: Session, seller, monkeypatch: pytest.MonkeyPatch):
    people = [make_contact(session, name=f"Ana {n}") for n in range(4)]
    people[1].name = "Berta 1"
    session.flush()

    def found(query: str) -> set[str]:
        return {row.id for row in service.list_customers(session, seller, query).rows}

    assert found("ana") == {people[n].id for n in (3, 2, 0)}
    assert found("berta") == {people[1].id}
    monkeypatch.setattr(search, "FEW_HITS", 1)
    assert found("an") == {people[n].id for n in (3, 2, 0)}
    assert found("an 3") == {people[3].id}


# -- changing ---------------------------------------------------------------------------------------------------------


def test_staff_change_a_contact(session: Session, seller):
    person = make_contact(session, language="it")
    service.update_contact(session, seller, person.id, form(name="New Name", email=person.email, address="Via 1"))
    session.expire_all()
    saved = session.get_one(Contact, person.id)
    assert (saved.name, saved.address, saved.language) == ("New Name", "Via 1", "it")
    service.update_contact(session, seller, person.id, form(name="New Name", email=person.email, address="Via 1"))


def test_a_new_address_ends_links_that_went_to_the_old_one(session: Session, seller):
    person = make_contact(session)
    token = links.create_login_link(session, person.id)
    service.update_contact(session, seller, person.id, form(name=person.name, email=person.email, phone="12345"))
    service.update_contact(session, seller, person.id, form(email="new@example.com"))
    assert links.redeem_login_link(session, token) is None


def test_a_link_stays_when_something_else_changes(session: Session, seller):
    person = make_contact(session)
    token = links.create_login_link(session, person.id)
    service.update_contact(session, seller, person.id, form(email=person.email, phone="12345"))
    assert links.redeem_login_link(session, token) is not None


def test_a_change_to_another_s_address_changes_nothing(session: Session, seller):
    person, other = make_contact(session), make_contact(session)
    with pytest.raises(CustomerKnown):
        service.update_contact(session, seller, person.id, form(name="New", email=other.email))
    session.expire_all()
    assert session.get_one(Contact, person.id).name == person.name != "New"


def test_an_unknown_contact_can_not_be_changed(session: Session, seller):
    with pytest.raises(NotFound):
        service.update_contact(session, seller, new_id(), form())


def test_a_closed_contact_is_out_at_once(session: Session, seller):
    person = make_contact(session)
    token = sessions.open_session(session, contact_id=person.id)
    link = links.create_login_link(session, person.id)
    service.set_active(session, seller, person.id, False)
    service.set_active(session, seller, person.id, False)
    assert sessions.get_actor(session, f"{settings.session_cookie}={token}") is None
    service.set_active(session, seller, person.id, True)
    assert [(row.attribute, row.before, row.after, row.by_name) for row in reversed(changes_of(session, person.id))] == [
        ("access", "open", "closed", seller.name), ("access", "closed", "open", seller.name)]
    assert live.contact_topic(person.id) in session.info[live._TOUCHED]  # open pages of colleagues follow
    assert sessions.get_actor(session, f"{settings.session_cookie}={token}") is None
    assert links.redeem_login_link(session, link) is None
    assert not isinstance(redeem_login_code(session, person.email, "000000"), str)


@pytest.mark.parametrize("make", [make_contact, make_staff])
def test_people_choose_their_language(session: Session, company, make):
    person, other = make(session), make(session)
    service.set_language(session, actor_of(person), "it")
    session.expire_all()
    assert (session.get_one(type(person), person.id).language, other.language) == ("it", "en")
    for language in ("fr", "", "en'; drop"):
        with pytest.raises(NotFound):
            service.set_language(session, actor_of(person), language)
