"""The short way in, for journeys that are about something else: the pages for it have journeys of their own."""

from __future__ import annotations

from playwright.sync_api import APIResponse, Page

from .pages import Home, Screen
from .support import Portal


def enter_as_customer(page: Page, portal: Portal, email: str) -> Home:
    """Uses up the link of the newest mail to the customer and opens where it leads."""
    answer = _post(page, portal.wait_for_mail(email).link, {}, portal.url)
    page.goto(answer.headers["location"])
    Screen(page).ready()
    return Home(page)


def enter_as_staff(page: Page, made: dict, role: str = "administrator") -> None:
    """Nothing is open yet."""
    _post(page, "/api/staff/sign-in", {"email": made["staff"][role], "password": made["password"]}, made["url"])


def _post(page: Page, address: str, data: dict, origin: str) -> APIResponse:
    """What comes back, such as the cookie of the session, is kept by the page's browser."""
    answer = page.context.request.post(address, data=data, headers={"Origin": origin}, max_redirects=0)
    assert answer.status < 400, f"not let in: {answer.status}"
    return answer
