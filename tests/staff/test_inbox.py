"""The inbox, the bell and the choices without a browser."""

from __future__ import annotations

import pytest

from portal_app.access.actors import Role
from portal_app.core import clock
from portal_app.core.ids import new_id
from portal_app.core.texts import text_id
from portal_app.flows.view_kinds import Act
from portal_app.notifications import rules, service
from portal_app.notifications.rules import BELL_NEW, OWNER, Kind
from portal_app.staff.inbox import state as inbox_state
from portal_app.staff.inbox.state import InboxState, NoticeChoicesState
from portal_app.staff.inbox.view import inbox, notice_choices
from portal_app.ui.bell import BellState
from tests.factories import actor_of, make_company, make_contact, make_opportunity, make_staff
from tests.handling import Reader, address_of, served

assert served


@pytest.fixture
def desk(served):
    """A staff member with three new notices of one project, and the session."""
    make_company(served)
    member = make_staff(served, Role.SALES)
    opportunity = make_opportunity(served, contact=make_contact(served, name="Lucía Fernández"), owner_id=member.id)
    for number, act in enumerate((Act.DRAWING_SUBMITTED, Act.ACCEPT_BUDGET, Act.DECLINE_BUDGET)):
        with clock.fixed(clock.now().replace(microsecond=number)):
            service.notify(served, rules.KIND_BY_ACT[act], OWNER, act.value, opportunity_id=opportunity.id)
    served.commit()
    return served, member, opportunity


def open_inbox(member, **query) -> tuple[Reader, InboxState]:
    reader = Reader(actor_of(member), **query)
    reader.send(InboxState, "load")
    return reader, reader.state(InboxState)


def test_the_pages_can_be_built():
    assert "notification" in str(inbox())
    assert "channel-offer" in str(notice_choices())


def test_lines_say_what_happened_to_whom_and_lead_there(desk):
    _, member, opportunity = desk
    _, state = open_inbox(member)
    assert [line.said.id for line in state.lines] == [
        text_id(rules.TEXTS[act]) for act in (Act.DECLINE_BUDGET, Act.ACCEPT_BUDGET, Act.DRAWING_SUBMITTED)]
    assert {line.said.values["name"] for line in state.lines} == {"Lucía Fernández"}
    assert {line.page for line in state.lines} == {f"/staff/project?id={opportunity.id}"}
    assert all(line.is_new for line in state.lines)
    assert (state.has_new, state.has_next, state.is_first_page) == (True, False, True)


def test_the_address_filters_and_one_that_makes_no_sense_shows_everything(desk):
    _, member, _ = desk
    assert len(open_inbox(member, kind="offer")[1].lines) == 2
    for nonsense in ({"kind": "nothing"}, {"after": "nothing"}, {"new": "maybe"}):
        assert len(open_inbox(member, **nonsense)[1].lines) == 3
    reader, state = open_inbox(member, new="1")
    assert state.only_new
    (to,) = reader.send(InboxState, "choose_kind", "drawing")
    assert "new=1" in address_of(to)
    assert "kind=drawing" in address_of(to)
    (to,) = reader.send(InboxState, "choose_kind", "https://evil.example")
    assert "evil" not in address_of(to)


def test_reading_one_counts_at_the_bell(desk):
    _, member, _ = desk
    reader, state = open_inbox(member)
    reader.send(BellState, "load")
    bell = reader.state(BellState)
    assert (bell.number, bell.label.id, bell.label.values) == ("3", text_id(BELL_NEW), {"count": "3"})
    reader.send(InboxState, "mark_read", state.lines[0].id)
    assert (bell.number, [line.is_new for line in state.lines]) == ("2", [False, True, True])
    reader.send(InboxState, "open", state.lines[1].id)
    assert bell.number == "1"
    reader.send(InboxState, "mark_all_read")
    assert (bell.number, state.has_new) == ("", False)


def test_many_are_shown_as_more_than_can_be_counted(desk, monkeypatch):
    _, member, _ = desk
    monkeypatch.setattr(service, "MOST_COUNTED", 2)
    monkeypatch.setattr("portal_app.ui.bell.MOST_COUNTED", 2)
    reader = Reader(actor_of(member))
    reader.send(BellState, "load")
    assert reader.state(BellState).number == "2+"


def test_pages_follow_each_other(desk, monkeypatch):
    _, member, _ = desk
    monkeypatch.setattr(service, "PAGE_SIZE", 2)
    reader, state = open_inbox(member)
    assert state.has_next
    (to,) = reader.send(InboxState, "go_next")
    assert "after=" in address_of(to)
    _, later = open_inbox(member, after=state._next)
    assert len(later.lines) == 1
    assert not later.is_first_page


@pytest.mark.parametrize("whose", ["foreign", "unknown", "junk"])
def test_a_foreign_an_unknown_and_a_mistyped_notice_look_alike(desk, whose):
    session, member, _ = desk
    stranger = make_staff(session)
    session.commit()
    wanted = {"foreign": open_inbox(member)[1].lines[0].id, "unknown": new_id(), "junk": "'; drop table"}[whose]
    reader, _ = open_inbox(stranger)
    reader.send(InboxState, "mark_read", wanted)
    assert reader.notices == ["error"]
    assert open_inbox(member)[1].lines[0].is_new


def test_an_inbox_that_cannot_be_read_says_so(desk, monkeypatch):
    _, member, _ = desk

    def fail(*_):
        raise OSError

    monkeypatch.setattr(inbox_state.service, "get_inbox", fail)
    _, state = open_inbox(member)
    assert state.has_failed
    assert state.is_loaded


def test_choices_are_saved_and_shown_again(desk):
    _, member, _ = desk
    reader = Reader(actor_of(member))
    reader.send(NoticeChoicesState, "load")
    state = reader.state(NoticeChoicesState)
    assert set(state.kinds) == {kind.value for kind in Kind}
    reader.send(NoticeChoicesState, "save", {"offer": "both", "drawing": "none", "follows_all": "on", "surprise": "1"})
    assert reader.notices == ["ok"]
    again = Reader(actor_of(member))
    again.send(NoticeChoicesState, "load")
    shown = again.state(NoticeChoicesState)
    assert (shown.channels["offer"], shown.channels["drawing"], shown.channels["case"]) == ("both", "none", "application")
    assert shown.follows_all


def test_a_choice_that_does_not_exist_is_refused(desk):
    _, member, _ = desk
    reader = Reader(actor_of(member))
    reader.send(NoticeChoicesState, "load")
    reader.send(NoticeChoicesState, "save", {"offer": "pigeon", "drawing": "none"})
    assert "ok" not in reader.notices
    assert service.get_choices(desk[0], actor_of(member)).rows[0].channel == "application"
