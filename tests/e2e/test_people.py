"""Own data, a new e-mail address, consents, signing up and importing: as customers and staff do it."""

from __future__ import annotations

import re
import urllib.request

import pytest
from playwright.sync_api import expect

from .entering import enter_as_customer, enter_as_staff
from .pages import (
    ConfirmPage,
    CustomerImport,
    Home,
    Offers,
    Profile,
    Screen,
    SignIn,
    SignUp,
    StaffActions,
    StaffCustomer,
    StaffPortalSettings,
    StaffProject,
    StaffTemplates,
    confirm_link,
)

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def test_a_customer_corrects_own_data_and_staff_see_who_and_when(people, portal):
    made = portal.reset("request")
    customer, staff = people.new_page(**PHONE), people.new_page()
    enter_as_customer(customer, portal, made["email"])
    profile = Profile(customer).open()
    profile.save(name="", phone="call me")
    expect(profile.error("name")).to_contain_text("Please fill this in.")
    expect(profile.error("phone")).to_contain_text("does not look like a phone number")
    profile.save(name="Ana María Torres", phone="+34 611 222 333")
    expect(profile.error("name")).to_have_count(0)
    expect(profile.notices.locator("[data-kind=ok]")).to_have_count(1)
    customer.reload()
    expect(profile.ready().page.locator("#phone")).to_have_value("+34 611 222 333")

    enter_as_staff(staff, made)
    StaffProject(staff).open(f"id={made['opportunity']}")
    expect(staff.get_by_test_id("contact-changes")).to_contain_text("+34 611 222 333")
    staff.get_by_test_id("to-customer").click()
    changes = StaffCustomer(staff).changes
    expect(changes).to_have_count(2)
    expect(changes.filter(has_text="Ana Torres (customer)")).to_have_count(2)
    expect(profile.notices.locator("li")).to_have_count(0)  # what went well goes by itself


def test_a_new_address_is_confirmed_at_both_and_programs_that_look_confirm_nothing(people, portal):
    made = portal.reset("request")
    old, new = made["email"], "ana.new@example.com"
    customer, phone = people.new_page(), people.new_page(**PHONE)
    enter_as_customer(customer, portal, old)
    profile = Profile(customer).open()
    profile.ask_for_address("")
    expect(profile.error("email")).to_contain_text("Please fill this in.")
    profile.ask_for_address(new)
    expect(profile.id("pending-email")).to_contain_text(new)
    links = [confirm_link(portal.wait_for_mail(old, "new address")), confirm_link(portal.wait_for_mail(new, "confirm"))]
    for link in links:
        for method in ("GET", "HEAD", "GET"):
            with urllib.request.urlopen(urllib.request.Request(link, method=method), timeout=10) as answer:
                assert answer.status == 200
    confirm = ConfirmPage(phone)
    confirm.open_link(links[1]).confirm()
    expect(confirm.heading).to_contain_text("one more")
    expect(profile.id("new-address")).to_contain_text("Confirmed")  # the page follows by itself
    expect(profile.address).to_have_text(old)
    confirm.open_link(links[0]).confirm()
    expect(confirm.heading).to_contain_text("changed")
    confirm.open_link(links[0]).confirm()
    expect(confirm.heading).to_contain_text("ended")
    expect(profile.address).to_have_text(new)
    # From now on only the new address opens the portal
    other = people.new_page()
    SignIn(other).open().ask_for_code(new)
    SignIn(other).type_code(portal.wait_for_mail(new, "code").code)
    expect(Home(other).greeting).to_contain_text("Ana")


