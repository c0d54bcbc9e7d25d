"""The customer's page of offers: what it shows, what it asks, and that every answer shows how things stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from portal_app.core import clock
from portal_app.core.ids import new_id
from portal_app.core.texts import text_id
from portal_app.offers import authoring, errors
from portal_app.offers.models import Offer, OfferDecision, OfferWish
from portal_app.portal.views.offer import state as states
from portal_app.portal.views.offer.state import OffersState
from portal_app.portal.views.offer.view import offers
from portal_app.ui.shell_state import CHANGED_ELSEWHERE
from tests.factories import actor_of, make_contact
from tests.handling import Tab
from tests.offers.made import NOW, Case, form, make_case, make_offer
from tests.serving import serve_from

TOTAL = 121_000


@pytest.fixture
def served(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    serve_from(empty_database, monkeypatch)
    with clock.fixed(NOW), Session(empty_database, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def case(served: Session) -> Case:
    made = make_case(served, name="Lucía Fernández", language="es")
    make_offer(served, made, "Start")
    make_offer(served, made, "Balance", is_recommended=True)
    served.commit()
    return made


@pytest.fixture
def tab(case: Case) -> Tab:
    return open_tab(case)


def open_tab(case: Case) -> Tab:
    browsing = Tab(case.customer, OffersState, at=NOW, project=case.opportunity.id)
    browsing.send("load")
    return browsing


def statuses(session: Session) -> list[str]:
    session.rollback()
    return list(session.exec(select(Offer.status).order_by(col(Offer.sequence))))


def order(tab: Tab, **changes) -> None:
    chosen = tab.page.chosen
    tab.send("order", *{"offer_id": chosen.id, "version": chosen.version, "total_cents": chosen.total_cents,
                        **changes}.values())


def test_the_page_can_be_built():
    assert "offer-switch" in str(offers())


def test_the_recommended_offer_is_chosen_first(tab: Tab):
    page = tab.page
    assert (page.view, page.may_answer, page.first_name) == ("open", True, "Lucía")
    assert [offer.title for offer in page.offers] == ["Start", "Balance"]
    assert page.chosen.title == "Balance"
    tab.send("choose", page.offers[0].id)
    assert tab.page.chosen.title == "Start"


def test_without_an_address_the_project_that_waits_at_this_step_is_shown(case: Case, served: Session):
    browsing = Tab(case.customer, OffersState, at=NOW)
    browsing.send("load")
    assert browsing.page.project_id == case.opportunity.id
    case.opportunity.substage_id = case.substages[1].id
    served.add(case.opportunity)
    served.commit()
    browsing.send("load")
    assert (browsing.page.project_id, browsing.page.may_answer) == (case.opportunity.id, False)


def test_who_has_no_project_sees_that_there_is_no_offer(case: Case, served: Session):
    nobody = actor_of(make_contact(served))
    served.commit()
    browsing = Tab(nobody, OffersState, at=NOW)
    browsing.send("load")
    assert (browsing.page.view, browsing.page.project_id) == ("none", "")


def test_foreign_and_unknown_projects_look_alike(case: Case, served: Session):
    stranger = actor_of(make_contact(served))
    served.commit()
    for project in (case.opportunity.id, new_id(), "x", "' or 1=1"):
        browsing = Tab(stranger, OffersState, at=NOW, project=project)
        browsing.send("load")
        assert (browsing.page.is_missing, browsing.page.offers) == (True, [])


def test_ordering_shows_how_it_goes_on(tab: Tab, served: Session):
    tab.send("open_order")
    assert tab.page.dialog == "order"
    order(tab)
    page = tab.page
    assert (page.view, page.dialog, page.busy, page.outcome.title) == ("accepted", "", False, "Balance")
    assert page.next_step.name == "Choose", "nothing is attached to the act here, so the step is still this one"
    assert statuses(served) == ["closed", "accepted"]
    decision = served.exec(select(OfferDecision)).one()
    assert (decision.client_address, decision.language) == ("192.0.2.7", "es")


def test_the_second_tab_shows_the_outcome(case: Case, tab: Tab, served: Session):
    other = open_tab(case)
    order(tab)
    other.send("open_order")
    order(other)
    assert other.told == [text_id(errors.OfferAlreadyDecided.text)]
    assert (other.page.view, other.page.outcome.title) == ("accepted", "Balance")
    assert len(served.exec(select(OfferDecision)).all()) == 1


def test_what_changed_meanwhile_is_shown_and_not_ordered(case: Case, tab: Tab, served: Session):
    chosen = tab.page.chosen
    revision = served.get_one(Offer, chosen.id).revision
    authoring.save_offer(served, case.sales, chosen.id, revision, form(price_cents=5))
    served.commit()
    tab.send("open_order")
    order(tab)
    page = tab.page
    assert (page.has_changed, page.dialog, page.view, page.chosen.version) == (True, "", "open", 2)
    assert tab.told == [text_id(errors.OfferChanged.text)]
    order(tab)
    assert (tab.page.view, tab.page.has_changed) == ("accepted", False)


def test_withdrawn_and_ended_offers_are_told(case: Case, tab: Tab, served: Session):
    for offer in tab.page.offers:
        authoring.withdraw_offer(served, case.sales, offer.id)
    served.commit()
    order(tab)
    assert (tab.page.view, tab.told) == ("withdrawn", [text_id(errors.OfferWithdrawn.text)])


def test_declining_needs_a_reason(tab: Tab, served: Session):
    tab.send("open_decline")
    tab.send("decline", {"comment": "?"})
    assert "reason" in tab.page.field_errors
    assert (tab.page.dialog, tab.page.busy) == ("decline", False)
    tab.send("decline", {"reason": "not_now", "comment": "Next year"})
    assert (tab.page.view, tab.page.dialog) == ("declined", "")
    assert statuses(served) == ["declined", "declined"]
    assert tab.told == [text_id(states.DECLINED)]


def test_a_change_can_be_asked_for(tab: Tab, served: Session):
    tab.send("toggle_asking")
    tab.send("load")
    assert tab.page.is_asking, "the page is read anew in another language"
    tab.send("ask", {"text": " "})
    assert "text" in tab.page.field_errors
    tab.send("ask", {"text": "A smaller battery"})
    assert (tab.page.is_asking, tab.page.has_asked) == (False, True)
    assert served.exec(select(OfferWish.text)).one() == "A smaller battery"


def test_nothing_can_be_answered_before_the_step(case: Case, served: Session):
    case.opportunity.substage_id = case.substages[1].id
    served.add(case.opportunity)
    served.commit()
    tab = open_tab(case)
    for handler in ("open_order", "open_decline"):
        tab.send(handler)
        assert tab.page.dialog == ""
    order(tab)
    assert tab.told == [text_id(errors.OfferNotAtThisStep.text)]
    assert statuses(served) == ["shared", "shared"]


def test_a_failing_database_is_told_and_tried_again(tab: Tab, monkeypatch: pytest.MonkeyPatch):
    def broken(*_):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(states, "load_offers", broken)
        tab.send("retry")
        assert tab.page.has_failed
    tab.send("retry")
    assert (tab.page.has_failed, tab.page.view) == (False, "open")
    tab.send("open_order")
    tab.send("dismiss")
    assert tab.page.dialog == ""


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3), max_leaves=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(anything, anything, anything)
def test_whatever_a_client_sends_orders_nothing_and_breaks_nothing(tab: Tab, served: Session, one, two, three):
    tab.send("choose", one)
    tab.send("order", one, two, three)
    tab.send("decline", one)
    tab.send("decline", {"reason": one, "comment": two})
    tab.send("ask", {"text": one, "more": two} if not isinstance(one, str) else {"more": one})
    assert tab.page.busy is False
    assert statuses(served) == ["shared", "shared"]


def test_an_order_for_another_amount_or_version_is_refused(tab: Tab, served: Session):
    for change in ({"total_cents": TOTAL - 1}, {"version": 2}, {"offer_id": new_id()}, {"total_cents": True}):
        order(tab, **change)
    assert statuses(served) == ["shared", "shared"]


def test_offers_follow_what_staff_do_unless_the_customer_is_about_to_answer(case: Case, tab: Tab, served: Session):
    make_offer(served, case, "Max")
    served.commit()
    tab.send("refresh")
    assert [offer.title for offer in tab.page.offers] == ["Start", "Balance", "Max"]
    tab.send("open_order")
    tab.send("refresh")
    assert tab.told == []  # nothing of the offers has changed
    make_offer(served, case, "More")
    served.commit()
    tab.send("refresh")
    assert (tab.page.dialog, len(tab.page.offers), tab.told) == ("order", 3, [text_id(CHANGED_ELSEWHERE)])
