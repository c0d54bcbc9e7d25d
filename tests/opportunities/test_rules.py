"""Numbers, notes and what a new opportunity needs."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_app.core.errors import InvalidForm
from portal_app.core.forms import parse
from portal_app.opportunities import rules
from portal_app.opportunities.rules import OpportunityForm


@given(st.integers(2000, 2100), st.integers(1, 99_999))
def test_numbers_are_in_order_and_readable(year: int, number: int):
    text = rules.number_text(year, number)
    assert text == f"{year}-{str(number).zfill(4)}"


def test_the_year_is_the_companys():
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert rules.year_of(at, "Europe/Madrid") == 2027
    assert rules.year_of(at, "UTC") == 2026


def test_search_texts_hold_what_there_is():
    assert rules.search_text("2026-0001", "", " Lucía \n Gómez", "a@b.es") == "2026-0001\nLucía Gómez\na@b.es"
    assert len(rules.search_text("x" * 900)) == rules.SEARCH_LENGTH


@given(st.text())
def test_notes_can_be_stored(note: str):
    cleaned = rules.clean_note(note)
    assert len(cleaned) <= rules.NOTE_LENGTH
    assert "\x00" not in cleaned
    cleaned.encode()


@pytest.mark.parametrize(("values", "field"), [
    ({"lon_deg": 181}, "lon_deg"), ({"lat_deg": float("nan")}, "lat_deg"), ({"title": "x" * 161}, "title"),
    ({"title": 7}, "title"), ({"owner": "x"}, "owner")])
def test_what_does_not_fit_is_named(values: dict, field: str):
    with pytest.raises(InvalidForm) as invalid:
        parse(OpportunityForm, {"contact_id": "c", "flow_id": "f", **values})
    assert list(invalid.value.errors) == [field]
