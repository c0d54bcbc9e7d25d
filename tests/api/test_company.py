"""What everybody may know of the company, and the logo that only staff with the permission may change."""

import io

import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from portal_app.access import sessions
from portal_app.access.actors import Role
from portal_app.api.company import router
from portal_app.company.logo import MAX_BYTES
from portal_app.company.service import forget_snapshot, get_company
from portal_app.config import settings
from portal_app.core.texts import text_id
from tests.factories import make_contact, make_staff


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (30, 20), "#c2187e").save(written, "JPEG")
    return written.getvalue()


@pytest.fixture
def browser(scope):
    app = FastAPI()
    app.include_router(router)
    with TestClient(app, base_url="http://localhost:8000") as browser:
        yield browser


def sign_in(scope, browser, person_of) -> None:
    with scope() as session:
        person = person_of(session)
        owner = {"contact_id": person.id} if hasattr(person, "account_id") else {"staff_id": person.id}
        token = sessions.open_session(session, device="", **owner)
    browser.cookies.set(settings.session_cookie, token)


def test_pages_get_colours_and_values_again_only_when_they_changed(browser):
    for path in ("/brand.css", "/company.js", "/company/mark"):
        first = browser.get(path)
        assert first.status_code == 200
        assert browser.get(path, headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert "--brand-9" in browser.get("/brand.css").text
    assert '"name": "Helianta"' in browser.get("/company.js").text
    assert '"welcome": {}' in browser.get("/company.js").text


def test_the_welcome_is_said_in_every_language_that_is_offered(scope, browser):
    with scope() as session:
        company = get_company(session)
        company.welcome, company.languages, company.default_language = {"es": "Hola </script>"}, ["es", "de"], "es"
        company.version += 1
        session.add(company)
    forget_snapshot()
    assert '"welcome": {"es": "Hola \\u003c/script>", "de": "Hola \\u003c/script>"}' in browser.get("/company.js").text


def test_a_logo_is_put_shown_and_removed(scope, browser):
    assert browser.get("/company/logo").status_code == 404
    sign_in(scope, browser, lambda session: make_staff(session))
    put = browser.put("/api/company/logo", content=picture()).json()
    shown = browser.get(put["logo"])
    assert shown.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(shown.content)).size == (30, 20)
    assert "immutable" in shown.headers["cache-control"]
    assert put["logo"] in browser.get("/company.js").text
    assert browser.delete("/api/company/logo").json() == {"version": put["version"] + 1, "logo": ""}
    assert browser.get("/company/logo").status_code == 404


@pytest.mark.parametrize("person_of", [
    None, lambda session: make_contact(session), lambda session: make_staff(session, Role.SALES)])
def test_nobody_else_changes_the_logo(scope, browser, person_of):
    if person_of:
        sign_in(scope, browser, person_of)
    assert browser.put("/api/company/logo", content=picture()).status_code == 403
    assert browser.delete("/api/company/logo").status_code == 403
    assert browser.get("/company/logo").status_code == 404


@pytest.mark.parametrize(("content", "text"), [
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>",
     "SVG files can carry scripts and most mail programs do not show them. Please choose PNG, JPEG or WebP."),
    (b"no picture", "This is no picture that we can read. Please choose PNG, JPEG or WebP."),
    (b"x" * (MAX_BYTES + 1), "The picture has more than {megabytes} MB. Please choose a smaller one."),
])
def test_what_is_no_logo_is_refused_in_words(scope, browser, content, text):
    sign_in(scope, browser, lambda session: make_staff(session))
    answer = browser.put("/api/company/logo", content=content)
    assert answer.status_code == 400
    assert answer.json()["error"]["id"] == text_id(text)
    assert answer.json()["error"]["field"] == "logo"


def test_colours_are_packed_for_who_can_unpack_them(browser):
    plain = browser.get("/brand.css", headers={"accept-encoding": "identity"})
    packed = browser.get("/brand.css", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.text == plain.text
    assert browser.get("/brand.css", headers={"if-none-match": packed.headers["etag"]}).status_code == 304
