"""A customer's bank account: checked, written whole, read masked by everybody, and its owner hears of each change."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from portal_app.access.actors import Role
from portal_app.core.audit import AuditRow
from portal_app.core.bank_accounts import WRONG_IBAN
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound, TooManyRequests
from portal_app.core.forms import REQUIRED, parse
from portal_app.core.sealed import unseal
from portal_app.customers.bank_account import (
    CHANGES_PER_CUSTOMER,
    LOOKS_PER_STAFF,
    remove_own_bank_account,
    save_own_bank_account,
    show_iban,
)
from portal_app.customers.errors import IbanUnreadable
from portal_app.customers.models import BankAccount, Contact, ContactChange
from portal_app.customers.profile import decisions_for, get_customer_detail, get_own_profile
from portal_app.customers.rules import BankAccountForm
from portal_app.messaging.models import OutboxMail
from tests.factories import actor_of, make_company, make_contact, make_staff

SPANISH, GERMAN = "ES91 2100 0418 4502 0005 1332", "DE89370400440532013000"


@pytest.fixture
def company(session: Session):
    return make_company(session)


@pytest.fixture
def person(session: Session, company) -> Contact:
    return make_contact(session, name="Ana", language="de")


def form(iban: str = SPANISH, holder: str = "Ana Ruiz") -> BankAccountForm:
    return parse(BankAccountForm, {"holder": holder, "iban": iban})


def mails(session: Session) -> list[OutboxMail]:
    rows = session.exec(select(OutboxMail).where(OutboxMail.template_key == "bank-account-changed")
                        .order_by(col(OutboxMail.id))).all()
    return list(rows)


@pytest.mark.parametrize("typed", ["es91 2100-0418 4502 0005 1332", " ES9121000418450200051332 "])
def test_a_number_is_kept_in_one_form(typed):
    assert form(typed).iban == "ES9121000418450200051332"


@pytest.mark.parametrize(("iban", "text"), [
    ("ES91 2100 0418 4502 0005 1333", WRONG_IBAN), ("XX00", WRONG_IBAN), ("", REQUIRED),
    ("ES91２１00 0418 4502 0005 1332", WRONG_IBAN), ("\0", WRONG_IBAN)])
def test_a_wrong_number_is_refused_at_its_field(iban, text):
    with pytest.raises(InvalidForm) as refused:
        form(iban)
    assert {field: said for field, (said, _) in refused.value.errors.items()} == {"iban": text}


def test_it_is_read_masked_by_its_owner_and_by_staff(session, person):
    assert save_own_bank_account(session, actor_of(person), form()) is True
    own = get_own_profile(session, actor_of(person)).bank_account
    seen = get_customer_detail(session, actor_of(make_staff(session, Role.SALES)), person.id)
    assert own == seen.bank_account
    assert own is not None
    assert (own.holder, own.iban_masked) == ("Ana Ruiz", "•••• 1332")
    assert "2100" not in seen.model_dump_json()


def test_history_says_who_and_when_and_never_the_number(session, person):
    actor = actor_of(person)
    save_own_bank_account(session, actor, form())
    save_own_bank_account(session, actor, form(GERMAN))
    remove_own_bank_account(session, actor)
    rows = session.exec(select(ContactChange).order_by(col(ContactChange.at), col(ContactChange.id))).all()
    assert [(row.attribute, row.before, row.after, row.by_name) for row in rows if row.attribute == "iban"] == [
        ("iban", "", "•••• 1332", "Ana"), ("iban", "•••• 1332", "•••• 3000", "Ana"), ("iban", "•••• 3000", "", "Ana")]
    assert [(row.before, row.after) for row in rows if row.attribute == "holder"] == [("", "Ana Ruiz"), ("Ana Ruiz", "")]
    audit = session.exec(select(AuditRow).where(AuditRow.thing == "bank_account")).all()
    assert [row.verb for row in audit] == ["update", "update", "delete"]
    assert session.get(BankAccount, person.id) is None


def test_each_change_is_mailed_to_the_owner_in_their_language(session, person):
    actor = actor_of(person)
    save_own_bank_account(session, actor, form())
    remove_own_bank_account(session, actor)
    named, removed = mails(session)
    assert named.to_address == removed.to_address == person.email
    assert "Bankverbindung" in named.subject
    assert "•••• 1332" in named.text
    assert "2100" not in named.text
    assert "keine mehr" in removed.text


def test_the_same_again_is_no_change(session, person):
    save_own_bank_account(session, actor_of(person), form())
    assert save_own_bank_account(session, actor_of(person), form()) is False
    assert len(mails(session)) == 1


def test_what_the_company_keeps_to_itself_cannot_be_changed(session, company, person):
    actor = actor_of(person)
    save_own_bank_account(session, actor, form())
    company.customer_edits = decisions_for(["phone"])
    session.flush()
    with pytest.raises(NotAllowed):
        save_own_bank_account(session, actor, form(GERMAN))
    with pytest.raises(NotAllowed):
        remove_own_bank_account(session, actor)
    profile = get_own_profile(session, actor)
    assert "iban" not in profile.editable
    assert profile.bank_account is not None
    assert profile.bank_account.iban_masked == "•••• 1332"


def test_nobody_but_the_customer_writes_it(session, company, person):
    company.modules = {"account": {"is_on": True, "scope": "account"}}
    session.flush()
    save_own_bank_account(session, actor_of(person), form())
    mate = make_contact(session, account_id=person.account_id)
    with pytest.raises(NotFound):
        remove_own_bank_account(session, actor_of(mate))
    with pytest.raises(NotFound):
        save_own_bank_account(session, actor_of(make_staff(session, Role.ADMINISTRATOR)), form(GERMAN))
    assert unseal(session.get_one(BankAccount, person.id).sealed_iban) == "ES9121000418450200051332"


def test_the_database_alone_gives_the_number_to_nobody(session, person):
    save_own_bank_account(session, actor_of(person), form())
    stored = " ".join(map(str, session.connection().exec_driver_sql("SELECT * FROM bank_account").one()))
    assert "2100" not in stored
    assert "1332" in stored


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.BACK_OFFICE])
def test_who_may_see_payment_data_sees_the_number_and_that_is_written_down(session, person, role):
    save_own_bank_account(session, actor_of(person), form())
    office = make_staff(session, role)
    assert show_iban(session, actor_of(office), person.id) == SPANISH
    seen = session.exec(select(AuditRow).where(AuditRow.verb == "see")).one()
    assert (seen.actor_id, seen.thing, seen.thing_id, seen.detail) == (office.id, "bank_account", person.id, {})


@pytest.mark.parametrize("role", [Role.SALES, Role.INSTALLER, Role.VIEWER])
def test_other_staff_do_not_see_the_number(session, person, role):
    save_own_bank_account(session, actor_of(person), form())
    with pytest.raises(NotAllowed):
        show_iban(session, actor_of(make_staff(session, role)), person.id)
    with pytest.raises(NotAllowed):
        show_iban(session, actor_of(person), person.id)


def test_a_number_that_is_not_there_is_not_shown(session, person):
    office = actor_of(make_staff(session, Role.BACK_OFFICE))
    for contact_id in (person.id, "0" * 32):
        with pytest.raises(NotFound):
            show_iban(session, office, contact_id)


def test_a_number_under_a_lost_secret_is_said_to_be_so_and_can_be_entered_again(session, person):
    save_own_bank_account(session, actor_of(person), form())
    session.get_one(BankAccount, person.id).sealed_iban = "sealed under a secret that is gone"
    session.flush()
    office = actor_of(make_staff(session, Role.BACK_OFFICE))
    with pytest.raises(IbanUnreadable):
        show_iban(session, office, person.id)
    assert save_own_bank_account(session, actor_of(person), form()) is True
    assert show_iban(session, office, person.id) == SPANISH


def test_whoever_looks_at_one_number_after_the_other_is_stopped(session, person):
    save_own_bank_account(session, actor_of(person), form())
    office = actor_of(make_staff(session, Role.BACK_OFFICE))
    for _ in range(int(LOOKS_PER_STAFF.split("/")[0])):
        show_iban(session, office, person.id)
    with pytest.raises(TooManyRequests):
        show_iban(session, office, person.id)


def test_an_installer_does_not_see_it(session, person):
    save_own_bank_account(session, actor_of(person), form())
    with pytest.raises(NotFound):
        get_customer_detail(session, actor_of(make_staff(session, Role.INSTALLER)), person.id)


def test_changing_it_again_and_again_ends(session, person):
    actor = actor_of(person)
    for turn in range(int(CHANGES_PER_CUSTOMER.split("/")[0])):
        save_own_bank_account(session, actor, form(GERMAN if turn % 2 else SPANISH))
    with pytest.raises(TooManyRequests):
        save_own_bank_account(session, actor, form())
