"""What the pages of dynamic fields hold in the browser, and what they send."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator

from ....core.forms import Form
from ....flows.fields import FieldKind
from ....ui.i18n import Said


class FieldRow(BaseModel):
    id: str
    name: str
    kind: str
    unit: str = ""
    place_count: int = 0
    is_used: bool = False
    is_archived: bool = False
    missing: str = ""


class FieldRows(BaseModel):
    """The fields of one group, in order. `key` tells groups apart on the page."""

    key: str
    name: str = ""
    texts: dict[str, str] = {}
    field_ids: list[str] = []  # archived ones too
    rows: list[FieldRow] = []


class OptionRow(BaseModel):
    """A choice while it is written. Its key never changes: answers hold it."""

    key: str
    label: dict[str, str] = {}
    is_retired: bool = False
    is_new: bool = False
    error: Said = Said()


class PlaceRow(BaseModel):
    """A substage that asks for the field."""

    flow_id: str
    flow_name: str
    stage_name: str
    substage_name: str
    is_required: bool = False
    is_read_only: bool = False


class Choice(BaseModel):
    value: str
    text: str


class KeptField(Form):
    """A draft as the browser kept it while the server forgot it (restart, an hour without a sign of life)."""

    mark: str = Field(max_length=32)
    about: str = Field(max_length=40)
    kind: FieldKind
    version: int = Field(ge=0)
    saved: dict[str, str]
    draft: dict[str, str]

    @field_validator("saved", "draft")
    @classmethod
    def _bounded(cls, texts: dict[str, str]) -> dict[str, str]:
        return {str(field)[:40]: str(text)[:80_000] for field, text in list(texts.items())[:60]}
