"""What staff can be told of, how each kind reaches them, and the words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from ..access.actors import Permission
from ..core.errors import Values
from ..core.localized import in_language
from ..core.texts import msg
from ..flows.view_kinds import Act


class Kind(StrEnum):
    """A kind of change, as staff choose how they are told of it."""

    DRAWING = "drawing"
    OFFER = "offer"
    DOCUMENTATION = "documentation"
    PROFILE = "profile"
    CASE = "case"
    CUSTOMER = "customer"
    PROCESS = "process"


class Channel(StrEnum):
    APPLICATION = "application"
    EMAIL = "email"
    BOTH = "both"
    NONE = "none"

    @property
    def is_shown(self) -> bool:
        return self in (Channel.APPLICATION, Channel.BOTH)

    @property
    def is_mailed(self) -> bool:
        return self in (Channel.EMAIL, Channel.BOTH)


DEFAULT_CHANNEL = Channel.APPLICATION

# Whom `notify` tells; anything else is the id of a staff member.
OWNER = "owner"
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class KindInfo:
    kind: Kind
    title: str
    summary: str
    icon: str
    needs: Permission | None = None  # who may not do it is not told of it


KINDS: dict[Kind, KindInfo] = {
    info.kind: info
    for info in (
        KindInfo(Kind.DRAWING, msg("Roofs"), msg("A customer sends the drawing of the roof."), "pencil-ruler"),
        KindInfo(Kind.OFFER, msg("Offers"),
                 msg("A customer accepts or declines an offer, asks for a change, signs or withdraws."), "sun"),
        KindInfo(Kind.DOCUMENTATION, msg("Documents"),
                 msg("A customer sends documents, or gives one that nobody asked for."), "file-text"),
        KindInfo(Kind.PROFILE, msg("Customers’ own data"), msg("A customer changes name, phone, address or e-mail."),
                 "circle-user"),
        KindInfo(Kind.CASE, msg("Problems"), msg("A customer reports a problem, answers, or closes it."), "life-buoy",
                 Permission.HANDLE_CASES),
        KindInfo(Kind.CUSTOMER, msg("New customers"), msg("Somebody signs up on the public page."), "user-plus",
                 Permission.EDIT_CUSTOMERS),
        KindInfo(Kind.PROCESS, msg("Process"),
                 msg("A customer starts again or confirms a visit, or an automatic action has something to say."),
                 "workflow"),
    )
}

KIND_BY_ACT: dict[Act, Kind] = {
    Act.DRAWING_SUBMITTED: Kind.DRAWING,
    Act.ACCEPT_BUDGET: Kind.OFFER,
    Act.DECLINE_BUDGET: Kind.OFFER,
    Act.INITIAL_DOCUMENTATION: Kind.DOCUMENTATION,
    Act.OFFER_DOCUMENTATION: Kind.DOCUMENTATION,
    Act.FINANCING_DOCUMENTATION: Kind.DOCUMENTATION,
    Act.CONTRACTS_DOCUMENTATION: Kind.DOCUMENTATION,
    Act.INSTALLATION_DOCUMENTATION: Kind.DOCUMENTATION,
    Act.CONTRACT_SIGNED: Kind.OFFER,
    Act.VISIT_CONFIRMED: Kind.PROCESS,
    Act.FLOW_REACTIVATION: Kind.PROCESS,
    Act.INCIDENT_CREATED: Kind.CASE,
    Act.PROFILE_UPDATED: Kind.PROFILE,
    Act.WITHDRAWAL: Kind.OFFER,
}

# By key. `{name}` is the customer, looked up when it is read; other placeholders come from the values.
TEXTS: dict[str, str] = {
    Act.DRAWING_SUBMITTED: msg("{name} sent the drawing of the roof."),
    Act.ACCEPT_BUDGET: msg("{name} accepted an offer."),
    Act.DECLINE_BUDGET: msg("{name} declined the offer."),
    Act.INITIAL_DOCUMENTATION: msg("{name} sent the first documents."),
    Act.OFFER_DOCUMENTATION: msg("{name} sent the documents for the offer."),
    Act.FINANCING_DOCUMENTATION: msg("{name} sent the documents for the financing."),
    Act.CONTRACTS_DOCUMENTATION: msg("{name} sent the documents for the contracts."),
    Act.INSTALLATION_DOCUMENTATION: msg("{name} sent the documents for the installation."),
    Act.CONTRACT_SIGNED: msg("{name} signed the contract."),
    Act.VISIT_CONFIRMED: msg("{name} confirmed the visit."),
    Act.FLOW_REACTIVATION: msg("{name} wants to start again."),
    Act.INCIDENT_CREATED: msg("{name} reported a problem."),
    Act.PROFILE_UPDATED: msg("{name} changed their own data."),
    Act.WITHDRAWAL: msg("{name} withdrew from the contract."),
  "offer-wish": msg("{name} asks for a change of the offer."),
    "document-given": msg("{name} sent a file that nobody asked for."),
    "case-answered": msg("{name} answered in a case."),
    "case-closed": msg("{name} closed a case."),
    "case-reopened": msg("{name} opened a case again."),
    "case-assigned": msg("A case is yours now."),
    "customer-registered": msg("{name} signed up."),
    "automation-note": msg("{note}"),
    "automation-stopped": msg("An automatic action was stopped: {note}"),
}
SOMETHING = msg("Something changed.")

# Told once while it is new to the reader, however often it happens within this time: files come by the dozen.
COALESCED = frozenset({"document-given", "case-answered", "offer-wish", Act.PROFILE_UPDATED.value})
COALESCED_WITHIN = timedelta(minutes=30)

LONGEST_NOTE = 500
KEPT_FOR = timedelta(days=180)

# Said by the bell, which stands in the frame of all staff pages.
BELL = msg("Inbox")
BELL_NEW = msg("Inbox, new: {count}")


def worded(key: str, values: Mapping[str, Any], language: str, fallback: str) -> tuple[str, Values]:
    """A catalogue text, and what fills it in a language. A `reason` among the values is such a text by itself."""
    words = {name: in_language(value, language, fallback) if isinstance(value, dict) else value
             for name, value in values.items()}
    return words.pop("reason", "") or TEXTS.get(key, SOMETHING), words


def is_own_page(page: str) -> bool:
    """Whether a notification may lead there: a page of staff, never another site."""
    return page.startswith("/staff/") and "//" not in page and "\\" not in page and page.isprintable()
