"""What the pages of conditions hold in the browser, and what they send."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator

from ....core.drafts import Draft
from ....core.forms import Form
from ....core.texts import LANGUAGES
from ....flows.field_forms import NAME_LENGTH

NOW, DAY = "now", "day"
IN_EFFECT, COMING = "in_effect", "coming"


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


def draft_of(title: dict[str, str], text: dict[str, str], starts: str, day: str) -> Draft:
    """A version while it is written; it `starts` now or on a day."""
    return {**{f"{part}.{language}": words.get(language, "") for part, words in (("title", title), ("text", text))
               for language in LANGUAGES}, "starts": starts, "day": day}


def coming_id(versions: list[VersionRow]) -> str:
    return next((row.id for row in versions if row.status == COMING), "")


def newest_of(versions: list[VersionRow], first_day: str) -> Draft:
    """What a new version begins with: the newest words, and the day of one to come, or at once."""
    newest = max(versions, key=lambda row: row.number, default=VersionRow(id="", number=0, status="", effective_at=""))
    starts, day = (DAY, newest.effective_at) if newest.status == COMING else (NOW, first_day)
    return draft_of(newest.title, newest.text, starts, day)


class NameForm(Form):
    name: str = Field(min_length=1, max_length=NAME_LENGTH)


class KeptVersion(Form):
    """A version as the browser kept it while the server forgot it."""

    mark: str = Field(max_length=32)
    about: str = Field(max_length=40)
    version_id: str = Field(max_length=32)
    name: str = Field(default="", max_length=NAME_LENGTH)
    version: int = Field(ge=0)
    saved: dict[str, str]
    draft: dict[str, str]

    @field_validator("saved", "draft")
    @classmethod
    def _only_fields(cls, draft: dict[str, str]) -> dict[str, str]:
        return {field: draft.get(field, "")[:50_000] for field in draft_of({}, {}, "", "")}
