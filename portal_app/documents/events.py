"""What happens to files, told to whoever listens."""

from __future__ import annotations

from typing import ClassVar

from ..core.events import DomainEvent


class DocumentStored(DomainEvent):
    """A file has arrived. `by_customer` tells whether staff should look at it."""

    document_id: str
    opportunity_id: str | None
    purpose: str
    ref_id: str
    by_customer: bool


class DocumentAccepted(DomainEvent):
    document_id: str
    opportunity_id: str | None
    contact_id: str


class DocumentRejected(DomainEvent):
    """Staff sent a file back (or the scanner found something later: `by_scanner`). The reason is never stored here."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"name", "reason"})

    document_id: str
    opportunity_id: str | None
    contact_id: str
    purpose: str
    ref_id: str
    name: str = ""
    reason: str = ""
    by_scanner: bool = False


class DocumentFiled(DomainEvent):
    """Staff put a file into another folder, or showed it to the customer or hid it; open pages follow."""

    document_id: str
    opportunity_id: str | None
    folder: str
    is_public: bool


class DocumentRemoved(DomainEvent):
    document_id: str
    opportunity_id: str | None
    purpose: str
    ref_id: str


class DocumentChecked(DomainEvent):
    """The virus scanner has answered for a file that had to wait."""

    document_id: str
    opportunity_id: str | None
