"""Where a webhook may lead, its signature, and its patience."""

import json
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_app.core.forms import FieldError
from portal_app.webhooks import rules
from portal_app.webhooks.rules import MOST_ATTEMPTS, choose_address, is_public, parse_target, wait_seconds

INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:c0a8:101::1",
    "2001:0:7f00:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "", "not an address", "127.1", "0x7f000001", "2130706433",
]


@pytest.mark.parametrize("address", INSIDE)
def test_no_call_goes_inside(address):
    assert not is_public(address)
    assert choose_address([address]) == ""


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4003::1",
                                     "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_world_can_be_called(address):
    assert is_public(address)
    assert choose_address([address]) == address


def test_a_name_that_also_leads_inside_is_refused_whole():
    assert choose_address(["8.8.8.8", "10.0.0.1"]) == ""
    assert choose_address(["8.8.8.8", "1.1.1.1"]) == "8.8.8.8"
    assert choose_address([]) == ""


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(address):
    assert is_public(f"::ffff:{address}") == is_public(str(address))


@pytest.mark.parametrize(("url", "expected"), [
    ("https://hooks.example.com", ("hooks.example.com", 443, "/")),
    ("https://hooks.example.com:8443/in?a=b", ("hooks.example.com", 8443, "/in?a=b")),
    ("HTTPS://Hooks.Example.COM./x", ("hooks.example.com", 443, "/x")),
    ("https://münchen.example/in", ("xn--mnchen-3ya.example", 443, "/in")),
    ("https://[2606:4700:4700::1111]:444/", ("2606:4700:4700::1111", 444, "/")),
])
def test_an_address_in_parts(url, expected):
    target = parse_target(url)
    assert (target.host, target.port, target.path) == expected
    assert target.is_tls


@pytest.mark.parametrize(("url", "expected"), [
    ("https://hooks.example.com", "hooks.example.com"), ("https://hooks.example.com:444/in", "hooks.example.com:444"),
    ("https://[2606:4700:4700::1111]:444/", "[2606:4700:4700::1111]:444"),
])
def test_the_name_that_the_receiver_is_called_by(url, expected):
    assert parse_target(url).host_header == expected


def test_a_deployment_may_open_a_network_for_tests():
    opened = [ip_network("127.0.0.0/8")]
    assert parse_target("http://127.0.0.1:8000/in", opened).port == 8000
    assert choose_address(["127.0.0.1"], opened) == "127.0.0.1"
    assert choose_address(["10.0.0.1"], opened) == ""


@pytest.mark.parametrize("url", [
    "", "hooks.example.com", "http://hooks.example.com", "ftp://hooks.example.com", "file:///etc/passwd", "https://",
    "https://:443/", "https://hooks.example.com:0/", "https://hooks.example.com:99999/", "https://hooks.example.com:x/",
    "https://user:word@hooks.example.com/", "https://user@hooks.example.com/", "https://hooks.example.com/a b",
    "https://hooks.example.com/ñ", "https://exa mple.com/", "https://[::1/", "https://127.0.0.1/", "https://[::1]/",
    "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest/meta-data", f"https://{'a' * 70}.example/",
    "javascript:alert(1)", "https://localhost/", "https://intranet/", "https://hooks.LOCALHOST./in", "https://hooks.example.com/\x00",
])
def test_other_addresses_are_refused(url):
    with pytest.raises(FieldError):
        parse_target(url)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text):
    try:
        target = parse_target(f"https://{text}")
    except FieldError:
        return
    assert target.host.isascii()
    assert "\n" not in target.path + target.host
    assert "\r" not in target.path + target.host


def test_the_signature_is_that_of_the_standard():
    """The vector of the standard's own libraries."""
    assert rules.signature_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                              '{"test": 2432232314}') == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_carries_the_standards_headers_and_two_signatures_while_a_secret_changes():
    at = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    new, old = (rules.write_secret(key) for key in (b"new", b"old"))
    headers = rules.headers_for("m1", at, "{}", [new, old])
    assert headers["webhook-id"] == "m1"
    assert headers["webhook-timestamp"] == str(int(at.timestamp()))
    assert headers["webhook-signature"].split() == [
        rules.signature_of(secret, "m1", int(at.timestamp()), "{}") for secret in (new, old)]


def test_the_body_says_what_when_and_about_whom():
    body = json.loads(rules.write_body("step.entered", datetime(2026, 11, 21, 12, 0, tzinfo=UTC), {"name": "Lucía"}))
    assert body == {"type": "step.entered", "timestamp": "2026-11-21T12:00:00Z", "data": {"name": "Lucía"}}


@given(st.integers(0, 100), st.floats(0, 0.999), st.floats(0, 1e9))
def test_patience_grows_and_has_an_end(attempts, jitter, asked):
    wait = wait_seconds(attempts, jitter, asked)
    assert 5 <= wait <= 27 * 3600
    assert wait >= min(asked, 24 * 3600)


def test_tries_go_on_for_days():
    whole = sum(wait_seconds(attempt, 0) for attempt in range(1, MOST_ATTEMPTS))
    assert 3 * 86400 < whole < 4 * 86400
