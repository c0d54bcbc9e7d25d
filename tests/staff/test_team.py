"""The team's page without a browser."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from portal_app.access.actors import Role
from portal_app.access.errors import EmailTaken, LastAdministrator
from portal_app.access.models import StaffMember
from portal_app.core.texts import text_id
from portal_app.staff.password.view import password
from portal_app.staff.sign_in.view import sign_in
from portal_app.staff.team.state import TeamState
from portal_app.staff.team.view import team
from portal_app.ui.shell_state import ShellState
from tests.factories import actor_of, make_company, make_staff
from tests.handling import Reader, served

assert served


@pytest.fixture
def boss(served) -> StaffMember:
    make_company(served)
    member = make_staff(served, password_hash="hash", language="de")
    served.commit()
    return member


@pytest.fixture
def reader(boss) -> Reader:
    reader = Reader(actor_of(boss))
    reader.send(TeamState, "load")
    return reader


def page(reader: Reader) -> TeamState:
    return reader.state(TeamState)


def roles(served) -> dict[str, str]:
    with Session(served.bind) as session:  # of its own: it ends here and holds no lock
        return dict(session.exec(select(StaffMember.email, StaffMember.role)).all())


@pytest.mark.parametrize("view", [team, sign_in, password])
def test_the_pages_can_be_built(view):
    assert "data-testid" in str(view())


def test_who_may_not_manage_the_team_reads_so(served):
    make_company(served)
    seller = make_staff(served, Role.SALES)
    served.commit()
    reader = Reader(actor_of(seller))
    reader.send(TeamState, "load")
    assert (page(reader).is_loaded, page(reader).may_manage, page(reader).members) == (True, False, [])


def test_a_member_is_invited_and_shown(reader, served):
    reader.send(TeamState, "open_invitation")
    assert (page(reader).is_inviting, page(reader).language) == (True, "de")
    reader.send(TeamState, "invite", {"name": "Nora", "email": "nora@example.com", "role": "sales", "language": "de"})
    assert not page(reader).is_inviting
    assert {row.email: row.status for row in page(reader).members}["nora@example.com"] == "invited"
    nora = next(row for row in page(reader).members if row.email == "nora@example.com")
    reader.send(TeamState, "invite_again", nora.id)


def test_what_is_wrong_stands_at_its_field_and_the_dialog_stays(reader, boss):
    reader.send(TeamState, "open_invitation")
    reader.send(TeamState, "invite", {"name": "", "email": "x", "role": "sales"})
    assert set(page(reader).field_errors) == {"name", "email"}
    reader.send(TeamState, "invite", {"name": "N", "email": boss.email, "role": "sales"})
    assert page(reader).field_errors["email"].id == text_id(EmailTaken.text)
    assert page(reader).is_inviting
    reader.send(TeamState, "close_dialogs")
    assert not page(reader).is_inviting


def test_a_role_is_changed_and_a_refusal_shows_what_is(reader, boss, served):
    member = make_staff(served, Role.VIEWER)
    served.commit()
    reader.send(TeamState, "load")
    reader.send(TeamState, "change_role", member.id, "installer")
    assert roles(served)[member.email] == "installer"
    reader.send(TeamState, "change_role", boss.id, "viewer")
    assert roles(served)[boss.email] == "administrator"
    assert text_id(LastAdministrator.text) in [notice.said.id for notice in reader.state(ShellState).notices]
    assert {row.id: row.role for row in page(reader).members}[boss.id] == "administrator"


def test_access_is_closed_after_a_question_and_opened_again(reader, served):
    member = make_staff(served, Role.SALES, password_hash="hash")
    served.commit()
    reader.send(TeamState, "load")
    reader.send(TeamState, "ask_to_deactivate", member.id)
    assert page(reader).asked.name == member.name
    reader.send(TeamState, "deactivate")
    assert {row.id: row.status for row in page(reader).members}[member.id] == "inactive"
    reader.send(TeamState, "reactivate", member.id)
    assert {row.id: row.status for row in page(reader).members}[member.id] == "active"


def test_nothing_asked_is_nothing_closed(reader, served):
    reader.send(TeamState, "ask_to_deactivate", "0" * 32)
    assert page(reader).asked.id == ""
    reader.send(TeamState, "deactivate")
    assert all(served.exec(select(StaffMember.is_active)))


ANYTHING = st.one_of(st.none(), st.integers(), st.text(max_size=40), st.lists(st.text(max_size=3), max_size=2),
                     st.dictionaries(st.sampled_from(["name", "email", "role", "id", "is_active"]), st.text(max_size=9)))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.sampled_from(["invite", "invite_again", "change_role", "ask_to_deactivate", "reactivate"]),
       first=ANYTHING, second=ANYTHING)
def test_whatever_a_client_sends_changes_nobody(reader, served, name: str, first, second):
    before = roles(served)
    reader.send(TeamState, name, *((first, second) if name == "change_role" else (first,)))
    assert roles(served) == before
