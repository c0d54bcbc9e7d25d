"""What somebody is writing before it is saved, and how two people's changes come together. Pure.

A draft is flat, text by field: `public_name.en`, `public_description.de`, `view_kind`. An empty text is no text. What a
substage asks for is a list in order, written `id:flags id:flags` (see `listed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from ..core.texts import LANGUAGES
from .tree import StageNode, SubstageNode

Draft = dict[str, str]
Part = Literal["name", "description", "ball", "view", "fields", "conditions"]

NAME, DESCRIPTION, VIEW_KIND, BALL = "public_name", "public_description", "view_kind", "ball"
ASKED, ACCEPTED = "fields", "conditions"
FIELDS = (*(f"{NAME}.{language}" for language in LANGUAGES), *(f"{DESCRIPTION}.{language}" for language in LANGUAGES),
          VIEW_KIND, BALL)
LISTS = (ASKED, ACCEPTED)
# Flags of an entry: a field's answer is required, is only shown; a condition is asked again for a new version.
REQUIRED_FLAG, READ_ONLY_FLAG, AGAIN_FLAG = "r", "o", "a"

MOST_ENTRIES = 200
_ENTRY = re.compile(r"([0-9a-f]{32}):([aor]{0,3})")


class Merge(NamedTuple):
    """`draft` holds both people's changes; where both changed the same field it is the own text, and `conflicts`
    names the field."""

    draft: Draft
    conflicts: list[str]
    taken: list[str]


def draft_of(node: StageNode | SubstageNode, asked: str = "", accepted: str = "") -> Draft:
    """What is saved, as a draft. A stage has no view and asks for nothing; those stay empty."""
    texts = {f"{NAME}.{language}": node.public_name.get(language, "") for language in LANGUAGES}
    texts |= {f"{DESCRIPTION}.{language}": node.public_description.get(language, "") for language in LANGUAGES}
    is_substage = isinstance(node, SubstageNode)
    return {**texts, VIEW_KIND: (node.view_kind or "") if is_substage else "", BALL: node.ball if is_substage else "",
            ASKED: asked, ACCEPTED: accepted}


def entries_of(draft: Mapping[str, str], *, with_view: bool) -> dict[str, object]:
    """What `StageForm` or `SubstageForm` parses."""
    def texts(part: str) -> dict[str, str]:
        return {language: draft.get(f"{part}.{language}", "") for language in LANGUAGES}

    entries: dict[str, object] = {NAME: texts(NAME), DESCRIPTION: texts(DESCRIPTION)}
    return {**entries, VIEW_KIND: draft.get(VIEW_KIND, ""), BALL: draft.get(BALL, "")} if with_view else entries


def changed_fields(saved: Mapping[str, str], draft: Mapping[str, str]) -> list[str]:
    """The fields that saving would change; space around a text is no change."""
    return [field for field in (*FIELDS, *LISTS) if saved.get(field, "") != draft.get(field, "").strip()]


def part_of(field: str) -> Part:
    if field in (ASKED, ACCEPTED):
        return "fields" if field == ASKED else "conditions"
    if field in (VIEW_KIND, BALL):
        return "view" if field == VIEW_KIND else "ball"
    return "name" if field.startswith(f"{NAME}.") else "description"


# Lists


def written(entries: Iterable[tuple[str, str]]) -> str:
    """Ids in order with their flags, as one text that is the same for the same list."""
    return " ".join(f"{entry_id}:{''.join(sorted(set(flags)))}" for entry_id, flags in entries)


def listed(text: str) -> dict[str, str]:
    """Flags by id, in order. Whatever is no entry is left out: the text may have been in a browser."""
    found = (_ENTRY.fullmatch(word) for word in text.split()[:MOST_ENTRIES])
    return {match[1]: "".join(sorted(set(match[2]))) for match in found if match}


def _placed(order: list[str], others: list[str]) -> list[str]:
    """`order`, with what only `others` have behind the one that it follows there."""
    placed = list(order)
    for place, entry in enumerate(others):
        if entry not in placed:
            before = next((each for each in reversed(others[:place]) if each in placed), None)
            placed.insert(placed.index(before) + 1 if before is not None else 0, entry)
    return placed


def merge_list(saved: str, mine: str, theirs: str) -> tuple[str, bool]:
    """Both people's changes of one list, and whether they changed the same entry, or the order, in two ways."""
    before, own, other = listed(saved), listed(mine), listed(theirs)
    kept: dict[str, str] = {}
    is_conflict = False
    for entry in {**before, **other, **own}:
        was, ours, others = before.get(entry), own.get(entry), other.get(entry)
        chosen = others if ours == was else ours
        is_conflict = is_conflict or (ours != was and others not in (was, ours))
        if chosen is not None:
            kept[entry] = chosen

    def order_in(which: Mapping[str, str]) -> list[str]:
        return [entry for entry in which if entry in before and entry in own and entry in other]

    i_moved, they_moved = order_in(own) != order_in(before), order_in(other) != order_in(before)
    first, second = (list(own), list(other)) if i_moved or not they_moved else (list(other), list(own))
    is_conflict = is_conflict or (i_moved and they_moved and order_in(own) != order_in(other))
    order = _placed(first, second)
    return written((entry, kept[entry]) for entry in order if entry in kept), is_conflict


# Two people


def merge(saved: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str],
          fields: Iterable[str] = (*FIELDS, *LISTS)) -> Merge:
    """Somebody saved `theirs` while `mine` was made of `saved`: nothing of either is lost."""
    draft: Draft = {}
    conflicts, taken = [], []
    for field in fields:
        before, own, other = saved.get(field, ""), mine.get(field, ""), theirs.get(field, "")
        if own == before:
            draft[field] = other
            if other != before:
                taken.append(field)
        elif field in LISTS and other not in (before, own):
            draft[field], is_conflict = merge_list(before, own, other)
            (conflicts if is_conflict else taken).append(field)
        else:
            draft[field] = own
            if other not in (before, own):
                conflicts.append(field)
    return Merge(draft, conflicts, taken)
