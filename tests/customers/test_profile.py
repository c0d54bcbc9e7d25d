"""What customers change of themselves, what they consent to, and who sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.access.attributes import attributes_of, is_open
from portal_app.core import events
from portal_app.core.audit import AuditRow
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound, TooManyRequests
from portal_app.core.forms import REQUIRED, parse
from portal_app.customers.consents import get_own_consents, is_consent_given, set_consent
from portal_app.customers.errors import WordsChanged
from portal_app.customers.events import ConsentChanged, ContactChanged, ProfileUpdated
from portal_app.customers.models import ConsentEntry, Contact, ContactChange
from portal_app.customers.profile import (
    decisions_for,
    get_customer_detail,
    get_own_profile,
    list_editable,
    update_own_profile,
)
from portal_app.customers.rules import Channel, CustomerForm, EmailForm, ProfileForm, words_hash
from portal_app.customers.service import update_contact
from tests.factories import actor_of, make_company, make_contact, make_staff

NAMES = tuple(attributes_of(Contact))


@pytest.fixture
def company(session: Session):
    return make_company(session, default_language="es")


@pytest.fixture
def person(session: Session, company) -> Contact:
    return make_contact(session, name="Ana", phone="+34 600 000 000", address="Old street 1", language="en")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[events.DomainEvent]:
    found: list[events.DomainEvent] = []
    kinds = (ContactChanged, ProfileUpdated, ConsentChanged)
    monkeypatch.setattr(events, "_listeners", {kind: [lambda _s, event: found.append(event)] for kind in kinds})
    return found


def changed(**values: str) -> ProfileForm:
    return parse(ProfileForm, values)


# -- data ------------------------------------------------------------------------------------------------------------


def test_a_customer_changes_own_data_and_staff_see_who_and_when(session, person, told):
    assert update_own_profile(session, actor_of(person), changed(phone=" +34 611 111 111 ", name="Ana")) == ["phone"]
    assert told == [ContactChanged(contact_id=person.id), ProfileUpdated(contact_id=person.id, attributes=["phone"])]
    detail = get_customer_detail(session, actor_of(make_staff(session, Role.SALES)), person.id)
    assert [(row.attribute, row.before, row.after, row.by_kind, row.by_name) for row in detail.changes] == [
        ("phone", "+34 600 000 000", "+34 611 111 111", "customer", "Ana")]


def test_what_was_not_sent_stays_as_staff_corrected_it(session, person, told):
    person.address = "Corrected 2"
    session.flush()
    update_own_profile(session, actor_of(person), changed(phone="123456"))
    assert (person.address, person.phone) == ("Corrected 2", "123456")


def test_nothing_new_is_no_act(session, person, told):
    assert update_own_profile(session, actor_of(person), changed(name="Ana", address="Old street 1")) == []
    assert told == []


@pytest.mark.parametrize(("values", "field"), [({"name": " "}, "name"), ({"phone": "call me"}, "phone"),
                                               ({"address": "x" * 301}, "address"), ({"email": "a@b.co"}, "email"),
                                               ({"is_active": True}, "is_active"), ({"account_id": "x"}, "account_id")])
def test_only_own_data_and_only_in_good_form(values, field):
    with pytest.raises(InvalidForm) as error:
        changed(**values)
    assert set(error.value.errors) == {field}


def test_what_the_company_keeps_to_itself_cannot_be_changed(session, company, person, told):
    company.customer_edits = decisions_for(["phone"])
    session.flush()
    actor = actor_of(person)
    assert get_own_profile(session, actor).editable == ["phone"]
    with pytest.raises(NotAllowed):
        update_own_profile(session, actor, changed(phone="123456", name="Eva"))
    assert person.phone == "+34 600 000 000"
    update_own_profile(session, actor, changed(phone="123456", name="Ana"))
    assert person.phone == "123456"


@given(st.dictionaries(st.sampled_from([*(a.key for a in attributes_of(Contact).values()), "contact", "contact.contact",
                                        "contact.person", "contact.address", "else"]), st.booleans()))
def test_the_most_exact_decision_counts(decisions: dict[str, bool]):
    for name, attribute in attributes_of(Contact).items():
        expected = attribute.by_default
        for key in ("contact", f"contact.{attribute.group}", attribute.key):
            expected = decisions.get(key, expected)
        assert is_open(decisions, attribute) == list_editable(decisions)[name] == expected


@given(st.sets(st.sampled_from(NAMES)))
def test_settings_open_just_what_was_chosen(names: set[str]):
    assert {name for name, opened in list_editable(decisions_for(names)).items() if opened} == names


def test_what_staff_change_is_kept_too(session, person):
    seller = actor_of(make_staff(session, Role.SALES, name="Nora"))
    update_contact(session, seller, person.id, CustomerForm(name="Ana María", email=person.email, phone=person.phone))
    rows = session.exec(select(ContactChange).order_by(ContactChange.attribute)).all()
    assert [(row.attribute, row.by_kind, row.by_name) for row in rows] == [
        ("address", "staff", "Nora"), ("name", "staff", "Nora")]


def test_only_staff_who_see_customers_see_changes(session, person):
    other = make_contact(session)
    for actor in (actor_of(person), actor_of(other), actor_of(make_staff(session, Role.INSTALLER))):
        with pytest.raises(NotFound):
            get_customer_detail(session, actor, person.id)


def test_changing_without_end_is_stopped(session, person, told):
    actor = actor_of(person)
    for number in range(30):
        update_own_profile(session, actor, changed(phone=f"6000{number:05d}"))
    with pytest.raises(TooManyRequests):
        update_own_profile(session, actor, changed(phone="123456"))


def test_an_empty_address_is_asked_for_and_a_wrong_one_named():
    for text, wrong in (("", REQUIRED), ("   ", REQUIRED), ("nonsense", "This does not look like an e-mail address.")):
        with pytest.raises(InvalidForm) as error:
            parse(EmailForm, {"email": text})
        assert error.value.errors["email"][0] == wrong


# -- consents --------------------------------------------------------------------------------------------------------


def test_a_consent_is_given_and_withdrawn_and_both_are_kept(session, company, person, told):
    company.consent_text = {"en": "We may write.", "es": "Podemos escribir."}
    session.flush()
    actor = actor_of(person)
    shown = get_own_consents(session, actor)
    assert (shown.words, [(row.channel, row.is_given, row.at) for row in shown.channels]) == (
        "We may write.", [("email", False, None), ("phone", False, None)])
    set_consent(session, actor, "email", True, shown.words_hash, "203.0.113.9")
    set_consent(session, actor, "email", True, shown.words_hash)  # a second click changes nothing
    assert is_consent_given(session, person.id, Channel.EMAIL)
    assert not is_consent_given(session, person.id, Channel.PHONE)
    company.consent_text = {"en": "Something else."}
    session.flush()
    set_consent(session, actor, "email", False)
    assert not is_consent_given(session, person.id, Channel.EMAIL)
    rows = session.exec(select(ConsentEntry).order_by(ConsentEntry.id)).all()
    assert [(row.is_given, row.words, row.words_hash, row.language, row.by_kind, row.client_address) for row in rows] == [
        (True, "We may write.", words_hash("We may write."), "en", "customer", "203.0.113.9"),
        (False, "Something else.", words_hash("Something else."), "en", "customer", "")]
    assert told == [ConsentChanged(contact_id=person.id, channel="email", is_given=given) for given in (True, False)]
    assert [row.is_given for row in get_own_consents(session, actor).history] == [False, True]
    assert not any("203.0.113" in str(row.detail) for row in session.exec(select(AuditRow)))


def test_nobody_consents_to_words_that_they_have_not_read(session, company, person):
    actor = actor_of(person)
    read = get_own_consents(session, actor).words_hash
    company.consent_text = {"en": "New words."}
    session.flush()
    with pytest.raises(WordsChanged):
        set_consent(session, actor, "email", True, read)
    with pytest.raises(WordsChanged):
        set_consent(session, actor, "email", True)
    assert session.exec(select(ConsentEntry)).all() == []


def test_without_own_words_the_standard_ones_name_the_company(session, company, person):
    words = get_own_consents(session, actor_of(person)).words
    assert company.name in words
    assert "{" not in words


def test_a_channel_that_is_no_longer_offered_can_be_withdrawn_only(session, company, person):
    actor = actor_of(person)
    read = get_own_consents(session, actor).words_hash
    set_consent(session, actor, "phone", True, read)
    company.consent_channels = ["email"]
    session.flush()
    assert [row.channel for row in get_own_consents(session, actor).channels] == ["email", "phone"]
    set_consent(session, actor, "phone", False)
    assert [row.channel for row in get_own_consents(session, actor).channels] == ["email"]
    for channel in ("phone", "fax", ""):
        with pytest.raises(NotFound):
            set_consent(session, actor, channel, True, read)


def test_staff_read_consents_and_nobody_else_s_customer_does(session, person):
    actor = actor_of(person)
    set_consent(session, actor, "email", True, get_own_consents(session, actor).words_hash)
    detail = get_customer_detail(session, actor_of(make_staff(session, Role.VIEWER)), person.id)
    assert [(row.channel, row.is_given, row.by_name) for row in detail.consents] == [("email", True, "Ana")]
    assert get_own_consents(session, actor_of(make_contact(session))).history == []
    with pytest.raises(NotFound):
        set_consent(session, actor_of(make_staff(session)), "email", True)
