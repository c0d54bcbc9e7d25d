"""Signing out bites at once, everywhere."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .entering import enter_as_customer
from .pages import Account, Home, Offers, SignIn, StaffSignIn


def test_signing_out_everywhere_reaches_another_device(people, portal):
    email = portal.reset("request")["email"]
    other = people.new_page()
    enter_as_customer(other, portal, email)
    page = people.new_page()
    sign_in = SignIn(page).open().ask_for_code(email)
    sign_in.type_code(portal.wait_for_mail(email, "code").code)
    expect(Home(page).greeting).to_be_visible()
    account = Account(page).open()
    expect(account.sessions).to_have_count(2)
    account.sign_out_everywhere()
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(other).to_have_url(re.compile(r"/sign-in\?why=expired"))
    other.goto("/home")
    expect(other).to_have_url(re.compile("/sign-in"))


def test_ending_one_other_session_leaves_this_one(people, portal):
    email = portal.reset("request")["email"]
    other = people.new_page()
    enter_as_customer(other, portal, email)
    page = people.new_page()
    SignIn(page).open().ask_for_code(email).type_code(portal.wait_for_mail(email, "code").code)
    expect(Home(page).greeting).to_be_visible()
    account = Account(page).open()
    account.act(account.id("end-session"))
    expect(account.sessions).to_have_count(1)
    expect(page.locator("#sessions")).to_be_focused()
    expect(other).to_have_url(re.compile("/sign-in"))
    Home(page).open()
    expect(Home(page).greeting).to_be_visible()


def test_signing_out_leaves_nothing_behind_in_this_browser(page, portal):
    email = portal.reset("request")["email"]
    home = enter_as_customer(page, portal, email)
    expect(home.greeting).to_contain_text("Ana")
    home.sign_out()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert not [cookie for cookie in page.context.cookies() if "session" in cookie.get("name", "")]
    page.go_back()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert "Ana" not in page.locator("main").inner_text()


def test_who_was_signed_out_goes_on_where_they_were(page, portal):
    made = portal.reset("offers")
    enter_as_customer(page, portal, made["email"])
    Offers(page).open(f"project={made['opportunity']}").ready()
    page.context.clear_cookies()
    page.reload()
    sign_in = SignIn(page).ready().ask_for_code(made["email"])
    sign_in.type_code(portal.wait_for_mail(made["email"], "code").code)
    expect(page).to_have_url(re.compile(f"/offers.*{made['opportunity']}"))


def test_an_address_that_a_colleague_sent_opens_after_signing_in(page, portal):
    made = portal.reset("offers")
    page.goto(f"/staff/project?id={made['opportunity']}")
    expect(page).to_have_url(re.compile("/staff/sign-in"))
    expect(page.get_by_role("status").filter(has_text="signed out")).to_have_count(0)
    StaffSignIn(page).ready().send(made["staff"]["sales"], made["password"])
    expect(page).to_have_url(re.compile(f"/staff/project.*{made['opportunity']}"))


def test_nobody_is_sent_to_sign_in(page):
    for path in ("/home", "/offers", "/drawing", "/account"):
        page.goto(path)
        expect(page, path).to_have_url(re.compile(r"/sign-in"))


def test_customers_do_not_see_staff_pages_and_nobody_signs_in_as_staff(page, people, portal):
    email = portal.reset("request")["email"]
    customer = people.new_page()
    enter_as_customer(customer, portal, email)
    for path in ("/staff", "/staff/projects", "/staff/settings/flows"):
        page.goto(path)
        expect(page, path).to_have_url(re.compile("/staff/sign-in"))
        customer.goto(path)
        expect(customer, path).to_have_url(re.compile("/home$"))  # led to their own door
