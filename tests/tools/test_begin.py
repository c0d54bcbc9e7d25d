"""A portal without a demonstration can be begun, and whoever is locked out gets in again."""

from __future__ import annotations

from argparse import Namespace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Permission
from portal_app.access.models import StaffMember
from portal_app.access.sessions import get_actor
from portal_app.access.staff_sign_in import find_staff_token, finish_set_password
from portal_app.automations.models import ActionList
from portal_app.company.models import Company
from portal_app.config import settings
from portal_app.messaging.models import EmailTemplate
from portal_app.support.models import CaseType
from tools.begin import Refused, link_for

GIVEN = {"company": " Sol Norte ", "name": "Ana Pérez", "email": "Ana@Example.com", "language": "es"}


def link(session: Session, **values: str) -> str:
    return link_for(session, Namespace(**{**GIVEN, **values}))


def token_in(address: str) -> str:
    assert address.startswith(f"{settings.url}/staff/password?")
    return parse_qs(urlsplit(address).query)["token"][0]


def test_the_first_administrator_chooses_a_password_and_manages_the_team(session: Session):
    token = token_in(link(session))
    company = session.exec(select(Company)).one()
    assert (company.name, company.default_language) == ("Sol Norte", "es")
    for table in (EmailTemplate, ActionList, CaseType):
        assert session.exec(select(table)).first() is not None
    opened = finish_set_password(session, token, "hash")
    actor = get_actor(session, f"{settings.session_cookie}={opened}")
    assert actor is not None
    assert (actor.name, actor.language, actor.can(Permission.MANAGE_STAFF)) == ("Ana Pérez", "es", True)
    assert session.exec(select(StaffMember.email)).one() == "ana@example.com"


def test_an_administrator_who_is_locked_out_gets_a_new_link_and_nobody_else_does(session: Session):
    first = token_in(link(session))
    second = token_in(link(session, email=" ana@example.com", company="Another", name="Somebody"))
    assert find_staff_token(session, first) is None
    member = find_staff_token(session, second)
    assert member is not None
    assert [company.name for company in session.exec(select(Company))] == ["Sol Norte"]
    with pytest.raises(Refused, match="no administrator"):
        link(session, email="somebody@example.com")
    member.role = "sales"
    session.add(member)
    session.flush()
    with pytest.raises(Refused, match="no administrator"):
        link(session)


@pytest.mark.parametrize("wrong", [{"email": "nobody"}, {"name": ""}, {"company": " "}, {"company": "x" * 121}])
def test_what_is_wrong_is_said_and_nothing_is_made(session: Session, wrong: dict[str, str]):
    with pytest.raises(Refused):
        link(session, **wrong)
    assert session.exec(select(Company)).all() == []
