"""Customers read offers, order one, decline, or ask for a change; what happened meanwhile is told."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from portal_app.access.actors import SYSTEM, Role
from portal_app.core import clock, live
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound, TooManyRequests
from portal_app.core.events import EventRow
from portal_app.core.forms import parse
from portal_app.core.ids import new_id
from portal_app.flows.models import Substage
from portal_app.offers import authoring, deciding, rules
from portal_app.offers.deciding import WishForm
from portal_app.offers.errors import (
    OfferAlreadyDecided,
    OfferChanged,
    OfferExpired,
    OfferNotAtThisStep,
    OfferWithdrawn,
)
from portal_app.offers.events import OfferAccepted, OfferDeclined
from portal_app.offers.forms import DeclineForm
from portal_app.offers.models import Offer, OfferDecision
from portal_app.offers.rules import DeclineReason
from portal_app.offers.versions import get_version
from portal_app.opportunities.answers import answers_of
from portal_app.opportunities.step_schemas import StepIncomplete
from tests.factories import actor_of, make_condition, make_contact, make_field, make_staff
from tests.offers.made import LAST_DAY, Case, form, make_case, make_offer
from tests.opportunities.test_service import count_queries

NO = DeclineForm(reason=DeclineReason.TOO_EXPENSIVE, comment="A neighbour paid less")
TOTAL = 121_000


@pytest.fixture
def case(session: Session) -> Case:
    return make_case(session, name="Lucía Fernández", language="de")


def accept(session: Session, case: Case, offer_id: str, version: int = 1, total: int = TOTAL, **values):
    return deciding.accept_offer(session, case.customer, offer_id, version, total, "192.0.2.7", **values)


def read(session: Session, case: Case):
    return deciding.list_offers(session, case.customer, case.opportunity.id, "en")


def test_open_offers_stand_side_by_side_and_can_be_compared(session: Session, case: Case):
    make_offer(session, case, "Start", 645_000, peak_power_wp=4100, yearly_saving_cents=82_000)
    make_offer(session, case, "Balance", 918_000, peak_power_wp=5900, yearly_saving_cents=126_000, is_recommended=True)
    make_offer(session, case, "Draft", shared=False)
    page = read(session, case)
    assert (page.state, page.may_answer, page.outcome) == ("open", True, None)
    assert [view.title for view in page.offers] == ["Start", "Balance"]
    start, balance = page.offers
    assert (balance.total_cents, balance.net_cents, balance.cents_per_kwp) == (1_110_780, 918_000, 188_268)
    assert balance.has_shortest_payback
    assert balance.has_best_price_per_kwp
    assert balance.is_recommended
    assert not start.has_shortest_payback
    assert (balance.lines[0].title, balance.lines[0].detail) == ("Module 450 W", "Black frame")
    assert [(group.rate, group.rate_digits, group.vat_cents) for group in balance.vat] == [(21, 0, 192_780)]


def test_a_project_without_offers_says_so(session: Session, case: Case):
    make_offer(session, case, shared=False)
    assert (read(session, case).state, read(session, case).offers) == ("none", [])


def test_the_texts_come_in_the_readers_language(session: Session, case: Case):
    make_offer(session, case, summary={"en": "Day and evening", "de": "Tag und Abend"})
    german = deciding.list_offers(session, case.customer, case.opportunity.id, "de").offers[0]
    assert (german.summary, german.lines[0].title) == ("Tag und Abend", "Modul 450 W")


def test_the_number_of_statements_of_an_acceptance_does_not_grow(session: Session, case: Case):
    alone, among_many = make_case(session), case
    offers = {id(each): make_offer(session, each) for each in (alone, among_many)}
    for _ in range(5):
        make_offer(session, among_many)
    counts = [count_queries(session, accept, each, offers[id(each)]) for each in (alone, among_many)]
    assert counts == [13, 13]


def test_an_acceptance_is_frozen_with_everything_that_proves_it(session: Session, case: Case, told: list):
    offer_id = make_offer(session, case)
    told.clear()
    outcome = accept(session, case, offer_id)
    assert (outcome.decision, outcome.total_cents, outcome.title) == ("accepted", TOTAL, "Balance")
    assert outcome.withdrawal_last_day == "2026-12-07"
    decision = session.exec(select(OfferDecision)).one()
    frozen = get_version(session, offer_id, 1)
    assert (decision.version, decision.version_hash) == (1, frozen.content_hash)
    assert decision.version_hash == rules.hash_of(frozen.content)
    assert (decision.contact_id, decision.contact_name) == (case.contact.id, "Lucía Fernández")
    assert (decision.client_address, decision.language, decision.total_cents) == ("192.0.2.7", "de", TOTAL)
    assert "1.210\xa0€" in decision.binding_text
    [event] = told
    assert isinstance(event, OfferAccepted)
    assert (event.act, event.offer_id, event.version_hash) == ("accept-budget", offer_id, frozen.content_hash)
    assert event.variables["offer_title"] == "Balance"
    stored = session.exec(select(EventRow).where(EventRow.name == "OfferAccepted")).one()
    assert stored.opportunity_id == case.opportunity.id
    assert "variables" not in stored.payload


def test_the_binding_words_are_kept_in_the_language_that_was_shown(session: Session, case: Case):
    accept(session, case, make_offer(session, case), language="en")
    decision = session.exec(select(OfferDecision)).one()
    assert decision.language == "en"
    assert decision.binding_text == (
        "With this button you sign a contract with Portal that obliges you to pay €1,210. "
        "[Order with obligation to pay]")


def test_with_one_accepted_all_others_are_closed(session: Session, case: Case):
    chosen, other, draft = make_offer(session, case), make_offer(session, case), make_offer(session, case, shared=False)
    accept(session, case, chosen)
    session.expire_all()
    assert [session.get_one(Offer, i).status for i in (chosen, other, draft)] == ["accepted", "closed", "draft"]
    page = read(session, case)
    assert (page.state, page.may_answer, [view.id for view in page.offers]) == ("accepted", False, [chosen])
    assert page.outcome
    assert page.outcome.offer_id == chosen
    for offer_id in (chosen, other):
        with pytest.raises(OfferAlreadyDecided):
            accept(session, case, offer_id)
    with pytest.raises(OfferAlreadyDecided):
        deciding.decline_offer(session, case.customer, other, 1, NO, "")
    with pytest.raises(OfferAlreadyDecided):
        deciding.decline_offers(session, case.customer, case.opportunity.id, {other: 1}, NO, "")


def test_it_holds_until_midnight_where_the_company_is(session: Session, case: Case):
    offer_id = make_offer(session, case)
    midnight = rules.ends_at(LAST_DAY, "Europe/Madrid")
    with clock.fixed(midnight):
        assert (read(session, case).state, read(session, case).last_valid_until) == ("ended", LAST_DAY.isoformat())
        with pytest.raises(OfferExpired):
            accept(session, case, offer_id)
        with pytest.raises(OfferAlreadyDecided):
            deciding.decline_offers(session, case.customer, case.opportunity.id, {offer_id: 1}, NO, "")
    with clock.fixed(midnight - timedelta(seconds=1)):
        assert accept(session, case, offer_id).decision == "accepted"


def test_a_withdrawn_offer_is_not_accepted(session: Session, case: Case):
    offer_id = make_offer(session, case)
    authoring.withdraw_offer(session, case.sales, offer_id)
    with pytest.raises(OfferWithdrawn):
        accept(session, case, offer_id)


def test_the_page_says_that_an_offer_was_withdrawn_until_there_is_another(session: Session, case: Case):
    assert read(session, case).state == "none"
    authoring.withdraw_offer(session, case.sales, make_offer(session, case))
    assert read(session, case).state == "withdrawn"
    make_offer(session, case)
    assert read(session, case).state == "open"


def test_what_changed_meanwhile_is_not_accepted(session: Session, case: Case):
    offer_id = make_offer(session, case)
    authoring.save_offer(session, case.sales, offer_id, session.get_one(Offer, offer_id).revision, form(price_cents=1))
    for version, total in ((1, TOTAL), (1, 1), (2, TOTAL), (3, 1)):
        with pytest.raises(OfferChanged):
            accept(session, case, offer_id, version, total)
    assert accept(session, case, offer_id, 2, 1).version == 2


def test_it_is_accepted_only_at_the_step_that_shows_offers(session: Session, case: Case):
    offer_id = make_offer(session, case)
    case.opportunity.substage_id = case.substages[1].id
    session.add(case.opportunity)
    session.flush()
    assert (read(session, case).state, read(session, case).may_answer) == ("open", False)
    with pytest.raises(OfferNotAtThisStep):
        accept(session, case, offer_id)
    with pytest.raises(OfferNotAtThisStep):
        deciding.decline_offer(session, case.customer, offer_id, 1, NO, "")


def test_when_the_condition_of_the_update_fails_nothing_is_decided(session: Session, case: Case, monkeypatch):
    """The lock makes this impossible; the statement refuses by itself as well."""
    offer_id = make_offer(session, case)
    authoring.withdraw_offer(session, case.sales, offer_id)
    session.flush()
    monkeypatch.setattr(deciding, "_refuse_unless_open", lambda *_: None)
    with pytest.raises(OfferAlreadyDecided):
        accept(session, case, offer_id)
    assert session.exec(select(OfferDecision)).all() == []


def test_declining_one_of_two_moves_nobody_yet(session: Session, case: Case, told: list):
    first, second = make_offer(session, case), make_offer(session, case)
    told.clear()
    assert not deciding.decline_offer(session, case.customer, first, 1, NO, "192.0.2.7")
    assert told == []
    assert [view.id for view in read(session, case).offers] == [second]
    assert deciding.decline_offer(session, case.customer, second, 1, NO, "")
    [event] = told
    assert isinstance(event, OfferDeclined)
    assert (event.act, event.reason, event.offer_id) == ("decline-budget", "too_expensive", second)
    page = read(session, case)
    assert page.state == "declined"
    assert page.outcome
    assert (page.outcome.reason, page.outcome.comment) == ("too_expensive", "A neighbour paid less")
    assert page.outcome.withdrawal_last_day == ""
    briefs = authoring.list_offers_for_staff(session, case.sales, case.opportunity.id)
    assert [brief.decline_reason for brief in briefs] == ["too_expensive", "too_expensive"]


def test_none_of_these_declines_all_with_one_act(session: Session, case: Case, told: list):
    seen = {make_offer(session, case): 1, make_offer(session, case): 1}
    late = make_offer(session, case)
    told.clear()
    with pytest.raises(OfferChanged):
        deciding.decline_offers(session, case.customer, case.opportunity.id, seen, NO, "")
    deciding.decline_offers(session, case.customer, case.opportunity.id, {**seen, late: 1}, NO, "")
    assert [type(event) for event in told] == [OfferDeclined]
    assert {session.get_one(Offer, offer_id).status for offer_id in (*seen, late)} == {"declined"}


def test_declining_an_older_version_is_refused(session: Session, case: Case):
    offer_id = make_offer(session, case)
    authoring.save_offer(session, case.sales, offer_id, session.get_one(Offer, offer_id).revision, form())
    with pytest.raises(OfferChanged):
        deciding.decline_offers(session, case.customer, case.opportunity.id, {offer_id: 1}, NO, "")


def test_a_new_offer_after_a_decline_is_open_again(session: Session, case: Case):
    deciding.decline_offer(session, case.customer, make_offer(session, case), 1, NO, "")
    new = make_offer(session, case)
    assert [view.id for view in read(session, case).offers] == [new]


def test_wishes_reach_staff_and_are_limited(session: Session, case: Case):
    for n in range(10):
        with clock.fixed(clock.now() + timedelta(seconds=n)):
            deciding.ask_for_change(session, case.customer, case.opportunity.id, WishForm(text=f"Wish {n}"))
    with pytest.raises(TooManyRequests):
        deciding.ask_for_change(session, case.customer, case.opportunity.id, WishForm(text="One more"))
    session.flush()
    wishes = authoring.list_wishes(session, case.sales, case.opportunity.id)
    assert [wish.text for wish in wishes][:2] == ["Wish 9", "Wish 8"]
    with pytest.raises(InvalidForm):
        parse(WishForm, {"text": " "})


def answers(offer_id: str, project_id: str) -> list:
    return [
        lambda s, actor: deciding.accept_offer(s, actor, offer_id, 1, TOTAL, ""),
        lambda s, actor: deciding.decline_offer(s, actor, offer_id, 1, NO, ""),
        lambda s, actor: deciding.decline_offers(s, actor, project_id, {offer_id: 1}, NO, ""),
        lambda s, actor: deciding.ask_for_change(s, actor, project_id, WishForm(text="?")),
    ]


def test_only_the_customer_answers(session: Session, case: Case):
    for actor in (case.sales, actor_of(make_staff(session, Role.ADMINISTRATOR)), SYSTEM):
        for answer in answers(make_offer(session, case), case.opportunity.id):
            with pytest.raises(NotAllowed):
                answer(session, actor)


def test_foreign_offers_drafts_and_unknown_ones_look_alike(session: Session, case: Case):
    stranger = actor_of(make_contact(session))
    for answer in answers(make_offer(session, case), case.opportunity.id):
        with pytest.raises(NotFound):
            answer(session, stranger)
    for answer in answers(new_id(), new_id()):
        with pytest.raises(NotFound):
            answer(session, case.customer)
    for answer in answers(make_offer(session, case, shared=False), case.opportunity.id)[:2]:
        with pytest.raises(NotFound):
            answer(session, case.customer)
    with pytest.raises(NotFound):
        deciding.list_offers(session, stranger, case.opportunity.id, "en")


def test_the_page_costs_the_same_however_many_offers_there_are(session: Session, case: Case):
    asked: list[str] = []

    def note(_connection, _cursor, statement: str, *_) -> None:
        asked.append(statement)

    def queries() -> int:
        session.flush()
        session.expire_all()
        session.refresh(case.opportunity)
        asked.clear()
        read(session, case)
        return len(asked)

    event.listen(session.connection(), "before_cursor_execute", note)
    make_offer(session, case)
    one = queries()
    for _ in range(6):
        make_offer(session, case)
    assert 0 < one <= 5
    assert queries() == one


def test_an_offer_is_only_ordered_with_what_else_the_step_asks_for(session: Session, case: Case):
    offer_id = make_offer(session, case)
    substage = session.get_one(Substage, case.opportunity.substage_id)
    iban = make_field(session, "iban", substage=substage, is_required=True)
    terms = make_condition(session, substage=substage)
    with pytest.raises(StepIncomplete) as refused:
        accept(session, case, offer_id, values={iban.id: "ES91 2100 0418 4502 0005 1333"})
    assert (set(refused.value.errors), refused.value.conditions) == ({iban.id, terms.id}, [terms.condition_id])
    assert session.get_one(Offer, offer_id).status == "shared"
    accept(session, case, offer_id, values={iban.id: "ES91 2100 0418 4502 0005 1332"}, accepted_version_ids=[terms.id])
    assert answers_of(session, case.opportunity.id) == {iban.id: "ES9121000418450200051332"}
    assert session.get_one(Offer, offer_id).status == "accepted"


def test_open_pages_follow_what_no_event_tells(session: Session, case: Case):
    first, second = (make_offer(session, case) for _ in range(2))

    def is_told(act, *args) -> bool:
        session.info.pop("live_topics", None)
        act(session, *args)
        return live.opportunity_topic(case.opportunity.id) in session.info.pop("live_topics", ())

    assert is_told(deciding.ask_for_change, case.customer, case.opportunity.id, WishForm(text="A battery, please"))
    assert is_told(deciding.decline_offer, case.customer, first, 1, NO, "192.0.2.7")
    assert is_told(authoring.withdraw_offer, case.sales, second)
