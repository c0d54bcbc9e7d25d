"""What happens to customers. Secret tokens travel with the event but are never stored with it."""

from __future__ import annotations

from typing import ClassVar

from ..core.events import DomainEvent


class CustomerRegistered(DomainEvent):
    """A customer is new in the portal; `opportunity_id` when the registration began one."""

    contact_id: str
    opportunity_id: str | None = None


class SignedUp(DomainEvent):
    """Somebody became a customer by themselves, on the public page."""

    contact_id: str


class ContactChanged(DomainEvent):
    """Name, address or other data of a contact are new; what was copied from them follows."""

    contact_id: str


class ProfileUpdated(DomainEvent):
    """A customer changed their own data; `attributes` are the names of the columns."""

    contact_id: str
    attributes: list[str]


class BankAccountChanged(DomainEvent):
    """A customer named another bank account, or took it away: what thieves do, so that its owner hears of it."""

    contact_id: str
    iban_masked: str  # empty when there is none any more


class ConsentChanged(DomainEvent):
    """A customer gave or withdrew a consent."""

    contact_id: str
    channel: str
    is_given: bool


class EmailChangeRequested(DomainEvent):
    """A customer named a new address. Both addresses get a link of their own, which leads to `/confirm/email/…`."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"old_token", "new_token"})

    change_id: str
    contact_id: str
    old_token: str
    new_token: str


class AddressClaimed(DomainEvent):
    """Somebody signs up with, or wants to move to, the address of this contact, who hears of it and gets a way in."""

    contact_id: str


class SignUpRequested(DomainEvent):
    """Somebody wants to be a customer. The link leads to `/confirm/sign-up/…`; who they are is nobody's yet, so that
    name, address and language travel as secrets too."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"email", "name", "token"})

    email: str
    name: str
    language: str
    token: str
