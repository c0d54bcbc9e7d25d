"""Who acts, and what a role may do. No framework, no database.

A permission is a word with a dot: the thing and what is done to it. `PUBLIC`, `CUSTOMER`, `STAFF` and `SERVER` are the
permissions of handlers that need no more than being anybody, a customer, staff, or the server itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

PUBLIC = "public"
SIGNED_IN = "signed_in"
CUSTOMER = "customer"
STAFF = "staff"
SERVER = "server"  # only another handler may start it


class Permission(StrEnum):
    """What staff may be allowed to do."""

    SEE_ALL_OPPORTUNITIES = "opportunities.see_all"
    EDIT_OPPORTUNITIES = "opportunities.edit"
    MOVE_OPPORTUNITIES = "opportunities.move"
    SEE_FLOWS = "flows.see"
    MODIFY_FLOWS = "flows.modify"  # "modify opportunity states" (I3)
    EDIT_CUSTOMERS = "customers.edit"
    EDIT_OFFERS = "offers.edit"
    SHARE_OFFERS = "offers.share"
    SEE_MAIL = "mail.see"
    EDIT_AUTOMATIONS = "automations.edit"
    EDIT_TEMPLATES = "templates.edit"
    EDIT_COMPANY = "company.edit"
    MANAGE_STAFF = "staff.manage"
    EDIT_FIELDS = "fields.edit"  # dynamic fields, and which substage asks for which
    EDIT_CONDITIONS = "conditions.edit"
    REVIEW_DOCUMENTS = "documents.review"
    HANDLE_CASES = "cases.handle"
    SEE_PAYMENT_DATA = "customers.see_payment_data"  # numbers of bank accounts, whole
    IMPORT_CUSTOMERS = "customers.import"
    VIEW_AS_CUSTOMER = "customers.view_as"
    MANAGE_WEBHOOKS = "webhooks.manage"
    MANAGE_API_KEYS = "api_keys.manage"


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    SALES = "sales"
    BACK_OFFICE = "back_office"
    INSTALLER = "installer"
    VIEWER = "viewer"


_P = Permission
PERMISSIONS_BY_ROLE: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.SALES: frozenset({_P.SEE_ALL_OPPORTUNITIES, _P.EDIT_OPPORTUNITIES, _P.MOVE_OPPORTUNITIES, _P.EDIT_CUSTOMERS,
                           _P.EDIT_OFFERS, _P.SHARE_OFFERS, _P.SEE_MAIL, _P.SEE_FLOWS, _P.REVIEW_DOCUMENTS,
                           _P.HANDLE_CASES, _P.VIEW_AS_CUSTOMER}),
    Role.BACK_OFFICE: frozenset({_P.SEE_ALL_OPPORTUNITIES, _P.EDIT_OPPORTUNITIES, _P.MOVE_OPPORTUNITIES,
                                 _P.EDIT_CUSTOMERS, _P.SEE_MAIL, _P.SEE_FLOWS, _P.EDIT_TEMPLATES,
                                 _P.REVIEW_DOCUMENTS, _P.HANDLE_CASES, _P.IMPORT_CUSTOMERS, _P.VIEW_AS_CUSTOMER,
                                 _P.SEE_PAYMENT_DATA}),
    Role.INSTALLER: frozenset({_P.MOVE_OPPORTUNITIES, _P.HANDLE_CASES}),
    Role.VIEWER: frozenset({_P.SEE_ALL_OPPORTUNITIES, _P.SEE_FLOWS}),
}

KEY_PERMISSIONS = frozenset({_P.SEE_ALL_OPPORTUNITIES, _P.EDIT_CUSTOMERS, _P.EDIT_OPPORTUNITIES, _P.SEE_FLOWS})

KNOWN_PERMISSIONS = frozenset({PUBLIC, SIGNED_IN, CUSTOMER, STAFF, SERVER, *Permission})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is signed in, or which system came with a key. `id` is the contact's, the staff member's or the key's;
    `account_id` is empty but for customers.

    `viewer_id` is the staff member who looks at the portal as this customer sees it, and changes nothing.
    """

    kind: Literal["customer", "staff", "key", "system"]
    id: str
    name: str
    language: str
    account_id: str = ""
    role: str = ""
    session_hash: str = ""
    viewer_id: str = ""

    @property
    def is_customer(self) -> bool:
        return self.kind == "customer"

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    def can(self, permission: str) -> bool:
        """Whether a handler or service that asks for `permission` is open to this actor."""
        if permission in (PUBLIC, SIGNED_IN) or self.kind == "system":
            return True
        if self.is_customer:
            return permission == CUSTOMER
        if self.kind == "key":
            return permission in KEY_PERMISSIONS
        if permission == STAFF:
            return True
        return self.role in tuple(Role) and permission in PERMISSIONS_BY_ROLE[Role(self.role)]


SYSTEM = Actor(kind="system", id="", name="", language="en")
