"""What HTTP says about a client, read with distrust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..config import settings


def headers_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """The headers of an ASGI scope; of repeated ones the last, but cookies joined as browsers mean them."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}; {value}" if name == "cookie" and name in found else value
    return found


def client_address(scope: Mapping[str, Any]) -> str:
    """The address of the client; behind `trusted_proxies` proxies it is the one that the outermost of them saw."""
    peer = (scope.get("client") or ("unknown", 0))[0]
    if settings.trusted_proxies < 1:
        return peer
    forwarded = [part.strip() for part in headers_of(scope).get("x-forwarded-for", "").split(",") if part.strip()]
    return forwarded[-settings.trusted_proxies] if len(forwarded) >= settings.trusted_proxies else peer
