"""What is entered about a customer, how customers are found, and what they may be asked to consent to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, EmailStr, Field

from ..access.rules import address_key
from ..core.bank_accounts import checked_iban
from ..core.forms import FieldError, Form
from ..core.localized import in_language
from ..core.texts import LANGUAGES, msg, server_text, translate

PAGE_SIZE = 25
LONGEST_QUERY = 100
EMAIL_CHANGE_LASTS = timedelta(hours=24)
SIGN_UP_LASTS = timedelta(hours=24)
_LINK_IN_NAME = re.compile(r"[/\\@<>\[\]{}|*]|www\.|[a-z0-9-]+\.[a-z]{2,}")
_PHONE = re.compile(r"\+?(?:[ ()/.\-]*[0-9]){5,}[ ()/.\-]*")


def _dialable(phone: str) -> str:
    if phone and not _PHONE.fullmatch(phone):
        raise FieldError(msg("This does not look like a phone number."))
    return phone


def _account_number(text: str) -> str:
    return checked_iban(text) if text else text


def _spoken(language: str) -> str:
    if language and language not in LANGUAGES:
        raise FieldError(msg("The portal does not speak this language."))
    return language


Name = Annotated[str, Field(min_length=1, max_length=120)]
Email = Annotated[EmailStr, Field(max_length=254), AfterValidator(address_key)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_dialable)]
Address = Annotated[str, Field(max_length=300)]
Language = Annotated[str, AfterValidator(_spoken)]


class CustomerForm(Form):
    """A contact as staff enter it. `account_name` is the household or company; without one it is the contact's name."""

    name: Name
    email: Email
    phone: Phone = ""
    address: Address = ""
    language: Language = ""
    account_name: str = Field(default="", max_length=160)


class ProfileForm(Form):
    """What customers change of themselves: only what they changed is sent, so that nothing that staff corrected
    meanwhile is taken back."""

    name: Name = ""
    phone: Phone = ""
    address: Address = ""


class BankAccountForm(Form):
    """Always both: a number without its holder's name is refused by banks."""

    holder: Annotated[str, Field(min_length=1, max_length=70)]
    iban: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_account_number)]


class EmailForm(Form):
    email: Email


def _no_message(name: str) -> str:
    """The name goes by mail to an address that may be somebody else's: it must not carry a message of its own."""
    if _LINK_IN_NAME.search(name):
        raise FieldError(msg("Please write just your name."))
    return name


class SignUpForm(Form):
    """Somebody who wants to become a customer."""

    name: Annotated[Name, AfterValidator(_no_message)]
    email: Email
    phone: Phone = ""
    address: Address = ""
    language: Language = ""


# -- consent ---------------------------------------------------------------------------------------------------------


class Channel(StrEnum):
    """Ways in which a company may ask to be heard; what belongs to the project comes in any case."""

    EMAIL = "email"
    PHONE = "phone"
    MESSAGES = "messages"
    POST = "post"


CHANNEL_TITLES: dict[str, str] = {
    Channel.EMAIL: msg("E-mail"),
    Channel.PHONE: msg("Phone call"),
    Channel.MESSAGES: msg("SMS and messengers"),
    Channel.POST: msg("Post"),
}

STANDARD_CONSENT = server_text(
    "{company} may tell me about offers and news in the ways that I switch on here. Messages about my own project come in "
    "any case. I can withdraw my consent at any time, and what was sent before stays lawful."
)


def consent_words(texts: Mapping[str, str], language: str, fallback: str, company: str) -> str:
    """The words that a customer consents to: the company's, else the standard ones, in the reader's language."""
    return in_language(texts, language, fallback) or translate(language, STANDARD_CONSENT, company=company)


def words_hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
