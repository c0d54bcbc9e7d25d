"""What staff enter about a customer, and how customers are found."""

from __future__ import annotations

import re

from pydantic import EmailStr, Field, field_validator

from ..access.rules import address_key
from ..core.forms import FieldError, Form
from ..core.texts import LANGUAGES, msg

PAGE_SIZE = 25
LONGEST_QUERY = 100
_PHONE = re.compile(r"\+?[0-9 ()/.\-]{5,40}")


class CustomerForm(Form):
    """A contact as staff enter it. `account_name` is the household or company; without one it is the contact's name."""

    name: str = Field(min_length=1, max_length=120)
    email: EmailStr = Field(max_length=254)
    phone: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=300)
    language: str = ""
    account_name: str = Field(default="", max_length=160)

    @field_validator("email", mode="after")
    @classmethod
    def _one_spelling(cls, email: str) -> str:
        return address_key(email)

    @field_validator("phone")
    @classmethod
    def _dialable(cls, phone: str) -> str:
        if phone and not _PHONE.fullmatch(phone):
            raise FieldError(msg("This does not look like a phone number."))
        return phone

    @field_validator("language")
    @classmethod
    def _spoken(cls, language: str) -> str:
        if language and language not in LANGUAGES:
            raise FieldError(msg("The portal does not speak this language."))
        return language
