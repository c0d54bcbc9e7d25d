"""A mail in a frame: no script, nothing from elsewhere, links open a page of their own, as in a mail program."""

from __future__ import annotations

from fastapi import Response

from ..config import settings

POLICY = "; ".join((
    "default-src 'none'",
    f"img-src 'self' {settings.url} data:",
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    # Same origin, so that the logo loads; without scripts that opens nothing.
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
))


def mail_frame(html: str) -> Response:
    page = html.replace("<head>", '<head><base target="_blank">', 1)
    return Response(page, media_type="text/html", headers={
        "content-security-policy": POLICY, "cache-control": "no-store", "referrer-policy": "no-referrer"})
