"""Who is who in the demonstration, and how they sign in."""

from __future__ import annotations

from dataclasses import dataclass

from ..access.actors import Role

PASSWORD = "sunny-side-of-the-roof"


@dataclass(frozen=True, slots=True)
class DemoStaff:
    key: str
    name: str
    email: str
    role: Role
    language: str = "en"


STAFF = (
    DemoStaff("administrator", "Javier Molina", "admin@example.com", Role.ADMINISTRATOR),
    DemoStaff("sales", "Nora Ruiz", "sales@example.com", Role.SALES),
    DemoStaff("back_office", "Pau Serra", "office@example.com", Role.BACK_OFFICE),
    DemoStaff("installer", "Iker Vidal", "installer@example.com", Role.INSTALLER),
    DemoStaff("viewer", "Ada Blanco", "viewer@example.com", Role.VIEWER),
)

CUSTOMER_EMAIL = "lucia.fernandez@example.com"

GUIDE = (
    "Customer portal  {url}\n"
    "                 a customer: {customer} (ask for a code, it arrives in the mailbox)\n"
    "Staff            {url}/staff\n"
    "                 {admin}, password {password}\n"
    "Demo mailbox     {url}/mailbox\n"
    "                 every mail that the portal sends"
)


def sign_in_guide(url: str) -> str:
    """Three addresses with how to sign in, for the terminal."""
    values = {"url": url, "customer": CUSTOMER_EMAIL, "admin": STAFF[0].email, "password": PASSWORD}
    text = GUIDE
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
