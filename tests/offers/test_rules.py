"""Totals add up, rounding follows EN 16931, offers end at midnight where the company is."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_app.offers import rules
from portal_app.offers.rules import Line, OfferStatus, Party, VatGroup, VersionContent
from portal_app.offers.schemas import digits_of

line_items = st.builds(
    Line, description=st.just({"en": "Module"}), quantity_thousandths=st.integers(1, rules.MOST_QUANTITY_THOUSANDTHS),
    unit_price_cents=st.integers(0, rules.MOST_PRICE_CENTS),
    vat_rate_bp=st.sampled_from([0, 400, 1000, 1900, 2100, 2200]), discount_bp=st.integers(0, 10_000),
    discount_cents=st.just(0))


def line(price: int = 10_000, quantity: int = 1000, vat: int = 2100, **values) -> Line:
    return Line(**{"description": {"en": "Module"}, "quantity_thousandths": quantity, "unit_price_cents": price,
                   "vat_rate_bp": vat, **values})


def content(**values) -> VersionContent:
    lines = values.pop("lines", (line(),))
    return VersionContent(**{
        "offer_id": "o", "number": "2026-0418-1", "version": 1, "issued_on": date(2026, 11, 21), "title": "Balance",
        "summary": {"en": "Day and evening"}, "currency": "EUR", "valid_until": date(2026, 12, 12), "lines": lines,
        "totals": rules.total_of(lines), "company": Party(name="Helianta"), "customer": Party(name="Lucía"),
        "project_number": "2026-0418", **values})


@given(st.lists(line_items, max_size=30))
def test_the_total_is_the_sum_of_its_groups(lines: list[Line]):
    totals = rules.total_of(lines)
    assert totals.net_cents == sum(map(rules.net_of_line_cents, lines))
    assert totals.net_cents == sum(group.net_cents for group in totals.groups)
    assert totals.vat_cents == sum(group.vat_cents for group in totals.groups)
    assert totals.total_cents == totals.net_cents + totals.vat_cents
    assert {group.rate_bp for group in totals.groups} == {item.vat_rate_bp for item in lines}


@given(st.lists(line_items, max_size=20).flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))))
def test_the_order_of_lines_changes_no_total(both: tuple[list[Line], list[Line]]):
    assert rules.total_of(both[0]) == rules.total_of(both[1])


@given(line_items)
def test_a_line_is_what_exact_arithmetic_says(item: Line):
    gross = (Decimal(item.quantity_thousandths) * item.unit_price_cents / 1000).quantize(Decimal(1), ROUND_HALF_UP)
    discount = (gross * item.discount_bp / 10_000).quantize(Decimal(1), ROUND_HALF_UP)
    assert rules.net_of_line_cents(item) == gross - discount
    assert 0 <= rules.net_of_line_cents(item) <= gross


@given(st.integers(0, 10**15), st.sampled_from([400, 1000, 1900, 2100, 2200, 10_000]))
def test_vat_is_rounded_half_up_to_the_cent(net: int, rate: int):
    exact = (Decimal(net) * rate / 10_000).quantize(Decimal(1), ROUND_HALF_UP)
    assert rules.half_up(net * rate, 10_000) == exact


def test_vat_is_computed_once_per_rate_and_not_per_line():
    three_lines = [line(price=2, vat=2000) for _ in range(3)]  # 0.4 cent of VAT each: nothing when rounded one by one
    assert rules.total_of(three_lines).groups == (VatGroup(rate_bp=2000, net_cents=6, vat_cents=1),)


def test_a_half_cent_is_rounded_up():
    assert rules.total_of([line(price=250, vat=1000)]).vat_cents == 25
    assert rules.total_of([line(price=255, vat=1000)]).vat_cents == 26


def test_rates_stand_highest_first_and_nothing_costs_nothing():
    assert [group.rate_bp for group in rules.total_of([line(vat=400), line(vat=2200), line(vat=1000)]).groups] == [
        2200, 1000, 400]
    assert rules.total_of([]).total_cents == 0


def test_a_discount_is_a_part_or_an_amount_and_never_more_than_the_line():
    assert rules.net_of_line_cents(line(price=333, discount_bp=1000)) == 300
    assert rules.net_of_line_cents(line(price=333, discount_cents=33)) == 300
    assert rules.net_of_line_cents(line(price=333, discount_cents=999)) == 0


def test_offers_of_different_size_are_compared_per_kilowatt_peak():
    assert rules.cents_per_kwp(918_000, 5_900) == 155_593
    assert rules.cents_per_kwp(918_000, None) is None
    assert rules.cents_per_kwp(918_000, 0) is None
    assert rules.payback_tenth_years(918_000, 126_000) == 73
    assert rules.payback_tenth_years(918_000, None) is None


@pytest.mark.parametrize(("values", "least"), [
    ([79, 73, 87], 1), ([79, None, 87], 0), ([79], None), ([None, None], None), ([], None), ([73, 73, 80], None)])
def test_only_a_single_least_value_is_named(values, least):
    assert rules.only_least(values) == least


@pytest.mark.parametrize(("zone", "last_second"), [
    ("Europe/Madrid", datetime(2026, 12, 12, 22, 59, 59, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 12, 12, 22, 59, 59, tzinfo=UTC)),
    ("Atlantic/Canary", datetime(2026, 12, 12, 23, 59, 59, tzinfo=UTC)),
    ("UTC", datetime(2026, 12, 12, 23, 59, 59, tzinfo=UTC))])
def test_an_offer_holds_until_midnight_where_the_company_is(zone, last_second):
    assert rules.is_open(OfferStatus.SHARED, date(2026, 12, 12), last_second, zone)
    assert not rules.is_open(OfferStatus.SHARED, date(2026, 12, 12), last_second + timedelta(seconds=1), zone)


def test_midnight_is_right_in_summer_too():
    assert rules.ends_at(date(2026, 3, 28), "Europe/Madrid") == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert rules.ends_at(date(2026, 3, 29), "Europe/Madrid") == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert rules.today_in("Europe/Madrid", datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


@pytest.mark.parametrize("status", [s for s in OfferStatus if s != OfferStatus.SHARED])
def test_only_a_shared_offer_is_open(status):
    assert not rules.is_open(status, date(2030, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), "UTC")


@pytest.mark.parametrize(("ordered", "last"), [
    (date(2026, 11, 20), date(2026, 12, 4)),  # Friday to Friday
    (date(2026, 11, 21), date(2026, 12, 7)),  # would be a Saturday
    (date(2026, 11, 22), date(2026, 12, 7)),  # would be a Sunday
    (date(2026, 11, 23), date(2026, 12, 7))])
def test_the_withdrawal_period_ends_on_a_working_day(ordered, last):
    assert rules.withdrawal_last_day(ordered) == last


def test_the_same_content_has_the_same_hash_whatever_the_order_of_its_keys():
    one = content(summary={"en": "Day", "de": "Tag"})
    other = content(summary={"de": "Tag", "en": "Day"})
    assert rules.canonical(one) == rules.canonical(other)
    assert rules.hash_of(rules.canonical(one)) == rules.hash_of(rules.canonical(other))


@pytest.mark.parametrize("change", [
    {"title": "Balanced"}, {"version": 2}, {"valid_until": date(2026, 12, 13)}, {"lines": (line(price=10_001),)},
    {"customer": Party(name="Lucia")}, {"currency": "CHF"}])
def test_any_change_changes_the_hash(change):
    assert rules.hash_of(rules.canonical(content(**change))) != rules.hash_of(rules.canonical(content()))


@given(st.text(max_size=40), st.lists(line_items, max_size=5))
def test_a_frozen_version_can_be_read_back(title: str, lines: list[Line]):
    made = content(title=title.encode(errors="ignore").decode(), lines=tuple(lines))
    text = rules.canonical(made)
    assert VersionContent.model_validate_json(text) == made
    assert rules.canonical(VersionContent.model_validate_json(text)) == text
    json.loads(text, parse_float=pytest.fail)


def test_the_frozen_text_is_what_anybody_would_write():
    """Keys in order, nothing between them, letters as they are: as RFC 8785 says."""
    text = rules.canonical(content(title="Größe L"))
    assert '"title":"Größe L"' in text
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@pytest.mark.parametrize(("value", "scale", "digits"), [(13_000, 1000, 0), (1_500, 1000, 1), (1_234, 1000, 3), (0, 1000, 0),
                                                        (2_150, 100, 1), (2_100, 100, 0)])
def test_a_figure_has_just_the_decimals_that_it_needs(value, scale, digits):
    assert digits_of(value, scale) == digits
