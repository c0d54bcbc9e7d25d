"""One language for the page and for what handlers word, also on the very first view."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlmodel import Session

from portal_app.access import languages, sessions
from portal_app.access.actors import Actor
from portal_app.access.languages import language_of_page, reader_language
from portal_app.company.schemas import CompanySnapshot
from portal_app.config import settings
from portal_app.ui import page_language
from tests.factories import make_company, make_contact, make_staff

ITALIAN = "it-CH,it;q=0.9,en;q=0.8"


@pytest.fixture(autouse=True)
def _company(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    make_company(session)
    snapshot = CompanySnapshot(languages=("es", "it", "de"), default_language="es")
    monkeypatch.setattr(languages, "company_snapshot", lambda: snapshot)

    @contextmanager
    def connection():
        yield session

    monkeypatch.setattr(languages, "read_connection", connection)


def cookies_of(session: Session, **owner: str) -> str:
    return f"{settings.session_cookie}={sessions.open_session(session, **owner)}"


@pytest.mark.parametrize(("cookie", "asked", "language"), [
    ("", ITALIAN, "it"), ("language=de", ITALIAN, "de"), ("language=xx", "fr,it;q=0.5", "it"), ("", "", "es"),
    ("", "en-GB,en;q=0.9", "es"), ("", "en-GB,de;q=0.2", "de"), ("session=ended", ITALIAN, "it"),
])
def test_nobody_reads_what_was_chosen_or_what_the_browser_asks_for_and_the_company_offers(cookie, asked, language):
    assert language_of_page(cookie, asked) == reader_language(cookie, asked) == language


@pytest.mark.parametrize("chosen", ["", "; language=de"])
@pytest.mark.parametrize("own", ["it", "en"])
def test_who_is_signed_in_gets_page_and_data_in_one_language(session: Session, chosen: str, own: str):
    for cookies in (cookies_of(session, contact_id=make_contact(session, language=own).id),
                    cookies_of(session, staff_id=make_staff(session, language=own).id)):
        header = cookies + chosen
        actor = sessions.get_actor(session, header)
        assert isinstance(actor, Actor)
        of_data = page_language.of("no-socket", header) or actor.language  # as `PortalState._actor` has it
        assert language_of_page(header, "es-ES") == of_data == (chosen[-2:] or own)
