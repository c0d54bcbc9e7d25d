"""Getting in: a link that has ended, codes, wrong codes, links that programs open before people."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from .pages import AccessPage, Home, SignIn


def wrong_one(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize("how", ["expired", "used", "malformed"])
def test_a_link_that_has_ended_leads_to_a_code(page, people, portal, how):
    email = portal.reset("request")["email"]
    link = portal.wait_for_mail(email).link
    if how == "expired":
        portal.expire_links()
    elif how == "used":
        AccessPage(people.new_page(), link).open().enter()
    else:
        link = f"{link[:-4]}/%00"
    access = AccessPage(page, link).open()
    access.act(access.button)  # says so, and its button leads on
    expect(page).to_have_url(re.compile("/access/"))
    access.act(access.button)
    sign_in = SignIn(page).ready()
    expect(page).to_have_url(re.compile(r"/sign-in\?why=link"))
    sign_in.ask_for_code(email)
    sign_in.type_code(portal.wait_for_mail(email, "code").code)
    home = Home(page).ready()
    expect(home.greeting).to_contain_text("Ana")


def test_the_fifth_wrong_code_ends_it_and_the_right_one_no_longer_helps(page, portal):
    email = portal.reset("request")["email"]
    sign_in = SignIn(page).open().ask_for_code(email)
    code = portal.wait_for_mail(email, "code").code
    for left in (4, 3, 2, 1):
        sign_in.type_code(wrong_one(code))
        expect(sign_in.error).to_contain_text(str(left))
    sign_in.type_code(wrong_one(code))
    expect(sign_in.error).to_contain_text("no longer works")
    sign_in.code_field.fill("")
    expect(sign_in.error).to_have_count(0)
    sign_in.type_code(code)
    expect(sign_in.error).to_contain_text("no longer works")
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(sign_in.send_again).to_be_disabled()  # at most one mail a minute


def test_an_unknown_address_reads_the_same_and_gets_no_mail(page, people, portal):
    email = portal.reset("request")["email"]
    texts = []
    for address, tab in ((email, page), ("nobody.here@example.com", people.new_page())):
        sign_in = SignIn(tab).open().ask_for_code(address)
        expect(tab.locator("main")).to_contain_text(address)
        expect(sign_in.send_again).to_be_disabled()
        text = tab.locator("main").inner_text().replace(address, "…")
        texts.append(re.sub(r"\d+ s", "… s", text))
        sign_in.type_code("000000")
        expect(sign_in.error).to_contain_text("4")
    assert texts[0] == texts[1]
    portal.wait_for_mail(email, "code")
    assert portal.mails_to("nobody.here@example.com") == []


def test_programs_that_open_a_link_do_not_use_it_up(page, portal):
    email = portal.reset("request")["email"]
    link = portal.wait_for_mail(email).link
    for method in ("GET", "HEAD", "GET"):
        with urllib.request.urlopen(urllib.request.Request(link, method=method), timeout=10) as answer:
            assert answer.status == 200
            assert "set-cookie" not in {name.lower() for name in answer.headers}
    page.goto(link)
    page.reload()
    access = AccessPage(page, link)
    access.enter()
    expect(Home(page).greeting).to_be_visible()
    with pytest.raises(urllib.error.HTTPError) as refused:  # now it is used up
        urllib.request.urlopen(urllib.request.Request(link, b"", {"Origin": portal.url}), timeout=10)
    assert refused.value.code == 410


def test_a_link_works_on_another_device_and_says_nothing_before_its_button(people, portal):
    email = portal.reset("request")["email"]
    phone = people.new_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    access = AccessPage(phone, portal.wait_for_mail(email).link).open()
    assert "Ana" not in phone.content()
    assert phone.locator("script").count() == 0
    access.enter()
    expect(Home(phone).greeting).to_contain_text("Ana")
