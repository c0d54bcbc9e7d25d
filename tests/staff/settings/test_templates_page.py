"""E-mail templates in the browser: written per language, looked at while writing, saved by a button."""

from dataclasses import replace

import pytest
from sqlmodel import select

from portal_app.company.theme import email_palette
from portal_app.core.texts import text_id
from portal_app.messaging import rules
from portal_app.messaging.models import EmailTemplate, OutboxMail
from portal_app.staff.settings.start.state import SettingsState
from portal_app.staff.settings.start.view import settings_page
from portal_app.staff.settings.templates.state import TemplatesState
from portal_app.staff.settings.templates.view import templates_page
from tests.handling import Tab


def test_the_pages_can_be_built():
    assert "mail-frame" in str(templates_page())
    assert "settings-places" in str(settings_page())


@pytest.fixture
def tab(house) -> Tab:
    tab = Tab(house.admin, TemplatesState, template="offer-shared")
    tab.send("load")
    return tab


def saved(house) -> EmailTemplate:
    house.session.expire_all()
    found = house.session.get_one(EmailTemplate, "offer-shared")
    house.session.expunge(found)
    house.session.rollback()  # on SQLite a session that has read holds the lock
    return found


def mails(house) -> list[str]:
    found = list(house.session.exec(select(OutboxMail.cause)))
    house.session.rollback()
    return found


def test_the_list_shows_every_template(house):
    page = Tab(house.admin, TemplatesState).send("load")
    assert "welcome" in [row.key for row in page.rows]
    assert page.key == ""


def test_one_is_written_looked_at_and_saved(house, tab):
    assert "client_portal_link" in [each.name for each in tab.page.variables if each.is_link]
    assert "Balance 6.4 kWp" in tab.page.preview_html
    assert "<style" not in tab.page.preview_html
    tab.send("show_language", "es")
    tab.send("write_subject", "es", "Hola |client_name|")
    tab.send("write_body", "es", "# Hola\n\n[Ver](|client_portal_link|)")
    assert tab.page.is_changed
    assert tab.page.preview_subject == "Hola Lucía Fernández"
    assert saved(house).subject["es"] == "Tienes una oferta esperándote"
    tab.send("write_name", "Offer")
    tab.send("save")
    assert tab.was_told("Saved. Mails say it from now on.")
    assert not tab.page.is_changed
    assert (saved(house).subject["es"], saved(house).name) == ("Hola |client_name|", "Offer")


def test_a_preview_shows_the_mail_on_a_dark_device_too(tab):
    light, dark = email_palette().paper, email_palette().paper_dark
    assert light in tab.page.preview_html
    tab.send("show_scheme", "dark")
    assert dark in tab.page.preview_html
    assert light not in tab.page.preview_html
    tab.send("write_body", "en", "# Another\n\n[See](|client_portal_link|)")
    assert dark in tab.page.preview_html, "while it is written"
    tab.send("show_scheme", "striped")
    assert tab.page.preview_scheme == "dark"
    tab.send("show_scheme", "light")
    assert light in tab.page.preview_html


def test_a_template_has_its_name_in_the_readers_language_until_staff_rename_it(house):
    german = Tab(replace(house.admin, language="de"), TemplatesState, template="offer-shared")
    english = Tab(house.admin, TemplatesState)

    def names(tab: Tab) -> list[str]:
        tab.go()
        return [row.name for row in tab.send("load").rows if row.key == "offer-shared"]

    assert (names(german), names(english)) == (["Angebot freigegeben"], ["Offer shared"])
    german.go(template="offer-shared")
    german.send("load")
    german.send("write_subject", "de", "Ihr Angebot")
    german.send("save")  # with the German name in its field
    assert (names(german), names(english)) == (["Angebot freigegeben"], ["Offer shared"])
    german.go(template="offer-shared")
    german.send("load")
    german.send("write_name", "Unser Angebot")
    german.send("save")
    assert (names(german), names(english)) == (["Unser Angebot"], ["Unser Angebot"])


def test_an_unknown_variable_is_told_by_name_at_once_and_on_saving(house, tab):
    tab.send("show_language", "es")
    tab.send("write_body", "es", "Hola |client_nme|")
    assert tab.page.body_error.values["name"] == "client_nme"
    tab.send("show_language", "en")
    assert tab.page.body_error.id == ""
    tab.send("save")
    assert (tab.page.language, tab.page.erring) == ("es", ["es"]), "the language that is wrong is shown"
    assert tab.page.body_error.id == text_id(rules.UNKNOWN)
    assert saved(house).version == 1
    tab.send("write_body", "es", "Hola |client_name|")
    assert tab.page.erring == [], "it is mended before it is saved"
    tab.send("discard")
    assert not tab.page.is_changed
    assert tab.page.body_error.id == ""


