"""Keys of other systems: shown once, kept as hashes, good for entering customers and nothing else."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from portal_app.access import api_keys
from portal_app.access.actors import CUSTOMER, KEY_PERMISSIONS, SERVER, STAFF, Permission, Role
from portal_app.access.api_keys import ApiKeyForm
from portal_app.access.models import ApiKey
from portal_app.core.audit import AuditRow
from portal_app.core.clock import now
from portal_app.core.errors import InvalidForm, NotAllowed, NotFound
from portal_app.core.forms import parse
from portal_app.core.ids import new_id
from tests.factories import actor_of, make_staff

FORM = ApiKeyForm(name="Website")


@pytest.fixture
def admin(session: Session):
    return actor_of(make_staff(session))


def test_the_key_is_given_once_and_stored_as_a_hash(session: Session, admin):
    key = api_keys.create_key(session, admin, FORM)
    row = session.exec(select(ApiKey)).one()
    kept = json.dumps([row.model_dump(), api_keys.list_keys(session, admin)[0].model_dump(),
                       *(each.detail for each in session.exec(select(AuditRow)))], default=str)
    assert len(key) > 40
    assert key not in kept
    assert row.beginning == key[:8]


def test_a_key_may_enter_customers_and_nothing_else(session: Session, admin):
    actor = api_keys.actor_of_key(session, api_keys.create_key(session, admin, FORM))
    assert actor is not None
    assert (actor.kind, actor.name, actor.is_staff, actor.is_customer) == ("key", "Website", False, False)
    assert {each for each in (*Permission, CUSTOMER, STAFF, SERVER) if actor.can(each)} == KEY_PERMISSIONS
    assert not actor.can(Permission.MANAGE_API_KEYS)


@pytest.mark.parametrize("wrong", ["", "pk_", "pk_" + "x" * 43, "x" * 5000, "pk_" + "ü" * 40])
def test_what_is_no_key_is_nobodys(session: Session, admin, wrong: str):
    api_keys.create_key(session, admin, FORM)
    assert api_keys.actor_of_key(session, wrong) is None


def test_a_deleted_key_opens_nothing(session: Session, admin):
    key = api_keys.create_key(session, admin, FORM)
    other = api_keys.create_key(session, admin, ApiKeyForm(name="CRM"))
    first = next(each for each in api_keys.list_keys(session, admin) if each.name == "Website")
    api_keys.delete_key(session, admin, first.id)
    assert api_keys.actor_of_key(session, key) is None
    assert api_keys.actor_of_key(session, other) is not None
    with pytest.raises(NotFound):
        api_keys.delete_key(session, admin, first.id)


def test_its_use_is_noted_once_a_minute(session: Session, admin):
    key = api_keys.create_key(session, admin, FORM)
    row = session.exec(select(ApiKey)).one()
    assert api_keys.list_keys(session, admin)[0].used_at == ""
    api_keys.actor_of_key(session, key)
    first = row.used_at
    api_keys.actor_of_key(session, key)
    assert row.used_at == first
    row.used_at = now() - timedelta(minutes=2)
    api_keys.actor_of_key(session, key)
    assert row.used_at >= first
    assert api_keys.list_keys(session, admin)[0].used_at != ""


def test_there_are_not_more_than_fit(session: Session, admin):
    for number in range(api_keys.MOST_KEYS):
        api_keys.create_key(session, admin, ApiKeyForm(name=f"System {number}"))
    with pytest.raises(api_keys.TooManyKeys):
        api_keys.create_key(session, admin, FORM)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_key_has_a_name(name: str):
    with pytest.raises(InvalidForm):
        parse(ApiKeyForm, {"name": name})


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_have_to_do_with_keys(session: Session, role: Role):
    actor = actor_of(make_staff(session, role=role))
    with pytest.raises(NotAllowed):
        api_keys.list_keys(session, actor)
    with pytest.raises(NotAllowed):
        api_keys.create_key(session, actor, FORM)
    with pytest.raises(NotAllowed):
        api_keys.delete_key(session, actor, new_id())
