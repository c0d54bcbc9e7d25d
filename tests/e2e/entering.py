"""The short way in, for journeys that are about something else."""

from __future__ import annotations

from playwright.sync_api import Page

from .pages import AccessPage, Home, StaffSignIn
from .support import Portal


def enter_as_customer(page: Page, portal: Portal, email: str) -> Home:
    """Opens the link of the newest mail to the customer and presses its button."""
    AccessPage(page, portal.wait_for_mail(email).link).open().enter()
    return Home(page)


def enter_as_staff(page: Page, made: dict, role: str = "administrator") -> None:
    StaffSignIn(page).sign_in(made["staff"][role], made["password"])
