"""The pages of a customer and of importing without a browser."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from portal_app.access.actors import Role
from portal_app.core.forms import parse
from portal_app.customers.bank_account import save_own_bank_account
from portal_app.customers.models import Contact
from portal_app.customers.rules import BankAccountForm
from portal_app.opportunities.models import Opportunity
from portal_app.staff.contact_form import began
from portal_app.staff.customer.state import CustomerState
from portal_app.staff.customer.view import customer
from portal_app.staff.customer_import.state import ImportState
from portal_app.staff.customer_import.view import customer_import
from portal_app.staff.new_customer.state import NewCustomerState
from portal_app.ui.shell_state import forget_what_is_shown_once
from tests.factories import actor_of, make_company, make_contact, make_flow, make_staff
from tests.handling import Reader, served

assert served
IBAN = "ES91 2100 0418 4502 0005 1332"


@pytest.fixture
def person(served) -> Contact:
    make_company(served)
    person = make_contact(served, name="Ana")
    served.commit()
    return person


def reading(served, role: Role, contact_id: str) -> Reader:
    reader = Reader(actor_of(make_staff(served, role)), id=contact_id)
    served.commit()
    reader.send(CustomerState, "load")
    return reader


@pytest.mark.parametrize("page", [customer, customer_import])
def test_the_pages_can_be_built(page):
    assert "data-testid" in str(page())


def test_staff_correct_a_customer_and_see_who_did(served, person):
    reader = reading(served, Role.SALES, person.id)
    reader.send(CustomerState, "save", {"name": "Ana María", "email": person.email, "phone": "123456", "address": "",
                                        "language": "es"})
    state = reader.state(CustomerState)
    assert (state.person.name, state.person.language_name, state.is_editing) == ("Ana María", "Español", False)
    assert {row.attribute for row in state.changes} == {"name", "phone", "language"}


def test_what_the_customer_changed_while_staff_wrote_stays(served, person):
    reader = reading(served, Role.SALES, person.id)
    reader.send(CustomerState, "edit")
    form = {**began(reader.state(CustomerState).person), "phone": "123456"}
    person.email, person.address = "new@example.com", "Via 1"
    served.add(person)
    served.commit()
    reader.send(CustomerState, "load")  # after a lost connection, when the page knows more than the open form
    reader.send(CustomerState, "save", form)
    saved = reader.state(CustomerState).person
    assert (saved.email, saved.address, saved.phone) == ("new@example.com", "Via 1", "123456")


def test_who_gives_up_the_form_sees_what_changed_meanwhile(served, person):
    reader = reading(served, Role.SALES, person.id)
    reader.send(CustomerState, "edit")
    person.phone = "123456"
    served.add(person)
    served.commit()
    reader.send(CustomerState, "refresh")
    assert reader.state(CustomerState).person.phone == ""
    reader.send(CustomerState, "leave")
    assert (reader.state(CustomerState).person.phone, reader.state(CustomerState).is_editing) == ("123456", False)


def test_a_lost_connection_leaves_the_form_open(served, person):
    reader = reading(served, Role.SALES, person.id)
    for event in ("edit", "load"):
        reader.send(CustomerState, event)
    assert reader.state(CustomerState).is_editing
    reader.query["id"] = make_contact(served, name="Bo").id
    served.commit()
    reader.send(CustomerState, "load")
    assert not reader.state(CustomerState).is_editing


@pytest.fixture
def named(served, person) -> Contact:
    """A customer whose bank account is known."""
    save_own_bank_account(served, actor_of(person), parse(BankAccountForm, {"holder": "Ana", "iban": IBAN}))
    served.commit()
    return person


def test_a_bank_account_is_whole_only_while_somebody_asks(served, named):
    reader = reading(served, Role.BACK_OFFICE, named.id)
    state = reader.state(CustomerState)
    assert (state.person.iban_masked, state.iban, state.can_see_iban) == ("•••• 1332", "", True)
    reader.send(CustomerState, "show_iban")
    assert reader.state(CustomerState).iban == IBAN
    reader.send(CustomerState, "refresh")
    assert reader.state(CustomerState).iban == ""
    reader.send(CustomerState, "show_iban")
    reader.send(CustomerState, "hide_iban")
    assert reader.state(CustomerState).iban == ""


def test_a_page_that_is_loaded_anew_has_forgotten_the_number(served, named):
    reader = reading(served, Role.BACK_OFFICE, named.id)
    reader.send(CustomerState, "show_iban")
    assert IBAN in str(reader.root.dict())
    forget_what_is_shown_once(reader.root)
    assert IBAN not in str(reader.root.dict())


def test_access_is_blocked_after_a_question_and_allowed_again(served, person):
    reader = reading(served, Role.SALES, person.id)
    reader.send(CustomerState, "ask_to_block")
    assert reader.state(CustomerState).is_blocking
    reader.send(CustomerState, "block")
    state = reader.state(CustomerState)
    assert (state.is_blocking, state.person.is_active, state.changes[0].after) == (False, False, "closed")
    reader.send(CustomerState, "ask_to_block")
    assert not reader.state(CustomerState).is_blocking
    reader.send(CustomerState, "let_in")
    assert reader.state(CustomerState).person.is_active
    assert reader.notices == ["ok", "ok"]


def test_who_may_not_edit_customers_blocks_nobody(served, person):
    reader = reading(served, Role.VIEWER, person.id)
    reader.send(CustomerState, "block")
    assert (reader.state(CustomerState).person.is_active, reader.notices) == (True, ["error"])


def test_sales_are_not_offered_the_number(served, named):
    reader = reading(served, Role.SALES, named.id)
    assert reader.state(CustomerState).can_see_iban is False
    reader.send(CustomerState, "show_iban")
    assert (reader.state(CustomerState).iban, reader.notices) == ("", ["error"])


def test_wrong_entries_stay_in_the_form(served, person):
    reader = reading(served, Role.SALES, person.id)
    reader.send(CustomerState, "edit")
    reader.send(CustomerState, "save", {"name": "", "email": "", "phone": "x"})
    state = reader.state(CustomerState)
    assert (state.is_editing, set(state.field_errors)) == (True, {"name", "email", "phone"})


@pytest.mark.parametrize("asked", ["", "x", "0" * 32])
def test_an_unknown_customer_is_missing(served, person, asked):
    assert reading(served, Role.SALES, asked).state(CustomerState).is_missing


def test_an_installer_does_not_see_the_page_of_a_customer(served, person):
    assert reading(served, Role.INSTALLER, person.id).state(CustomerState).is_missing


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(["new", "known", "errors", "error_count", "ignored", "encoding", "else"]),
                       st.one_of(st.none(), st.integers(), st.text(max_size=50), st.lists(st.text(max_size=5)))))
def test_whatever_a_page_reports_the_import_page_stands(report):
    reader = Reader(actor_of(Contact(id="1", account_id="1", email="", name="")))
    reader.send(ImportState, "show_report", "file.csv", report)
    assert isinstance(reader.state(ImportState).report.new, int)
    reader.send(ImportState, "show_refusal", "file.csv", "x", {"a": [1], "b": "c"})
    assert reader.state(ImportState).refused.values == {"b": "c"}


def test_somebody_who_has_no_project_yet_gets_one_from_their_page(served, person):
    make_flow(served)
    seller = make_staff(served, Role.SALES)
    served.commit()
    reader = Reader(actor_of(seller), contact=person.id)
    reader.send(NewCustomerState, "load")
    state = reader.state(NewCustomerState)
    assert (state.person.name, state.person.email) == ("Ana", person.email)
    reader.send(NewCustomerState, "save", {"name": "Ana", "email": person.email, "phone": "", "language": "en",
                                           "address": "Way 1", "flow_id": state.flow_id, "owner_id": seller.id})
    served.rollback()
    assert served.exec(select(Opportunity.contact_id)).one() == person.id
    assert len(served.exec(select(Contact.id)).all()) == 1
    unknown = Reader(actor_of(seller), contact="0" * 32)
    unknown.send(NewCustomerState, "load")
    assert unknown.state(NewCustomerState).person.id == ""
