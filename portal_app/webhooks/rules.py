"""Where a webhook may lead, how it is signed, and when it is tried again. Pure: time, secrets and addresses are arguments.

Signature, headers and waits are those of Standard Webhooks (standardwebhooks.com), so receivers find a library for them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ..core.forms import FieldError
from ..core.texts import msg

URL_LENGTH = 500
SECRET_PREFIX = "whsec_"
OLD_SECRET_HOURS = 24

NO_ADDRESS = msg("Please enter an address that begins with https://.")
NO_PASSWORD = msg("Please leave user name and password out of the address: the signature shows who calls.")
INSIDE = msg("This address leads inside a private network, where webhooks never go.")

_PRINTABLE = re.compile(r"[\x21-\x7e]+")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


# ── where to ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Target:
    """An address in parts; `host` in the form that name servers and certificates use."""

    is_tls: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def parse_target(url: str, allowed: Sequence[Network] = ()) -> Target:
    """The target of an address, or `FieldError`. Whether it leads inside is only known once its name is resolved.

    `allowed` are networks that the deployment opens for tests; there http will do.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:  # also UnicodeError
        raise FieldError(NO_ADDRESS) from None
    if parts.scheme not in (("https", "http") if allowed else ("https",)) or not host or port == 0:
        raise FieldError(NO_ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise FieldError(NO_PASSWORD)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _PRINTABLE.fullmatch(path) or not _PRINTABLE.fullmatch(host):
        raise FieldError(NO_ADDRESS)
    last = host.rpartition(".")[2]
    always_inside = last == "localhost" or (last == host and not is_address(host))  # such names mean nothing outside
    known = "127.0.0.1" if always_inside else host
    if is_address(known) and not is_public(known, allowed):
        raise FieldError(INSIDE)
    is_tls = parts.scheme == "https"
    return Target(is_tls, host, port or (443 if is_tls else 80), path)


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _meant(address: Address) -> Iterable[Address]:
    """The address and those that are wrapped in it: a router on the way may unwrap them."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return list(address.teredo)
    return [address]


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_IPV6:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def is_public(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether a webhook may connect there: no loopback, private, link-local or otherwise special address, however it is
    written. `allowed` are networks that the deployment opens for tests."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if any(found.version == network.version and found in network for network in allowed):
        return True
    return all(_is_public(meant) for meant in _meant(found))


def choose_address(resolved: Sequence[str], allowed: Iterable[Network] = ()) -> str:
    """The address to connect to, or an empty string. A name that also leads inside is refused whole."""
    networks = tuple(allowed)
    return resolved[0] if resolved and all(is_public(address, networks) for address in resolved) else ""


# ── what is sent ──────────────────────────────────────────────────────────────────────────────────────────────────


def write_body(kind: str, at: datetime, data: dict[str, Any]) -> str:
    """The message as it goes out each time: the signature is over these very characters."""
    return json.dumps({"type": kind, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data},
                      ensure_ascii=False, separators=(",", ":"))


def write_secret(key: bytes) -> str:
    """A secret as receivers enter it; `key` is random."""
    return SECRET_PREFIX + base64.b64encode(key).decode()


def signature_of(secret: str, message_id: str, at: int, body: str) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, f"{message_id}.{at}.{body}".encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def headers_for(message_id: str, at: datetime, body: str, secrets: Iterable[str]) -> dict[str, str]:
    """While a secret is being changed there are two signatures, the newer first."""
    seconds = int(at.timestamp())
    return {
        "content-type": "application/json; charset=utf-8",
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signature_of(secret, message_id, seconds, body) for secret in secrets),
    }


# ── when to try again ─────────────────────────────────────────────────────────────────────────────────────────────

_MINUTE, _HOUR = 60.0, 3600.0
WAITS_SECONDS = (5.0, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR)
MOST_ATTEMPTS = len(WAITS_SECONDS) + 1
LONGEST_ASKED_SECONDS = 24 * _HOUR


def wait_seconds(attempts: int, jitter: float, asked: float = 0.0) -> float:
    """How long after `attempts` failures the next one follows: three days in all, up to a tenth later each by `jitter`
    in [0, 1), and not before the receiver asked for."""
    wait = WAITS_SECONDS[min(max(attempts, 1), len(WAITS_SECONDS)) - 1]
    return max(wait * (1 + jitter / 10), min(asked, LONGEST_ASKED_SECONDS))
