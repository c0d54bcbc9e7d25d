"""Pages written in Python, for the moment before the portal is open: no script, no websocket, at once, in the reader's
language. They must work in whatever browser a mail programme opens."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse

from ..access.languages import reader_language
from ..company.service import company_snapshot
from ..core.texts import server_text, translate

_ARROW = '<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12h14"/><path d="m12 5 7 7-7 7"/></svg>'
_PHONE = (
    '<svg class="i s" viewBox="0 0 24 24" aria-hidden="true"><path d="M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2'
    " 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l"
    '-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384"/></svg>'
)


@cache
def _scene() -> str:
    return (Path(__file__).parent / "sign_in_scene.svg").read_text("utf-8")


def plain_page(request: Request, *, title: str, text: str, button: str, action: str = "", method: str = "post",
               query: dict[str, str] | None = None, status: int = 200) -> HTMLResponse:
    """A page with one button. `title`, `text` and `button` are marked with `server_text`; without `action` the form
    goes to the page's own address."""
    language = reader_language(request.headers.get("cookie", ""), request.headers.get("accept-language", ""))
    company = company_snapshot()
    name = escape(company.name)

    def say(msgid: str) -> str:
        return escape(translate(language, msgid, company=company.name))

    mark = escape(company.logo_path or f"/company/mark?v={company.version}")
    fields = "".join(f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
                     for key, value in (query or {}).items())
    target = f' action="{escape(action)}"' if action else ""
    phone = (f'<div class="signin-foot"><a href="tel:{escape("".join(company.phone.split()))}">{_PHONE} '
             f"{escape(company.phone)}</a></div>") if company.phone else ""
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{say(title)} · {name}</title>"
        '<link rel="stylesheet" href="/styles/customer.css"><link rel="stylesheet" href="/brand.css">'
        '<link rel="icon" href="/company/mark" type="image/svg+xml"></head><body>'
        f'<div class="signin"><header><span class="logo"><img class="logo-image" src="{mark}" alt="">'
        f"<span>{name}</span></span></header>"
        f'<div class="scene" aria-hidden="true">{_scene()}</div>'
        f'<main class="signin-pane" id="main"><h1>{say(title)}</h1><p class="lead">{say(text)}</p>'
        f'<form method="{method}"{target}>{fields}'
        f'<button class="btn solid big" type="submit">{say(button)} {_ARROW}</button></form>{phone}</main>'
        "</div></body></html>"
    )
    return HTMLResponse(page, status, headers={"cache-control": "no-store", "vary": "Cookie, Accept-Language",
                                               "content-language": language, "x-robots-tag": "noindex"})


WELCOME = (
    server_text("Welcome to your portal"),
    server_text("You opened your personal link. One tap and you are in."),
    server_text("Open my portal"),
)
ENDED = (
    server_text("This link has ended"),
    server_text("Links end when they are used up or after a while, to keep your papers safe. "
                "We can send you a code instead."),
    server_text("Send me a code"),
)
