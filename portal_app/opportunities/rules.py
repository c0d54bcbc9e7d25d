"""Numbers, search texts, forms, and what a customer reads of the way. Pure: no database, no page."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from ..core.errors import PortalError
from ..core.forms import Form
from ..core.texts import msg
from ..flows.rules import clean_line, clean_text

CREATED = "created"
BY_HAND = "by-hand"
SUBSTAGE_DELETED = "substage-deleted"

NOTE_LENGTH = 500
SEARCH_LENGTH = 700


class WrongFlow(PortalError):
    """A substage of another flow can't be a next step."""

    text = msg("This step belongs to another process.")


class NoTarget(PortalError):
    text = msg("Choose a step that stays.")


class OpportunityForm(Form):
    """What a new opportunity needs. Whether contact, flow, owner and substage exist is the service's to find out."""

    contact_id: str
    flow_id: str
    substage_id: str = ""
    owner_id: str = ""
    title: str = Field(default="", max_length=160)
    address: str = Field(default="", max_length=300)
    lon_deg: float | None = Field(default=None, ge=-180, le=180)
    lat_deg: float | None = Field(default=None, ge=-90, le=90)

    @field_validator("title", "address", mode="before")
    @classmethod
    def _one_line(cls, value: object) -> object:
        return clean_line(value) if isinstance(value, str) else value


class LocationForm(Form):
    """Where the house stands; an empty address leaves the one that is known."""

    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    address: str = Field(default="", max_length=300)

    @field_validator("address", mode="before")
    @classmethod
    def _one_line(cls, value: object) -> object:
        return clean_line(value) if isinstance(value, str) else value


def year_of(at: datetime, time_zone: str) -> int:
    """The year on the company's calendar: a project of New Year's Eve belongs to the year that people there write."""
    return at.astimezone(ZoneInfo(time_zone)).year


def number_text(year: int, number: int) -> str:
    """2026-0418; the year's ten thousandth has five digits."""
    return f"{year}-{number:04d}"


BETWEEN = "\n"  # the texts that an opportunity is found by


def search_text(*parts: str) -> str:
    """What the list of opportunities is searched in, a text a line; `search` makes words of it."""
    return BETWEEN.join(filter(None, map(clean_line, parts)))[:SEARCH_LENGTH]


def clean_note(note: str) -> str:
    return clean_text(note)[:NOTE_LENGTH]
