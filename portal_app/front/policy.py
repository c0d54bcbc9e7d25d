"""The headers of every answer, and the tightest content security policy that Reflex's production build runs under.

Scripts: own files, and the inline ones of the very page by their hashes; no eval. Styles: own files, the page's inline
ones by hash, and the empty element that Emotion makes; style attributes are what React prerenders.
"""

from __future__ import annotations

import base64
import hashlib
import re

from ..config import settings
from ..roofs.imagery import csp_hosts

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
INLINE_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


def _sha256(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


STATIC_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
}
if settings.is_https:
    STATIC_HEADERS["strict-transport-security"] = "max-age=31536000"


def content_security_policy(page: str = "") -> str:
    """The policy for one page, with the hashes of its inline scripts and styles."""
    scripts = " ".join(sorted({_sha256(script) for script in INLINE_SCRIPT.findall(page)}))
    styles = " ".join(sorted({_sha256(style) for style in INLINE_STYLE.findall(page)} | {_sha256("")}))
    socket = settings.url.replace("http", "ws", 1)
    images = " ".join(csp_hosts(settings.imagery_providers, settings.imagery_key))
    return "; ".join((
        "default-src 'none'",
        f"script-src 'self' {scripts}".strip(),
        f"style-src-elem 'self' {settings.url} {styles}",
        "style-src-attr 'unsafe-inline'",
        f"img-src 'self' data: blob: {images}".strip(),
        "font-src 'self'",
        f"connect-src 'self' {socket} {images}".strip(),
        f"form-action 'self' {' '.join(settings.own_origins)}",  # browsers also check where a form's redirect leads
        "frame-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "manifest-src 'self'",
    ))
