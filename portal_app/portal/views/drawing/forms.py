"""What the map and the panel send, which may come from anybody."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ....core.forms import Form


class _Told(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False, extra="ignore", strict=True)


class Change(_Told):
    """What a changed drawing is about: which plane, and which revision it was drawn on."""

    reason: Literal["draw", "modify"]
    feature_id: str = Field(max_length=64)
    revision: int


class Located(_Told):
    """Where the device says that it is."""

    found: bool
    lon: float = Field(default=0, ge=-180, le=180)
    lat: float = Field(default=0, ge=-85, le=85)


class EdgeForm(Form):
    """The next edge by its length and its turn to the right; people write 4.10 or 4,10."""

    length_m: float = Field(gt=0, le=200)
    angle_deg: float = Field(ge=-360, le=360)

    @field_validator("*", mode="before")
    @classmethod
    def _with_point(cls, value: object) -> object:
        return value.strip().replace(",", ".") if isinstance(value, str) else value


ToldT = TypeVar("ToldT", bound=BaseModel)


def told(schema: type[ToldT], data: object) -> ToldT | None:
    """What the map told, or None for what it never would."""
    try:
        return schema.model_validate(data)
    except ValidationError:
        return None
