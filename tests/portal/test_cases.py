"""The help page without a browser: what its handlers keep, refuse and show."""

from __future__ import annotations

import pytest
from sqlmodel import select

from portal_app.core.ids import new_id
from portal_app.portal.cases.state import CasesState
from portal_app.support.models import Case
from portal_app.support.rules import LONGEST_TITLE
from portal_app.support.types import ensure_case_types
from tests.factories import actor_of, make_company, make_contact
from tests.handling import Reader, address_of, served

assert served


@pytest.fixture
def customer(served):
    make_company(served)
    ensure_case_types(served)
    contact = make_contact(served)
    served.commit()
    return actor_of(contact)


def written(reader: Reader, title: str = "It hums", text: str = "Since Monday.") -> Reader:
    state = reader.state(CasesState)
    reader.send(CasesState, "write", "type_id", state.types[0].id)
    reader.send(CasesState, "write", "title", title)
    reader.send(CasesState, "write", "text", text)
    return reader


def test_the_way_of_a_message_from_the_form_to_the_talk(served, customer):
    reader = Reader(customer, new="1")
    reader.send(CasesState, "load")
    assert reader.state(CasesState).mode == "new"
    events = written(reader).send(CasesState, "send", {"title": "It hums", "text": "Since Monday."})
    case_id = served.exec(select(Case.id)).one()
    served.rollback()  # a reading session of this engine holds the lock as well
    assert address_of(events[-1]) == f"/cases?case={case_id}"
    other = Reader(customer, case=case_id)
    other.send(CasesState, "load")
    assert [message.text for message in other.state(CasesState).messages] == ["Since Monday."]
    other.send(CasesState, "answer", {"reply": "And it blinks."})
    assert [message.text for message in other.state(CasesState).messages] == ["Since Monday.", "And it blinks."]
    other.send(CasesState, "close")
    assert (other.state(CasesState).case.state, other.state(CasesState).case.may_write) == ("closed", False)
    other.send(CasesState, "reopen")
    assert other.state(CasesState).case.state == "waiting-for-us"


def test_what_is_missing_is_said_at_its_field_and_what_was_written_stays(customer):
    reader = Reader(customer, new="1")
    reader.send(CasesState, "load")
    reader.send(CasesState, "write", "title", "It hums")
    reader.send(CasesState, "send", {"title": "It hums", "text": "  "})
    state = reader.state(CasesState)
    assert set(state.field_errors) == {"type_id", "text"}
    assert (state.title, state.busy) == ("It hums", False)


def test_a_draft_waits_on_another_device(customer):
    first = Reader(customer, new="1")
    first.send(CasesState, "load")
    written(first)
    second = Reader(customer, new="1")
    second.send(CasesState, "load")
    state = second.state(CasesState)
    assert (state.title, state.text, state.type_id) == ("It hums", "Since Monday.", first.state(CasesState).type_id)


def test_a_draft_that_could_not_be_read_is_there_after_trying_again(customer, monkeypatch):
    first = Reader(customer, new="1")
    first.send(CasesState, "load")
    written(first)
    second = Reader(customer, new="1")
    with monkeypatch.context() as gone:
        gone.setattr("portal_app.support.listing.get_new_case", lambda *_: 1 / 0)
        second.send(CasesState, "load")
        assert second.state(CasesState).has_failed
    second.send(CasesState, "retry")
    assert (second.state(CasesState).title, second.state(CasesState).text) == ("It hums", "Since Monday.")


def test_a_title_that_is_too_long_is_told_when_it_is_sent_not_while_it_is_written(customer):
    reader = Reader(customer, new="1")
    reader.send(CasesState, "load")
    long = "x" * (LONGEST_TITLE + 1)
    assert written(reader).state(CasesState).is_kept
    written(reader, title=long)
    state = reader.state(CasesState)
    assert (state.field_errors, state.is_kept) == ({}, False)
    reader.send(CasesState, "send", {"title": long, "text": "Words"})
    assert set(reader.state(CasesState).field_errors) == {"title"}


@pytest.mark.parametrize("asked", ["nonsense", "x" * 32])
def test_an_unknown_and_a_foreign_case_look_alike(served, customer, asked):
    mine = Reader(customer, new="1")
    mine.send(CasesState, "load")
    written(mine).send(CasesState, "send", {"title": "It hums", "text": "Words"})
    stranger = make_contact(served)
    served.commit()
    for case_id in (asked, new_id(), served.exec(select(Case.id)).one()):
        reader = Reader(actor_of(stranger), case=case_id)
        reader.send(CasesState, "load")
        assert reader.state(CasesState).is_missing
        assert reader.state(CasesState).case.id == ""


@pytest.mark.parametrize("argument", [None, 5, {"a": 1}, "x" * 9000])
def test_odd_arguments_change_nothing(served, customer, argument):
    reader = Reader(customer, new="1")
    reader.send(CasesState, "load")
    reader.send(CasesState, "write", argument, argument)
    reader.send(CasesState, "write", "busy", "x")
    reader.send(CasesState, "send", {"title": argument, "text": argument} if not isinstance(argument, dict) else argument)
    assert served.exec(select(Case)).all() == []
