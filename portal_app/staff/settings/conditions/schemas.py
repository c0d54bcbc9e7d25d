"""What the pages of conditions hold in the browser, and what they send."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator

from ....core.forms import Form
from ....core.texts import LANGUAGES
from ....flows.field_forms import NAME_LENGTH


class ConditionRow(BaseModel):
    """A condition in the list. `number` is the version in effect, `planned_number` the next one; 0: there is none."""

    id: str
    name: str
    number: int = 0
    since: str = ""
    planned_number: int = 0
    planned_at: str = ""
    place_count: int = 0
    acceptance_count: int = 0
    is_archived: bool = False
    is_used: bool = False


class VersionRow(BaseModel):
    """One wording; `status` is in_effect, coming or past."""

    id: str
    number: int
    status: str
    effective_at: str
    created_by: str = ""
    acceptance_count: int = 0
    missing: str = ""
    title: dict[str, str] = {}
    text: dict[str, str] = {}


class PlaceRow(BaseModel):
    """A substage in which the condition is accepted."""

    flow_id: str
    flow_name: str
    stage_name: str
    substage_name: str
    asks_again: bool = False


class NameForm(Form):
    name: str = Field(min_length=1, max_length=NAME_LENGTH)


class KeptVersion(Form):
    """A version as the browser kept it while the server forgot it."""

    mark: str = Field(max_length=32)
    about: str = Field(max_length=40)
    version_id: str = Field(max_length=32)
    name: str = Field(default="", max_length=NAME_LENGTH)
    titles: dict[str, str]
    texts: dict[str, str]
    starts: str = Field(max_length=10)
    day: str = Field(max_length=10)

    @field_validator("titles", "texts")
    @classmethod
    def _only_languages(cls, texts: dict[str, str]) -> dict[str, str]:
        return {language: str(texts.get(language, ""))[:50_000] for language in LANGUAGES}
