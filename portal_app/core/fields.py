"""Columns that many tables share, and the tag that marks personal data."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import JSON, Column, ForeignKey, String
from sqlmodel import Field

from .clock import now
from .database import UtcDateTime
from .ids import ID_LENGTH, new_id

Category = Literal["name", "contact", "address", "location", "payment", "access", "text", "none"]
Retention = Literal["account", "contract", "session", "mail"]


def personal(category: Category, retention: Retention = "account") -> dict[str, Any]:
    """The tag of a column: what kind of personal data it holds, and what decides how long it is kept.

    `personal("none")` says that somebody looked and found nothing personal. A test fails on an untagged column that
    can hold free text; export, erasure and log scrubbing read the tags.
    """
    return {"personal": {"category": category, "retention": retention}}


NOT_PERSONAL = personal("none")


def customer_edits(group: str, *, name: str = "", by_default: bool = True) -> dict[str, Any]:
    """The tag of a column that customers may change of themselves where the company lets them; `group` is what it is
    listed under, `name` what it is called where that is not the column's. Joined with the other tags of the column;
    `access.attributes` is where it is asked."""
    return {"customer_edits": {"group": group, "name": name, "by_default": by_default}}


def id_field() -> Any:
    return Field(default_factory=new_id, sa_column=Column(String(ID_LENGTH), primary_key=True))


def ref_field(target: str, *, nullable: bool = False, index: bool = True, on_delete: str | None = None) -> Any:
    """A reference to `table.column`."""
    column = Column(String(ID_LENGTH), ForeignKey(target, ondelete=on_delete), nullable=nullable, index=index)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def key_ref_field(target: str, *, on_delete: str | None = None) -> Any:
    """A reference that is part of the primary key."""
    return Field(sa_column=Column(String(ID_LENGTH), ForeignKey(target, ondelete=on_delete), primary_key=True))


def time_field(*, nullable: bool = False, index: bool = False) -> Any:
    """A moment. Without `nullable` it is the moment of creation unless it is given."""
    column = Column(UtcDateTime(), nullable=nullable, index=index)
    return Field(default=None, sa_column=column) if nullable else Field(default_factory=now, sa_column=column)


def text_field(length: int, tag: dict[str, Any], *, default: Any = ..., unique: bool = False, index: bool = False,
               nullable: bool = False) -> Any:
    """A string with its length and its personal-data tag."""
    column = Column(String(length), nullable=nullable, unique=unique, index=index, info=tag)
    if default is ... and nullable:
        default = None
    return Field(sa_column=column) if default is ... else Field(default=default, sa_column=column)


_FILE_KEY = {"file_key": True}


def file_key_field(*, default: Any = ..., unique: bool = False) -> Any:
    """The key of a file in the private store. What no such column names is swept away (`documents.sweep`)."""
    return text_field(40, NOT_PERSONAL | _FILE_KEY, default=default, unique=unique)


def is_file_key(column: Column[Any]) -> bool:
    return bool(column.info.get("file_key"))


def json_field(tag: dict[str, Any], *, default_factory: Any = dict, server_default: str | None = None) -> Any:
    """`server_default` is for a column that is added to a table with rows."""
    return Field(default_factory=default_factory,
                 sa_column=Column(JSON, nullable=False, server_default=server_default, info=tag))
