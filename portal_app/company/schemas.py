"""What the company decides, as others read it and as staff send it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, validate_email

from ..core.forms import FieldError, Form
from ..core.localized import Localized, clean, in_language
from ..core.texts import LANGUAGES, msg
from .colours import parse_hex
from .theme import DEFAULT_SUN, check_brand

LONGEST_TEXT = 2000
PHONE = re.compile(r"\+?[0-9 ()./-]{5,40}")
WEBSITE = re.compile(r"https?://[^\s<>\"'@]+\.[^\s<>\"'@]+")


class CompanySnapshot(BaseModel):
    """A copy of the company's row that every page may read without asking the database."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    name: str = "Portal"
    brand_color: str = "#0b5b57"
    sun_color: str = DEFAULT_SUN
    logo_key: str = ""
    logo_type: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    website: str = ""
    legal_name: str = ""
    currency: str = "EUR"
    time_zone: str = "Europe/Madrid"
    languages: tuple[str, ...] = LANGUAGES
    default_language: str = "en"
    welcome: Localized = {}
    success_text: Localized = {}
    failure_text: Localized = {}
    modules: dict[str, dict[str, Any]] = {}
    reactivation_is_open: bool = False
    sign_up_is_open: bool = False
    customer_edits: dict[str, bool] = {}
    consent_text: Localized = {}
    consent_channels: tuple[str, ...] = ("email", "phone")
    link_minutes: int = 45
    link_uses: int = 1
    code_minutes: int = 5
    session_idle_hours: int = 24 * 7
    session_days: int = 30
    version: int = 0

    @property
    def logo_path(self) -> str:
        """Where the logo is served; changes with the logo, so that browsers may keep it."""
        return f"/company/logo?v={self.logo_key[:12]}" if self.logo_key else ""


def public_values(company: CompanySnapshot) -> dict[str, str | list[str] | dict[str, str]]:
    """What every visitor may know; pages read it under these names."""
    return {
        "name": company.name,
        "logo": company.logo_path or f"/company/mark?v={company.version}",
        "phone": company.phone,
        "email": company.email,
        "website": company.website,
        "signUp": "open" if company.sign_up_is_open else "",
        "languages": list(company.languages),
        "off": [key for key, decided in company.modules.items() if not decided.get("on", True)],
        "welcome": {language: in_language(company.welcome, language, company.default_language)
                    for language in company.languages} if company.welcome else {},
    }


def _color(value: str) -> str:
    try:
        return parse_hex(value.strip().lower())
    except ValueError:
        raise FieldError(msg("Please enter a colour such as #0b5b57.")) from None


def _email(value: str) -> str:
    """Nothing, or an address; the message of a wrong one is that of every form."""
    return validate_email(value)[1] if value else value


def _phone(value: str) -> str:
    if value and not PHONE.fullmatch(value):
        raise FieldError(msg("Please enter a phone number such as +34 910 000 214."))
    return value


def _website(value: str) -> str:
    if value and not WEBSITE.fullmatch(value):
        raise FieldError(msg("Please enter an address that begins with https://."))
    return value


def _languages(values: list[str]) -> list[str]:
    known = [language for language in LANGUAGES if language in values]
    if not known or len(known) != len(set(values)):
        raise FieldError(msg("Please choose at least one of the languages."))
    return known


def _texts(texts: dict[str, str]) -> Localized:
    if any(len(text) > LONGEST_TEXT for text in texts.values()):
        raise FieldError(msg("This is too long. At most {max_length} characters fit."), max_length=LONGEST_TEXT)
    return clean(texts, LONGEST_TEXT)


Color = Annotated[str, Field(max_length=9), AfterValidator(_color)]
Texts = Annotated[dict[str, str], Field(max_length=10), AfterValidator(_texts)]


class ModuleChoice(Form):
    """What the company decides about a module of `access.modules`."""

    on: bool
    scope: Literal["contact", "account"]


class CompanyForm(Form):
    """Settings → Customer portal. `version` is the one that the page was loaded with."""

    version: int
    name: Annotated[str, Field(min_length=1, max_length=120)]
    legal_name: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=254), AfterValidator(_email)] = ""
    phone: Annotated[str, Field(max_length=40), AfterValidator(_phone)] = ""
    address: Annotated[str, Field(max_length=300)] = ""
    website: Annotated[str, Field(max_length=300), AfterValidator(_website)] = ""
    brand_color: Color
    sun_color: Color = DEFAULT_SUN
    languages: Annotated[list[str], Field(max_length=10), AfterValidator(_languages)]
    default_language: Annotated[str, Field(max_length=2)]
    welcome: Texts = {}
    success_text: Texts = {}
    failure_text: Texts = {}
    reactivation_is_open: bool = False
    sign_up_is_open: bool = False
    modules: Annotated[dict[Annotated[str, Field(max_length=40)], ModuleChoice], Field(max_length=40)] = {}
    customer_edits: Annotated[dict[Annotated[str, Field(max_length=120)], bool], Field(max_length=100)] = {}
    consent_text: Texts = {}
    consent_channels: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=10)] = ["email", "phone"]
    link_minutes: Annotated[int, Field(ge=5, le=7 * 24 * 60)] = 45
    link_uses: Annotated[int, Field(ge=1, le=10)] = 1
    code_minutes: Annotated[int, Field(ge=2, le=30)] = 5
    session_idle_hours: Annotated[int, Field(ge=1, le=30 * 24)] = 24 * 7
    session_days: Annotated[int, Field(ge=1, le=90)] = 30

    @field_validator("default_language")
    @classmethod
    def _is_offered(cls, language: str, info: ValidationInfo) -> str:
        if language not in info.data.get("languages", LANGUAGES):
            raise FieldError(msg("The first language must be one of those offered."))
        return language

    @field_validator("session_days")
    @classmethod
    def _ends_after_idling(cls, days: int, info: ValidationInfo) -> int:
        if info.data.get("session_idle_hours", 0) > days * 24:
            raise FieldError(msg("Signing out when idle must come before the end of the session."))
        return days


def weak_pairs(brand: str, sun: str) -> list[str]:
    """Names of the colour pairs that people could not read, such as `on-brand/9 (dark)`."""
    return [f"{result.pair} ({result.theme})" for result in check_brand(brand, sun) if not result.passes]
