"""Whoever comes at the same moment: exactly one outcome, one event, one mail, one move. On SQLite and PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from portal_app.automations.service import ActionForm, ActionListForm, save_actions
from portal_app.core.events import EventRow
from portal_app.messaging.defaults import ensure_templates
from portal_app.messaging.models import OutboxMail
from portal_app.offers import authoring, deciding
from portal_app.offers.forms import DeclineForm
from portal_app.offers.models import Offer, OfferDecision
from portal_app.offers.rules import DeclineReason
from portal_app.opportunities.models import Opportunity, SubstageChange
from tests.factories import actor_of, make_company, make_staff
from tests.offers.made import NOW, Case, form, make_case, make_offer
from tests.racing import at_once

MANY = 20
TOTAL = 121_000


@pytest.fixture
def case(empty_database: Engine) -> tuple[Engine, Case, list[str]]:
    with Session(empty_database, expire_on_commit=False) as session:
        made = make_case(session)
        offers = [make_offer(session, made, "A"), make_offer(session, made, "B")]
        session.commit()
    return empty_database, made, offers


@pytest.fixture
def moves_on(case: tuple[Engine, Case, list[str]]) -> None:
    """Staff attached a move and a mail to `accept-budget`."""
    engine, made, _ = case
    with Session(engine) as session:
        make_company(session)
        ensure_templates(session)
        save_actions(session, actor_of(make_staff(session)), ActionListForm(
            trigger="accept-budget", flow_id=made.opportunity.flow_id, actions=[
                ActionForm(kind="move", substage_id=made.substages[1].id),
                ActionForm(kind="send_template", template_key="accept-budget")]))
        session.commit()


def count(engine: Engine, *entities) -> list[int]:
    with Session(engine) as session:
        return [session.exec(select(func.count()).select_from(entity)).one() for entity in entities]


def accepting(case: Case, offer_id: str) -> Callable[[Session], object]:
    return lambda session: deciding.accept_offer(session, case.customer, offer_id, 1, TOTAL, "")


def statuses(engine: Engine) -> Counter[str]:
    with Session(engine) as session:
        return Counter(session.exec(select(Offer.status)))


def test_of_twenty_acceptances_of_two_offers_one_counts(case, moves_on):
    engine, made, offers = case
    ended = at_once(engine, [accepting(made, offers[n % 2]) for n in range(MANY)], NOW)
    assert ended == {"done": 1, "OfferAlreadyDecided": MANY - 1}
    assert statuses(engine) == {"accepted": 1, "closed": 1}
    assert count(engine, OfferDecision, SubstageChange, OutboxMail) == [1, 1, 1]
    with Session(engine) as session:
        told = session.exec(select(EventRow).where(EventRow.name == "OfferAccepted")).all()
        assert len(told) == 1
        assert session.exec(select(Opportunity.substage_id)).one() == made.substages[1].id


def test_control_without_lock_and_condition_several_would_count(case):
    """The same race against an acceptance that looks first and writes then: it shows that the test above can fail."""
    engine, _, offers = case
    looked = Barrier(MANY)

    def naive(offer_id: str) -> Callable[[Session], object]:
        def accept(session: Session) -> None:
            with Session(engine.execution_options(reads_only=True)) as reading:
                is_open = reading.exec(select(Offer.status).where(Offer.id == offer_id)).one() == "shared"
            try:
                looked.wait(20)
            except BrokenBarrierError:
                pytest.fail("the naive acceptances did not meet")
            if is_open:
                session.execute(update(Offer).where(col(Offer.id) == offer_id).values(status="accepted"))
                session.add(EventRow(name="NaivelyAccepted", payload={}))

        return accept

    def run(act: Callable[[Session], object]) -> Callable[[Session], object]:
        def tolerant(session: Session) -> None:
            try:
                act(session)
                session.flush()
            except IntegrityError:  # the index stops the second offer, but not the second event of the first
                session.rollback()

        return tolerant

    at_once(engine, [run(naive(offers[n % 2])) for n in range(MANY)], NOW)
    with Session(engine) as session:
        told = session.exec(select(func.count()).select_from(EventRow).where(EventRow.name == "NaivelyAccepted")).one()
    assert told > 1


@pytest.mark.parametrize("turn", range(3))
def test_an_acceptance_and_a_withdrawal_at_the_same_moment_have_one_outcome(case, turn):
    engine, made, (first, _) = case
    ended = at_once(engine, [
        accepting(made, first), lambda s: authoring.withdraw_offer(s, made.sales, first),
        accepting(made, first), lambda s: authoring.withdraw_offer(s, made.sales, first)], NOW)
    assert ended["done"] == 1
    status = statuses(engine)
    accepted = count(engine, OfferDecision)[0]
    assert status in ({"accepted": 1, "closed": 1}, {"withdrawn": 1, "shared": 1})
    assert accepted == status["accepted"]


def test_an_acceptance_and_a_change_at_the_same_moment_never_accept_what_was_not_seen(case):
    engine, made, (first, _) = case
    with Session(engine) as session:
        revision = session.get_one(Offer, first).revision
    ended = at_once(engine, [
        accepting(made, first), lambda s: authoring.save_offer(s, made.sales, first, revision, form(price_cents=9))], NOW)
    assert ended["done"] == 1
    with Session(engine) as session:
        decisions = session.exec(select(OfferDecision)).all()
        offer = session.get_one(Offer, first)
    if offer.status == "accepted":
        assert [(d.version, d.total_cents) for d in decisions] == [(1, TOTAL)]
        assert (offer.version, offer.total_cents, ended["OfferIsFinal"]) == (1, TOTAL, 1)
    else:
        assert (offer.version, decisions, ended["OfferChanged"]) == (2, [], 1)


def test_accepting_and_declining_at_the_same_moment_have_one_outcome(case):
    engine, made, (first, second) = case
    no = DeclineForm(reason=DeclineReason.OTHER)
    ended = at_once(engine, [
        accepting(made, first),
        lambda s: deciding.decline_offers(s, made.customer, made.opportunity.id, {first: 1, second: 1}, no, "")], NOW)
    assert ended == {"done": 1, "OfferAlreadyDecided": 1}
    assert statuses(engine) in ({"accepted": 1, "closed": 1}, {"declined": 2})


def test_two_staff_who_create_at_the_same_moment_get_two_numbers(case):
    engine, made, _ = case
    ended = at_once(engine, [
        lambda s: authoring.create_offer(s, made.sales, made.opportunity.id) for _ in range(6)], NOW)
    assert ended == {"done": 6}
    with Session(engine) as session:
        assert sorted(session.exec(select(Offer.sequence))) == list(range(1, 9))
