"""Lists, board, detail and figures: who sees what, in which order, at which cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from portal_app.access.actors import Role
from portal_app.core import events, words
from portal_app.core.clock import fixed
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound
from portal_app.core.forms import parse
from portal_app.customers import service as customers
from portal_app.customers.models import Contact
from portal_app.customers.rules import CustomerForm
from portal_app.flows.events import ActHappened
from portal_app.flows.view_kinds import Act
from portal_app.opportunities import detail, figures, listing, search, turns
from portal_app.opportunities.models import Opportunity, SubstageChange
from tests.factories import actor_of, make_contact, make_flow, make_opportunity, make_staff
from tests.handling import queries

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
STAGES = (("Request", [("We have your request", None)]),
          ("Your offer", [("We plan", None), ("Choose your offer", "offer")]),
          ("Switch-on", [("Done", "finalization-success")]))


@pytest.fixture
def staff(session):
    return actor_of(make_staff(session, Role.SALES))


def all_pages(session, actor, filters) -> list[list[str]]:
    pages, after = [], ""
    while True:
        page = listing.list_opportunities(session, actor, filters, listing.PageOf(after=after))
        pages.append([row.number for row in page.rows])
        after = page.next
        if not after:
            return pages


def make_many(session, count: int, substages, letter: str = "N", **values) -> list:
    return [make_opportunity(session, substage=substages[n % len(substages)], number=f"{letter}{n:04d}",
                             entered_substage_at=NOW - timedelta(days=n), created_at=NOW - timedelta(days=n),
                             changed_at=NOW - timedelta(minutes=n // 2), **values) for n in range(count)]


@pytest.mark.parametrize("sort", ["changed", "created", "-created", "entered", "-entered"])
def test_paging_shows_every_row_once_in_order_also_when_times_are_equal(session, staff, sort):
    _, substages = make_flow(session, *STAGES)
    made = make_many(session, 60, substages)
    column, is_descending = listing._ORDERS[sort]
    expected = [o.number for o in sorted(made, key=lambda o: (getattr(o, column), o.id), reverse=is_descending)]
    pages = all_pages(session, staff, listing.Filters(sort=sort))
    assert [len(p) for p in pages] == [25, 25, 10]
    assert [number for page in pages for number in page] == expected


def test_the_page_before_is_the_one_that_was_seen(session, staff):
    _, substages = make_flow(session, *STAGES)
    make_many(session, 60, substages)
    filters = listing.Filters()
    first = listing.list_opportunities(session, staff, filters, listing.PageOf())
    second = listing.list_opportunities(session, staff, filters, listing.PageOf(after=first.next))
    third = listing.list_opportunities(session, staff, filters, listing.PageOf(after=second.next))
    assert first.previous == ""
    assert third.next == ""
    back = listing.list_opportunities(session, staff, filters, listing.PageOf(before=third.previous))
    assert back.rows == second.rows
    assert back.previous
    assert back.next
    again = listing.list_opportunities(session, staff, filters, listing.PageOf(before=second.previous))
    assert again.rows == first.rows
    assert again.previous == ""


def test_filters_by_flow_stage_owner_and_turn_can_be_combined(session, staff):
    flow, substages = make_flow(session, *STAGES)
    _, others = make_flow(session)
    owner = make_staff(session, Role.SALES)
    ours = make_opportunity(session, substage=substages[1], owner_id=owner.id)
    theirs = make_opportunity(session, substage=substages[2], owner_id=owner.id)
    make_opportunity(session, substage=substages[2])
    ended = make_opportunity(session, substage=substages[3])
    elsewhere = make_opportunity(session, substage=others[0], owner_id=owner.id)

    def found(**filters):
        page = listing.list_opportunities(session, staff, parse(listing.Filters, filters), listing.PageOf())
        assert page.total.number == len(page.rows)
        return {row.id for row in page.rows}

    assert found(owner_id=owner.id) == {ours.id, theirs.id, elsewhere.id}
    assert found(owner_id=owner.id, flow_id=flow.id) == {ours.id, theirs.id}
    assert found(owner_id=owner.id, stage_id=substages[1].stage_id, turn="customer") == {theirs.id}
    assert found(flow_id=flow.id, turn="company") == {ours.id}
    assert found(turn="ended") == {ended.id}
    assert found(stage_id="0" * 32) == set()


def test_rows_filters_and_figures_agree_whose_turn_it_is(session, staff):
    """What was sent is with the company, what is asked again with the customer, and others are named."""
    _, substages = make_flow(session, *STAGES)
    start, planning, offer, end = substages
    start.ball = "grid_operator"
    planning.ball = "authority"
    sent = {"step_sent_at": NOW}
    again = {**sent, "asked_again": ["a" * 32], "asked_again_at": NOW}
    made = [("customer", offer, {}), ("company", offer, sent), ("customer", offer, again), ("grid_operator", start, {}),
            ("customer", start, again), ("authority", planning, {}), ("authority", planning, sent), ("ended", end, {})]
    expected: dict[str, set[str]] = {}
    for turn, substage, values in made:
        expected.setdefault(turn, set()).add(make_opportunity(session, substage=substage, **values).id)
    session.flush()
    for turn in get_args(turns.Turn):
        page = listing.list_opportunities(session, staff, listing.Filters(turn=turn), listing.PageOf())
        assert {row.id for row in page.rows} == expected[turn]
        assert {row.turn for row in page.rows} == {turn}
        assert page.total.number == len(expected[turn])
    counted = figures.get_figures(session, staff)
    assert (counted.with_company.number, counted.with_customers.number, counted.with_others.number,
            counted.ended.number) == (1, 3, 3, 1)


@pytest.mark.parametrize("sort", ["changed", "created", "entered"])
def test_the_few_that_are_not_as_their_substage_says_have_an_index(session, sort):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans small tables without an index")
    column, is_descending = listing._order(sort)
    owner = [col(Opportunity.owner_id) == "y"]
    for turn in ("customer", "company"):
        part = turns.parts_of_turn([("x", "customer")], turn)[-1]
        found = listing._ordered(select(Opportunity.id).where(*part.with_(owner)), column, is_descending).limit(26)
        plan = session.execute(text("EXPLAIN QUERY PLAN " + str(found.compile(
            session.get_bind(), compile_kwargs={"literal_binds": True})))).all()
        assert f"ix_opportunity_exception_{sort}" in str(plan)
        assert "TEMP B-TREE" not in str(plan)


def test_quiet_are_those_without_a_move_that_are_not_at_their_end(session, staff):
    _, substages = make_flow(session, *STAGES)
    long_ago = NOW - timedelta(days=30)
    quiet = make_opportunity(session, substage=substages[0], entered_substage_at=long_ago)
    make_opportunity(session, substage=substages[3], entered_substage_at=long_ago)
    make_opportunity(session, substage=substages[0], entered_substage_at=NOW - timedelta(days=2))
    with fixed(NOW):
        page = listing.list_opportunities(session, staff, listing.Filters(is_quiet=True), listing.PageOf())
        counted = figures.get_figures(session, staff)
    assert [row.id for row in page.rows] == [quiet.id]
    assert page.rows[0].days == 30
    assert (counted.quiet.number, counted.with_company.number, counted.ended.number) == (1, 2, 1)


@pytest.mark.parametrize("text", [
    "lucia", "LUCÍA fern", "2026-0418", "olivo", "lucia.fernandez@correo.example", "fern 0418"])
def test_search_finds_beginnings_of_words_without_case_and_accents(session, staff, text):
    wanted = make_opportunity(session, search_text=(
        "2026-0418 lucía fernández lucia.fernandez@correo.example calle del olivo 14"))
    make_opportunity(session, search_text="2026-0419 marco bianchi marco@posta.example via san felice 41")
    page = listing.list_opportunities(session, staff, listing.Filters(search=text), listing.PageOf())
    assert [row.id for row in page.rows] == [wanted.id]
    assert page.total == listing.Count(number=1)


@pytest.mark.parametrize("text", ["ucia", "lucia bianchi", "%", "_", "…"])
def test_search_finds_nothing_inside_words_and_by_wildcards(session, staff, text):
    make_opportunity(session, search_text="2026-0418 lucía fernández")
    page = listing.list_opportunities(session, staff, listing.Filters(search=text), listing.PageOf())
    assert page.rows == []
    assert page.total.number == 0


def test_search_for_common_words_gives_the_same_as_for_rare_ones(session, staff, monkeypatch):
    _, substages = make_flow(session, *STAGES)
    make_many(session, 60, substages, search_text="lucía marco luis")
    make_many_rows = all_pages(session, staff, listing.Filters(search="lu mar"))
    monkeypatch.setattr(listing, "MOST_COUNTED", 10)
    monkeypatch.setattr(search, "MOST_COMPARED", 0)
    assert all_pages(session, staff, listing.Filters(search="lu mar")) == make_many_rows
    page = listing.list_opportunities(session, staff, listing.Filters(search="lu mar"), listing.PageOf())
    assert page.total == listing.Count(number=25, is_more=True)
    assert listing.list_opportunities(session, staff, listing.Filters(), listing.PageOf()).total == listing.Count(
        number=10, is_more=True)


def test_search_for_words_in_another_order_compares_them(session, staff, monkeypatch):
    """Both words are common, only few have both: they are compared instead of walking the list for them."""
    _, substages = make_flow(session, *STAGES)
    make_many(session, 30, substages, search_text="carla vega")
    make_many(session, 30, substages, "K", search_text="anna kruger")
    both = {make_opportunity(session, search_text="carla kruger madrid").number for _ in range(3)}
    monkeypatch.setattr(listing, "MOST_COUNTED", 10)
    pages = {}
    for most_compared in (5000, 0):
        monkeypatch.setattr(search, "MOST_COMPARED", most_compared)
        page = listing.list_opportunities(session, staff, listing.Filters(search="kruger carla"), listing.PageOf())
        pages[most_compared] = [row.number for row in page.rows]
        assert page.total == listing.Count(number=3)
    assert pages[5000] == pages[0]
    assert set(pages[0]) == both


def test_the_beginning_of_a_name_or_an_address_means_just_that(session, staff):
    """Who types a whole name is not shown everybody who has these words somewhere."""
    texts = {"name": "2026-0001\nCarla Krüger\nVia Roma 4", "apart": "2026-0002\nCarla Vega\nKrügerweg 1",
             "longer": "2026-0003\nCarla Krügermann\nVia Roma 40"}
    numbers = {key: make_opportunity(session, search_text=text).number for key, text in texts.items()}

    def found(asked: str) -> set[str]:
        rows = listing.list_opportunities(session, staff, listing.Filters(search=asked), listing.PageOf()).rows
        return {key for key, number in numbers.items() if number in {row.number for row in rows}}

    assert found("carla krüger") == {"name", "longer"}
    assert found("Carla  KRUGERMANN") == {"longer"}
    assert found("via roma 4") == {"name", "longer"}
    assert found("krüger carla") == {"name", "apart", "longer"}
    assert found("carla krugerweg") == {"apart"}
    assert found("carla nobody") == set()


def test_search_follows_a_changed_text(session, staff):
    opportunity = make_opportunity(session, search_text="old name")
    opportunity.search_text = "new name"
    session.flush()

    def found(text):
        return listing.list_opportunities(session, staff, listing.Filters(search=text), listing.PageOf()).rows

    assert len(found("new")) == 1
    assert found("old") == []


def test_search_follows_the_customers_new_name(session, staff):
    opportunity = make_opportunity(session, search_text="old name")
    contact = session.get_one(Contact, opportunity.contact_id)
    form = CustomerForm(name="Berta Nueva", email=contact.email)
    customers.update_contact(session, staff, contact.id, form)
    page = listing.list_opportunities(session, staff, listing.Filters(search="nueva"), listing.PageOf())
    assert [row.id for row in page.rows] == [opportunity.id]


def test_words_of_a_text():
    assert words.words_of("Lucía FERNÁNDEZ, Straße 14; lucía x_y") == ["lucia", "fernandez", "strasse", "14", "x", "y"]
    assert words.asked_words("lu lucia mar") == ["lucia", "mar"]


@pytest.mark.parametrize("cursor", ["x", "%%%", "MTIz", "LTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OS5h", "é"])
def test_a_foreign_cursor_is_as_good_as_none(session, staff, cursor):
    made = make_opportunity(session)
    page = listing.list_opportunities(session, staff, listing.Filters(), listing.PageOf(after=cursor))
    assert [row.id for row in page.rows] == [made.id]


def test_hostile_filters_are_refused_by_the_form():
    for data in ({"sort": "password"}, {"owner_id": ["x"]}, {"search": "x" * 500}, {"is_admin": True}):
        with pytest.raises(InvalidForm):
            parse(listing.Filters, data)


def test_installers_see_their_own_only(session):
    _, substages = make_flow(session, *STAGES)
    member = make_staff(session, Role.INSTALLER)
    installer = actor_of(member)
    own = make_opportunity(session, substage=substages[0], owner_id=member.id, search_text="lucia")
    foreign = make_opportunity(session, substage=substages[0], search_text="lucia")
    for filters in ({}, {"search": "lucia"}, {"stage_id": substages[0].stage_id}):
        page = listing.list_opportunities(session, installer, parse(listing.Filters, filters), listing.PageOf())
        assert [row.id for row in page.rows] == [own.id]
        assert page.total.number == 1
    shown = listing.board(session, installer, own.flow_id)
    assert [row.id for row in shown.columns[0].rows] == [own.id]
    assert shown.columns[0].count.number == 1
    assert figures.get_figures(session, installer).with_company.number == 1
    assert [o.id for o in listing.get_filter_choices(session, installer).owners] == [member.id]
    with pytest.raises(NotFound):
        detail.get_detail(session, installer, foreign.id)
    assert detail.get_detail(session, installer, own.id).id == own.id


def test_customers_are_refused(session):
    customer = actor_of(make_contact(session))
    for call in (lambda: listing.list_opportunities(session, customer, listing.Filters(), listing.PageOf()),
                 lambda: listing.board(session, customer), lambda: listing.get_filter_choices(session, customer),
                 lambda: figures.get_figures(session, customer), lambda: figures.list_latest_acts(session, customer),
                 lambda: detail.get_detail(session, customer, "0" * 32)):
        with pytest.raises(NotAllowed):
            call()


def test_board_counts_all_and_shows_the_latest_of_each_stage(session, staff):
    flow, substages = make_flow(session, *STAGES, ("Empty", []))
    for n in range(12):
        make_opportunity(session, substage=substages[1 + n % 2], number=f"B{n:02d}",
                         entered_substage_at=NOW - timedelta(hours=n))
    shown = listing.board(session, staff, flow.id)
    assert [c.name for c in shown.columns] == ["Request", "Your offer", "Switch-on", "Empty"]
    assert [c.count.number for c in shown.columns] == [0, 12, 0, 0]
    assert [row.number for row in shown.columns[1].rows] == [f"B{n:02d}" for n in range(listing.COLUMN_SIZE)]
    with pytest.raises(NotFound):
        listing.board(session, staff, "0" * 32)


def test_board_without_any_flow_is_empty(session, staff):
    assert listing.board(session, staff).columns == []


def test_detail_tells_the_way_and_its_history(session, staff):
    _, substages = make_flow(session, *STAGES)
    opportunity = make_opportunity(session, substage=substages[2], entered_substage_at=NOW - timedelta(days=3))
    way = [(None, substages[0], 10), (substages[0], substages[1], 9), (substages[1], substages[2], 3)]
    for before, after, days in way:
        session.add(SubstageChange(
            opportunity_id=opportunity.id, from_substage_id=before and before.id, to_substage_id=after.id,
            to_stage_id=after.stage_id, to_name=after.public_name, moved_by_kind="staff", moved_by_name="Javier",
            cause="by-hand", note="As agreed", at=NOW - timedelta(days=days)))
    session.flush()
    with fixed(NOW):
        found = detail.get_detail(session, staff, opportunity.id)
    assert [(s.name, s.status, s.days) for s in found.stages] == [
        ("Request", "done", 1), ("Your offer", "current", 9), ("Switch-on", "next", 0)]
    assert [s.name for s in found.stages[1].substages if s.is_current] == ["Choose your offer"]
    assert [(h.to_name, h.is_first) for h in found.history] == [
        ("Choose your offer", False), ("We plan", False), ("We have your request", True)]
    assert (found.turn, found.days, found.substage_name) == ("customer", 3, "Choose your offer")
    with pytest.raises(NotFound):
        detail.get_detail(session, staff, "0" * 32)


class RoofDrawnInTest(ActHappened):
    act: Act = Act.DRAWING_SUBMITTED


def test_latest_acts_are_those_of_visible_opportunities(session, staff):
    member = make_staff(session, Role.INSTALLER)
    own, foreign = make_opportunity(session, owner_id=member.id), make_opportunity(session)
    for opportunity in (own, foreign):
        events.publish(session, RoofDrawnInTest(contact_id=opportunity.contact_id, opportunity_id=opportunity.id))
    assert [a.opportunity_id for a in figures.list_latest_acts(session, staff)] == [foreign.id, own.id]
    acts = figures.list_latest_acts(session, actor_of(member))
    assert [(a.opportunity_id, a.act) for a in acts] == [(own.id, "drawing-submitted")]


def test_the_number_of_queries_does_not_grow_with_rows(session, staff):
    flow, substages = make_flow(session, *STAGES)
    numbers = []
    for _ in range(2):
        for n in range(15):
            opportunity = make_opportunity(session, substage=substages[n % 4], search_text=f"lucia {n}")
        with fixed(NOW), queries(session) as seen:
            listing.list_opportunities(
                session, staff, listing.Filters(search="lucia", flow_id=flow.id), listing.PageOf())
            listing.board(session, staff, flow.id)
            listing.get_filter_choices(session, staff)
            detail.get_detail(session, staff, opportunity.id)
            figures.get_figures(session, staff)
            figures.list_latest_acts(session, staff)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 20
