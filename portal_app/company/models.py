"""One row with everything the company decides about its portal in the browser."""

from typing import Any

from sqlalchemy import Boolean, Column, text
from sqlmodel import Field, SQLModel

from ..core.fields import NOT_PERSONAL, file_key_field, json_field, text_field, time_field

ONLY = "company"


class Company(SQLModel, table=True):
    __tablename__ = "company"  # pyright: ignore[reportAssignmentType]

    id: str = Field(default=ONLY, primary_key=True, max_length=10)
    name: str = text_field(120, NOT_PERSONAL)
    brand_color: str = text_field(7, NOT_PERSONAL, default="#0b5b57")
    sun_color: str = text_field(7, NOT_PERSONAL, default="#ffc53d")
    logo_key: str = file_key_field(default="")
    logo_type: str = text_field(40, NOT_PERSONAL, default="")
    email: str = text_field(254, NOT_PERSONAL, default="")
    phone: str = text_field(40, NOT_PERSONAL, default="")
    address: str = text_field(300, NOT_PERSONAL, default="")
    website: str = text_field(300, NOT_PERSONAL, default="")
    legal_name: str = text_field(200, NOT_PERSONAL, default="")
    currency: str = text_field(3, NOT_PERSONAL, default="EUR")
    time_zone: str = text_field(60, NOT_PERSONAL, default="Europe/Madrid")
    languages: list[str] = json_field(NOT_PERSONAL, default_factory=lambda: ["en", "es", "it", "de"])
    default_language: str = text_field(2, NOT_PERSONAL, default="en")
    welcome: dict[str, str] = json_field(NOT_PERSONAL)
    success_text: dict[str, str] = json_field(NOT_PERSONAL)
    failure_text: dict[str, str] = json_field(NOT_PERSONAL)
    modules: dict[str, dict[str, Any]] = json_field(NOT_PERSONAL)
    reactivation_is_open: bool = Field(default=False, sa_column=Column(
        Boolean, nullable=False, server_default=text("false")))
    sign_up_is_open: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    customer_edits: dict[str, bool] = json_field(NOT_PERSONAL, server_default="{}")
    consent_text: dict[str, str] = json_field(NOT_PERSONAL, server_default="{}")
    consent_channels: list[str] = json_field(
        NOT_PERSONAL, default_factory=lambda: ["email", "phone"], server_default='["email", "phone"]')
    link_minutes: int = 45
    link_uses: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    code_minutes: int = 5
    session_idle_hours: int = 24 * 7
    session_days: int = 30
    version: int = Field(default=1)
    changed_at: Any = time_field()
