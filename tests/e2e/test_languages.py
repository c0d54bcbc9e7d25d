"""Four languages: switched without a reload, remembered, spoken by mails, there on the first paint without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from .entering import enter_as_customer
from .pages import Home, Offers, Screen, SignIn

STEP = {"en": "We have your request", "es": "Tenemos tu solicitud", "it": "Abbiamo la tua richiesta",
        "de": "Ihre Anfrage ist da"}
SEEN = """window.seen = []; new MutationObserver(() => {
  const words = (place) => document.querySelector(place)?.textContent;
  if (words("#now-title")) window.seen.push([document.documentElement.lang, words("#now-title"), words("#way-title")]);
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});"""


def test_a_language_is_switched_without_reload_remembered_and_spoken_by_mails(page, people, portal):
    email = portal.reset("request")["email"]
    home = enter_as_customer(page, portal, email)
    expect(home.current_step).to_have_text(STEP["en"])
    page.evaluate("window.notReloaded = true")
    for language in ("de", "it"):
        home.choose_language(language)
        expect(home.current_step).to_have_text(STEP[language])
        expect(home.root).to_have_attribute("lang", language)
    assert page.evaluate("window.notReloaded")
    page.reload()
    expect(home.current_step).to_have_text(STEP["it"])
    # Another browser, an English one, where the account's language counts
    other = people.new_page()
    other.add_init_script(SEEN)
    SignIn(other).open().ask_for_code(email)
    SignIn(other).type_code(portal.wait_for_mail(email, "codice").code)
    expect(Home(other).current_step).to_have_text(STEP["it"])
    # … from the first view on: frame and data never speak two languages
    assert set(map(tuple, other.evaluate("window.seen"))) == {("it", STEP["it"], "Tutto il percorso")}


def test_what_an_offer_asks_besides_follows_the_language(page, portal):
    enter_as_customer(page, portal, portal.reset("ten-steps-offer")["email"])
    page.goto("/offers")
    offers = Offers(page).ready()
    questions = {"en": "E-mail for invoices", "de": "E-Mail für Rechnungen", "es": "Correo para las facturas"}
    for language, question in questions.items():
        offers.choose_language(language)
        expect(offers.id("group")).to_contain_text(question)


def test_a_wish_goes_on_being_written_in_another_language(page, portal):
    enter_as_customer(page, portal, portal.reset("offers")["email"])
    offers = Offers(page).open().ready()
    page.get_by_role("button", name="Ask for a change").click()
    page.get_by_label("What would you like to have changed?").fill("A battery, please")
    offers.choose_language("de")
    expect(page.get_by_role("button", name="Senden")).to_be_visible()
    expect(page.locator("#text")).to_have_value("A battery, please")


@pytest.mark.parametrize(("locale", "language", "text"), [
    ("it-IT", "it", "Accedi"), ("es-ES", "es", "Entra"), ("de-AT", "de", "Anmeldung"), ("fr-FR", "en", "Sign in")])
def test_the_first_paint_is_in_the_readers_language_without_scripts(people, portal, locale, language, text):
    portal.reset("request")
    page = people.new_page(locale=locale, java_script_enabled=False)
    page.goto("/sign-in")
    assert page.locator("html").get_attribute("lang") == language
    expect(page.locator("main, .signin").first).to_contain_text(text)
    assert "\ue000" not in page.content()


@pytest.mark.parametrize("locale", ["en-GB", "es-ES", "it-IT", "de-DE"])
def test_the_page_behind_a_link_speaks_the_readers_language(people, portal, locale):
    email = portal.reset("request")["email"]
    page = people.new_page(locale=locale)
    page.goto(portal.wait_for_mail(email).link)
    assert page.locator("html").get_attribute("lang") == locale[:2]


def test_a_page_brings_its_own_words_and_the_others_come_with_the_first_touch(page, portal):
    made = portal.reset("offers")
    enter_as_customer(page, portal, made["email"])
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/texts/" in request.url else None)
    for path in ("/offers", "/account", "/cases", "/documents", "/home"):
        fetched.clear()
        page.goto(path)
        screen = Screen(page).ready()
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        assert [url.partition("/en/")[2] for url in fetched] == ["frame/portal.js", f"page{path}.js"]
    title = screen.heading.inner_text()
    held: list[Route] = []
    page.route("**/all/portal.js", lambda route: held.append(route))
    with page.expect_request("**/all/portal.js"), page.expect_response("**/*_account_*.js"):
        page.get_by_role("link", name="Account").first.click()
    expect(page).to_have_url(re.compile("/account$"))
    expect(screen.heading).to_have_text(title)  # no page without words: the one before stays
    held[0].continue_()
    expect(screen.heading).to_have_text("Your account")
