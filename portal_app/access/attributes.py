"""Which attributes customers may change of themselves: asked here and nowhere else.

The columns say it (`core.fields.customer_edits`); the company decides otherwise per entity, group of attributes or
attribute, under the names `contact`, `contact.address`, `contact.address.address`. The most exact decision counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column that customers may change where the company lets them."""

    entity: str
    group: str
    name: str
    by_default: bool

    @property
    def key(self) -> str:
        return f"{self.entity}.{self.group}.{self.name}"


def attributes_of(table: Any) -> dict[str, Attribute]:
    """The attributes of a table that can be opened to customers, by name, in the order of its columns."""
    found = {}
    for column in table.__table__.columns:
        tag = column.info.get("customer_edits")
        if tag:
            name = tag["name"] or column.name
            found[name] = Attribute(table.__tablename__, tag["group"], name, tag["by_default"])
    return found


def is_open(decisions: Mapping[str, bool], attribute: Attribute) -> bool:
    """Whether customers may change it."""
    for key in (attribute.key, f"{attribute.entity}.{attribute.group}", attribute.entity):
        if key in decisions:
            return decisions[key] is True
    return attribute.by_default


def open_attributes(decisions: Mapping[str, bool], table: Any) -> frozenset[str]:
    """The names of the attributes that customers may change."""
    return frozenset(name for name, attribute in attributes_of(table).items() if is_open(decisions, attribute))
