"""The queue and the lists: who sees what, in which order, by how many queries, from which index."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from portal_app.access.actors import Role
from portal_app.core.clock import fixed
from portal_app.core.errors import NotAllowed
from portal_app.support import listing
from portal_app.support.listing import PageOf, QueueFilters
from tests.factories import actor_of, make_contact, make_opportunity, make_staff
from tests.handling import queries

from .made import make_case, make_types

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture
def staff(session):
    return actor_of(make_staff(session, Role.SALES))


def pages(session, actor, **filters) -> list[list[str]]:
    found, after = [], ""
    while True:
        page = listing.list_queue(session, actor, QueueFilters(**filters), PageOf(after=after))
        found.append([row.number for row in page.rows])
        after = page.next
        if not after:
            return found


def numbers(session, actor, **filters) -> set[str]:
    with fixed(NOW):
        return {number for page in pages(session, actor, **filters) for number in page}


@pytest.mark.parametrize("sort", ["due", "changed"])
def test_paging_shows_every_case_once_in_order_also_when_times_are_equal(session, staff, sort):
    contact, states = make_contact(session), ["open", "waiting-for-us", "waiting-for-customer"]
    made = [make_case(session, contact=contact, state=states[n % 3], due_at=NOW + timedelta(hours=n // 2),
                      changed_at=NOW - timedelta(minutes=n // 3)) for n in range(60)]
    by_due = sorted(made, key=lambda case: (case.due_at, case.id))
    by_change = sorted(made, key=lambda case: (case.changed_at, case.id), reverse=True)
    found = pages(session, staff, sort=sort)
    assert [len(page) for page in found] == [25, 25, 10]
    assert [n for page in found for n in page] == [case.number for case in (by_due if sort == "due" else by_change)]


def test_the_page_before_is_the_one_that_was_seen(session, staff):
    contact = make_contact(session)
    for n in range(60):
        make_case(session, contact=contact, due_at=NOW + timedelta(hours=n))
    first = listing.list_queue(session, staff, QueueFilters(), PageOf())
    second = listing.list_queue(session, staff, QueueFilters(), PageOf(after=first.next))
    third = listing.list_queue(session, staff, QueueFilters(), PageOf(after=second.next))
    back = listing.list_queue(session, staff, QueueFilters(), PageOf(before=third.previous))
    assert (first.previous, third.next) == ("", "")
    assert [row.id for row in back.rows] == [row.id for row in second.rows]


def test_the_filters_can_be_combined(session, staff):
    kinds, contact = make_types(session), make_contact(session)
    other = make_staff(session, Role.BACK_OFFICE)
    late, soon = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    mine = make_case(session, contact=contact, assignee_id=staff.id, due_at=late).number
    theirs = make_case(session, contact=contact, assignee_id=other.id, due_at=soon, type_id=kinds[1].id).number
    free = make_case(session, contact=contact, due_at=soon, state="waiting-for-us").number
    asked = make_case(session, contact=contact, due_at=late, state="waiting-for-customer").number
    done = make_case(session, contact=contact, due_at=late, state="closed", type_id=kinds[1].id).number
    assert numbers(session, staff) == {mine, theirs, free, asked}
    assert numbers(session, staff, state="all") == {mine, theirs, free, asked, done}
    assert numbers(session, staff, state="closed") == {done}
    assert numbers(session, staff, state="all", type_id=kinds[1].id) == {theirs, done}
    assert numbers(session, staff, assignee=staff.id) == {mine}
    assert numbers(session, staff, assignee="nobody") == {free, asked}
    assert numbers(session, staff, is_overdue=True) == {mine}  # what waits for others or is over is never too late
    assert numbers(session, staff, is_overdue=True, state="closed") == set()
    assert numbers(session, staff, is_overdue=True, assignee=other.id) == set()
    assert numbers(session, staff, assignee=other.id, type_id=kinds[1].id) == {theirs}


def test_a_cursor_from_elsewhere_is_as_good_as_none(session, staff):
    case = make_case(session)
    for cursor in ("nonsense", "MTIz", "é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LmE="):
        assert [row.id for row in listing.list_queue(session, staff, QueueFilters(), PageOf(after=cursor)).rows] == [case.id]


def test_an_installer_finds_each_of_their_cases_once(session, staff):
    member = make_staff(session, Role.INSTALLER)
    installer, project = actor_of(member), make_opportunity(session, owner_id=member.id)
    both = make_case(session, assignee_id=member.id, opportunity_id=project.id).number
    given = make_case(session, assignee_id=member.id).number
    own = make_case(session, opportunity_id=project.id, assignee_id=staff.id).number
    make_case(session)
    assert sorted(n for page in pages(session, installer) for n in page) == sorted([both, given, own])
    assert listing.count_with_us(session, installer) == 3
    assert listing.count_with_us(session, staff) == 4


def test_customers_read_no_queue(session):
    customer = actor_of(make_contact(session))
    for call in (lambda: listing.list_queue(session, customer, QueueFilters(), PageOf()),
                 lambda: listing.count_with_us(session, customer),
                 lambda: listing.list_of_opportunity(session, customer, "x")):
        with pytest.raises(NotAllowed):
            call()


def test_a_project_shows_its_cases_to_who_sees_the_project(session, staff):
    project = make_opportunity(session)
    case = make_case(session, opportunity_id=project.id)
    make_case(session)
    assert [row.id for row in listing.list_of_opportunity(session, staff, project.id)] == [case.id]
    installer = actor_of(make_staff(session, Role.INSTALLER))
    assert listing.list_of_opportunity(session, installer, project.id) == []


def test_the_customers_list_has_pages_too(session):
    contact = make_contact(session)
    actor = actor_of(contact)
    made = [make_case(session, contact=contact, changed_at=NOW - timedelta(minutes=n)) for n in range(20)]
    make_case(session)
    first = listing.list_own_cases(session, actor, PageOf(), "en")
    second = listing.list_own_cases(session, actor, PageOf(after=first.next), "en")
    assert [row.id for row in [*first.rows, *second.rows]] == [case.id for case in made]
    assert (first.previous, second.next) == ("", "")
    back = listing.list_own_cases(session, actor, PageOf(before=second.previous), "en")
    assert back.rows == first.rows


def test_the_number_of_queries_does_not_grow(session, staff):
    contact, seen = make_contact(session), []
    for _ in range(2):
        for _ in range(8):
            make_case(session, contact=contact)
        with queries(session) as asked:
            listing.list_queue(session, staff, QueueFilters(), PageOf())
        seen.append(len(asked))
    assert seen[0] == seen[1] <= 4


@pytest.mark.parametrize("filters", [
    {}, {"sort": "changed"}, {"state": "all"}, {"is_overdue": True}, {"type_id": "t"}, {"type_id": "t", "sort": "changed"},
    {"assignee": "a"}, {"assignee": "nobody", "sort": "changed"}, {"assignee": "a", "type_id": "t"},
    {"assignee": "a", "type_id": "t", "sort": "changed"}])
def test_every_order_and_filter_is_read_from_an_index(session, staff, filters):
    """Each state's rows come in their order from an index: SQLite tells of no scan of the table and no sorting of it."""
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by the number of rows; see tools/bench")
    plans: list[str] = []

    def explain(connection, cursor, statement, parameters, *_):
        if "support_case" in statement and "LIMIT" in statement and not statement.startswith("EXPLAIN"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append("\n".join(str(row[3]) for row in cursor.fetchall()))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", explain)
    try:
        listing.list_queue(session, staff, QueueFilters(**filters), PageOf())
    finally:
        event.remove(connection, "before_cursor_execute", explain)
    assert plans
    for plan in plans:
        assert "SEARCH support_case USING" in plan
        assert not re.search(r"SCAN support_case\b", plan)
    assert session.execute(text("SELECT 1")).scalar() == 1
