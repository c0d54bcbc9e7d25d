"""What the pages of flows hold in the browser, and what they send."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, field_validator

from ....core.drafts import listed, written
from ....core.forms import Form
from ....flows.draft import FIELDS, LISTS
from ....flows.rules import DESCRIPTION_LENGTH, clean_text

Kind = Literal["stage", "substage"]


class FlowRow(BaseModel):
    id: str
    name: str
    project_count: int = 0
    stage_count: int = 0
    substage_count: int = 0


class SubstageRow(BaseModel):
    id: str
    name: str
    view_kind: str = ""
    project_count: int = 0
    field_count: int = 0
    condition_count: int = 0
    is_missing: bool = False
    missing: str = ""


class StageRow(BaseModel):
    id: str
    number: int
    name: str
    project_count: int = 0
    is_missing: bool = False
    missing: str = ""
    substages: list[SubstageRow] = []


class Choice(BaseModel):
    value: str
    text: str


class AskedRow(BaseModel):
    """A dynamic field that the substage asks for, with its mode there."""

    id: str
    name: str
    kind: str = ""
    unit: str = ""
    is_required: bool = False
    is_read_only: bool = False
    is_archived: bool = False


class AcceptedRow(BaseModel):
    """A condition that customers accept in the substage. `number` is the version in effect; 0: there is none yet."""

    id: str
    name: str
    number: int = 0
    since: str = ""
    asks_again: bool = False
    is_archived: bool = False


class FieldChoice(BaseModel):
    """A dynamic field that may be added."""

    id: str
    name: str
    kind: str = ""
    unit: str = ""


class FieldGroup(BaseModel):
    name: str = ""
    choices: list[FieldChoice] = []


class Deletion(BaseModel):
    """What somebody is about to delete, and what stands in the way."""

    kind: str = ""
    id: str = ""
    name: str = ""
    project_count: int = 0
    is_last: bool = False
    targets: list[Choice] = []


class PreviewStage(BaseModel):
    name: str
    status: str
    caption: str = ""


class Preview(BaseModel):
    """A customer's page as it would read with the draft, in one language."""

    is_possible: bool = False
    greeting: str = ""
    place: str = ""
    stage_name: str = ""
    stage_description: str = ""
    turn: str = ""
    turn_text: str = ""
    title: str = ""
    description: str = ""
    call: str = ""
    stages: list[PreviewStage] = []


class MoveForm(Form):
    kind: Kind
    id: str = Field(max_length=32)
    parent: str = Field(default="", max_length=32)
    position: int = Field(ge=0, le=100)


class KeptDraft(Form):
    """A draft as the browser kept it while the server forgot it (restart, an hour without a sign of life)."""

    mark: str = Field(max_length=32)
    flow_id: str = Field(max_length=32)
    kind: Kind
    id: str = Field(max_length=32)
    version: int = Field(ge=1)
    saved: dict[str, str]
    draft: dict[str, str]

    @field_validator("saved", "draft")
    @classmethod
    def _only_fields(cls, texts: dict[str, str]) -> dict[str, str]:
        return {**{field: clean_text(texts.get(field, ""))[:DESCRIPTION_LENGTH] for field in FIELDS},
                **{field: written(listed(str(texts.get(field, ""))).items()) for field in LISTS}}


class NameForm(Form):
    name: str = Field(min_length=1, max_length=200)
