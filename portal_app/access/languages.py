"""Which language somebody reads: one rule for pages, for what handlers word, and for the plain pages before signing in."""

from __future__ import annotations

from ..company.service import company_snapshot
from ..core.database import read_connection
from ..core.texts import asked_language, language_cookie
from .actors import Actor
from .sessions import get_actor, session_token_in


def reader_language(cookie_header: str, accept_language: str, actor: Actor | None = None) -> str:
    """What was chosen in this browser, else what whoever is signed in reads, else what the browser asks for and the company
    offers, else the company's own."""
    chosen = language_cookie(cookie_header) or (actor.language if actor else "")
    if chosen:
        return chosen
    company = company_snapshot()
    return asked_language(accept_language, company.languages) or company.default_language


def language_of_page(cookie_header: str, accept_language: str) -> str:
    """`reader_language` for whoever has the session of these cookies; the database is asked only when it decides."""
    actor = None
    if not language_cookie(cookie_header) and session_token_in(cookie_header):
        with read_connection() as connection:
            actor = get_actor(connection, cookie_header)
    return reader_language(cookie_header, accept_language, actor)
