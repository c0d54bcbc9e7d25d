"""What parsing a file gives. Apart from `reading`, so that the portal itself never loads the parsers."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from .rules import Kind


class Reading(BaseModel):
    """What was found, and where what is to be kept has been written."""

    kind: Kind
    name: str
    size_bytes: int
    content_hash: str
    content: Path
    thumbnail: Path | None = None
    width_px: int = 0
    height_px: int = 0
    page_count: int = 0