def test_a_bank_account_is_named_and_read_masked_from_then_on(people, portal):
    made = portal.reset("request")
    customer, staff = people.new_page(**PHONE), people.new_page()
    enter_as_customer(customer, portal, made["email"])
    profile = Profile(customer).open()
    profile.name_bank_account("ES91 2100 0418 4502 0005 1333")
    expect(profile.error("iban")).to_contain_text("not a valid IBAN")
    expect(customer.locator("#iban")).to_have_value("ES91 2100 0418 4502 0005 1333")
    profile.name_bank_account("ES91 2100 0418 4502 0005 1332")
    expect(profile.bank).to_contain_text("•••• 1332")
    assert "•••• 1332" in portal.wait_for_mail(made["email"], "bank account").text

    enter_as_staff(staff, made)
    StaffProject(staff).open(f"id={made['opportunity']}")
    staff.get_by_test_id("to-customer").click()
    detail = StaffCustomer(staff)
    expect(detail.id("customer-data")).to_contain_text("•••• 1332")
    expect(detail.changes.filter(has_text="•••• 1332")).to_have_count(1)
    assert "2100 0418" not in staff.content()
    detail.act(detail.id("show-iban"))
    expect(detail.id("iban")).to_have_text("ES91 2100 0418 4502 0005 1332")
    staff.reload()
    expect(detail.id("iban")).to_have_text("•••• 1332")

    profile.act(profile.id("remove-bank"))
    profile.act(profile.id("confirm-removal"))
    expect(profile.bank).to_contain_text("No bank account yet")
    expect(profile.bank.get_by_role("heading")).to_be_focused()  # what was pressed is gone
    expect(detail.changes).to_have_count(4)


def test_consents_are_given_and_withdrawn_by_keyboard_and_kept(people, portal):
    made = portal.reset("request")
    page, staff = people.new_page(reduced_motion="reduce"), people.new_page()
    enter_as_customer(page, portal, made["email"])
    profile = Profile(page).open()
    page.locator("#account-personal").focus()
    page.keyboard.press("End")
    expect(page.locator("#account-privacy")).to_have_attribute("aria-selected", "true")
    switch = profile.channel("email")
    expect(switch).not_to_be_checked()
    switch.focus()
    page.keyboard.press("Space")
    expect(profile.decisions).to_have_count(1)
    expect(switch).to_be_checked()
    page.keyboard.press("Space")
    expect(profile.decisions).to_have_count(2)
    expect(switch).not_to_be_checked()
    enter_as_staff(staff, made)
    StaffProject(staff).open(f"id={made['opportunity']}")
    staff.get_by_test_id("to-customer").click()
    expect(StaffCustomer(staff).consents).to_have_count(2)


def test_news_need_a_consent_and_the_project_says_why_none_went_out(people, portal):
    made = portal.reset("offers")
    page, desk = people.new_page(), people.new_page()
    enter_as_staff(desk, made)
    templates = StaffTemplates(desk).open()
    templates.begin()
    templates.write(name="News about batteries")
    templates.save()
    expect(desk.locator("#body-error")).to_contain_text("Please fill this in.")
    templates.write(subject="A battery for your roof", body="Hello |client_name|, now is the time.")
    box = desk.locator("input[name=needs_consent]")
    templates.act(box)
    expect(box).to_be_checked()
    expect(desk.frame_locator(".mail-frame").get_by_text("You can withdraw that here")).to_be_visible()
    templates.save()
    expect(templates.id("delete-template")).to_be_visible()
    templates.open()
    expect(templates.row("News about batteries")).to_contain_text("with consent")

    StaffActions(desk).open().set("decline-budget", "Home solar", move_to="We plan your system", mail="News about batteries")
    enter_as_customer(page, portal, made["email"])
    Offers(page).open().decline("too_expensive")
    project = StaffProject(desk).open_project(made["opportunity"])
    mail = project.id("mail-row").filter(has_text="A battery for your roof")
    expect(mail).to_contain_text("The customer has not agreed to news by e-mail.")
    expect(mail).to_contain_text("Not sent")


def test_staff_block_a_customer_who_is_out_at_once_and_gets_no_code(people, portal):
    made = portal.reset("request")
    page, staff, other = people.new_page(), people.new_page(), people.new_page()
    home = enter_as_customer(page, portal, made["email"])
    expect(home.greeting).to_be_visible()
    enter_as_staff(staff, made)
    StaffProject(staff).open(f"id={made['opportunity']}")
    staff.get_by_test_id("to-customer").click()
    detail = StaffCustomer(staff)
    detail.act(detail.id("block-access"))
    detail.act(detail.id("confirm-block"))
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(detail.changes.filter(has_text="Locked out")).to_have_count(1)
    SignIn(other).open().ask_for_code(made["email"])  # answers as to anybody
    project = StaffProject(staff).open_project(made["opportunity"])
    project.act(project.id("send-link"))
    expect(project.notices).to_contain_text("The access of this customer is blocked.")
    project.act(project.id("to-customer"))
    detail.act(detail.id("allow-access"))
    expect(detail.id("block-access")).to_be_visible()
    expect(detail.changes).to_have_count(2)


