"""What the terminal says once the portal runs."""

from __future__ import annotations

import re

import pytest

from .outside import ask, staff_cookie


def test_the_terminal_names_three_addresses_and_how_to_sign_in(portal):
    if portal.log is None:
        pytest.skip("the terminal of a deployment elsewhere is not here")
    portal.reset("full")
    said = portal.log.read_text()
    addresses = re.findall(rf"(?:Customer portal|Staff|Demo mailbox) +({re.escape(portal.url)}\S*)", said)
    assert addresses == [portal.url, f"{portal.url}/staff", f"{portal.url}/mailbox"]
    for address in addresses:
        assert ask(portal, address.removeprefix(portal.url) or "/").status in (200, 302, 303, 307), address
    [(email, password)] = re.findall(r"(\S+@\S+), password (\S+)", said)
    assert staff_cookie(portal, {"staff": {"told": email}, "password": password}, "told")
    [customer] = re.findall(r"a customer: (\S+@\S+)", said)
    assert ask(portal, "/api/sign-in/request", "POST", {"email": customer}).status == 200
    assert portal.wait_for_mail(customer, "Tu código").code
