"""Staff at the door: how they sign in, rightly and wrongly."""

from __future__ import annotations

import pytest

from portal_app.access.errors import (
    SignInWrong,
)
from portal_app.access.models import StaffMember
from portal_app.access.staff_sign_in import (
    sign_in_staff,
)

GOOD = "four horses on a hill"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


def attempt(scope, member: StaffMember, password: str = GOOD, client: str = HERE, **options) -> str:
    return sign_in_staff(member.email, password, client, scope=scope, **options)


def fail(scope, member: StaffMember, times: int, client: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(SignInWrong):
            attempt(scope, member, "not the password", client)
