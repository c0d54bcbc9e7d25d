"""What somebody is writing before it is saved, and how two people's changes come together. Pure.

A draft is flat, text by field: `public_name.en`, `public_description.de`, `view_kind`. An empty text is no text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ..core.texts import LANGUAGES
from .tree import StageNode, SubstageNode

Draft = dict[str, str]
Part = Literal["name", "description", "view"]

NAME, DESCRIPTION, VIEW_KIND = "public_name", "public_description", "view_kind"
FIELDS = (*(f"{NAME}.{language}" for language in LANGUAGES), *(f"{DESCRIPTION}.{language}" for language in LANGUAGES),
          VIEW_KIND)


class Merge(NamedTuple):
    """`draft` holds both people's changes; where both changed the same field it is the own text, and `conflicts`
    names the field."""

    draft: Draft
    conflicts: list[str]
    taken: list[str]


def draft_of(node: StageNode | SubstageNode) -> Draft:
    """The saved texts as a draft. A stage has no view; its field stays empty."""
    texts = {f"{NAME}.{language}": node.public_name.get(language, "") for language in LANGUAGES}
    texts |= {f"{DESCRIPTION}.{language}": node.public_description.get(language, "") for language in LANGUAGES}
    return {**texts, VIEW_KIND: (node.view_kind or "") if isinstance(node, SubstageNode) else ""}


def entries_of(draft: Mapping[str, str], *, with_view: bool) -> dict[str, object]:
    """What `StageForm` or `SubstageForm` parses."""
    def texts(part: str) -> dict[str, str]:
        return {language: draft.get(f"{part}.{language}", "") for language in LANGUAGES}

    entries: dict[str, object] = {NAME: texts(NAME), DESCRIPTION: texts(DESCRIPTION)}
    return {**entries, VIEW_KIND: draft.get(VIEW_KIND, "")} if with_view else entries


def changed_fields(saved: Mapping[str, str], draft: Mapping[str, str]) -> list[str]:
    """The fields that saving would change; space around a text is no change."""
    return [field for field in FIELDS if saved.get(field, "") != draft.get(field, "").strip()]


def part_of(field: str) -> Part:
    if field == VIEW_KIND:
        return "view"
    return "name" if field.startswith(f"{NAME}.") else "description"


def merge(saved: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> Merge:
    """Somebody saved `theirs` while `mine` was made of `saved`: nothing of either is lost."""
    draft: Draft = {}
    conflicts, taken = [], []
    for field in FIELDS:
        before, own, other = saved.get(field, ""), mine.get(field, ""), theirs.get(field, "")
        if own == before:
            draft[field] = other
            if other != before:
                taken.append(field)
        else:
            draft[field] = own
            if other not in (before, own):
                conflicts.append(field)
    return Merge(draft, conflicts, taken)
