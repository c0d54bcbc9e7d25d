"""An account is a household or a company; its contacts are the people who sign in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, String
from sqlmodel import Field, Index, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, personal, ref_field, text_field, time_field
from ..core.words import WordType


class Account(SQLModel, table=True):
    __tablename__ = "account"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    name: str = text_field(160, personal("name", "contract"))
    created_at: Any = time_field()


class Contact(SQLModel, table=True):
    __tablename__ = "contact"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    account_id: str = ref_field("account.id")
    email: str = text_field(254, personal("contact"), unique=True)
    name: str = text_field(120, personal("name"))
    phone: str = text_field(40, personal("contact"), default="")
    address: str = text_field(300, personal("address"), default="")
    language: str = text_field(2, NOT_PERSONAL, default="en")
    is_active: bool = True
    created_at: Any = time_field()


class ContactWord(SQLModel, table=True):
    """A word that finds a contact, in small letters without accents; kept by `search`."""

    __tablename__ = "contact_word"  # pyright: ignore[reportAssignmentType]

    contact_id: str = Field(sa_column=Column(String(32), ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True))
    word: str = Field(sa_column=Column(WordType, primary_key=True, info=personal("text")))

    __table_args__ = (Index("ix_contact_word", "word", "contact_id"),)
