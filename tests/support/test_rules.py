"""The states of a case: every step that exists, and every one that does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal_app.core.errors import InvalidForm
from portal_app.core.forms import parse
from portal_app.support import rules
from portal_app.support.rules import CaseForm, CaseIsClosed, CaseState, NoSuchStep, TypeForm

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
OPEN, THEIRS, OURS, SOLVED, CLOSED = CaseState

ALLOWED = {
    "staff": {(OPEN, THEIRS), (OPEN, OURS), (OPEN, SOLVED), (OPEN, CLOSED), (THEIRS, OURS), (THEIRS, SOLVED),
              (THEIRS, CLOSED), (OURS, THEIRS), (OURS, SOLVED), (OURS, CLOSED), (SOLVED, OURS), (SOLVED, CLOSED),
              (CLOSED, OURS)},
    "customer": {(OPEN, CLOSED), (THEIRS, CLOSED), (OURS, CLOSED), (SOLVED, OURS), (SOLVED, CLOSED), (CLOSED, OURS)},
}


@pytest.mark.parametrize("by", ALLOWED)
@pytest.mark.parametrize("before", CaseState)
@pytest.mark.parametrize("after", CaseState)
def test_only_the_steps_of_the_table_are_possible(by, before, after):
    if (before, after) in ALLOWED[by]:
        rules.demand_step(before, after, by)
    else:
        with pytest.raises(NoSuchStep):
            rules.demand_step(before, after, by)


@pytest.mark.parametrize(("before", "after"), [(OPEN, OPEN), (THEIRS, OURS), (OURS, OURS), (SOLVED, OURS)])
def test_a_customer_who_writes_is_waiting_for_us(before, after):
    assert rules.after_customer_wrote(before) is after


def test_nobody_writes_on_a_closed_case():
    with pytest.raises(CaseIsClosed):
        rules.after_customer_wrote(CLOSED)
    with pytest.raises(CaseIsClosed):
        rules.after_answer(CLOSED, OURS)


def test_an_answer_may_leave_the_state_or_take_a_step_that_exists():
    assert rules.after_answer(OURS, OURS) is OURS
    assert rules.after_answer(OPEN, THEIRS) is THEIRS
    with pytest.raises(NoSuchStep):
        rules.after_answer(SOLVED, OPEN)


@pytest.mark.parametrize(("before", "after", "is_new"), [
    (None, OPEN, True), (THEIRS, OURS, True), (SOLVED, OURS, True), (CLOSED, OURS, True), (OPEN, OURS, False),
    (OURS, OURS, False), (OURS, THEIRS, False), (OPEN, SOLVED, False)])
def test_the_time_to_answer_begins_whenever_a_case_comes_to_us(before, after, is_new):
    due = NOW - timedelta(hours=3)
    assert rules.due_after(before, after, due, NOW, 8) == (NOW + timedelta(hours=8) if is_new else due)


def test_only_what_waits_for_us_is_overdue():
    late, early = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
    assert [state for state in CaseState if rules.is_overdue(state, late, NOW)] == [OPEN, OURS]
    assert not rules.is_overdue(OPEN, early, NOW)
    assert not rules.is_overdue(OPEN, NOW, NOW)


def test_a_case_says_what_is_missing_at_each_field():
    with pytest.raises(InvalidForm) as refused:
        parse(CaseForm, {"title": "  ", "text": "\x00\x01"})
    assert {field: text for field, (text, _) in refused.value.errors.items()} == {
        "type_id": rules.CHOOSE_TYPE, "title": rules.REQUIRED, "text": rules.REQUIRED}


def test_what_is_written_keeps_its_lines_and_loses_what_no_database_takes():
    form = parse(CaseForm, {"type_id": "t", "title": " The  inverter\n hums ", "text": "One\r\n\r\nTwo\x00\rThree 👨‍👩‍👧 "})
    assert form.title == "The inverter hums"
    assert form.text == "One\n\nTwo\nThree 👨‍👩‍👧"


def test_a_type_needs_a_name_in_one_language_and_hours_that_make_sense():
    with pytest.raises(InvalidForm) as refused:
        parse(TypeForm, {"name": {"en": " "}, "due_hours": "0"})
    assert set(refused.value.errors) == {"name", "due_hours"}
    form = parse(TypeForm, {"name": {"de": " Frage ", "xx": "no"}, "due_hours": "24"})
    assert form.name == {"de": "Frage"}
    with pytest.raises(InvalidForm) as refused:
        parse(TypeForm, {"name": {"de": "Frage"}, "hint": {"de": "x" * (rules.LONGEST_HINT + 1)}, "due_hours": "24"})
    assert set(refused.value.errors) == {"hint"}
