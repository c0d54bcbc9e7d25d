"""Files of projects and cases. The content is in the private store (`core.files`) under a random key."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Index, SQLModel

from ..core.fields import NOT_PERSONAL, file_key_field, id_field, json_field, personal, ref_field, text_field, time_field


class Document(SQLModel, table=True):
    """One file. `purpose` says which room it serves there, `ref_id` which of its things (a field, a case).

    A customer sees what is public; `folder` is the id of a `DocumentFolder`, `scan` and `review` are enums of `rules`.
    """

    __tablename__ = "document"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    opportunity_id: str | None = ref_field("opportunity.id", nullable=True, index=False, on_delete="CASCADE")
    account_id: str = ref_field("account.id", index=False)
    contact_id: str = ref_field("contact.id", index=False)
    purpose: str = text_field(20, NOT_PERSONAL)
    ref_id: str = Field(default="", max_length=32)
    folder: str = text_field(32, NOT_PERSONAL)
    is_public: bool = False
    name: str = text_field(160, personal("text", "contract"))
    kind: str = text_field(10, NOT_PERSONAL)
    size_bytes: int
    content_hash: str = text_field(64, NOT_PERSONAL)
    content_key: str = file_key_field(unique=True)
    thumbnail_key: str = file_key_field(default="")
    width_px: int = 0
    height_px: int = 0
    page_count: int = 0
    scan: str = text_field(10, NOT_PERSONAL)
    scan_tries: int = 0
    scan_next_at: Any = time_field(nullable=True)
    review: str = text_field(10, NOT_PERSONAL, default="open")
    review_reason: str = text_field(500, personal("text", "contract"), default="")
    reviewed_by: str = text_field(120, personal("name", "contract"), default="")
    reviewed_at: Any = time_field(nullable=True)
    uploaded_by_kind: str = text_field(20, NOT_PERSONAL)
    uploaded_by_id: str = text_field(32, NOT_PERSONAL)
    uploaded_by_name: str = text_field(120, personal("name", "contract"))
    created_at: Any = time_field()
    version: int = Field(default=1)

    __table_args__ = (
        Index("ix_document_opportunity", "opportunity_id", "created_at", "id"),
        Index("ix_document_account", "account_id", "created_at", "id"),
        Index("ix_document_ref", "ref_id", "purpose"),
        Index("ix_document_scan", "scan", "scan_next_at"),
    )


class DocumentFolder(SQLModel, table=True):
    """A folder that the company has made or changed; the others are in `folders.PRESETS`."""

    __tablename__ = "document_folder"  # pyright: ignore[reportAssignmentType]

    id: str = id_field()
    name: dict[str, str] = json_field(NOT_PERSONAL)
    position: int
    is_public: bool = False  # what staff put here is visible to the customer from the start
    is_archived: bool = False
    version: int = Field(default=1)
    changed_at: Any = time_field()


class StoreSweep(SQLModel, table=True):
    """Which part of the private store is looked through next, and from when on; one row."""

    __tablename__ = "store_sweep"  # pyright: ignore[reportAssignmentType]

    id: int = Field(default=1, primary_key=True)
    next_part: int = 0
    next_at: Any = time_field()