def test_a_language_may_be_missing_but_not_half(house, tab):
    tab.send("write_body", "de", " ")
    assert "de" in tab.page.missing
    tab.send("save")
    assert (tab.page.language, tab.page.body_error.id) == ("de", text_id(rules.EMPTY_BODY))
    tab.send("write_subject", "de", "")
    assert tab.page.preview_html == ""
    tab.send("save")
    assert tab.was_told("Saved. Mails say it from now on.")
    assert "de" not in saved(house).body


def test_who_saves_second_gets_the_other_texts_under_their_own(house, tab):
    other = Tab(house.admin, TemplatesState, template="offer-shared")
    other.send("load")
    tab.send("write_subject", "es", "Hola")
    tab.send("write_subject", "en", "Hello")
    tab.send("save")
    other.send("write_subject", "en", "Good morning")
    other.send("save")
    assert other.page.conflict_with == house.admin.name
    assert [(row.part, row.language, row.theirs) for row in other.page.conflicts] == [("subject", "en", "Hello")]
    assert (other.page.subject["en"], other.page.subject["es"], other.page.is_changed) == ("Good morning", "Hola", True)
    assert saved(house).subject["en"] == "Hello"
    other.send("choose_side", "subject.en", "theirs")
    assert (other.page.subject["en"], other.page.preview_subject, other.page.is_changed) == ("Hello", "Hello", False)
    other.send("choose_side", "subject.en", "mine")
    other.send("save")
    assert (other.page.conflict_with, other.page.is_changed) == ("", False)
    assert (saved(house).subject["en"], saved(house).subject["es"]) == ("Good morning", "Hola")


def test_a_test_mail_goes_to_oneself(house, tab):
    tab.send("send_test")
    assert tab.was_told("A test mail is on its way to {address}.")
    assert mails(house) == ["test"]
    tab.send("write_body", "en", "|nope|")
    tab.send("send_test")
    assert tab.page.body_error.id == text_id(rules.UNKNOWN)
    assert mails(house) == ["test"]


def test_a_lost_connection_takes_nothing_away(tab):
    tab.send("write_subject", "en", "New")
    tab.send("load")
    assert tab.page.subject["en"] == "New"


def test_an_unknown_template_is_missing_and_nothing_can_be_written(house):
    tab = Tab(house.admin, TemplatesState, template="nowhere")
    assert tab.send("load").is_missing
    for name, arguments in (("write_name", ("x",)), ("write_subject", ("en", "x")), ("write_body", ("en", "x")),
                            ("show_language", ("es",)), ("discard", ()), ("send_test", ())):
        tab.send(name, *arguments)
    assert (tab.page.name, tab.page.is_changed) == ("", False)


@pytest.mark.parametrize("language", ["fr", "", "es'"])
def test_unknown_languages_are_none(tab, language):
    for name, arguments in (("write_subject", (language, "x")), ("write_body", (language, "x")),
                            ("show_language", (language,))):
        tab.send(name, *arguments)
    assert (tab.page.language, tab.page.is_changed) == ("en", False)


def test_others_see_nothing_and_their_own_places(house):
    page = Tab(house.sales, TemplatesState, template="welcome").send("load")
    assert (page.may_edit, page.rows, page.key) == (False, [], "")
    assert "templates.edit" in Tab(house.admin, SettingsState).send("load").allowed
    assert "templates.edit" not in Tab(house.sales, SettingsState).send("load").allowed


def test_a_new_one_exists_once_it_is_saved_and_can_be_deleted(house):
    tab = Tab(house.admin, TemplatesState, template="new")
    tab.send("load")
    assert (tab.page.key, tab.page.use, tab.page.is_own, tab.page.is_changed) == ("new", "step", False, False)
    tab.send("write_name", "News")
    tab.send("save")
    assert tab.was_told("Please check the marked fields.")
    tab.send("write_subject", "en", "Batteries")
    tab.send("write_body", "en", "We have them, |client_name|.")
    tab.send("choose_consent", True)
    assert "tab=privacy" in tab.page.preview_html
    tab.send("save")
    key = tab.page.key
    assert (tab.page.is_own, tab.page.is_changed, tab.page.needs_consent) == (True, False, True)
    tab.go(template=key)
    assert tab.send("load").name == "News"
    tab.send("ask_to_delete")
    assert tab.page.is_deleting
    tab.send("delete")
    tab.go()
    assert key not in [row.key for row in tab.send("load").rows]


def test_those_of_the_product_are_not_deleted_and_need_no_consent(house, tab):
    tab.send("ask_to_delete")
    assert not tab.page.is_deleting
    tab.send("delete")
    tab.send("choose_consent", True)
    assert (tab.page.needs_consent, saved(house).key) == (False, "offer-shared")
