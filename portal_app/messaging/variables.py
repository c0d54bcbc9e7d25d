"""The variables of e-mail templates: a closed list, and which of them exist for which use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..core.texts import msg, server_text, translate


class Trust(StrEnum):
    """What a value may do: be read, be followed, or be known to the reader alone."""

    PLAIN = "plain"
    SECRET = "secret"
    LINK = "link"  # a personal link: may be followed, and is secret too


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    description: str
    sample: str
    trust: Trust = Trust.PLAIN

    @property
    def is_secret(self) -> bool:
        return self.trust is not Trust.PLAIN


VARIABLES: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        Variable("client_name", msg("Name of the customer"), "Lucía Fernández"),
        Variable("client_email", msg("E-mail address of the customer"), "lucia@example.com"),
        Variable("client_code_verification", msg("Code to get into the portal"), "407182", Trust.SECRET),
        Variable("client_portal_link", msg("Personal link into the portal"), "https://portal.example/access/sample",
                 Trust.LINK),
        Variable("client_link_minutes", msg("How many minutes the link lasts"), "45"),
        Variable("client_code_minutes", msg("How many minutes the code lasts"), "5"),
        Variable("client_new_email", msg("New e-mail address that a customer asked for"), "lucia.new@example.com"),
        Variable("client_bank_account", msg("New bank account: its last four digits"), "•••• 1332"),
        Variable("client_confirm_link", msg("Personal link that confirms an e-mail address"),
                 "https://portal.example/confirm/email/sample", Trust.LINK),
        Variable("company_name", msg("Name of the company"), "Helianta"),
        Variable("company_email", msg("E-mail address of the company"), "hola@helianta.example"),
        Variable("company_phone", msg("Phone number of the company"), "+34 910 000 214"),
        Variable("opportunity_number", msg("Number of the project"), "2026-0418"),
        Variable("opportunity_title", msg("Title of the project"), "Calle del Olivo 14"),
        Variable("stage_name", msg("Public name of the stage"), server_text("Your offer")),
        Variable("substage_name", msg("Public name of the substage"), server_text("Choose your offer")),
        Variable("offer_title", msg("Title of the offer"), "Balance 6.4 kWp"),
        Variable("offer_total", msg("Total of the offer with VAT"), server_text("€10,370")),
        Variable("offer_valid_until", msg("Last day of the offer"), server_text("12 December 2026")),
        Variable("document_name", msg("Name of the file"), "DNI.pdf"),
        Variable("rejection_reason", msg("Why the file came back"), server_text("Page 2 is missing.")),
        Variable("case_number", msg("Number of the case"), "C-2026-0042"),
        Variable("case_title", msg("Title of the case"), server_text("The inverter shows an error")),
        Variable("case_type", msg("Type of the case"), server_text("The system does not work as it should")),
        Variable("case_state", msg("How the case stands"), server_text("Solved")),
        Variable("staff_name", msg("Name of the adviser or colleague"), "Javier Molina"),
        Variable("staff_link", msg("Personal link for a colleague to set a password"),
                 "https://portal.example/staff/password?token=sample", Trust.LINK),
        Variable("notification_text", msg("What a colleague is told"), server_text("Lucía Fernández accepted an offer.")),
        Variable("notification_link", msg("Page in the portal where a colleague sees it"),
                 "https://portal.example/staff/inbox", Trust.LINK),
    )
}


class Use(StrEnum):
    """What makes a mail go out. Acts of customers carry the same key as in `flows.view_kinds.Act`."""

    LOGIN_CODE = "login-code"
    CUSTOMER_REGISTERED = "customer-registered"
    DRAWING_SUBMITTED = "drawing-submitted"
    OFFER_SHARED = "offer-shared"
    ACCEPT_BUDGET = "accept-budget"
    DECLINE_BUDGET = "decline-budget"
    INITIAL_DOCUMENTATION = "initial-documentation-submitted"
    OFFER_DOCUMENTATION = "offer-documentation-submitted"
    FINANCING_DOCUMENTATION = "financing-documentation-submitted"
    CONTRACTS_DOCUMENTATION = "contracts-documentation-submitted"
    INSTALLATION_DOCUMENTATION = "installation-documentation-submitted"
    CONTRACT_SIGNED = "contract-signed"
    VISIT_CONFIRMED = "visit-confirmed"
    FLOW_REACTIVATION = "flow-reactivation"
    INCIDENT_CREATED = "incident-created"
    PROFILE_UPDATED = "profile-updated"
    BANK_ACCOUNT_CHANGED = "bank-account-changed"
    WITHDRAWAL = "withdrawal"
    EMAIL_CHANGE_OLD = "email-change-old"
    EMAIL_CHANGE_NEW = "email-change-new"
    SIGN_UP = "sign-up"
    ADDRESS_CLAIMED = "address-claimed"
    DOCUMENT_REJECTED = "document-rejected"
    CASE_ANSWERED = "case-answered"
    CASE_STATE_CHANGED = "case-state-changed"
    STEP = "step"
    STAFF_INVITED = "staff-invited"
    STAFF_RESET = "staff-reset"
    STAFF_NOTIFICATION = "staff-notification"


_COMPANY = ("company_name", "company_email", "company_phone")
_CLIENT = ("client_name", "client_email", *_COMPANY)
_LINK = ("client_portal_link", "client_link_minutes")
_PROJECT = (*_CLIENT, *_LINK, "opportunity_number", "opportunity_title", "stage_name", "substage_name", "staff_name")
_CASE = (*_PROJECT, "case_number", "case_title", "case_type", "case_state")
_OFFER = (*_PROJECT, "offer_title", "offer_total", "offer_valid_until")

VARIABLES_BY_USE: dict[str, tuple[str, ...]] = {
    Use.LOGIN_CODE: (*_CLIENT, "client_code_verification", "client_code_minutes"),
    Use.CUSTOMER_REGISTERED: (*_CLIENT, *_LINK),
    Use.DRAWING_SUBMITTED: _PROJECT,
    Use.OFFER_SHARED: _OFFER,
    Use.ACCEPT_BUDGET: _OFFER,
    Use.DECLINE_BUDGET: _OFFER,
    Use.INITIAL_DOCUMENTATION: _PROJECT,
    Use.OFFER_DOCUMENTATION: _PROJECT,
    Use.FINANCING_DOCUMENTATION: _PROJECT,
    Use.CONTRACTS_DOCUMENTATION: _PROJECT,
    Use.INSTALLATION_DOCUMENTATION: _PROJECT,
    Use.CONTRACT_SIGNED: _PROJECT,
    Use.VISIT_CONFIRMED: _PROJECT,
    Use.FLOW_REACTIVATION: _PROJECT,
    Use.INCIDENT_CREATED: _CASE,
    Use.CASE_ANSWERED: _CASE,
    Use.CASE_STATE_CHANGED: _CASE,
    Use.PROFILE_UPDATED: (*_CLIENT, *_LINK),
    Use.BANK_ACCOUNT_CHANGED: (*_CLIENT, *_LINK, "client_bank_account"),
    Use.WITHDRAWAL: _PROJECT,
    Use.EMAIL_CHANGE_OLD: (*_CLIENT, "client_new_email", "client_confirm_link"),
    Use.EMAIL_CHANGE_NEW: (*_CLIENT, "client_new_email", "client_confirm_link"),
    Use.SIGN_UP: ("client_name", "client_confirm_link", *_COMPANY),
    Use.ADDRESS_CLAIMED: (*_CLIENT, *_LINK),
    Use.DOCUMENT_REJECTED: (*_PROJECT, "document_name", "rejection_reason"),
    Use.STEP: _PROJECT,
    Use.STAFF_INVITED: (*_COMPANY, "staff_name", "staff_link"),
    Use.STAFF_RESET: (*_COMPANY, "staff_name", "staff_link"),
    Use.STAFF_NOTIFICATION: (*_COMPANY, "staff_name", "notification_text", "opportunity_number", "opportunity_title",
                             "notification_link"),
}

# What a mail is for: without it the reader could do nothing with it.
NEEDED_BY_USE: dict[str, str] = {
    Use.LOGIN_CODE: "client_code_verification",
    Use.EMAIL_CHANGE_OLD: "client_confirm_link",
    Use.EMAIL_CHANGE_NEW: "client_confirm_link",
    Use.SIGN_UP: "client_confirm_link",
    Use.DOCUMENT_REJECTED: "rejection_reason",
    Use.STAFF_INVITED: "staff_link",
    Use.STAFF_RESET: "staff_link",
    Use.STAFF_NOTIFICATION: "notification_text",
}

USE_TITLES: dict[str, str] = {
    Use.LOGIN_CODE: msg("A customer asks for a code"),
    Use.CUSTOMER_REGISTERED: msg("A customer is new in the portal"),
    Use.DRAWING_SUBMITTED: msg("A customer sends the drawing of the roof"),
    Use.OFFER_SHARED: msg("We share an offer"),
    Use.ACCEPT_BUDGET: msg("A customer accepts an offer"),
    Use.DECLINE_BUDGET: msg("A customer declines an offer"),
    Use.INITIAL_DOCUMENTATION: msg("A customer sends the first documents"),
    Use.OFFER_DOCUMENTATION: msg("A customer sends the documents for the offer"),
    Use.FINANCING_DOCUMENTATION: msg("A customer sends the documents for the financing"),
    Use.CONTRACTS_DOCUMENTATION: msg("A customer sends the documents for the contracts"),
    Use.INSTALLATION_DOCUMENTATION: msg("A customer sends the documents for the installation"),
    Use.CONTRACT_SIGNED: msg("A customer signs the contract"),
    Use.VISIT_CONFIRMED: msg("A customer confirms the visit"),
    Use.FLOW_REACTIVATION: msg("A customer starts again"),
    Use.INCIDENT_CREATED: msg("A customer reports a problem"),
    Use.PROFILE_UPDATED: msg("A customer changes their own data"),
    Use.BANK_ACCOUNT_CHANGED: msg("A customer changes the bank account"),
    Use.WITHDRAWAL: msg("A customer withdraws from the contract"),
    Use.EMAIL_CHANGE_OLD: msg("A customer wants another e-mail address: to the present one"),
    Use.EMAIL_CHANGE_NEW: msg("A customer wants another e-mail address: to the new one"),
    Use.SIGN_UP: msg("Somebody signs up"),
    Use.ADDRESS_CLAIMED: msg("Somebody enters the address of a customer"),
    Use.DOCUMENT_REJECTED: msg("We send a file back"),
    Use.CASE_ANSWERED: msg("We answer a customer's case"),
    Use.CASE_STATE_CHANGED: msg("We change how a customer's case stands"),
    Use.STEP: msg("A project comes to a step, leaves it or stays in it"),
    Use.STAFF_INVITED: msg("We invite a colleague"),
    Use.STAFF_RESET: msg("A colleague forgot the password"),
    Use.STAFF_NOTIFICATION: msg("A colleague is told of a change"),
}


def variables_of(use: str) -> list[Variable]:
    """The variables that exist for a use, in the order in which the editor lists them."""
    return [VARIABLES[name] for name in VARIABLES_BY_USE.get(use, ())]


def samples_of(use: str, language: str = "en") -> dict[str, str]:
    return {variable.name: translate(language, variable.sample) for variable in variables_of(use)}
