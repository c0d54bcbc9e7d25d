"""An account is a household or a company; its contacts are the people who sign in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, String, Text
from sqlmodel import Field, Index, SQLModel

from ..core.fields import NOT_PERSONAL, customer_edits, id_field, personal, ref_field, text_field, time_field
from ..core.sealed import sealed_field
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
    email: str = text_field(254, personal("contact") | customer_edits("contact"), unique=True)
    name: str = text_field(120, personal("name") | customer_edits("person"))
    phone: str = text_field(40, personal("contact") | customer_edits("contact"), default="")
    address: str = text_field(300, personal("address") | customer_edits("address"), default="")
    language: str = text_field(2, NOT_PERSONAL, default="en")
    is_active: bool = True
    created_at: Any = time_field()


class ContactWord(SQLModel, table=True):
    """A word that finds a contact, in small letters without accents; kept by `search`."""

    __tablename__ = "contact_word"  # pyright: ignore[reportAssignmentType]

    contact_id: str = Field(sa_column=Column(String(32), ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True))
    word: str = Field(sa_column=Column(WordType, primary_key=True, info=personal("text")))

    __table_args__ = (Index("ix_contact_word", "word", "contact_id"),)


class BankAccount(SQLModel, table=True):
    """Where a contact's money comes from and goes to. One for each contact, who alone writes it. The number is sealed: the
    database alone gives it to nobody."""

    __tablename__ = "bank_account"  # pyright: ignore[reportAssignmentType]

    contact_id: str = Field(sa_column=Column(String(32), ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True))
    holder: str = text_field(70, personal("name", "contract"))
    sealed_iban: str = sealed_field(personal("payment", "contract") | customer_edits("payment", name="iban"))
    iban_end: str = text_field(4, personal("payment", "contract"))
    changed_at: Any = time_field()


class ContactChange(SQLModel, table=True):
    """One attribute of a contact that somebody changed: what it was, what it is, who and when. Rows are only added."""

    __tablename__ = "contact_change"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    contact_id: str = ref_field("contact.id", on_delete="CASCADE")
    at: Any = time_field()
    by_kind: str = text_field(20, NOT_PERSONAL)
    by_id: str = text_field(32, NOT_PERSONAL, default="")
    by_name: str = text_field(120, personal("name"), default="")
    attribute: str = text_field(40, NOT_PERSONAL)
    before: str = text_field(300, personal("text"), default="")
    after: str = text_field(300, personal("text"), default="")


class EmailChange(SQLModel, table=True):
    """A new e-mail address that counts once it is confirmed at both addresses. Of the links only hashes are kept."""

    __tablename__ = "email_change"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    contact_id: str = ref_field("contact.id", on_delete="CASCADE")
    old_email: str = text_field(254, personal("contact"))
    new_email: str = text_field(254, personal("contact"))
    old_token_hash: str = text_field(64, personal("access", "session"), unique=True)
    new_token_hash: str = text_field(64, personal("access", "session"), unique=True)
    old_confirmed_at: Any = time_field(nullable=True)
    new_confirmed_at: Any = time_field(nullable=True)
    created_at: Any = time_field()
    expires_at: Any = time_field(index=True)
    ended_at: Any = time_field(nullable=True)


class ConsentEntry(SQLModel, table=True):
    """A consent that was given or withdrawn for one channel, with the words that were read. Rows are only added; the
    latest of a channel counts."""

    __tablename__ = "consent_entry"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    contact_id: str = ref_field("contact.id", on_delete="CASCADE")
    channel: str = text_field(20, NOT_PERSONAL)
    is_given: bool
    at: Any = time_field()
    by_kind: str = text_field(20, NOT_PERSONAL)
    by_id: str = text_field(32, NOT_PERSONAL, default="")
    by_name: str = text_field(120, personal("name", "contract"), default="")
    language: str = text_field(2, NOT_PERSONAL, default="en")
    words: str = Field(default="", sa_column=Column(Text, nullable=False, info=NOT_PERSONAL))
    words_hash: str = text_field(64, NOT_PERSONAL, default="")
    client_address: str = text_field(60, personal("access", "contract"), default="")


class SignUpRequest(SQLModel, table=True):
    """Somebody who wants to be a customer and has not confirmed the address yet. Asking again writes the same row."""

    __tablename__ = "sign_up_request"  # pyright: ignore[reportAssignmentType]

    address_hmac: str = Field(primary_key=True, max_length=64, sa_column_kwargs={"info": personal("access", "session")})
    email: str = text_field(254, personal("contact", "session"))
    name: str = text_field(120, personal("name", "session"))
    phone: str = text_field(40, personal("contact", "session"), default="")
    address: str = text_field(300, personal("address", "session"), default="")
    language: str = text_field(2, NOT_PERSONAL, default="en")
    token_hash: str = text_field(64, personal("access", "session"), default="", index=True)
    requested_at: Any = time_field(index=True)
    issued_at: Any = time_field(nullable=True)
    expires_at: Any = time_field(nullable=True)
    ended_at: Any = time_field(nullable=True)


class Announcement(SQLModel, table=True):
    """An imported customer who still has to be told to whoever listens, so that the mail of new customers goes out.

    Told a few at a time: thousands of mails do not belong into the transaction of an import.
    """

    __tablename__ = "announcement"  # pyright: ignore[reportAssignmentType]

    contact_id: str = Field(sa_column=Column(String(32), ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True))
