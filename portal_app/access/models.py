"""How people get in. Tokens and codes are stored as hashes only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, String
from sqlmodel import Field, SQLModel

from ..core.fields import NOT_PERSONAL, id_field, personal, ref_field, text_field, time_field
from ..core.ids import ID_LENGTH, new_id


class StaffMember(SQLModel, table=True):
    __tablename__ = "staff_member"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    email: str = text_field(254, personal("contact"), unique=True)
    name: str = text_field(120, personal("name"))
    phone: str = text_field(40, personal("contact"), default="")
    role: str = text_field(20, NOT_PERSONAL)
    language: str = text_field(2, NOT_PERSONAL, default="en")
    password_hash: str = text_field(200, personal("access"), default="")
    is_active: bool = True
    created_at: Any = time_field()


class StaffToken(SQLModel, table=True):
    """An invitation or a password reset."""

    __tablename__ = "staff_token"  # pyright: ignore[reportAssignmentType]

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: str = ref_field("staff_member.id", on_delete="CASCADE")
    purpose: str = text_field(20, NOT_PERSONAL)
    created_at: Any = time_field()
    expires_at: Any = time_field()
    used_at: Any = time_field(nullable=True)


class LoginLink(SQLModel, table=True):
    __tablename__ = "login_link"  # pyright: ignore[reportAssignmentType]

    token_hash: str = Field(primary_key=True, max_length=64)
    contact_id: str = ref_field("contact.id", on_delete="CASCADE")
    leads_to: str = text_field(200, NOT_PERSONAL, default="/home")
    uses_left: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    created_at: Any = time_field()
    expires_at: Any = time_field()


class LoginCode(SQLModel, table=True):
    """The code of one address; asking again writes the same row, so a new code ends the old one.

    Addresses that nobody has get a row too, without a contact: whoever asks can't tell the two apart.
    """

    __tablename__ = "login_code"  # pyright: ignore[reportAssignmentType]

    address_hmac: str = Field(primary_key=True, max_length=64, sa_column_kwargs={"info": personal("access", "session")})
    contact_id: str | None = ref_field("contact.id", nullable=True, on_delete="CASCADE")
    code_hmac: str = text_field(64, personal("access", "session"), default="")
    tries: int = 0
    requested_at: Any = time_field(index=True)
    issued_at: Any = time_field(nullable=True)
    expires_at: Any = time_field(nullable=True)
    ended_at: Any = time_field(nullable=True)


class StaffResetRequest(SQLModel, table=True):
    """Somebody asked to choose a new password for an address, known or not."""

    __tablename__ = "staff_reset_request"  # pyright: ignore[reportAssignmentType]

    address_hmac: str = Field(primary_key=True, max_length=64, sa_column_kwargs={"info": personal("access", "session")})
    staff_id: str | None = ref_field("staff_member.id", nullable=True, on_delete="CASCADE")
    requested_at: Any = time_field(index=True)
    issued_at: Any = time_field(nullable=True)


class SignInDelay(SQLModel, table=True):
    """How often one client address failed for one account, and when it may try again."""

    __tablename__ = "sign_in_delay"  # pyright: ignore[reportAssignmentType]

    pair_hmac: str = Field(primary_key=True, max_length=64, sa_column_kwargs={"info": personal("access", "session")})
    attempts: int = 0
    next_at: Any = time_field(index=True)


class PortalSession(SQLModel, table=True):
    """Somebody signed in on one browser: a contact or a staff member, or one who looks as a contact (`viewer_id`).

    `expires_at` moves with use (idle limit), `ends_at` does not (absolute limit).
    """

    __tablename__ = "portal_session"  # pyright: ignore[reportAssignmentType]

    token_hash: str = Field(primary_key=True, max_length=64)
    id: str = Field(default_factory=new_id, sa_column=Column(String(ID_LENGTH), nullable=False, unique=True))
    contact_id: str | None = ref_field("contact.id", nullable=True, on_delete="CASCADE")
    staff_id: str | None = ref_field("staff_member.id", nullable=True, on_delete="CASCADE")
    viewer_id: str | None = ref_field("staff_member.id", nullable=True, index=False, on_delete="CASCADE")
    device: str = text_field(120, personal("access", "session"), default="")
    created_at: Any = time_field()
    last_seen_at: Any = time_field()
    expires_at: Any = time_field(index=True)
    ends_at: Any = time_field()
    revoked_at: Any = time_field(nullable=True)


class ApiKey(SQLModel, table=True):
    """Lets another system in. Who takes it back deletes it; what was done with it stays under its name."""

    __tablename__ = "api_key"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    name: str = text_field(60, NOT_PERSONAL)
    beginning: str = text_field(12, NOT_PERSONAL)
    key_hash: str = text_field(64, personal("access"), unique=True)
    created_at: Any = time_field()
    used_at: Any = time_field(nullable=True)