def test_somebody_signs_up_where_the_company_lets_them(people, portal):
    made = portal.reset("request")
    staff, guest = people.new_page(), people.new_page(**PHONE)
    enter_as_staff(staff, made)
    settings = StaffPortalSettings(staff).open()
    settings.let_sign_up(False)
    sign_up = SignUp(guest).open()
    expect(sign_up.id("sign-up-closed")).to_be_visible()
    settings.let_sign_up(True)
    guest.goto("/sign-in")
    SignIn(guest).ready().act(guest.get_by_test_id("to-sign-up"))
    sign_up.ready().send(name="", email="eva")
    expect(sign_up.error("email")).to_contain_text("does not look like an e-mail address")
    expect(sign_up.error("name")).to_contain_text("Please fill this in.")
    expect(guest.locator("#name")).to_be_focused()
    sign_up.send(name="Eva Soler")
    expect(sign_up.error("name")).to_have_count(0)
    expect(guest.locator("#email")).to_be_focused()
    sign_up.send(email="eva.soler@example.com")
    expect(sign_up.id("signed-up")).to_be_visible()
    ConfirmPage(guest).open_link(confirm_link(portal.wait_for_mail("eva.soler@example.com"))).confirm()
    expect(guest).to_have_url(re.compile("/home"))
    expect(Home(guest).heading).to_contain_text("Eva")


def test_a_known_address_reads_the_same_and_gets_a_way_in(people, portal):
    made = portal.reset("request")
    staff = people.new_page()
    enter_as_staff(staff, made)
    StaffPortalSettings(staff).open().let_sign_up(True)
    texts = []
    for address in (made["email"], "new.person@example.com"):
        guest = people.new_page()
        SignUp(guest).open().send(name="Somebody", email=address)
        expect(guest.get_by_test_id("signed-up")).to_be_visible()
        texts.append(guest.locator("main").inner_text())
    assert texts[0] == texts[1]
    assert "/access/" in portal.wait_for_mail(made["email"], "already").link


def test_a_choice_that_the_server_refuses_goes_back(page, portal):
    enter_as_staff(page, portal.reset("request"))
    page.goto("/staff/settings/team")
    screen = Screen(page).ready()
    role = screen.id("member").filter(has_text="(you)").get_by_test_id("role")
    role.select_option("viewer")
    expect(screen.notices).to_contain_text("The last administrator stays.")
    expect(role).to_have_value("administrator")
    page.goto("/staff/settings/templates")
    expect(Screen(page).ready().notices.locator("li")).to_have_count(0)  # it was said of the page before


def test_customers_are_imported_after_a_dry_run_and_not_twice(people, portal):
    made = portal.reset("request")
    page = people.new_page()
    enter_as_staff(page, made)
    page.goto("/staff/customers")
    Screen(page).ready()
    page.get_by_test_id("to-import").click()
    importing = CustomerImport(page).ready()
    head = "Name;E-Mail;Telefon;Sprache\n"
    good = "Max Grün;max@example.com;+49 151 1;Deutsch\nZoë;zoe@example.com;;en\n"
    importing.choose((head + good + "Eva;eva@;;xx\n;MAX@example.com;;\n").encode("latin-1"))
    expect(importing.errors).to_have_count(4)  # the last line has no name, and an address that came before
    expect(importing.errors.first).to_contain_text("Line 4")
    expect(importing.id("import-now")).to_have_count(0)
    importing.choose((head + good).encode("utf-8-sig"))
    expect(importing.id("import-new")).to_have_text("2")
    expect(importing.errors).to_have_count(0)
    importing.act(importing.id("invites"))
    importing.act(importing.id("import-now"))
    expect(importing.id("import-card")).to_contain_text("2 customers are imported.")
    importing.open().choose((head + good).encode())
    expect(importing.id("import-known")).to_have_text("2")
    expect(importing.id("import-now")).to_have_count(0)
    page.goto("/staff/customers?search=gr%C3%BCn")
    expect(page.get_by_test_id("customer-row")).to_have_count(1)


@pytest.mark.parametrize(("locale", "words"), [("es-ES", "Confirma"), ("it-IT", "Conferma"), ("de-DE", "Bestätigen")])
def test_the_page_behind_a_link_speaks_the_readers_language(people, portal, locale, words):
    page = people.new_page(locale=locale)
    page.goto("/confirm/email/whatever")
    expect(page.locator("main h1")).to_contain_text(words)
