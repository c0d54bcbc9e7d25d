"""The templates that every installation begins with, in all languages. Staff change them as they like."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session, select

from ..core.texts import LANGUAGES
from .models import EmailTemplate
from .variables import Use

TEXTS = Path(__file__).with_name("texts")
USE_BY_KEY = {
    "login-code": Use.LOGIN_CODE,
    "welcome": Use.CUSTOMER_REGISTERED,
    "drawing-submitted": Use.DRAWING_SUBMITTED,
    "offer-shared": Use.OFFER_SHARED,
    "accept-budget": Use.ACCEPT_BUDGET,
    "decline-budget": Use.DECLINE_BUDGET,
    "email-change-old": Use.EMAIL_CHANGE_OLD,
    "email-change-new": Use.EMAIL_CHANGE_NEW,
    "sign-up": Use.SIGN_UP,
    "address-claimed": Use.ADDRESS_CLAIMED,
    "document-rejected": Use.DOCUMENT_REJECTED,
    "incident-created": Use.INCIDENT_CREATED,
    "case-answered": Use.CASE_ANSWERED,
    "case-state-changed": Use.CASE_STATE_CHANGED,
    "documentation-received": Use.STEP,
    "step-reminder": Use.STEP,
    "flow-reactivation": Use.FLOW_REACTIVATION,
    "bank-account-changed": Use.BANK_ACCOUNT_CHANGED,
    "profile-updated": Use.PROFILE_UPDATED,
    "staff-invited": Use.STAFF_INVITED,
    "staff-reset": Use.STAFF_RESET,
    "staff-notification": Use.STAFF_NOTIFICATION,
}
_SECTION = re.compile(r"^=== (?P<key>[\w-]+)\n(?P<name>[^\n]+)\n--- (?P<subject>[^\n]+)\n(?P<body>.*?)(?=^=== |\Z)",
                      re.DOTALL | re.MULTILINE)


class DefaultText(NamedTuple):
    name: str
    subject: str
    body: str


@cache
def default_texts(language: str) -> dict[str, DefaultText]:
    """Name, subject and body of each template in a language, by key."""
    content = (TEXTS / f"{language}.txt").read_text(encoding="utf-8")
    return {match["key"]: DefaultText(match["name"], match["subject"], match["body"].strip())
            for match in _SECTION.finditer(content)}


def shown_name(template: EmailTemplate, language: str) -> str:
    """What colleagues call a template: as staff have named it, or in the reader's language as the product does."""
    key = template.key
    is_named_by_staff = key not in USE_BY_KEY or all(default_texts(each)[key].name != template.name for each in LANGUAGES)
    return template.name if is_named_by_staff else default_texts(language)[key].name


def default_template(key: str, language: str = "en") -> EmailTemplate:
    """A new row as the product brings it, with its name in the company's language."""
    texts = {each: default_texts(each)[key] for each in LANGUAGES}
    return EmailTemplate(
        key=key, use=USE_BY_KEY[key].value, name=texts[language].name,
        subject={each: text.subject for each, text in texts.items()},
        body={each: text.body for each, text in texts.items()})


def ensure_templates(session: Session, language: str = "en") -> None:
    """Adds the templates that are not there; what staff wrote stays."""
    known = set(session.exec(select(EmailTemplate.key)))
    session.add_all(default_template(key, language) for key in USE_BY_KEY if key not in known)
    session.flush()
