"""Numbers as people of four languages write them; mistakes are named at their field."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_app.core.errors import InvalidForm
from portal_app.core.texts import LANGUAGES, number_text
from portal_app.offers import forms, rules

LINE = {"description": {"en": "Module 450 W", "de": ""}, "quantity": "13", "unit": "piece", "price": "170", "vat": "21"}
OFFER = {"title": "Balance", "valid_until": "2026-12-12", "lines": [LINE]}


@pytest.mark.parametrize(("text", "language", "value"), [
    ("1.234,50", "de", "1234.50"), ("1,234.50", "en", "1234.50"), ("1,234.50", "de", "1234.50"),
    ("1.234", "de", "1234"), ("1.234", "en", "1.234"), ("1,234", "en", "1234"), ("1,234", "es", "1.234"),
    ("12.5", "it", "12.5"),
    ("12,5", "en", "12.5"), ("0.125", "de", "0.125"), ("1.234.567", "es", "1234567"), ("€ 1 234,5", "de", "1234.5"),
    ("7", "en", "7"), ("1'234.50", "de", "1234.50"), ("1234,567", "de", "1234.567")])
def test_numbers_are_read_as_the_language_writes_them(text, language, value):
    assert forms.parse_decimal(text, language) == Decimal(value)


@pytest.mark.parametrize("text", ["", "-5", "1e5", "NaN", "inf", "1,2,3", "1.2.3", "12a", "٣", ".5", "5.", "1,23.4.5"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="not a number"):
        forms.parse_decimal(text, "en")


@given(st.integers(0, 10**9), st.sampled_from(LANGUAGES))
def test_amounts_written_by_the_portal_are_read_back(cents: int, language: str):
    assert forms.parse_decimal(forms.scaled_text(cents, 100, language), language) * 100 == cents
    assert forms.parse_decimal(number_text(language, cents // 100), language) == cents // 100


def test_an_offer_is_understood():
    form = forms.parse_offer({
        **OFFER, "summary": {"en": " Day ", "xx": "?"}, "peak_power": "5.85", "modules": "13", "battery": "5",
        "yield_low": "8500", "yield_high": "9300", "saving": "1260", "is_recommended": True,
        "lines": [LINE, {**LINE, "discount": "10 %"}, {**LINE, "discount": "100.50"}, {"quantity": "1"}]}, "en")
    assert form.summary == {"en": "Day"}
    assert (form.peak_power_wp, form.module_count, form.battery_wh) == (5850, 13, 5000)
    assert (form.yearly_yield_low_kwh, form.yearly_yield_high_kwh, form.yearly_saving_cents) == (8500, 9300, 126_000)
    assert [(item.discount_bp, item.discount_cents) for item in form.lines] == [(0, 0), (1000, 0), (0, 10_050)]
    assert form.lines[0].description == {"en": "Module 450 W"}


@pytest.mark.parametrize(("change", "field", "text"), [
    ({"title": " "}, "title", forms.REQUIRED), ({"valid_until": ""}, "valid_until", forms.REQUIRED),
    ({"valid_until": "12.12.2026"}, "valid_until", forms.DATE), ({"modules": "1.5"}, "modules", forms.TEXTS["int_parsing"]),
    ({"battery": "-1"}, "battery", forms.BELOW_ZERO),
    ({"peak_power": "many"}, "peak_power", forms.NUMBER), ({"battery": "999999999"}, "battery", forms.TOO_MUCH),
    ({"yield_low": "900", "yield_high": "800"}, "yield_high", forms.YIELD_ORDER),
    ({"lines": [{**LINE, "description": {"en": " "}}]}, "lines.0.description", forms.REQUIRED),
    ({"lines": [LINE, {**LINE, "price": ""}]}, "lines.1.price", forms.REQUIRED),
    ({"lines": [LINE, {"quantity": "1", "discount": "5"}]}, "lines.1.description", forms.REQUIRED),
    ({"lines": [{**LINE, "quantity": "0"}]}, "lines.0.quantity", forms.MORE_THAN_ZERO),
    ({"lines": [{**LINE, "quantity": ""}]}, "lines.0.quantity", forms.REQUIRED),
    ({"lines": [{**LINE, "price": "1.005"}]}, "lines.0.price", forms.LESS_DIGITS),
    ({"lines": [{**LINE, "vat": "101"}]}, "lines.0.vat", forms.PERCENT),
    ({"lines": [{**LINE, "discount": "101 %"}]}, "lines.0.discount", forms.PERCENT),
    ({"lines": [{**LINE, "discount": "%"}]}, "lines.0.discount", forms.REQUIRED),
    ({"lines": [{**LINE, "discount": "2210.01"}]}, "lines.0.discount", forms.DISCOUNT_TOO_BIG),
    ({"lines": [{**LINE, "quantity": "1000000", "price": "10000000"}]}, "lines", forms.TOTAL_TOO_BIG)])
def test_mistakes_are_named_at_their_field(change, field, text):
    with pytest.raises(InvalidForm) as refused:
        forms.parse_offer({**OFFER, **change}, "en")
    assert refused.value.errors[field][0] == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4), max_leaves=12)
hostile_lines = st.dictionaries(st.sampled_from([*LINE, "discount", "extra"]), json_values, max_size=6)
hostile_offers = st.dictionaries(st.sampled_from(list(forms.OfferTexts.model_fields)), json_values, max_size=8)


almost_offers = st.builds(lambda lines: {**OFFER, "lines": lines}, st.lists(hostile_lines, max_size=3))


@given(json_values | hostile_offers | almost_offers)
def test_whatever_a_client_sends_is_understood_or_refused(data):
    try:
        form = forms.parse_offer(data, "en")
    except InvalidForm as wrong:
        refused = wrong
    else:
        assert rules.total_of(form.lines).total_cents <= rules.MOST_TOTAL_CENTS
        return
    assert refused.errors


def test_a_row_half_typed_counts_as_far_as_it_is_understood():
    assert forms.read_line(forms.LineTexts(**{**LINE, "price": "1,5"}), "de") is not None
    assert forms.read_line(forms.LineTexts(**{**LINE, "price": "?"}), "de") is None
