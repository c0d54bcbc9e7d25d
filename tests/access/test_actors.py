"""Who may do what, and what a customer can reach."""

from __future__ import annotations

import pytest

from portal_app.access import modules
from portal_app.access.actors import (
    CUSTOMER,
    PERMISSIONS_BY_ROLE,
    PUBLIC,
    SERVER,
    SIGNED_IN,
    STAFF,
    SYSTEM,
    Actor,
    Permission,
    Role,
)

CUSTOMER_A = Actor("customer", "a", "A", "en", account_id="x")


def staff(role: str) -> Actor:
    return Actor("staff", "s", "S", "en", role=role)


def test_customers_may_what_is_for_customers_and_nothing_of_staff():
    allowed = {p for p in (PUBLIC, SIGNED_IN, CUSTOMER, STAFF, SERVER, *Permission) if CUSTOMER_A.can(p)}
    assert allowed == {PUBLIC, SIGNED_IN, CUSTOMER}


@pytest.mark.parametrize("role", list(Role))
def test_staff_may_what_their_role_says(role: Role):
    allowed = {p for p in (PUBLIC, SIGNED_IN, CUSTOMER, STAFF, SERVER, *Permission) if staff(role.value).can(p)}
    assert allowed == {PUBLIC, SIGNED_IN, STAFF, *PERMISSIONS_BY_ROLE[role]}


def test_an_unknown_role_may_nothing_of_its_own():
    assert [p for p in Permission if staff("owner").can(p)] == []


def test_only_the_administrator_manages_the_team():
    assert [role for role in Role if Permission.MANAGE_STAFF in PERMISSIONS_BY_ROLE[role]] == [Role.ADMINISTRATOR]


def test_the_portal_itself_may_everything():
    assert all(SYSTEM.can(permission) for permission in Permission)
    assert not SYSTEM.is_customer
    assert not SYSTEM.is_staff


def test_modules_are_as_the_registry_says_until_the_company_decides():
    assert modules.is_on({}, "offers")
    assert not modules.is_on({"offers": {"on": False}}, "offers")
    assert modules.scope_of({}, "account") == "contact"
    assert modules.scope_of({"account": {"scope": "account"}}, "account") == "account"
    assert modules.scope_of({"account": {"scope": "nonsense"}}, "account") == "contact"
