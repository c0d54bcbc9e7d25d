"""The queue and a case for staff, without a browser."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from portal_app.access.actors import Role
from portal_app.staff.case.state import StaffCaseState
from portal_app.staff.cases.state import QueueState
from portal_app.staff.settings.cases.state import CaseTypesState
from portal_app.support import service
from portal_app.support.rules import CaseForm, CommentForm
from tests.factories import actor_of, make_company, make_contact, make_staff
from tests.handling import Reader, address_of, served
from tests.support.made import make_types

assert served


class Office:
    def __init__(self, session: Session) -> None:
        self.session = session
        make_company(session)
        self.types = make_types(session)
        self.customer = actor_of(make_contact(session))
        self.staff = actor_of(make_staff(session, Role.ADMINISTRATOR))
        self.case_id = service.open_case(session, self.customer, CaseForm(
            type_id=self.types[0].id, title="It hums", text="Since Monday."))
        session.commit()

    def at_case(self) -> Reader:
        reader = Reader(self.staff, id=self.case_id)
        reader.send(StaffCaseState, "load")
        return reader

    def comment(self) -> None:
        service.comment(self.session, self.customer, self.case_id, CommentForm(text="It blinks too."))
        self.session.commit()


@pytest.fixture
def office(served) -> Office:
    return Office(served)


def test_an_answer_is_sent_and_the_case_is_taken(office):
    reader = office.at_case()
    reader.send(StaffCaseState, "answer", {"text": "We come."})
    state = reader.state(StaffCaseState)
    assert (state.case.state, state.case.assignee_id) == ("waiting-for-customer", office.staff.id)
    assert [message.text for message in state.messages if message.text] == ["Since Monday.", "We come."]


def test_who_answers_an_older_case_reads_what_came_first_and_keeps_the_text(office):
    reader = office.at_case()
    reader.send(StaffCaseState, "write", "We come on Friday.")
    office.comment()
    reader.send(StaffCaseState, "answer", {"text": "We come on Friday."})
    state = reader.state(StaffCaseState)
    assert [message.text for message in state.messages] == ["Since Monday.", "It blinks too."]
    assert state.text == "We come on Friday."
    assert reader.notices == ["info"]
    reader.send(StaffCaseState, "answer", {"text": "We come on Friday."})
    assert reader.state(StaffCaseState).messages[-2].text == "We come on Friday."


def test_a_change_elsewhere_is_shown_and_told_to_who_is_writing(office):
    reader = office.at_case()
    reader.send(StaffCaseState, "write", "Half a thou")
    reader.send(StaffCaseState, "choose_next", "solved")
    office.comment()
    reader.send(StaffCaseState, "refresh")
    state = reader.state(StaffCaseState)
    assert (len(state.messages), state.text, state.next_state) == (2, "Half a thou", "solved")
    assert reader.notices == ["info"]


@pytest.mark.parametrize("state", ["nonsense", "open", None, 7])
def test_a_state_that_is_no_step_changes_nothing(office, state):
    reader = office.at_case()
    reader.send(StaffCaseState, "set_state", state)
    assert reader.state(StaffCaseState).case.state == "open"


def test_the_address_says_what_the_queue_shows(office):
    reader = Reader(office.staff, state="waiting-for-us")
    reader.send(QueueState, "load")
    assert reader.state(QueueState).rows == []
    reader = Reader(office.staff, state="nonsense", after="%%%")
    reader.send(QueueState, "load")
    assert [row.title for row in reader.state(QueueState).rows] == ["It hums"]
    events = reader.send(QueueState, "choose", "type", office.types[1].id)
    assert address_of(events[0]) == f"/staff/cases?type={office.types[1].id}"
    assert address_of(reader.send(QueueState, "show_overdue", True)[0]) == "/staff/cases?overdue=1"
    assert reader.send(QueueState, "choose", "nonsense", "x") == []


def test_types_are_made_changed_ordered_and_archived_but_never_the_last(office):
    reader = Reader(office.staff)
    reader.send(CaseTypesState, "load")
    reader.send(CaseTypesState, "begin_new")
    reader.send(CaseTypesState, "save", {"name.en": " ", "due_hours": "x"})
    assert set(reader.state(CaseTypesState).field_errors) == {"name", "due_hours"}
    reader.send(CaseTypesState, "save", {"name.en": "Roof tiles", "name.de": "Dachziegel", "due_hours": "12"})
    rows = reader.state(CaseTypesState).rows
    assert (rows[-1].names, rows[-1].due_hours) == ({"en": "Roof tiles", "de": "Dachziegel"}, 12)
    reader.send(CaseTypesState, "move_item", "type", rows[-1].id, "", 0)
    assert reader.state(CaseTypesState).rows[0].name == "Roof tiles"
    for row in reader.state(CaseTypesState).rows:
        reader.send(CaseTypesState, "archive", row.id, True)
    state = reader.state(CaseTypesState)
    assert (len(state.rows), len(state.archived)) == (1, 5)
    assert reader.notices[-1] == "error"
    reader.send(CaseTypesState, "archive", state.archived[0].id, False)
    assert len(reader.state(CaseTypesState).rows) == 2


def test_two_who_change_one_type_are_told(office):
    one, two = Reader(office.staff), Reader(office.staff)
    for reader in (one, two):
        reader.send(CaseTypesState, "load")
        reader.send(CaseTypesState, "begin_change", office.types[0].id)
    page = two.state(CaseTypesState)
    hours, hint = page.draft["due_hours"], page.draft["hint.en"]
    one.send(CaseTypesState, "save", {"name.en": "First", "hint.en": hint, "due_hours": "5"})
    two.send(CaseTypesState, "save", {"name.en": "Second", "hint.en": "Mine", "due_hours": hours})
    assert (page.is_editing, page.conflict_with) == (True, office.staff.name)
    assert [(row.field, row.theirs, row.mine) for row in page.conflicts] == [("name.en", "First", "Second")]
    assert (page.draft["name.en"], page.draft["hint.en"], page.draft["due_hours"]) == ("Second", "Mine", "5")
    two.send(CaseTypesState, "choose_side", "name.en", "theirs")
    assert page.draft["name.en"] == "First"
    two.send(CaseTypesState, "save", {"name.en": "First", "hint.en": "Mine", "due_hours": "5"})
    assert (page.is_editing, page.rows[0].names["en"], page.rows[0].hints["en"]) == (False, "First", "Mine")
